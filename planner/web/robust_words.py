"""What a stress run takes for granted, in words: every figure of its risks, and where the data come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.advice.risks import Overrun, Risks, Shape
from planner.office.figures import Book
from planner.office.words import Words
from planner.texts import text
from planner.web import parts


def assumptions(found: Mapping[str, Any] | None, book: Book) -> None:
    """Show what is drawn, by which distributions, and what is not.

    Parameters
    ----------
    found : mapping, optional
        The answer; without one, what would be drawn.
    book : Book
    """
    words, lang = book.words, book.words.lang
    risks = Risks.model_validate(found["risks"]) if found else Risks()
    parts.heading(text("robust_page.assumptions", lang))
    rows = [(text(f"robust_page.risk_{name}", lang), said) for name, said in _lines(risks, words, book)]
    if found:
        drawn = text("robust_page.drawn", lang, draws=f"{found['draws']:,}", seed=found["seed"])
        rows.append((text("robust_page.risk_draws", lang), drawn))
    nature = words.nature(book.plan.certificate.data_nature or book.scenario.data_nature)
    rows.append((text("robust_page.risk_data", lang), text("robust_page.data", lang, nature=nature)))
    heads = [text(f"robust_page.{key}", lang) for key in ("risk", "assumption")]
    parts.table(heads, rows, text_columns=2, long_columns=frozenset((1,)), name="assumptions")
    parts.quiet(text("robust_page.defaults", lang))


def _lines(risks: Risks, words: Words, book: Book) -> list[tuple[str, str]]:
    lang, shares, failed = words.lang, risks.correlation, risks.failed_verification
    years = book.scenario.horizon.years
    own = [
        text(
            "robust_page.of_type", lang, type=text(f"robust_page.type_{name}", lang), overrun=overrun_words(one, words)
        )
        for name, one in risks.by_type.items()
    ]
    overrun = text("robust_page.semicolon", lang).join([overrun_words(risks.overrun, words), *own])
    return [
        ("overrun", overrun),
        ("correlation", text(
            "robust_page.correlation", lang, common=_share(shares.common), works=_share(shares.works_type),
            district=_share(shares.district), own=_share(shares.own))),
        ("failed", text(
            "robust_page.failed", lang, chance=_share(failed.chance), mine=words.money(failed.mine_yuan_per_hectare),
            rock=words.money(failed.rock_face_yuan_per_hectare), year=failed.year or years[len(years) // 2])),
        ("late", text(
            "robust_page.late", lang, chance=_share(risks.late_tranche.chance), part=_share(risks.late_tranche.part))),
        ("cut", text(
            "robust_page.cut", lang, chance=_share(risks.budget_cut.chance), part=_share(risks.budget_cut.part))),
    ]  # fmt: skip


def overrun_words(overrun: Overrun, words: Words) -> str:
    """How overruns are spread."""
    values = {
        Shape.LOGNORMAL: ("mean", "deviation"), Shape.NORMAL: ("mean", "deviation"),
        Shape.TRIANGULAR: ("low", "mode", "high"), Shape.TWO_POINT: ("up", "chance"),
    }[overrun.shape]  # fmt: skip
    said = {name: _share(getattr(overrun, name)) for name in values}
    return text(f"robust_page.shape_{overrun.shape}", words.lang, **said)


def _share(part: float) -> str:
    return f"{part * 100:g} %"
