"""Make the synthetic outturn of 2021 again: ``python data/beijing/outturn.py PLAN_FOLDER`` (a plan of `contingency`).

What is reported is one number, 513 ha restored in 2021 against the 434 planned (a web copy of the city's report on
rectification after inspection); which sites those were is not published. So the facts are invented from a plan: its
dear works of the year that carry no hazard are put off, and cheap sites of later years begin instead, until 513 ha are
begun. Only sites that the municipal purse pays for change places, and their tenure is clear: no purse is overdrawn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from planner.ledger import Ledger, Patch
from planner.office.folder import PlanFolder, load_folder
from planner.plan import Works

HERE = Path(__file__).resolve().parent
YEAR, TARGET_M2, MOST_YUAN = 2021, 5_130_000, 700_000_000
HEADER = """\
# 由 data/beijing/outturn.py 生成的合成数据，不是真实执行情况：只有“2021年513公顷（规划434公顷）”见于报道。
# Synthetic, made by data/beijing/outturn.py; not what really happened: only "513 ha in 2021 against 434" is reported.

title.zh = "2021年实际执行（合成示例）"
title.en = "Outturn of 2021 (synthetic example)"
note.zh = "报道的2021年完成面积为513公顷，规划为434公顷；哪些图斑、多少资金未公布，这里的图斑是从合成台账里虚构的。"
note.en = "513 ha are reported for 2021 against 434 planned; which sites is not published. The sites here are invented."
data_nature = "合成"
"""


def started(folder: PlanFolder) -> list[Patch]:
    """The patches that begin in the year: those planned, the dear ones put off, cheap ones brought forward."""
    ledger, plan = folder.ledger, folder.plan
    begun = {task.patch for task in plan.schedule if task.start == YEAR}
    later = {task.patch for task in plan.schedule if task.start > YEAR}
    dear = sorted((p for p in ledger.patches if p.patch in begun and _may_change(p)), key=_per_area, reverse=True)
    cheap = sorted((p for p in ledger.patches if p.patch in later and _may_change(p)), key=_per_area)
    put_off = iter(p for p in dear if not p.hazard_points and not p.focal)
    forward = iter(cheap)
    while _area(folder, begun) < TARGET_M2 or _money(ledger, begun) > MOST_YUAN:
        if _area(folder, begun) < TARGET_M2:
            begun.add(next(forward).patch)
        else:
            begun.remove(next(put_off).patch)
    while small := [p for p in dear + cheap if _leaves(folder, begun, p)]:
        begun.remove(max(small, key=lambda p: (p.area_m2, p.patch)).patch)
    return [patch for patch in ledger.patches if patch.patch in begun]


def _leaves(folder: PlanFolder, begun: set[str], patch: Patch) -> bool:
    """Whether the target is still met without a patch that nothing presses for."""
    if patch.patch not in begun or patch.hazard_points or patch.focal:
        return False
    return _area(folder, begun - {patch.patch}) >= TARGET_M2


def _may_change(patch: Patch) -> bool:
    works = patch.ever_licensed and not patch.by_enterprise and patch.treatment.value != "natural"
    return works and (patch.tenure_clear_from or YEAR) <= YEAR


def _per_area(patch: Patch) -> tuple[int, str]:
    return patch.cost_yuan * 1_000 // patch.area_m2, patch.patch


def _area(folder: PlanFolder, begun: set[str]) -> int:
    works = Works(folder.ledger, folder.scenario)
    patches = (folder.ledger.by_id[name] for name in begun)
    return sum(works.task_area(patch, folder.ledger.options_of(patch)[0]) for patch in patches)


def _money(ledger: Ledger, begun: set[str]) -> int:
    patches = (ledger.by_id[name] for name in begun)
    return sum(p.cost_yuan for p in patches if not p.by_enterprise and p.treatment.value != "natural")


def lines(folder: PlanFolder) -> Iterator[str]:
    """The file, line by line: works of one year are finished in November, too."""
    works = Works(folder.ledger, folder.scenario)
    patches = started(folder)
    yield HEADER
    yield "started = ["
    yield from (f'  {{ patch = "{p.patch}", on = {YEAR}-04-15 }},' for p in patches)
    yield "]"
    yield "finished = ["
    for p in patches:
        option = folder.ledger.options_of(p)[0]
        if works.counts_as_task(p, option) and works.finish(p, option, YEAR) == YEAR:
            yield f'  {{ patch = "{p.patch}", on = {YEAR}-11-30 }},'
    yield "]"


if __name__ == "__main__":
    given = load_folder(sys.argv[1])
    (HERE / f"outturn-{YEAR}.toml").write_text("\n".join(lines(given)) + "\n", encoding="utf-8")
    print(f"{_area(given, {p.patch for p in started(given)}) / 10_000:.2f} ha begun")
