"""Write what the code itself says into these pages: ``python docs/generate.py`` (``make docs``).

``clauses.md`` is written whole; in ``api.md`` what stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``.
What a field means is said in the code where the code has room for it, else in `field_words.toml`;
a field without words, and words without a field, are refused, so that neither can be forgotten.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from planner.advice.alternatives import alternatives
from planner.advice.compare import compare
from planner.advice.frontier import frontier
from planner.advice.ladder import ladder
from planner.advice.outturn import load_outturn, with_facts
from planner.advice.prices import marginal_prices
from planner.advice.reasons import why
from planner.advice.replan import replan
from planner.advice.robust import robust
from planner.advice.shortfall import shortfall
from planner.advice.stress import stress
from planner.advice.worth import worth
from planner.audit import audit
from planner.clauses import Clause, Settings, clauses
from planner.ledger import (
    Ledger,
    Option,
    Patch,
    check_ledger,
    load_ledger,
    load_mapping,
    propose_mapping,
    save_ledger,
)
from planner.ledger import Mapping as ColumnMapping
from planner.ledger.schema import Kind, Labelled, columns, defaults
from planner.ledger.types import META_DEFAULTS
from planner.office import export_workbook, write_brief
from planner.plan import Plan
from planner.planning import make_plan
from planner.scenario import OWN_MONEY, Scenario, load_scenario, save_scenario
from planner.texts import text

HERE = Path(__file__).resolve().parent
MARKED = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

WORDS = tomllib.loads((HERE / "field_words.toml").read_text(encoding="utf-8"))
"""What a field means, by its path, of a scenario and of a plan."""

UNITS = (
    (re.compile(r"^moves\.maximum$"), "patches"),
    (re.compile(r"yuan_per_hectare_year"), "yuan per ha and year"),
    (re.compile(r"yuan|commitments_by|\.budget$|\.used$|lapsed|overdrawn|reserved"), "yuan"),
    (re.compile(r"m2"), "m²"),
    (re.compile(r"percent"), "%"),
    (re.compile(r"seconds"), "s"),
    (re.compile(r"points|hazards_removed"), "points (处)"),
    (re.compile(r"(^|[._])(year|first|last|start|finish|vintage)$|(first|last)_start$"), "year"),
    (re.compile(r"carry\.years"), "years"),
    (re.compile(r"minimum|maximum|special_projects"), "projects"),
    (re.compile(r"tolerance|rate$|gap$"), "fraction"),
)
COLUMN_UNITS = {Kind.AREA: "m²; 公顷", Kind.MONEY: "yuan; 万元", Kind.MONEY_LIST: "yuan; 万元"}
COLUMN_UNITS_BY_NAME = {
    "longitude": "°E",
    "latitude": "°N",
    "closure_year": "year",
    "tenure_clear_from": "year",
    "planned_year": "year",
    "first_start": "year",
    "last_start": "year",
    "duration_years": "years",
    "hazard_points": "points (处)",
    "tier": "1–3",
    "bottom_line": "0–100",
    "resident_impact": "0–100",
    "landscape_damage": "0–100",
    "district_shares": "weights",
}


def pages() -> dict[str, str]:
    """What each page should say, by file name."""
    api = (HERE / "api.md").read_text(encoding="utf-8")
    return {"clauses.md": clauses_page(), "api.md": filled_in(api, PARTS)}


def filled_in(page: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """A page with each marked part written anew.

    Raises
    ------
    ValueError
        The page does not have each part exactly once.
    """
    found = [match["name"] for match in MARKED.finditer(page)]
    if sorted(found) != sorted(parts):
        raise ValueError(f"api.md marks the parts {sorted(found)}; generated are {sorted(parts)}")
    return MARKED.sub(lambda match: f"{match[1]}{parts[match['name']]()}\n{match[3]}", page)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


# Clauses


def clauses_page() -> str:
    """The page ``clauses.md``."""
    known = clauses()
    head = [
        "# Clauses 条款",
        "",
        "Generated from `planner/clauses/` by `docs/generate.py` (`make docs`); change it there. "
        "由 `docs/generate.py` 根据 `planner/clauses/` 生成，请改那里。",
        "",
        "A clause is *hard* (a plan that breaks it is refused), *soft* (it may be broken; breaches count in parts per "
        "million of the side that is broken, and come first among the goals unless the scenario places `soft`) or "
        "*off*.",
        "",
        "A clause that the scenario names with a `mode` has that mode; to name it without one is to want it: it is "
        "then held hard. One that it does not name has the mode of `clauses.default` where that is given and the "
        "clause can be held so, else its own default; `locks` is held hard wherever the scenario gives locks or "
        "frozen years, unless it is named off.",
        "",
        "“规划” (the plan) is 《北京市矿山生态修复“十四五”规划（2021年—2025年）》. Names in a formula are those of the "
        "ledger, of the scenario and of the settings; [model.md](model.md) says how they come together.",
        "",
        table(
            ["id", "条款", "clause", "modes", "default", "出处 citation"],
            [
                [
                    f"[`{name}`](#{name})",
                    clause.title.zh,
                    clause.title.en,
                    ", ".join(clause.modes),
                    str(clause.default_mode),
                    clause.citation.zh,
                ]
                for name, clause in known.items()
            ],
        ),
    ]
    return "\n".join(head) + "\n" + "".join(_clause(name, clause) for name, clause in known.items())


def _clause(name: str, clause: Clause) -> str:
    lines = [
        "",
        f"## {name}",
        "",
        f"**{clause.title.zh}** · **{clause.title.en}**",
        "",
        f"{clause.meaning.zh}",
        "",
        f"{clause.meaning.en}",
        "",
        f"- 出处 citation: {clause.citation.zh} · {clause.citation.en}",
        f"- modes: {', '.join(clause.modes)}; default: {clause.default_mode}",
        "",
        "```text",
        *re.split(r";\s+", clause.formula),
        "```",
    ]
    rows = list(_settings_rows(name, clause.settings))
    if rows:
        lines += ["", table(["setting", "unit", "default", "limits", "meaning"], rows)]
    return "\n".join(lines) + "\n"


def _settings_rows(clause: str, settings: type[Settings]) -> Iterator[list[str]]:
    words = parameter_words(settings)
    schema = settings.model_json_schema()["properties"]
    own = [name for name in settings.model_fields if name != "mode"]
    if own and set(words) != set(own):
        raise ValueError(f"{clause}: {settings.__name__} explains {sorted(words)} and has {sorted(own)}")
    for name in own:
        default = settings.model_fields[name].default
        limits = _limits(schema[name])
        yield [
            f"`{name}`",
            unit_of(f"{clause}.{name}"),
            "none" if default is None else f"`{default}`",
            limits,
            words[name],
        ]


def parameter_words(described: type[Any]) -> dict[str, str]:
    """What a class's docstring says of each of its parameters (NumPy style)."""
    section = inspect.cleandoc(described.__doc__ or "").partition("Parameters\n----------\n")[2]
    words: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        if line.startswith("    "):
            for name in names:
                words[name] = f"{words.get(name, '')} {line.strip()}".strip()
        else:
            names = [name.strip() for name in line.partition(" : ")[0].split(",")]
    return words


