"""Briefs as people open them: their words, their pages."""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import docx
import pypdf
from docx.oxml.ns import qn

from planner.office.brief import Written, write_brief
from tests.planner.office.handmade import hand_plan
from tests.tools import need


def written(folder: Path, made: object = None, **options: object) -> Written:
    """The brief of a plan, ledger, scenario and plan given, else of the small world."""
    ledger, scenario, plan = made or hand_plan()  # type: ignore[misc]
    return write_brief(plan, ledger, scenario, folder, folder, **options)  # type: ignore[arg-type]


def squeezed(words: str) -> str:
    """Words without spaces, so that neither line breaks nor a font's spaces matter; composed as they were written."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def pdf_text(path: Path) -> str:
    """The words of a PDF, without spaces."""
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(path).pages))


def pdf_pages(path: Path) -> int:
    return len(pypdf.PdfReader(path).pages)


def docx_lines(path: Path) -> Iterator[str]:
    """Every paragraph and every table row, the body's in order, then the footer's."""
    document = docx.Document(str(path))
    for part in (document.element.body, document.sections[0].footer._element):
        for paragraph in part.iter(qn("w:p")):
            yield "".join(run.text or "" for run in paragraph.iter(qn("w:t")))


def docx_text(path: Path) -> str:
    """The words of a Word file, without spaces."""
    return squeezed("".join(docx_lines(path)))


def docx_tables(path: Path) -> list[list[list[str]]]:
    """Every table with words in it: rows of cells."""
    found = [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(path)).tables]
    return [table for table in found if any(any(row) for row in table)]


def docx_pages(path: Path, scratch: Path) -> int:
    """How many pages LibreOffice makes of a Word file."""
    soffice = need("soffice")
    profile = scratch / "profile"
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf", "--outdir",
         str(scratch / "printed"), str(path)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return pdf_pages(scratch / "printed" / f"{path.stem}.pdf")
