"""What there is to restore: patches, their treatment options, and the ledger that holds them.

Fields follow table T3 of the plan's documents and the clauses of its chapters 3 to 5.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.ledger.schema import Kind, Labelled, column

if TYPE_CHECKING:
    import pandas as pd


class Treatment(Labelled):
    """How a patch is restored (chapter 3, section 3(1))."""

    NATURAL = "natural", "自然恢复"
    ARTIFICIAL = "artificial", "人工修复"
    COMPREHENSIVE = "comprehensive", "综合利用"


class PatchKind(Labelled):
    """What a patch is (chapter 1, section 2(2))."""

    ABANDONED_MINE = "abandoned_mine", "废弃矿山"
    EXPOSED_ROCK_FACE = "exposed_rock_face", "裸露岩壁"
    CLOSED_OR_PRODUCING_MINE = "closed_or_producing_mine", "关停及生产矿山"


class MiningMethod(Labelled):
    """How the mine was worked."""

    OPEN_PIT = "open_pit", "露天"
    UNDERGROUND = "underground", "井工"
    COMBINED = "combined", "联合"


class Recovery(Labelled):
    """What a site's own recovery promises (chapter 3, section 3(1); chapter 4, section 4)."""

    VEGETATED = "vegetated", "植被较好"
    GOOD = "good", "良好"
    POOR = "poor", "差"


class Status(Labelled):
    """How far a patch's works have come."""

    NOT_STARTED = "not_started", "未开工"
    UNDER_WAY = "under_way", "在建"
    FINISHED = "finished", "已完工"
    ACCEPTED = "accepted", "已验收"
    CLOSED = "closed", "已销账"