def unit_of(path: str) -> str:
    """The unit that a field's name tells; empty where it has none."""
    return next((unit for pattern, unit in UNITS if pattern.search(path)), "")


# The public functions


def signatures() -> str:
    """The public functions with their arguments."""
    functions: dict[str, Callable[..., Any]] = {
        "load_ledger": load_ledger,
        "save_ledger": save_ledger,
        "check_ledger": check_ledger,
        "propose_mapping": propose_mapping,
        "load_mapping": load_mapping,
        "Mapping.save": ColumnMapping.save,
        "Ledger.from_frames": Ledger.from_frames,
        "Ledger.to_frames": Ledger.to_frames,
        "load_scenario": load_scenario,
        "save_scenario": save_scenario,
        "Scenario.model_validate": Scenario.model_validate,
        "make_plan": make_plan,
        "audit": audit,
        "shortfall": shortfall,
        "why": why,
        "marginal_prices": marginal_prices,
        "worth": worth,
        "export_workbook": export_workbook,
        "write_brief": write_brief,
        "compare": compare,
        "frontier": frontier,
        "alternatives": alternatives,
        "ladder": ladder,
        "stress": stress,
        "robust": robust,
        "replan": replan,
        "load_outturn": load_outturn,
        "with_facts": with_facts,
        "Plan.from_dict": Plan.from_dict,
        "Plan.to_dict": Plan.to_dict,
        "Plan.to_json": Plan.to_json,
    }
    lines = []
    for name, function in functions.items():
        lines.append(_signature(name, function))
    return "```text\n" + "\n".join(lines) + "\n```"


