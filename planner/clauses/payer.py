"""Who pays."""

from planner.clauses.base import Clause, Mode, Percent, Settings, Words


class PayerSettings(Settings):
    """How the cost of a patch falls on its payers.

    Parameters
    ----------
    municipal_share_percent : int
        Part of an ever-licensed patch's cost that the municipal budget pays; the district pays the rest.
    """

    municipal_share_percent: Percent = 100


CLAUSE = Clause(
    title=Words("出资主体", "Who pays"),
    meaning=Words(
        "曾有采矿许可证的由市级财政出资；无采矿许可证及乱采滥挖形成的由区级财政出资；"
        "跨区图斑的区级部分按约定比例分担；关停及生产矿山由企业治理，不使用财政资金；"
        "其他来源只用于方案中列明的适用范围和比例。",
        "The municipal budget pays for patches that ever had a licence, the district's for the others; districts share "
        "a cross-district patch as agreed; enterprises restore closed and producing mines at no government cost; a "
        "further source pays only where, and as much as, the scenario makes it eligible.",
    ),
    citation=Words(
        "规划第五章 二（一）；第三章 三（二）；第五章 一（一）",
        "Plan, ch. 5 sec. 2(1); ch. 3 sec. 3(2); ch. 5 sec. 1(1)",
    ),
    formula="commitment[p, municipal] = cost · municipal_share_percent / 100 if ever_licensed[p] else 0; the rest "
    "falls on district_shares[p] (largest remainder); Σ_further grant ≤ max_share_percent / 100 · commitment; "
    "0 for enterprise mines",
    settings=PayerSettings,
    modes=(Mode.HARD,),
)
