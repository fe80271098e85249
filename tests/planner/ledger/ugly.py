"""Ugly ledgers, each made from one clean one: what district offices really send, one ugliness each, and together."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import xlwt
from openpyxl.styles import PatternFill

from planner.ledger.mapping import MappedColumn, Mapping
from tests.planner.ledger.tables import ZH

Grid = list[list[Any]]
FIELDS = [
    *("patch", "district", "township", "kind", "area_m2", "treatment", "ever_licensed", "cost_yuan", "hazard_points"),
    *("ecological_redline", "closure_year", "verified_on", "longitude", "latitude", "remark"),
]
HEADER = [ZH[name] for name in FIELDS]
DAY = dt.date(2021, 3, 1)
# ids with leading zeros, areas that are round in 亩 too
ROWS: Grid = [
    ["0101", "甲区", "一镇", "废弃矿山", 1.5, "人工修复", "曾有", 1300, 2, "否", 2008, DAY, 115.71, 39.72, "东侧"],
    ["0102", "甲区", "一镇", "废弃矿山", 0.32, "人工修复", "无", 64.5, None, "否", 2010, DAY, 115.72, 39.73, None],
    ["0103", "甲区", "二镇", "裸露岩壁", 2.04, "人工修复", "曾有", 512, None, "否", 2010, None, 115.73, 39.74, None],
    ["0201", "乙区", "三镇", "废弃矿山", 12.5, "综合利用", "曾有", 1234.5, 1, "否", 2013, DAY, 116.81, 40.41, None],
    ["0202", "乙区", "三镇", "裸露岩壁", 0.5, "人工修复", "无", 88, None, "否", None, DAY, 116.82, 40.42, None],
    ["0203", "乙区", "四镇", "废弃矿山", 3.6, "自然恢复", "无", 0, None, "是", 2005, DAY, 116.83, 40.43, None],
]
AT = {name: place for place, name in enumerate(FIELDS)}
SHEET = "图斑台账"
SUM: list[Any] = ["合计", None, None, None, 20.46, None, None, 3199, 3, *[None] * 6]

Found = tuple[str, int, str]
"""Id, row and column of a finding."""


@dataclass(frozen=True)
class Ugly:
    """A ledger, how it is written, and what must be found in it; without an error it is the clean ledger."""

    name: str
    write: Callable[[Path], Any]
    suffix: str = ".xlsx"
    found: tuple[Found, ...] = ()
    mapping: Mapping | None = None
    refused: bool = field(default=False)


def grid(*, header: list[Any] | None = None, above: Grid | None = None, below: Grid | None = None) -> Grid:
    return [*(above or []), list(header or HEADER), *(list(row) for row in ROWS), *(below or [])]


def with_column(name: str, change: Callable[[Any], Any], title: str | None = None) -> Grid:
    """The clean grid with each cell of a column written otherwise, and the column perhaps under another name."""
    made = grid()
    place = AT[name]
    made[0][place] = title or made[0][place]
    for row in made[1:]:
        row[place] = change(row[place])
    return made


def with_cell(row: int, name: str, value: Any) -> Grid:
    """The clean grid with one cell changed; the first row of data is 2."""
    made = grid()
    made[row - 1][AT[name]] = value
    return made


def xlsx(
    made: Grid, *more: tuple[str, Grid], sheet: str = SHEET, then: Callable[[Any], Any] | None = None
) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in ((sheet, made), *more):
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)
        if then:
            then(book)
        book.save(path)
        book.close()

    return write


def text_file(made: Grid, coding: str, separator: str = ",") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=separator)
        writer.writerows([["" if cell is None else cell for cell in row] for row in made])
        path.write_bytes(stream.getvalue().encode(coding))

    return write


def xls(made: Grid, sheet: str = SHEET) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = xlwt.Workbook(encoding="utf-8")
        page = book.add_sheet(sheet)
        day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
        for i, row in enumerate(made):
            for j, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    page.write(i, j, cell, day)
                elif cell is not None:
                    page.write(i, j, cell)
        book.save(str(path))

    return write


def ods(made: Grid, sheet: str = SHEET) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = odf.opendocument.OpenDocumentSpreadsheet()
        table = odf.table.Table(name=sheet)
        for row in made:
            line = odf.table.TableRow()
            for cell in row:
                line.addElement(_ods_cell(cell))
            table.addElement(line)
        # as every program ends a sheet: a million empty rows in one element
        last = odf.table.TableRow(numberrowsrepeated=1_048_500)
        last.addElement(odf.table.TableCell(numbercolumnsrepeated=1024))
        table.addElement(last)
        book.spreadsheet.addElement(table)
        book.save(str(path))

    return write


def _ods_cell(cell: Any) -> Any:
    if cell is None:
        return odf.table.TableCell()
    if isinstance(cell, dt.date):
        made = odf.table.TableCell(valuetype="date", datevalue=cell.isoformat())
    elif isinstance(cell, int | float):
        made = odf.table.TableCell(valuetype="float", value=str(cell))
    else:
        made = odf.table.TableCell(valuetype="string")
    made.addElement(odf.text.P(text=str(cell)))
    return made


def wide(text: object) -> object:
    """With full-width letters, digits and signs."""
    return str(text).translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}) if text is not None else None


def _merge(*areas: str) -> Callable[[Any], None]:
    def then(book: Any) -> None:
        for area in areas:
            book.worksheets[0].merge_cells(area)

    return then


def _hide(name: str) -> Callable[[Any], None]:
    def then(book: Any) -> None:
        book[name].sheet_state = "hidden"

    return then


def _colour_everything(book: Any) -> None:
    for row in book.worksheets[0].iter_rows(min_row=8, max_row=3000, max_col=40):
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FFFFFF")


def _two_rows() -> Grid:
    """A header of two rows: the unit below the area, two columns below the cost."""
    made = grid()
    upper = ["未治理面积" if cell == ZH["area_m2"] else cell for cell in made[0]]
    lower: list[Any] = [None] * len(upper)
    lower[AT["area_m2"]] = "公顷"
    upper[AT["cost_yuan"]], lower[AT["cost_yuan"]] = "投资估算", "万元"
    return [upper, lower, *made[1:]]


def _grouped() -> Grid:
    """Area and cost below one heading, and the headings of the others merged downward."""
    made = grid()
    upper, lower = list(made[0]), [None] * len(made[0])
    for name in ("longitude", "latitude"):
        upper[AT[name]], lower[AT[name]] = None, made[0][AT[name]]
    upper[AT["longitude"]] = "中心坐标"
    return [upper, lower, *made[1:]]


def _fix_width(made: Grid, column: int, value: Any, title: str) -> Grid:
    return [[*row[:column], title if i == 0 else value, *row[column:]] for i, row in enumerate(made)]


AREA, COST = ZH["area_m2"], ZH["cost_yuan"]


def confirmed(**fields: tuple[str, str]) -> Mapping:
    """A mapping that a user has confirmed: field = (column, unit)."""
    return Mapping(tuple(MappedColumn(column, name, unit) for name, (column, unit) in fields.items()))


def odd_ones() -> Iterator[Ugly]:
    """What a reviewer thought of who had not seen the others."""
    made = grid()
    bare = [name.partition("(")[0] for name in HEADER]
    ha: list[Any] = ["公顷" if name == AREA else "万元" if name == COST else None for name in HEADER]
    mu: list[Any] = ["（亩）" if name == AREA else "（万元）" if name == COST else None for name in HEADER]
    in_mu = with_column("area_m2", lambda area: round(area * 15, 4))[1:]
    yield Ugly("unit-row", xlsx([bare, ha, *made[1:]]))
    yield Ugly("unit-row-in-brackets", xlsx([bare, mu, *in_mu]))
    grouped = _grouped()
    top = [str(name).partition("(")[0] if name else None for name in grouped[0]]
    merge = _merge("M1:N1", *(f"{c}1:{c}2" for c in "ABCDEFGHIJKLO"))
    yield Ugly("merged-header-and-unit-row", xlsx([top, grouped[1], ha, *grouped[2:]], then=merge))
    english: list[Any] = [
        *("Site ID", "District", "Town", "Patch kind", "Area (acres)", "Restoration type", "Licence held"),
        *("Estimated cost (USD)", "Number of hazards", "Ecological redline", "Year closed", "Verification date"),
        *("Lon", "Lat", "Notes"),
    ]
    acres = [[*row[:4], round(row[4] / 0.40468564224, 4), *row[5:]] for row in made[1:]]
    yield Ugly(
        "acres-and-dollars",
        xlsx([[*english], *acres], sheet="Sites"),
        found=(("unit_missing", 1, "Estimated cost (USD)"),),
        refused=True,
    )
    english[7] = "Estimated cost (10k yuan)"
    yield Ugly("acres", xlsx([english, *acres], sheet="Sites"))

    def total(words: str, area: float, cost: float) -> list[Any]:
        return [None, words, None, None, area, None, None, cost, *[None] * 7]

    between = [*made[:4], total("甲区合计", 3.86, 1876.5), *made[4:], total("乙区合计", 16.6, 1322.5)]
    yield Ugly("sums-between-districts", xlsx(between), found=(("sum_row", 5, ""), ("sum_row", 9, "")))
    wrong = [*made[:4], total("甲区合计", 3.86, 1900.5), *made[4:], total("总计", 20.46, 3199)]
    yield Ugly(
        "sum-between-districts-wrong",
        xlsx(wrong),
        found=(("sum_row", 5, ""), ("sum_wrong", 5, COST), ("sum_row", 9, "")),
    )
    required = (ZH["patch"], ZH["treatment"], ZH["ever_licensed"])
    yield Ugly(
        "sum-without-a-word",
        xlsx([*made[:4], total("甲区", 3.86, 1876.5), *made[4:]]),
        found=tuple(("required_empty", 5, name) for name in required),
        refused=True,
    )
    order = [7, 0, 3, 14, 4, 1, 6, 5, 2, 9, 8, 13, 12, 11, 10]
    other = [[row[place] for place in order] for row in [made[0], *in_mu[3:]]]
    other[0][order.index(AT["area_m2"])] = "未治理面积(亩)"
    yield Ugly("by-district-in-other-orders-and-units", xlsx(made[:4], ("乙区", other), sheet="甲区"))
    yield Ugly(
        "sheet-of-another-district",
        xlsx(made[:4], ("丙区", [made[0], *made[4:]]), sheet="甲区"),
        found=(("sheet_of_another", 0, ""),),
    )
    no_district = [[cell for place, cell in enumerate(row) if place != AT["district"]] for row in made]
    yield Ugly(
        "by-district-without-the-column",
        xlsx(no_district[:4], ("乙区", [no_district[0], *no_district[4:]]), sheet="甲区"),
        found=(("column_missing", 1, ZH["district"]), ("column_missing", 1, ZH["district"])),
        refused=True,
    )
    yield Ugly(
        "ids-anew-in-each-district",
        xlsx(with_column("patch", lambda id: f"0{id[2:]}")),
        found=tuple(("patch_twice", row, ZH["patch"]) for row in (5, 6, 7)),
        refused=True,
    )
    yield Ugly("marked-ids", text_file(with_column("patch", lambda id: f"'{id}"), "utf-8"), ".csv")
    dated = ("核查日期",)
    for name, form in (("month", "{0.year}年{0.month}月"), ("short-year", "21.{0.month}.{0.day}")):
        yield Ugly(
            f"dates-by-{name}",
            xls(with_column("verified_on", lambda day, form=form: day and form.format(day))),
            ".xls",
            found=tuple(("not_a_date", row, *dated) for row in (2, 3, 5, 6, 7)),
            refused=True,
        )
    yield Ugly("gb18030-tabs", text_file(grid(), "gb18030", "\t"), ".csv")
    yield Ugly("ods-repeated", _repeated(1), ".ods")
    yield Ugly(
        "ods-repeated-patch", _repeated(2), ".ods", found=(("patch_twice", 5005, ZH["patch"]),), refused=True
    )  # fmt: skip
    yield Ugly("xls-1904", _since_1904, ".xls")


def _repeated(times: int) -> Callable[[Path], None]:
    """Equal cells side by side as one, five thousand blank rows after the first patch, and the third patch repeated."""

    def write(path: Path) -> None:
        book = odf.opendocument.OpenDocumentSpreadsheet()
        table = odf.table.Table(name=SHEET)
        for number, row in enumerate(grid()):
            line = odf.table.TableRow(**({"numberrowsrepeated": times} if number == 3 else {}))
            for value, run in itertools.groupby(row):
                cell = _ods_cell(value)
                cell.setAttribute("numbercolumnsrepeated", len(list(run)))
                line.addElement(cell)
            table.addElement(line)
            if number == 1:
                blank = odf.table.TableRow(numberrowsrepeated=5000)
                blank.addElement(odf.table.TableCell(numbercolumnsrepeated=1024))
                table.addElement(blank)
        book.spreadsheet.addElement(table)
        book.save(str(path))

    return write


def _since_1904(path: Path) -> None:
    """Dates as programs on old Macintoshes counted them."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = True
    page, day = book.add_sheet(SHEET), xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"')
    for i, row in enumerate(grid()):
        for j, cell in enumerate(row):
            if isinstance(cell, dt.date):
                page.write(i, j, (cell - dt.date(1904, 1, 1)).days, day)
            elif cell is not None:
                page.write(i, j, cell)
    book.save(str(path))


