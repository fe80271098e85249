"""Cut the two fonts of the brief out of Noto CJK; needs fontTools, and is no part of the product's run.

    python scripts/brief_fonts.py FOLDER_WITH_NotoSerifCJK-Regular.ttc_AND_NotoSansCJK-Bold.ttc

What stays: the signs of GB 2312 (6,763 characters), Latin, figures, punctuation, and characters of place names beyond
it. What is cut goes by another name, as the licence wants of a font that was changed (OFL.txt).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

FONTS = Path(__file__).resolve().parents[1] / "planner" / "office" / "brief" / "fonts"
BEYOND = "漷峂塸垚堃喆玥昇镕嵖岈堨埼墕郚鄌酂涿浉"
SIGNS = "–—“”‘’…·×≤≥±²³°％‰■□▲△●○✓〔〕【】《》〈〉「」￥€"
LEFT_OUT = ((0x3040, 0x3130), (0x0400, 0x0460), (0x2500, 0x2580))  # kana, bopomofo, Cyrillic, box drawing
CUTS = (
    ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", "Shanfu Serif", "ShanfuSerif-Regular", "shanfu-serif.otf"),
    ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC", "Shanfu Sans", "ShanfuSans-Bold", "shanfu-sans-bold.otf"),
)


def main(folder: Path) -> None:
    """Write both fonts to where the brief looks for them."""
    kept = {sign for sign in range(0x20, 0x10000) if _in_gb2312(sign)} | set(map(ord, SIGNS + BEYOND))
    kept = {sign for sign in kept if not any(first <= sign < last for first, last in LEFT_OUT)}
    held: list[set[int]] = []
    for file, family, new, postscript, out in CUTS:
        fonts = TTCollection(folder / file, lazy=True).fonts
        options = subset.Options(
            font_number=next(i for i, font in enumerate(fonts) if font["name"].getBestFamilyName() == family),
            layout_features=["kern"], hinting=False, notdef_outline=True, recalc_timestamp=False,
        )  # fmt: skip
        options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "DSIG"]
        font = subset.load_font(folder / file, options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=kept)
        cutter.subset(font)
        for record in font["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = new
            elif record.nameID in (3, 6):
                record.string = postscript
        cff = font["CFF "].cff
        cff.fontNames = [postscript]
        top = cff.topDictIndex[0]
        top.FullName = top.FamilyName = new
        font.save(FONTS / out)
        held.append(set(font.getBestCmap()))
    (FONTS / "signs.txt").write_text("".join(map(chr, sorted(set.intersection(*held)))), encoding="utf-8")


def _in_gb2312(sign: int) -> bool:
    try:
        chr(sign).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]))
