"""The colours of the page by the contrast rule of WCAG 2.1 (1.4.3, relative luminance), worked out here."""

from __future__ import annotations

import itertools
import tomllib

import pytest

from planner import shipped
from planner.office.colours import ACCENT, INK
from planner.web.theme import BROKEN, CSS, GREY, PALE

WHITE, LEAST = "#ffffff", 4.5


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_rule_itself() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.005)  # the well-known grey that just fails


@pytest.mark.parametrize(("ink", "ground"), list(itertools.product((INK, GREY, ACCENT, BROKEN), (WHITE, PALE))))
def test_every_ink_on_every_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= LEAST


def test_white_on_the_main_button() -> None:
    assert contrast(WHITE, ACCENT) >= LEAST


def test_the_page_has_no_other_inks() -> None:
    found = {line.split("color:")[1].split(";")[0].strip() for line in CSS.replace("{", "\n").splitlines()
             if line.strip().startswith("color:")}  # fmt: skip
    assert found <= {INK, GREY, ACCENT, BROKEN}


def test_streamlits_own_colours_are_these() -> None:
    theme = tomllib.loads(shipped.path(".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    assert (theme["primaryColor"], theme["textColor"], theme["secondaryBackgroundColor"]) == (ACCENT, INK, PALE)
    assert theme["linkColor"] == ACCENT
