"""The brief as a Word file, for Word and WPS on an office PC.

A Word file carries no fonts: it names those of official documents (方正小标宋, 仿宋_GB2312, 黑体), and for each a
name to take where it is missing. Rows and lines have fixed heights, so that another font does not move the page's end.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph as WordParagraph

from planner.office.brief.parts import Brief, Chart, Charts, Paragraph, Part, Points, Section, Table, spans
from planner.office.brief.typesetting import picture

TITLE, BODY, HEAD, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
INSTEAD = {TITLE: "小标宋", BODY: "仿宋", HEAD: "SimHei"}
"""What a program takes where a font is missing, before it chooses by the kind of script."""
GREY, HEAD_FILL, LINE = "5B6661", "EEF2F0", "8D9691"
WIDTH_MM = 166
TIGHTER = 0.5
"""Points by which lines stand closer than in the PDF, whose pages are the measure of both."""
LONGEST_PROPERTY = 255
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}  # fmt: skip


def docx(brief: Brief) -> bytes:
    """The brief as a Word file: the same bytes for the same brief."""
    document = Document()
    _bare(document)
    _page(document)
    _properties(document, brief)
    _fonts(document)
    pictures = {chart.name: picture(chart, brief.lang) for chart in brief.charts}
    _head(document, brief)
    first, second = brief.pages
    for section in first:
        _section(document, section, brief, pictures)
    for number, section in enumerate(second):
        _section(document, section, brief, pictures, new_page=not number)
    _footer(document, brief)
    content = BytesIO()
    document.save(content)
    return _dated(content.getvalue(), dt.datetime.fromisoformat(brief.made_at))


def _bare(document: DocumentType) -> None:
    """Take what the library's template brings along out of the file: its thumbnail, its empty styles."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(18), Mm(30)
    section.left_margin = section.right_margin = Mm(22)
    section.header_distance, section.footer_distance = Mm(8), Mm(7)


def _properties(document: DocumentType, brief: Brief) -> None:
    made = dt.datetime.fromisoformat(brief.made_at).replace(tzinfo=None)
    known = document.core_properties
    known.title, known.subject, known.comments = brief.title, brief.subject, brief.certificate[1][:LONGEST_PROPERTY]
    known.author = known.last_modified_by = "Shanfu"
    known.keywords, known.language = "", brief.lang
    known.created = known.modified = made
    known.revision = 1


