"""Make the shipped ledger and scenarios again: ``python data/beijing/generate.py [FOLDER]``.

Everything comes from ``calibration.toml`` beside this file; a second run changes nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from planner.ledger.excel import load_ledger, save_ledger
from planner.ledger.sample import Budgets, make_sample, read_calibration
from planner.units import decimal_text

HERE = Path(__file__).resolve().parent
HEADER = """\
# 由 data/beijing/generate.py 按 calibration.toml 生成：请改那里，再重新生成。
# Generated from calibration.toml by data/beijing/generate.py: change it there and generate again.
"""
WORDS = {"municipal": "市级", "district": "区级", "central": "中央", "social": "社会资本"}


def scenario_texts(calibration: Mapping[str, Any], budgets: Mapping[str, Budgets]) -> dict[str, str]:
    """Every scenario as the text of its TOML file, by file name."""
    return {
        f"{name}.toml": HEADER + "\n" + "\n".join(_scenario(scenario, budgets.get(name, ()))) + "\n"
        for name, scenario in calibration["scenarios"].items()
    }


def _scenario(scenario: Mapping[str, Any], budgets: Budgets) -> Iterator[str]:
    for key, value in scenario.items():
        if key in ("title", "note", "clauses"):
            yield from (f"{key}.{inner} = {_toml(one)}" for inner, one in value.items())
        elif key in ("goals", "sources"):
            yield from (f"{key} = [", *(f"  {_toml(one)}," for one in value), "]")
        elif key != "money":
            yield f"{key} = {_toml(value)}"
    if budgets:
        yield ""
        yield from _budgets(budgets)


def _toml(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return f"{value:_}" if isinstance(value, int) and value >= 10_000 else str(value)


def _budgets(budgets: Budgets) -> Iterator[str]:
    yield "# 单位：元 / in yuan"
    yield "budgets = ["
    for (source, district), rows in groupby(budgets, key=lambda row: (row.source, row.district)):
        own = list(rows)
        total = sum(row.yuan for row in own)
        name = WORDS.get(source, source.removeprefix("programme:"))
        yield f"  # {district or '全市'} · {name}: {decimal_text(total, 10_000)} 万元"
        place = f'district = "{district}", ' if district else ""
        for row in own:
            yield f'  {{ source = "{source}", {place}year = {row.year}, yuan = {row.yuan:_} }},'
    yield "]"


def main(folder: Path = HERE) -> None:
    """Write the ledger (only where its content changed) and the scenarios."""
    calibration = read_calibration(HERE / "calibration.toml")
    sample = make_sample(calibration)
    ledger_file, scenarios = folder / "ledger.xlsx", folder / "scenarios"
    scenarios.mkdir(parents=True, exist_ok=True)
    if not ledger_file.exists() or load_ledger(ledger_file).digest != sample.ledger.digest:
        save_ledger(sample.ledger, ledger_file)
    for name, text in scenario_texts(calibration, sample.budgets).items():
        (scenarios / name).write_text(text, encoding="utf-8")
    print(f"{len(sample.ledger.patches)} patches, digest {sample.ledger.digest[:12]}, {len(sample.budgets)} budgets")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
