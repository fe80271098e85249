"""What the product is, under which licence, on what it stands, and of what nature the data are."""

from __future__ import annotations

import platform
from importlib import metadata

import streamlit as st

from planner.ledger import DataNature
from planner.product import product_version
from planner.texts import Language, text
from planner.web import parts
from planner.web.seen import View

_BUILT_ON = (
    "highspy", "ortools", "pulp", "scipy", "numpy", "pandas", "pydantic", "streamlit", "altair", "sqlalchemy",
    "alembic", "openpyxl", "xlsxwriter", "python-calamine", "python-docx", "typst", "typer",
)  # fmt: skip
_LONGEST_LICENCE = 40


def show(view: View, lang: Language) -> None:
    """Show name, version, licence, nature of the data, and the programs it is built on."""
    parts.heading(text("web.product", lang), text("about.version", lang, version=product_version()))
    parts.block(f"<p>{parts.safe(text('about.what', lang))}</p>")
    parts.quiet(text("about.promises", lang))
    _nature(view, lang)
    parts.heading(text("about.licence", lang))
    parts.quiet(text("about.licence_is", lang))
    if words := licence_text():
        with st.expander(text("about.licence_text", lang), key="licence"):
            st.code(words, language=None, wrap_lines=True)
    parts.heading(text("about.built_on", lang), text("about.built_on_aside", lang))
    heads = [text(f"about.{key}", lang) for key in ("program", "version_head", "licence")]
    rows = [("Python", platform.python_version(), "PSF-2.0"), *(row for name in _BUILT_ON if (row := _program(name)))]
    with st.expander(text("about.programs", lang, count=len(rows)), key="programs"):
        parts.table(heads, rows, text_columns=3, name="programs")
    parts.quiet(text("about.offline", lang))


def _nature(view: View, lang: Language) -> None:
    """Of what nature the data are that are shown; invented ones are never to be missed."""
    parts.heading(text("about.nature", lang))
    if view.opened is None:
        parts.quiet(text("about.nature_unknown", lang))
        return
    said = view.opened.ledger.meta["data_nature"]
    nature = next((one for one in DataNature if said in (one.zh, str(one.value))), None)
    words = nature.label(lang) if nature else said
    if nature is DataNature.SYNTHETIC:
        parts.status("none", text("about.synthetic", lang, nature=words), text("about.synthetic_more", lang))
    else:
        parts.quiet(text("about.nature_is", lang, nature=words))


def licence_text() -> str:
    """The licence as the package brings it along; empty where it does not."""
    found = metadata.distribution("shanfu")
    return next((words for name in ("licenses/LICENSE", "LICENSE") if (words := found.read_text(name))), "")


def _program(name: str) -> tuple[str, str, str] | None:
    """A package's name, version and licence, as it says itself."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    said = (about.get_all("License-Expression") or about.get_all("License") or [""])[0]
    if not said or len(said) > _LONGEST_LICENCE:
        kinds = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if "License ::" in line]
        said = ", ".join(kinds) or said.strip().partition("\n")[0][:_LONGEST_LICENCE]
    return str(about["Name"]), str(about["Version"]), said or "–"