class DataNature(Labelled):
    """Where a row's figures come from."""

    UNSTATED = "unstated", "未说明"
    SURVEYED = "surveyed", "核查"
    REPORTED = "reported", "申报"
    PUBLISHED = "published", "公开"
    SYNTHETIC = "synthetic", "合成"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One patch (图斑) of the ledger. Money in whole yuan, area in whole m²."""

    patch: str = column("图斑编号", Kind.TEXT, "The patch's id, unique in the ledger.")
    district: str = column("区", Kind.TEXT, "The district that answers for the patch.")
    area_m2: int = column("未治理面积(公顷)", Kind.AREA, "Area still to restore; it counts as task and finished area.")
    treatment: Treatment = column("修复类别", Kind.CHOICE, "How it is restored.", choices=Treatment)
    ever_licensed: bool = column(
        "采矿许可证(曾有/无)",
        Kind.YES_NO,
        "Whether a mining licence ever existed: then the municipal budget pays, else the district's.",
        yes="曾有",
        no="无",
    )
    cost_yuan: int = column("投资估算(万元)", Kind.MONEY, "Whole government cost of the standard works, unindexed.")

    approved_yuan: int | None = column(
        "批复估算(万元)", Kind.MONEY, "Estimate that was approved for the project; empty: none yet.", None
    )
    name: str = column("项目名称", Kind.TEXT, "Project name; by default the id stands for it.", "")
    responsible_id: str = column("主体编号", Kind.TEXT, "Id of the responsible party or mine.", "")
    township: str = column("乡镇(街道)", Kind.TEXT, "Township.", "")
    village: str = column("村/矿山位置", Kind.TEXT, "Village or site.", "")
    basin: str = column("流域", Kind.TEXT, "River basin.", "")
    longitude: float | None = column("中心经度", Kind.DECIMAL, "Degrees east, CGCS2000.", None)
    latitude: float | None = column("中心纬度", Kind.DECIMAL, "Degrees north, CGCS2000.", None)
    kind: PatchKind = column(
        "图斑类型", Kind.CHOICE, "Default: an abandoned mine.", PatchKind.ABANDONED_MINE, choices=PatchKind
    )
    mineral: str = column("矿种", Kind.TEXT, "Mineral.", "")
    mining_method: MiningMethod | None = column(
        "开采方式", Kind.CHOICE, "How it was worked.", None, choices=MiningMethod
    )
    closure_year: int | None = column("关闭年度", Kind.WHOLE, "Year the mine was closed.", None)
    licence_number: str = column("采矿许可证号", Kind.TEXT, "Number of the licence, where one existed.", "")
    licence_until: dt.date | None = column(
        "采矿许可证到期日", Kind.DATE, "Last day of a licence still running: works start in a later year.", None
    )
    responsible_party: str = column("责任主体", Kind.TEXT, "Who answers for the damage.", "")
    enterprise_group: str = column("所属企业", Kind.TEXT, "Enterprise whose sites are restored as a whole.", "")
    patch_area_m2: int | None = column("图斑面积(公顷)", Kind.AREA, "Whole area; by default the unrestored area.", None)
    land_class: str = column("三调地类", Kind.TEXT, "Land class of the third survey.", "")
    planned_use: str = column("规划用途", Kind.TEXT, "Use that the spatial plan gives.", "")
    land_tenure: str = column("土地权属", Kind.TEXT, "Who owns the land.", "")
    tenure_clear_from: int | None = column(
        "权属厘清年度", Kind.WHOLE, "First year in which tenure is clear; empty: it is clear already.", None
    )
    ecological_redline: bool = column("生态保护红线", Kind.YES_NO, "Inside the ecological red line.", False)
    reserve: str = column("自然保护地类型", Kind.TEXT, "Kind of nature reserve it lies in.", "")
    reserve_level: str = column("自然保护地级别", Kind.TEXT, "Level of that reserve.", "")
    core_reserve: bool = column("核心保护区", Kind.YES_NO, "Inside the core zone: enclosure only.", False)
    irreversible_damage: bool = column(
        "不可逆生态破坏", Kind.YES_NO, "Damage is irreversible: works are allowed in a core zone.", False
    )
    assessed: bool = column("已严格评估", Kind.YES_NO, "Works inside a reserve or the red line were assessed.", False)
    assessed_from: int | None = column(
        "评估完成年度", Kind.WHOLE, "First year in which the assessment will be done; empty: none is under way.", None
    )
    basic_farmland: bool = column("永久基本农田", Kind.YES_NO, "Inside permanent basic farmland.", False)
    urban_growth_boundary: bool = column("城镇开发边界", Kind.YES_NO, "Inside the urban growth boundary.", False)
    named_user: str = column(
        "使用主体", Kind.TEXT, "Named user of the land, who pays inside the urban growth boundary (无: none).", ""
    )
    three_zones_two_lines: bool = column("三区两线", Kind.YES_NO, "In or around 'three zones, two lines'.", False)
    viewshed: str = column("视域可见对象", Kind.TEXT, "From where it is seen.", "")
    focal: bool = column(
        "重点视域",
        Kind.YES_NO,
        "In a view that chapter 4, section 4(1) puts first (villages, railway, scenic areas).",
        False,
    )
    corridor: str = column("生态廊道/节点", Kind.TEXT, "Ecological corridor or node it belongs to.", "")
    arable_potential: bool = column("可复垦耕地", Kind.YES_NO, "Can be reclaimed as arable land.", False)
    afforestation_only: bool = column("仅需造林", Kind.YES_NO, "Planting alone restores it.", False)
    cash_flow: bool = column("有现金流", Kind.YES_NO, "The works bring their investor an income.", False)
    border: bool = column("省市交界", Kind.YES_NO, "On the border of a neighbouring province.", False)
    hazard_points: int = column("隐患数量", Kind.WHOLE, "Geological hazard points (处) on the patch.", 0)
    hazard_level: str = column("隐患等级", Kind.TEXT, "Their level.", "")
    hazard_threat: str = column("威胁对象", Kind.TEXT, "What they threaten.", "")
    direction: str = column("修复方向", Kind.TEXT, "Farm, orchard, scenery or forest.", "")
    tier: int = column("优先级", Kind.WHOLE, "1 first, 2 key, 3 the rest. Default 3.", 3)
    bottom_line: int = column("底线约束性评分", Kind.WHOLE, "Factor score 0-100. Default 50.", 50)
    resident_impact: int = column("居民影响性评分", Kind.WHOLE, "Factor score 0-100. Default 50.", 50)
    landscape_damage: int = column("景观破坏性评分", Kind.WHOLE, "Factor score 0-100. Default 50.", 50)
    benefit: Decimal | None = column(
        "生态效益",
        Kind.DECIMAL,
        "Benefit of the standard works; by default the area in hectares, and 0 for an enterprise mine.",
        None,
    )
    duration_years: int | None = column(
        "工期(年)", Kind.WHOLE, "Years of work; by default the scenario's rule by area.", None
    )
    hazard_removal_yuan: int | None = column("消灾除隐(万元)", Kind.MONEY, "Part of the cost: hazard removal.", None)
    land_levelling_yuan: int | None = column("土地平整(万元)", Kind.MONEY, "Part of the cost: land levelling.", None)
    revegetation_yuan: int | None = column("植被复绿(万元)", Kind.MONEY, "Part of the cost: revegetation.", None)
    rock_face_yuan: int | None = column("裸岩修复(万元)", Kind.MONEY, "Part of the cost: rock face restoration.", None)
    works: str = column("主要建设内容及规模", Kind.TEXT, "Content and scale of the works.", "")
    special_candidate: bool = column("特色项目候选", Kind.YES_NO, "May become a distinctive project.", False)
    bundle: str = column("捆绑项目", Kind.TEXT, "Bundle that is decided as one.", "")
    district_shares: tuple[tuple[str, Decimal], ...] = column(
        "跨区分担", Kind.SHARES, "Agreed weights of several districts; by default its own district alone.", ()
    )
    tracked: bool = column("挂账督办", Kind.YES_NO, "Under tracked supervision.", False)
    responsible_unit: str = column("责任单位", Kind.TEXT, "Unit that carries the works out.", "")
    planned_year: int | None = column("计划年度", Kind.WHOLE, "Year an earlier plan gave it; information only.", None)
    status: Status = column("状态", Kind.CHOICE, "How far it has come.", Status.NOT_STARTED, choices=Status)
    actual_start: dt.date | None = column(
        "实际开工日期", Kind.DATE, "When works began: the start is then a fact.", None
    )
    actual_finish: dt.date | None = column("实际完工日期", Kind.DATE, "When works ended.", None)
    accepted_date: dt.date | None = column("验收日期", Kind.DATE, "When it was accepted.", None)
    accepted_area_m2: int | None = column("验收面积(公顷)", Kind.AREA, "Area accepted.", None)
    recovery: Recovery | None = column(
        "自然恢复条件",
        Kind.CHOICE,
        "Already well vegetated, good for vegetation, or poor; a finding once it is verified. Empty: not looked at.",
        None,
        choices=Recovery,
    )
    reclassified_from: Treatment | None = column(
        "归并调整前类别", Kind.CHOICE, "Treatment before a reclassification; empty: never reclassified.", None,
        choices=Treatment,
    )  # fmt: skip
    verifier_unit: str = column("核查单位", Kind.TEXT, "Who verified the patch in the field.", "")
    verifier: str = column("核查人", Kind.TEXT, "Person who verified it.", "")
    verified_on: dt.date | None = column("核查日期", Kind.DATE, "When it was verified.", None)
    change_record: str = column("变更记录", Kind.TEXT, "What changed, and why.", "")
    data_nature: DataNature = column(
        "数据性质", Kind.CHOICE, "Where the row comes from.", DataNature.UNSTATED, choices=DataNature
    )
    remark: str = column("备注", Kind.TEXT, "Remark.", "")

    @property
    def by_enterprise(self) -> bool:
        """Whether an enterprise restores it at no government cost (chapter 3, section 3(2))."""
        return self.kind is PatchKind.CLOSED_OR_PRODUCING_MINE

    @property
    def title(self) -> str:
        """The project's name, or the id where it has none."""
        return self.name or self.patch


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to restore a patch. A patch without rows here has the single option ``standard``."""

    patch: str = column("图斑编号", Kind.TEXT, "The patch it belongs to.")
    option: str = column("方案编号", Kind.TEXT, "The option's id, unique within its patch.")
    cost_yuan: int = column("投资估算(万元)", Kind.MONEY, "Whole government cost, unindexed.")
    treatment: Treatment | None = column(
        "修复类别", Kind.CHOICE, "By default the patch's own.", None, choices=Treatment
    )
    cash_yuan: tuple[int, ...] | None = column(
        "分年付款(万元)",
        Kind.MONEY_LIST,
        "Payments by project year, the first in the start year; they sum to the cost. "
        "By default the scenario's cash profile.",
        None,
    )
    duration_years: int | None = column("工期(年)", Kind.WHOLE, "Years of work; by default the patch's.", None)
    first_start: int | None = column("最早开工年度", Kind.WHOLE, "By default the horizon's first year.", None)
    last_start: int | None = column("最晚开工年度", Kind.WHOLE, "By default the horizon's last year.", None)
    benefit: Decimal | None = column("生态效益", Kind.DECIMAL, "Any sign; by default the patch's.", None)
    special: bool = column("特色项目", Kind.YES_NO, "Whether it makes the patch a distinctive project.", False)
    hazard_only: bool = column(
        "仅消灾除隐", Kind.YES_NO, "Whether it only removes the hazards and leaves the area unrestored.", False
    )
    other_yuan: int = column("社会投入(万元)", Kind.MONEY, "Other people's money on top; never in a purse.", 0)
    description: str = column("方案说明", Kind.TEXT, "What is done.", "")


STANDARD = "standard"
_OPTION_FIELDS = tuple(own.name for own in fields(Option))

META_DEFAULTS: dict[str, str] = {
    "title": "矿山生态修复台账",
    "city": "",
    "city_government": "",
    "data_nature": "",
    "note": "",
    "currency_zh": "元",
    "currency_en": "yuan",
    "money_unit_zh": "万元",
    "money_unit_en": "10k yuan",
    "money_unit_size": "10000",
}


@dataclass(frozen=True)
class Ledger:
    """A ledger that has passed every check; make one with `from_frames` or `load_ledger`.

    Parameters
    ----------
    patches : tuple of Patch
    options : tuple of Option
    meta : mapping
        Names and units of the place the ledger describes (`META_DEFAULTS`); texts.
    source : str
        The file it was read from; not part of its identity.
    extra : mapping
        By patch, then by column: cells of columns that mean nothing here. They are kept and written back, and nothing
        is decided by them, so that they are no part of the ledger's identity and digest.
    """

    patches: tuple[Patch, ...]
    options: tuple[Option, ...] = ()
    meta: Mapping[str, str] = field(default_factory=lambda: dict(META_DEFAULTS))
    source: str = field(default="", compare=False)
    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, compare=False)

    @cached_property
    def by_id(self) -> dict[str, Patch]:
        """The patches by their ids."""
        return {patch.patch: patch for patch in self.patches}

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """The districts, in the order in which they first appear."""
        return tuple(dict.fromkeys(patch.district for patch in self.patches))

    @cached_property
    def _options_by_patch(self) -> dict[str, tuple[Option, ...]]:
        found: dict[str, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.patch, []).append(option)
        return {patch: tuple(rows) for patch, rows in found.items()}

    def options_of(self, patch: Patch) -> tuple[Option, ...]:
        """The options of a patch with every default of the patch filled in.

        Returns
        -------
        tuple of Option
            At least one; `treatment`, `benefit` and `duration_years` are the patch's where the
            option has none (`duration_years` stays None where both are silent).
        """
        if patch.patch not in self._filled_in:
            self._filled_in[patch.patch] = self._fill_in(patch)
        return self._filled_in[patch.patch]

    @cached_property
    def _filled_in(self) -> dict[str, tuple[Option, ...]]:
        return {}

    def _fill_in(self, patch: Patch) -> tuple[Option, ...]:
        rows = self._options_by_patch.get(patch.patch) or (
            Option(patch=patch.patch, option=STANDARD, cost_yuan=patch.cost_yuan),
        )
        by_area = Decimal(0) if patch.by_enterprise else Decimal(patch.area_m2) / 10_000
        benefit = patch.benefit if patch.benefit is not None else by_area
        return tuple(
            Option(
                **{
                    **{name: getattr(row, name) for name in _OPTION_FIELDS},
                    "treatment": row.treatment or patch.treatment,
                    "benefit": row.benefit if row.benefit is not None else benefit,
                    "duration_years": row.duration_years or patch.duration_years,
                }
            )
            for row in rows
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, the same for any order of rows and any file it came from."""
        content = {
            "meta": dict(sorted(self.meta.items())),
            "patches": [_plain(row) for row in sorted(self.patches, key=lambda p: p.patch)],
            "options": [_plain(row) for row in sorted(self.options, key=lambda o: (o.patch, o.option))],
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def from_frames(
        cls, patches: pd.DataFrame, options: pd.DataFrame | None = None, meta: Mapping[str, str] | None = None
    ) -> Ledger:
        """Make a ledger from data frames with the English field names, under the same checks as files.

        Parameters
        ----------
        patches : DataFrame
            Needs ``patch, district, area_m2, treatment, ever_licensed, cost_yuan``; every other
            column of `Patch` is optional.
        options : DataFrame, optional
            Needs ``patch, option, cost_yuan``. A patch with rows here has exactly those options.
        meta : mapping, optional
            Entries of `META_DEFAULTS` to replace.

        Raises
        ------
        BadInput
            With every fault found, by row (the first is 1) and column.
        """
        from planner.ledger.frames import ledger_from_frames

        return ledger_from_frames(patches, options, meta)

    def to_frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The patches and options as data frames with the English field names."""
        from planner.ledger.frames import frames_from_ledger

        return frames_from_ledger(self)


def _plain(row: Patch | Option) -> dict[str, Any]:
    """A row as JSON data, without the fields that stand at their defaults."""
    return {f.name: _plain_value(value) for f in fields(row) if (value := getattr(row, f.name)) != f.default}


def _plain_value(value: object) -> object:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain_value(item) for item in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, (int, float, str)) or value is None else str(value)