def _fonts(document: DocumentType) -> None:
    """Name the fonts, and those to take where one is missing."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, other, family in ((TITLE, INSTEAD[TITLE], "roman"), (BODY, INSTEAD[BODY], "modern"),
                                    (HEAD, INSTEAD[HEAD], "modern"))
    )  # fmt: skip
    latin = f'<w:font w:name="{LATIN}"><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{entries}{latin}</w:fonts>'
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            relation.target_part._blob = xml.encode()
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    _font_of(normal.element.get_or_add_rPr(), BODY)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)


def _font_of(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    latin = LATIN if name == BODY else name
    for kind, value in (("ascii", latin), ("hAnsi", latin), ("cs", LATIN), ("eastAsia", name)):
        fonts.set(qn(f"w:{kind}"), value)


def _write(
    paragraph: WordParagraph, words: str, *, size: float, font: str = BODY, bold: bool = False, colour: str = "",
) -> None:  # fmt: skip
    run = paragraph.add_run(words)
    run.font.size, run.font.bold = Pt(size), bold or None
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    _font_of(run._element.get_or_add_rPr(), font)


def _shape(
    paragraph: WordParagraph, *, pitch: float, align: str = "left", before: float = 0, after: float = 0,
    exact: bool = True,
) -> WordParagraph:  # fmt: skip
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY if exact else WD_LINE_SPACING.SINGLE
    if exact:
        shape.line_spacing = Pt(pitch)
    shape.alignment = ALIGN[align]
    return paragraph


def _head(document: DocumentType, brief: Brief) -> None:
    title = _shape(document.add_paragraph(), pitch=26, align="center", after=3)
    _write(title, brief.title, size=18, font=TITLE)
    _rule(title, "bottom", 8)
    _write(_shape(document.add_paragraph(), pitch=13, before=4, after=3), brief.about, size=8.5, colour=GREY)
    if brief.warning:
        box = _shape(document.add_paragraph(), pitch=13, before=2, after=2)
        _write(box, brief.warning, size=8.5, font=HEAD)
        for side in ("top", "left", "bottom", "right"):
            _rule(box, side, 4)


def _rule(paragraph: WordParagraph, side: str, eighths: int) -> None:
    properties = paragraph._element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    rule = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", str(eighths)), ("space", "2"), ("color", LINE)):
        rule.set(qn(f"w:{key}"), value)
    borders.append(rule)


def _section(
    document: DocumentType, section: Section, brief: Brief, pictures: dict[str, bytes], *, new_page: bool = False
) -> None:
    head = _shape(document.add_paragraph(), pitch=14, before=5, after=3)
    head.paragraph_format.keep_with_next = True
    head.paragraph_format.page_break_before = new_page
    _write(head, section.title, size=11.5, font=HEAD)
    for part in section.parts:
        _part(document, part, brief, pictures)


def _part(document: DocumentType, part: Part, brief: Brief, pictures: dict[str, bytes]) -> None:
    if isinstance(part, Paragraph):
        note = part.kind != "paragraph"
        own = _shape(
            document.add_paragraph(),
            pitch=11 if note else brief.pitch - TIGHTER,
            align="justify",
            before=3 if note else 0,
        )
        if brief.lang == "zh" and not note:
            own.paragraph_format.first_line_indent = Pt(2 * brief.size)
        _write(own, part.text, size=8 if note else brief.size, colour=GREY if note else "")
    elif isinstance(part, Points):
        for number, words in enumerate(part.items, 1):
            own = _shape(document.add_paragraph(), pitch=brief.pitch - TIGHTER, align="justify")
            own.paragraph_format.left_indent, own.paragraph_format.first_line_indent = Pt(17), Pt(-17)
            own.paragraph_format.tab_stops.add_tab_stop(Pt(17))
            _write(own, f"{number}.\t{words}", size=brief.size)
    elif isinstance(part, Table):
        _table(document, part)
    else:
        _charts(document, part, pictures)


def _table(document: DocumentType, part: Table) -> None:
    shares = [column.share for column in part.columns]
    table = _grid(document, len(part.rows) + 1, shares)
    heads = [column.head for column in part.columns]
    _row(table, 0, heads, ["center"] * len(heads), 22, [8.0] * len(heads), HEAD, HEAD_FILL)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    aligns = [column.align for column in part.columns]
    for number, row in enumerate(part.rows, 1):
        bold = part.total and number == len(part.rows)
        sizes = [column.size * 0.94 if bold else column.size for column in part.columns]
        _row(table, number, row, aligns, 13, sizes, HEAD if bold else BODY)
    _gap(document, 2)


def _grid(document: DocumentType, rows: int, shares: list[int], *, ruled: bool = True) -> WordTable:
    """A table of fixed columns, ruled or not."""
    table: WordTable = document.add_table(rows=rows, cols=len(shares))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    properties = table._tbl.tblPr
    if ruled:
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        properties.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>"))
    margins = "".join(f'<w:{side} w:w="{50}" w:type="dxa"/>' for side in ("left", "right"))
    layout = properties.find(qn("w:tblLayout"))
    properties.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"))
    if layout is not None:
        properties.remove(layout)
        properties.insert_element_before(layout, "w:tblCellMar", "w:tblLook")
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
        properties.append(look)
    widths = [Emu(int(Mm(WIDTH_MM) * share / sum(shares))) for share in shares]
    for column, size in zip(table.columns, widths, strict=True):
        column.width = size
        for cell in column.cells:
            cell.width = size
    return table


def _row(
    table: WordTable, number: int, words: Sequence[str], aligns: list[Any], height: float, sizes: list[float],
    font: str, fill: str = "",
) -> None:  # fmt: skip
    row = table.rows[number]
    row.height, row.height_rule = Pt(height), WD_ROW_HEIGHT_RULE.EXACTLY
    unsplit = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(unsplit)
    if spans(words):
        whole = row.cells[0].merge(row.cells[-1])
        words, aligns, sizes = [words[0]], aligns[:1], [8.0]
        for extra in whole.paragraphs[1:]:
            extra._element.getparent().remove(extra._element)
    for cell, own, align, size in zip(_cells(row, words), words, aligns, sizes, strict=True):
        paragraph = _shape(cell.paragraphs[0], pitch=10 if number == 0 else 12, align=align)
        _no_space_between_scripts(paragraph)
        _write(paragraph, own, size=size, font=font)
        _centre(cell, fill)


def _no_space_between_scripts(paragraph: WordParagraph) -> None:
    """Let no program put air between a Chinese sign and a figure: a cell's words are measured without it."""
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        off = OxmlElement(name)
        off.set(qn("w:val"), "0")
        paragraph._element.get_or_add_pPr().insert_element_before(
            off, "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )


def _cells(row: Any, words: Sequence[str]) -> Sequence[Cell]:
    """The cells of a row; the one that spans it, where there is one word for all."""
    cells: Sequence[Cell] = row.cells
    return cells[: len(words)]


def _centre(cell: Cell, fill: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    if fill:
        properties.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'))
    properties.append(parse_xml(f'<w:vAlign {nsdecls("w")} w:val="center"/>'))


def _charts(document: DocumentType, part: Charts, pictures: dict[str, bytes]) -> None:
    if not part.charts:
        return
    table = _grid(document, 1, [1] * len(part.charts), ruled=False)
    for cell, chart in zip(table.rows[0].cells, part.charts, strict=True):
        paragraph = _shape(cell.paragraphs[0], pitch=12, align="center", exact=False)
        paragraph.add_run().add_picture(BytesIO(pictures[chart.name]), width=Mm(80))
        _described(paragraph, chart)
    _gap(document, 2)


def _described(paragraph: WordParagraph, chart: Chart) -> None:
    """Say what a picture shows, for those who do not see it."""
    for known in paragraph._element.iter(qn("wp:docPr")):
        known.set("descr", chart.alt)
        known.set("name", chart.name)


def _gap(document: DocumentType, points: float) -> None:
    _shape(document.add_paragraph(), pitch=points)


def _footer(document: DocumentType, brief: Brief) -> None:
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    rows = [*brief.certificate, *([brief.warning] if brief.warning else [])]
    for number, words in enumerate(rows):
        paragraph = footer.paragraphs[0] if number == 0 else footer.add_paragraph()
        paragraph.style = document.styles["Normal"]
        _shape(paragraph, pitch=9)
        if number == 0:
            _rule(paragraph, "top", 4)
        _write(paragraph, words, size=7, colour=GREY)
    last = _shape(footer.add_paragraph(), pitch=9, align="right")
    last.style = document.styles["Normal"]
    before, _, rest = brief.page_words.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _write(last, words, size=7, colour=GREY)
        if field:
            _field(last, field)


def _field(paragraph: WordParagraph, name: str) -> None:
    shown = "1" if name == "PAGE" else "2"
    for kind, words in (("begin", ""), ("", name), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(7)
        run.font.color.rgb = RGBColor.from_string(GREY)
        _font_of(run._element.get_or_add_rPr(), BODY)
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)
        elif kind == "shown":
            run.text = words
        else:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {words} "
            run._element.append(code)


def _dated(content: bytes, made: dt.datetime) -> bytes:
    """The same package with every entry of the plan's own time, in a settled order."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (max(1980, made.year), *made.timetuple()[1:6]))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, given.read(name))
    return out.getvalue()