def _signature(name: str, function: Callable[..., Any]) -> str:
    """A function with its arguments, on one line where that is short enough."""
    shown = inspect.signature(function)
    arguments, by_name = [], False
    for argument in shown.parameters.values():
        if argument.name == "self":
            continue
        if argument.kind is argument.KEYWORD_ONLY and not by_name:
            arguments.append("*")
            by_name = True
        stars = "**" if argument.kind is argument.VAR_KEYWORD else ""
        default = "" if argument.default is argument.empty else f" = {argument.default!r}"
        arguments.append(f"{stars}{argument.name}: {argument.annotation}{default}")
    line = f"{name}({', '.join(arguments)}) -> {shown.return_annotation}"
    if len(line) <= 100:
        return line
    return f"{name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f") -> {shown.return_annotation}"


# The ledger


def column_table(row_type: type[Patch] | type[Option]) -> str:
    """Every column of a row type."""
    standing = defaults(row_type)
    rows = []
    for field, column in columns(row_type).items():
        default = _ledger_default(standing.get(field, MISSING))
        kind = column.kind.replace("_", " ")
        if column.kind is Kind.YES_NO:
            kind = f"yes/no ({column.yes} / {column.no})"
        unit = COLUMN_UNITS.get(column.kind) or COLUMN_UNITS_BY_NAME.get(field, "")
        rows.append([f"`{field}`", column.zh, kind, unit, default, column.doc])
    return table(["column", "中文列名", "kind", "unit (frames; Excel)", "default", "meaning"], rows)


def _ledger_default(value: object) -> str:
    if value is MISSING:
        return "**required**"
    if value is None or value in ((), ""):
        return "empty"
    if isinstance(value, bool):
        return "no" if not value else "yes"
    return f"`{value}`"


def choice_table() -> str:
    """The words of every column of kind choice."""
    rows = []
    for row_type in (Patch, Option):
        for field, column in columns(row_type).items():
            members: Sequence[Labelled] = list(column.choices or ())
            if members and not (row_type is Option and field in columns(Patch)):
                rows.append([f"`{field}`", " · ".join(f"`{member.value}` {member.zh}" for member in members)])
    return table(["column", "words"], rows)


def meta_table() -> str:
    """The entries of a ledger's meta."""
    rows = [
        [f"`{key}`", f"`{value}`" if value else "empty", text(f"ledger.about_{key}", "en")]
        for key, value in META_DEFAULTS.items()
    ]
    return table(["key", "default", "meaning"], rows)


# Scenario and plan


def scenario_table() -> str:
    """Every key of a scenario."""
    whole = {"clauses", "cash_profile", "title", "note", "overrides[].value", "sources[].require"}
    return _field_table(Scenario, WORDS["scenario"], whole, "validation")


def plan_table() -> str:
    """Every field of a plan."""
    return _field_table(
        Plan, WORDS["plan"], {"certificate.settings"}, "serialization", first=("format", "certificate", "metrics")
    )


def _field_table(
    model: type[BaseModel], words: Mapping[str, str], whole: set[str], use: Any, first: Sequence[str] = ()
) -> str:
    schema = model.model_json_schema(mode=use)
    found: dict[str, list[str]] = {}
    _walk(model, schema, schema["$defs"], "", whole, found, words)
    if set(found) != set(words):
        missing, idle = sorted(set(found) - set(words)), sorted(set(words) - set(found))
        raise ValueError(f"{model.__name__}: fields without words {missing}; words without a field {idle}")
    head = ["key", "type", "unit", "default", "meaning"]
    order = {name: place for place, name in enumerate(first)}
    paths = sorted(found, key=lambda path: order.get(path.partition(".")[0], len(order)))
    rows = [[f"`{path}`", *found[path], words[path]] for path in paths]
    if use == "serialization":
        head.remove("default")
        rows = [[path, kind, unit, meaning] for path, kind, unit, _, meaning in rows]
    return table(head, rows)


