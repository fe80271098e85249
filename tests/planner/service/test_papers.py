"""Documents for leadership: made once, the same bytes again, with the decision in the footer once there is one."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from planner.findings import BadInput
from planner.service import Service
from tests.planner.service.world import A, World, everything

DRAFT, SHOWN = ("", False), ("", True)


def footer(data: bytes) -> str:
    return "\n".join(one.text for one in Document(BytesIO(data)).sections[0].footer.paragraphs)


def body(data: bytes) -> str:
    return "\n".join(one.text for one in Document(BytesIO(data)).paragraphs)


def test_a_brief_is_made_once_in_both_formats(world: World, service: Service) -> None:
    leader = service.desk("leader")
    word = leader.keeping.brief(world.plans[DRAFT])
    before = everything(service)
    again, pages = leader.keeping.brief(world.plans[DRAFT]), leader.keeping.brief(world.plans[DRAFT], ending="pdf")
    assert (again.name, again.data) == (word.name, word.data)
    assert everything(service) == before  # the PDF was kept beside the Word file
    assert pages.data.startswith(b"%PDF")
    assert word.name.endswith(".docx")
    assert pages.name == word.name.removesuffix("docx") + "pdf"
    assert "draft-city" in word.name


def test_the_footer_says_that_a_plan_was_adopted(world: World, service: Service) -> None:
    leader = service.desk("leader")
    first = leader.keeping.brief(world.plans[DRAFT]).data
    assert "号决定" not in footer(first)
    leader.deciding.adopt(world.plans[DRAFT], "资金更稳")
    adopted = footer(leader.keeping.brief(world.plans[DRAFT]).data)
    (stamp,) = [one for one in leader.deciding.stamps() if one.version == world.plans[DRAFT]]
    assert (stamp.number, stamp.name, stamp.reason) == (2, "Name of leader", "资金更稳")  # the world's own came first
    assert "第2号决定" in adopted
    assert "Name of leader" in adopted
    assert "资金更稳" in adopted


def test_a_brief_against_another_plan_names_it(world: World, service: Service) -> None:
    desk = service.desk("finance")
    alone = desk.keeping.brief(world.plans[DRAFT], lang="en")
    beside = desk.keeping.brief(world.plans[DRAFT], lang="en", against=world.plans[SHOWN])
    assert beside.data != alone.data
    assert "shown-city #1" in body(beside.data)
    assert "shown-city #1" not in body(alone.data)


def test_a_comparison_holds_plans_against_the_first(world: World, service: Service) -> None:
    desk = service.desk("finance")
    ids = [world.plans[SHOWN], world.plans[DRAFT]]
    made = desk.keeping.comparison(ids)
    assert made == desk.keeping.comparison(ids)
    assert made.name.startswith("方案比选_shown-city-")
    heads = [cell.value for cell in next(load_workbook(BytesIO(made.data)).active.iter_rows(min_row=3, max_row=3))]
    assert heads[1:3] == ["A shown-city #1", "B draft-city #1"]


def test_one_plan_alone_is_no_comparison(world: World, service: Service) -> None:
    with pytest.raises(BadInput) as refused:
        service.desk("finance").keeping.comparison([world.plans[SHOWN]])
    assert refused.value.findings[0].key == "advice_outlook.one_plan"


def test_a_district_s_draft_is_as_though_it_were_not_there(world: World, service: Service) -> None:
    for asked in (
        lambda: service.desk("leader").keeping.brief(world.plans[A, False]),
        lambda: service.desk("leader").keeping.brief(world.plans[SHOWN], against=world.plans[A, False]),
        lambda: service.desk("leader").keeping.comparison([world.plans[SHOWN], world.plans[A, False]]),
    ):
        with pytest.raises(BadInput) as refused:
            asked()
        assert refused.value.findings[0].key == "store.no_version"
