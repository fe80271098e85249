"""Who pays."""

from planner.clauses.base import Clause, Mode, Percent, Settings, Words


class PayerSettings(Settings):
    """How the cost of a patch falls on its payers.

    Parameters
    ----------
    municipal_share_percent : int
        Part of an ever-licensed patch's cost that the municipal budget pays; the district pays the rest.
    user_pays : bool
        Whether the user whom the ledger names (``named_user``) pays for a patch inside the urban growth boundary.
    one_programme_per_works : bool
        Whether, of the further sources of public money that pay for the same kind of works (``sources.works``), at most
        one may fund a patch. Social capital is not public money.
    """

    municipal_share_percent: Percent = 100
    user_pays: bool = True
    one_programme_per_works: bool = True


CLAUSE = Clause(
    title=Words("出资主体", "Who pays"),
    meaning=Words(
        "曾有采矿许可证的由市级财政出资；无采矿许可证及乱采滥挖形成的由区级财政出资；"
        "跨区图斑的区级部分按约定比例分担；关停及生产矿山由企业治理，不使用财政资金；"
        "城镇开发边界内台账载明使用主体的，按“谁使用、谁治理”由使用主体出资，面积计入任务；"
        "其他来源只用于方案中列明的适用范围、工程内容和比例，同一图斑的同类工程不得由两个财政性来源重复资助。",
        "The municipal budget pays for patches that ever had a licence, the district's for the others; districts share "
        "a cross-district patch as agreed; enterprises restore closed and producing mines at no government cost; "
        "inside the urban growth boundary the user whom the ledger names pays, and the area counts as task; a further "
        "source pays only where, for what works and as much as the scenario makes it eligible, and no two sources of "
        "public money fund the same kind of works of a patch.",
    ),
    citation=Words(
        "规划第五章 二（一）（二）（三）；第三章 三（二）；第四章 二；第四章 四（一）；第五章 一（一）",
        "Plan, ch. 5 sec. 2(1)-(3); ch. 3 sec. 3(2); ch. 4 sec. 2; ch. 4 sec. 4(1); ch. 5 sec. 1(1)",
    ),
    formula="commitment[p, municipal] = cost · municipal_share_percent / 100 if ever_licensed[p] else 0; the rest "
    "falls on district_shares[p] (largest remainder); 0 for enterprise mines, and for a named_user inside the "
    "urban_growth_boundary, who pays all; grant[f,p] ≤ min(⌊max_share_percent · cost / 100⌋, "
    "⌊cost · Σ_(works) part_yuan[p] / cost_yuan[p]⌋, max_yuan_per_patch) · used[f,p] where f is eligible, else 0; "
    "Σ_(f public, w in works[f]) used[f,p] ≤ 1 for each p and kind of works w",
    settings=PayerSettings,
    modes=(Mode.HARD,),
)