def _walk(
    model: type[BaseModel] | None,
    schema: Mapping[str, Any],
    known: Mapping[str, Any],
    prefix: str,
    whole: set[str],
    found: dict[str, list[str]],
    words: Mapping[str, str],
) -> None:
    """Gather type, unit and default of every leaf below an object, lists and inner objects followed."""
    for name, entry in schema["properties"].items():
        path = prefix + name
        inner, mark = _inside(entry, known)
        if inner is not None and path not in whole:
            if path in words:
                found[path] = [_kind(entry, known), unit_of(path), ""]
            _walk(None, inner, known, f"{path}{mark}.", whole, found, words)
            continue
        found[path] = [_kind(entry, known), unit_of(path), _default(model, schema, name, entry)]


def _inside(entry: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str]:
    """The object that an entry leads to, and how its path is marked: ``[]`` for lists, ``{}`` for maps."""
    if "$ref" in entry:
        target = known[entry["$ref"].rpartition("/")[2]]
        return (target, "") if "properties" in target else (None, "")
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(entry.get(key), Mapping):
            inner, more = _inside(entry[key], known)
            return inner, mark + more
    for choice in entry.get("anyOf", ()):
        inner, mark = _inside(choice, known)
        if inner is not None:
            return inner, mark
    return None, ""


def _kind(entry: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """A type in plain words, with its limits."""
    if "$ref" in entry:
        return _kind(known[entry["$ref"].rpartition("/")[2]], known)
    if "anyOf" in entry:
        kinds = dict.fromkeys(_kind(choice, known) for choice in entry["anyOf"])
        if "number" in kinds or any(kind.startswith("number") for kind in kinds):
            kinds.pop("whole number", None)
            kinds.pop("text", None)
        return " or ".join(kinds)
    if "const" in entry:
        return f"`{entry['const']}`"
    if "enum" in entry:
        return ", ".join(f"`{word}`" for word in entry["enum"])
    kind = entry.get("type")
    if kind == "array":
        return f"list of {_kind(entry['items'], known)}"
    if kind == "object":
        inner = entry.get("additionalProperties")
        return f"map to {_kind(inner, known)}" if isinstance(inner, Mapping) else "table"
    if entry.get("pattern"):
        return _pattern_words(entry["pattern"])
    plain = {"integer": "whole number", "string": "text", "boolean": "yes/no", "null": "none"}
    words = plain.get(str(kind), str(kind or "any"))
    limits = _limits(entry)
    return f"{words}, {limits}" if limits else words


def _pattern_words(pattern: str) -> str:
    """The words that a pattern of alternatives allows; a budget of who pays for their own site is refused."""
    words = pattern.strip("^$()").split("|")
    shown = ["programme:<name>" if word.startswith("programme:") else word for word in words if word not in OWN_MONEY]
    return ", ".join(f"`{word}`" for word in shown)


def _limits(entry: Mapping[str, Any]) -> str:
    entries = [entry, *entry.get("anyOf", ())]
    signs = (
        ("minimum", "≥"),
        ("ge", "≥"),
        ("exclusiveMinimum", ">"),
        ("maximum", "≤"),
        ("le", "≤"),
        ("exclusiveMaximum", "<"),
    )
    found = [f"{sign} {one[key]:g}" for one in entries for key, sign in signs if key in one]
    return ", ".join(found)


def _default(model: type[BaseModel] | None, schema: Mapping[str, Any], name: str, entry: Mapping[str, Any]) -> str:
    if name in schema.get("required", ()):
        return "**required**"
    value = entry.get("default")
    if model is not None:
        value = model.model_fields[name].get_default(call_default_factory=True)
    if isinstance(value, StrEnum):
        value = str(value)
    if isinstance(value, Mapping) and name == "cash_profile":
        return "`" + ", ".join(f"{key} = {list(weights)}" for key, weights in value.items()) + "`"
    if name == "clauses":
        return "each its own"
    if value in (None, "", (), [], {}):
        return "none"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(f"`{word}`" for word in value)
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


PARTS: dict[str, Callable[[], str]] = {
    "signatures": signatures,
    "patch-columns": lambda: column_table(Patch),
    "option-columns": lambda: column_table(Option),
    "choices": choice_table,
    "meta": meta_table,
    "scenario-keys": scenario_table,
    "plan-fields": plan_table,
}


def main() -> None:
    """Write the pages."""
    for name, content in pages().items():
        (HERE / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
