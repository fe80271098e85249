"""Costs stay near the approved estimate."""

from planner.clauses.base import ALL_MODES, Clause, Count, Mode, Settings, Words


class OverspendingSettings(Settings):
    """How far a cost may go beyond its approved estimate.

    Parameters
    ----------
    percent : int
        Largest excess over `approved_yuan`, percent; the limit is rounded down to the yuan.
    """

    percent: Count = 10


CLAUSE = Clause(
    title=Words("投资不超批复估算", "Cost within the approved estimate"),
    meaning=Words(
        "台账有批复估算的图斑，所选方案按开工年价格并含预备费的投资，不超过批复估算加规定的幅度；超出的须报告，并可能要求重新报批。",
        "Where the ledger has an approved estimate, the cost of the option chosen, in prices of its start year and "
        "with contingency, exceeds it by no more than the percentage set; more must be reported, and a new approval "
        "may be asked for.",
    ),
    citation=Words("政府投资条例第12、23条", "Regulations on Government Investment, art. 12, 23"),
    formula="x[p,o,s] = 0 where cost[o,s] > ⌊approved_yuan[p] · (100 + percent) / 100⌋; soft: Σ max(0, cost[o,s] − "
    "that limit) · x[p,o,s] ≤ 0, one breach for all patches, measured against the sum of the limits",
    settings=OverspendingSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