def cases() -> Iterator[Ugly]:
    """Every ugly ledger."""
    yield Ugly("clean", xlsx(grid()))
    # formats
    yield Ugly("xls", xls(grid()), ".xls")
    yield Ugly("ods", ods(grid()), ".ods")
    yield Ugly("wrong-ending", xls(grid()), ".xlsx")
    yield Ugly("csv-utf8", text_file(grid(), "utf-8"), ".csv")
    yield Ugly("csv-bom", text_file(grid(), "utf-8-sig"), ".csv")
    yield Ugly("csv-gb18030", text_file(grid(), "gb18030"), ".csv")
    yield Ugly("csv-semicolon", text_file(grid(), "utf-8", ";"), ".csv")
    yield Ugly("csv-tab-utf16", text_file(grid(), "utf-16", "\t"), ".csv")
    # layout
    above: Grid = [["某市矿山生态修复台账"], [], ["填报日期：2021年4月"], [None, "单位：公顷、万元"]]
    yield Ugly("title-rows", xlsx(grid(above=above)))
    yield Ugly(
        "unit-line", xlsx(grid(above=above, header=[h.partition("(")[0] if h in (AREA, COST) else h for h in HEADER]))
    )
    yield Ugly("two-row-header", xlsx(_two_rows()))
    yield Ugly("merged-header", xlsx(_grouped(), then=_merge("M1:N1", *(f"{c}1:{c}2" for c in "ABCDEFGHIJKLO"))))
    yield Ugly("blank-rows", xlsx([r for row in grid() for r in (row, [None, "  "], [])]))
    yield Ugly("sum-row", xlsx(grid(below=[SUM])), found=(("sum_row", 8, ""),))
    yield Ugly("sum-in-district", xlsx(grid(below=[[None, "总  计", *SUM[2:]]])), found=(("sum_row", 8, ""),))
    yield Ugly("sum-rounded", xlsx(grid(below=[[*SUM[:4], 20.5, *SUM[5:]]])), found=(("sum_row", 8, ""),))
    yield Ugly(
        "sum-wrong",
        xlsx(grid(below=[[*SUM[:7], 3299, *SUM[8:]]])),
        found=(("sum_row", 8, ""), ("sum_wrong", 8, COST)),
    )
    part: Grid = [
        ["小计", None, None, None, 3.86, None, None, 1876.5],
        ["小计", None, None, None, 16.6, None, None, 1322.5],
    ]
    made = grid()
    yield Ugly(
        "part-sums",
        xlsx([*made[:4], part[0], *made[4:], part[1], SUM]),
        found=(("sum_row", 5, ""), ("sum_row", 9, ""), ("sum_row", 10, "")),
    )
    yield Ugly(
        "sums-first",
        xlsx([made[0], SUM, part[0], *made[1:4], part[1], *made[4:]]),
        found=(("sum_row", 2, ""), ("sum_row", 3, ""), ("sum_row", 7, "")),
    )
    yield Ugly(
        "signature", xlsx(grid(below=[[], ["填表人：张三", None, "审核人：李四"]])), found=(("row_passed_over", 9, ""),)
    )
    yield Ugly("page-header", xlsx([*made[:4], made[0], *made[4:]]), found=(("row_passed_over", 5, ""),))
    yield Ugly(
        "merged-district",
        xlsx(
            [row if i in (0, 1, 4) else [row[0], None, *row[2:]] for i, row in enumerate(made)],
            then=_merge("B2:B4", "B5:B7"),
        ),
        found=(("merged_filled", 2, "区"), ("merged_filled", 5, "区")),
    )
    yield Ugly(
        "merged-cost",
        xlsx(with_cell(3, "cost_yuan", None), then=_merge("H2:H3")),
        found=(("merged_not_filled", 2, COST), ("required_empty", 3, COST)),
        refused=True,
    )
    yield Ugly("hidden-sheet", xlsx(grid(), ("旧表", grid()), then=_hide("旧表")), found=(("sheet_hidden", 0, ""),))
    yield Ugly("by-district", xlsx(made[:4], ("乙区", [made[0], *made[4:]]), sheet="甲区"))
    turned = [list(reversed(row)) for row in [made[0], *made[4:]]]
    yield Ugly(
        "by-district-turned",
        xlsx(made[:4], ("乙区", turned), ("填表说明", [["请逐项填写"]]), sheet="甲区"),
        found=(("sheet_passed_over", 0, ""),),
    )
    yield Ugly("any-sheet-name", xlsx(grid(), sheet="Sheet1"))
    yield Ugly("formatted-far-out", xlsx(grid(), then=_colour_everything))
    # cells
    yield Ugly("wide-digits", xlsx(with_column("area_m2", wide)))
    yield Ugly("wide-ids", xlsx(with_column("patch", wide)))
    yield Ugly("numbers-as-text", xlsx(with_column("cost_yuan", str)))
    yield Ugly("thousands", xlsx(with_column("cost_yuan", lambda cost: f"{cost:,.2f}")))
    yield Ugly("wide-thousands", xlsx(with_column("cost_yuan", lambda cost: wide(f"{cost:,}"))))
    serial = lambda day: day and (day - dt.date(1899, 12, 30)).days  # noqa: E731
    yield Ugly("date-serials", xlsx(with_column("verified_on", serial)))
    for name, form in {
        "年": "{0.year}年{0.month}月{0.day}日",
        ".": "{0.year}.{0.month}.{0.day}",
        "slash": "{0.year}/{0.month}/{0.day}",
    }.items():
        yield Ugly(f"dates-{name}", xlsx(with_column("verified_on", lambda day, form=form: day and form.format(day))))
    yield Ugly("dates-run-together", xlsx(with_column("verified_on", lambda day: day and int(f"{day:%Y%m%d}"))))
    for yes, no in (("√", "×"), ("有", "无"), (1, 0), ("1", "0"), (True, False), ("Y", "N")):
        words = {"是": yes, "否": no}
        yield Ugly(f"yes-{yes!r}", xlsx(with_column("ecological_redline", lambda said, words=words: words[said])))
    yield Ugly("licence-yes-no", xlsx(with_column("ever_licensed", lambda said: "是" if said == "曾有" else "否")))
    for dash in ("-", "—", "/", "无"):
        yield Ugly(
            f"nothing-{dash if dash != '/' else 'slash'}",
            xlsx(with_column("hazard_points", lambda n, dash=dash: dash if n is None else n)),
        )
    yield Ugly("dashes-in-texts", xlsx(with_column("remark", lambda said: said or "—")))
    yield Ugly("counters", xlsx(with_column("hazard_points", lambda n: n and f"{n}处")))
    yield Ugly("years-in-words", xlsx(with_column("closure_year", lambda year: year and f"{year}年")))
    plain_ids = with_column("patch", lambda id: id)
    yield Ugly(
        "blanks-around", xlsx([[f" {cell}　" if isinstance(cell, str) else cell for cell in row] for row in plain_ids])
    )
    yield Ugly("unit-in-cells", xlsx(with_column("area_m2", lambda ha: f"{ha}公顷", "未治理面积")))
    yield Ugly("other-unit-in-a-cell", xlsx(with_cell(2, "area_m2", "22.5亩")))
    yield Ugly("mu", xlsx(with_column("area_m2", lambda ha: round(ha * 15, 4), "未治理面积（亩）")))
    yield Ugly("m2", xlsx(with_column("area_m2", lambda ha: round(ha * 10_000), "未治理面积(平方米)")))
    yield Ugly("km2", xlsx(with_column("area_m2", lambda ha: round(ha / 100, 6), "未治理面积/km²")))
    yield Ugly("yuan", xlsx(with_column("cost_yuan", lambda wan: round(wan * 10_000), "投资估算（元）")))
    yield Ugly("thousand-yuan", xlsx(with_column("cost_yuan", lambda wan: wan * 10, "投资估算(千元)")))
    yield Ugly("yi", xlsx(with_column("cost_yuan", lambda wan: round(wan / 10_000, 8), "投资估算 （亿元）")))
    # names
    names = {"patch": "图斑号", "district": "所在区县", "township": "所在乡镇", AREA: "", "treatment": "修复方式"}
    renamed = [names.get(name, HEADER[AT[name]]) for name in FIELDS]
    yield Ugly("synonyms", xlsx(grid(header=renamed)))
    yield Ugly("wide-brackets", xlsx(grid(header=[h.replace("(", "（").replace(")", "）") for h in HEADER])))
    yield Ugly("numbered-names", xlsx(grid(header=[f"{i}. {h}" for i, h in enumerate(HEADER, start=1)])))
    english = [
        *("Site ID", "District name", "Town", "Patch kind", "Area (ha)", "Restoration type", "Licence held"),
        *("Estimated cost (10k yuan)", "Number of hazards", "ecological_redline", "Year closed", "Verification date"),
        *("Lon", "Lat", "Notes"),
    ]
    yield Ugly("english", xlsx(grid(header=english), sheet="Sites"))
    yield Ugly("number-column", xlsx(_fix_width(grid(), 0, 7, "序号")), found=(("column_unknown", 1, "序号"),))
    asked = [{AREA: "尚需治理的面积(公顷)", COST: "钱"}.get(h, h) for h in HEADER]
    yield Ugly(
        "asked",
        xlsx(grid(header=asked)),
        found=(
            ("column_uncertain", 1, "尚需治理的面积(公顷)"),
            ("column_unknown", 1, "钱"),
            ("column_missing", 1, COST),
        ),
        refused=True,
    )
    yield Ugly(
        "asked-and-answered",
        xlsx(grid(header=asked)),
        mapping=confirmed(area_m2=("尚需治理的面积(公顷)", ""), cost_yuan=("钱", "万元")),
    )
    yield Ugly(
        "no-unit",
        xlsx(grid(header=[h.partition("(")[0] if h == COST else h for h in HEADER])),
        found=(("unit_missing", 1, "投资估算"),),
        refused=True,
    )
    yield Ugly(
        "unit-by-mapping",
        xlsx(grid(header=[h.partition("(")[0] if h == COST else h for h in HEADER])),
        mapping=confirmed(cost_yuan=("投资估算", "万元")),
    )
    # cells that cannot be read
    yield Ugly(
        "float-ids",
        xlsx(with_cell(2, "patch", 1_101_090_000_000_000_019)),
        found=(("digits_lost", 2, ZH["patch"]),),
        refused=True,
    )
    yield Ugly(
        "scientific-id",
        text_file(with_cell(2, "patch", "1.10109E+18"), "utf-8"),
        ".csv",
        found=(("digits_lost", 2, ZH["patch"]),),
        refused=True,
    )
    yield Ugly(
        "words-for-a-number",
        xlsx(with_cell(2, "cost_yuan", "约1300")),
        found=(("not_a_number", 2, COST),),
        refused=True,
    )
    yield Ugly(
        "month-only",
        xlsx(with_cell(2, "verified_on", "2021年3月")),
        found=(("not_a_date", 2, "核查日期"),),
        refused=True,
    )
    yield Ugly(
        "day-first",
        xlsx(with_cell(2, "verified_on", "01/03/2021")),
        found=(("not_a_date", 2, "核查日期"),),
        refused=True,
    )
    yield Ugly("decimal-comma", xlsx(with_cell(2, "area_m2", "1,5")), found=(("not_a_number", 2, AREA),), refused=True)
    yield Ugly("superscript", xlsx(with_cell(2, "area_m2", "1³")), found=(("not_a_number", 2, AREA),), refused=True)
    yield from odd_ones()
    # together
    everything = [[*row] for row in _two_rows()]
    for row in everything[2:]:
        row[AT["area_m2"]] = wide(row[AT["area_m2"]])
        row[AT["verified_on"]] = row[AT["verified_on"]] and f"{row[AT['verified_on']]:%Y.%m.%d}"
        row[AT["cost_yuan"]] = f"{row[AT['cost_yuan']]:,}"
        row[AT["ecological_redline"]] = "√" if row[AT["ecological_redline"]] == "是" else "×"
        row[AT["hazard_points"]] = row[AT["hazard_points"]] or "-"
    both = (("sum_row", 14, ""), ("row_passed_over", 15, ""))
    together = [*above, *everything[:5], [], *everything[5:], SUM, ["制表人:王五"]]
    yield Ugly("all-xlsx", xlsx(together), found=both)
    yield Ugly("all-xls", xls(together), ".xls", found=both)
    yield Ugly("all-ods", ods(together), ".ods", found=both)
    yield Ugly("all-csv", text_file(together, "gb18030"), ".csv", found=both)
