"""How the workbook looks: restrained, official, the same on every sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from planner.office.words import Words

if TYPE_CHECKING:
    from planner.office.sheet import Sheet

FONTS = {"zh": ("宋体", "黑体"), "en": ("Arial", "Arial")}
GRID, HEAD, TOTAL, SUBTOTAL, WARN, GOOD, INK, EDIT, CLOSED = (
    "#7F7F7F",
    "#DCE6F1",
    "#FFF2CC",
    "#F2F2F2",
    "#C00000",
    "#375623",
    "#1F1F1F",
    "#FFFBD6",
    "#E4E4E4",
)
OPEN_LOOKS = frozenset({"edit", "open"})
"""Looks of cells that people may write in."""
BODY_SIZE = 10

LOOKS: dict[str, dict[str, Any]] = {
    "body": {"border": 1, "border_color": GRID, "text_wrap": True},
    "head": {
        "border": 1, "border_color": GRID, "text_wrap": True, "bold": True, "bg_color": HEAD, "align": "center",
    },
    "total": {"border": 1, "border_color": GRID, "text_wrap": True, "bold": True, "bg_color": TOTAL},
    "top": {"valign": "top"},
    "first": {"top": 2},
    "again": {"font_color": "#808080"},
    "subtotal": {"border": 1, "border_color": GRID, "text_wrap": True, "bold": True, "bg_color": SUBTOTAL},
    "label": {"border": 1, "border_color": GRID, "text_wrap": True, "bg_color": SUBTOTAL},
    "title": {"bold": True, "font_size": 18, "align": "center"},
    "subtitle": {"font_size": 12, "align": "center", "text_wrap": True},
    "section": {"bold": True, "font_size": 12, "text_wrap": True},
    "line": {"text_wrap": True},
    "small": {"font_size": 9, "text_wrap": True, "font_color": "#404040"},
    "status": {"bold": True, "font_size": 14, "align": "center", "text_wrap": True, "border": 1, "border_color": GRID},
    "good": {"font_color": GOOD},
    "warn": {"font_color": WARN, "bold": True},
    "center": {"align": "center"},
    "left": {"align": "left"},
    "right": {"align": "right"},
    "link": {"font_color": "#0563C1", "underline": 1},
    "edit": {"bg_color": EDIT, "locked": False},
    "tint": {"bg_color": EDIT},
    "open": {"locked": False},
    "closed": {"bg_color": CLOSED, "font_color": "#6A6A6A"},
}  # fmt: skip


class Styles:
    """Cell formats of one workbook, each made once, and the sheets that were written in them.

    Parameters
    ----------
    workbook : Workbook
    words : Words
        Its money unit decides how many decimals money shows.
    """

    def __init__(self, workbook: Workbook, words: Words) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, str], Format] = {}
        self.sheets: list[Sheet] = []
        self.body_font, self.title_font = FONTS[words.lang]
        money = number_format(words.decimals)
        self.numbers = {
            "text": "@",
            "money": _signed(money, '"-"'),
            "check": f"[Red]{money}_ ;[Red]-{money}_ ;0_ ",
            "area": _signed("#,##0.0000", "0"),
            "count": _signed("#,##0", "0"),
            "year": "0",
            "date": "yyyy-mm-dd",
            "score": _signed("#,##0.####", "0"),
        }

    def get(self, look: str, kind: str = "text") -> Format:
        """The format of a look (words of `LOOKS`, later ones on top) for a kind of content."""
        key = (look, kind)
        if key not in self._made:
            properties: dict[str, Any] = {
                "font_name": self.body_font, "font_size": BODY_SIZE, "font_color": INK, "valign": "vcenter",
                "align": "left" if kind == "text" else "center" if kind in ("year", "date") else "right",
            }  # fmt: skip
            if kind != "text":
                properties["num_format"] = self.numbers[kind]
            for name in look.split():
                properties |= LOOKS[name]
            if kind == "text" and properties["align"] != "center" and "border" in properties:
                properties["indent"] = 1
            if "title" in look.split():
                properties["font_name"] = self.title_font
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def _signed(shown: str, zero: str) -> str:
    """A format for amounts: negative ones red, and a space before the border."""
    return f"{shown}_ ;[Red]-{shown}_ ;{zero}_ "


def number_format(decimals: int) -> str:
    """Two decimals at least, and as many as one unit of the currency needs."""
    shown = "0" * min(2, decimals) + "#" * max(0, decimals - 2)
    return "#,##0" + (f".{shown}" if shown else "")
