"""Which kind of land a word of the land survey or of a spatial plan means.

The words are those of the national classifications (GB/T 21010-2017 as the third survey uses it) and of the
plan, ch. 4 sec. 4(1). A word that is not here is unknown, never guessed from its parts.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Land(StrEnum):
    """A kind of land, as far as the criteria of the plan tell kinds apart."""

    CONSTRUCTION = "construction"
    FOREST_GRASS = "forest_grass"
    OTHER = "other"  # neither building land nor forest and grass: farmland, water, bare rock, mixed ecological land
    UNCLEAR = "unclear"  # empty, an unknown word, or several words of which only some mean building land


# "战略留白" waits for its use and is treated as building land: plan, ch. 4 sec. 4(1).
_CONSTRUCTION = """
    建设用地 城镇建设用地 城市建设用地 村庄建设用地 集体建设用地 集体经营性建设用地 城乡建设用地 其他建设用地
    战略留白用地 战略留白 留白用地 城市 建制镇 村庄 商服用地 商业服务业用地 商业服务业设施用地 工矿仓储用地 工矿用地
    工业用地 采矿用地 仓储用地 物流仓储用地 住宅用地 城镇住宅用地 农村宅基地 公共管理与公共服务用地 公用设施用地
    科教文卫用地 机关团体新闻出版用地 特殊用地 交通运输用地 铁路用地 轨道交通用地 公路用地 城镇村道路用地
    交通服务场站用地 机场用地 港口码头用地 管道运输用地 水工建筑用地
"""
_FOREST_GRASS = """
    林草用地 林草保护用地 林地 乔木林地 竹林地 灌木林地 其他林地 森林沼泽 灌丛沼泽 草地 天然牧草地 人工牧草地
    沼泽草地 其他草地 生态林地 公益林地
"""
# CJJ/T 85-2017 keeps scenic and recreation green (EG1) outside urban building land.
_OTHER = """
    耕地 水田 水浇地 旱地 永久基本农田 园地 果园 茶园 其他园地 农用地 设施农用地 农村道路 田坎 生态混合用地 生态用地
    自然保留地 湿地 水域 河流水面 湖泊水面 水库水面 坑塘水面 内陆滩涂 沟渠 沼泽地 空闲地 盐碱地 沙地 裸土地
    裸岩石砾地 其他土地 风景游憩用地 风景游憩绿地
"""
_KIND = {
    word: kind
    for kind, words in (
        (Land.CONSTRUCTION, _CONSTRUCTION),
        (Land.FOREST_GRASS, _FOREST_GRASS),
        (Land.OTHER, _OTHER),
    )
    for word in words.split()
}


def land(words: str) -> Land:
    """The kind of land that a cell names.

    Parameters
    ----------
    words : str
        One name or several, separated by commas or the like; codes such as ``0602`` are passed over.

    Returns
    -------
    Land
        `UNCLEAR` where nothing is named, a name is unknown, or names of building land stand beside others;
        `OTHER` where forest or grass stands beside what is neither.
    """
    bare = re.sub(r"[\d\s()（）]", "", words)
    kinds = {_KIND.get(name, Land.UNCLEAR) for name in re.split(r"[、,，;；/]+", bare)}
    if len(kinds) == 1:
        return kinds.pop()
    return Land.OTHER if kinds == {Land.FOREST_GRASS, Land.OTHER} else Land.UNCLEAR
