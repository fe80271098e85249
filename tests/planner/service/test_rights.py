"""Rights by themselves: what was refused is noted, grants act at once, and texts hold in both languages."""

from __future__ import annotations

import logging

import pytest

from planner.service import RIGHTS, Action, NotAllowed, Person, Role, allowed
from planner.service.rights import require
from planner.texts import text


def test_what_is_refused_is_noted_with_who_and_what(caplog: pytest.LogCaptureFixture) -> None:
    person = Person("u7", "王工", frozenset({Role.DISTRICT}), frozenset({"甲区"}))
    with caplog.at_level(logging.WARNING, logger="shanfu.rights"), pytest.raises(NotAllowed) as refused:
        require(person, Action.ADOPT, "甲区")
    assert "u7" in caplog.text
    assert "adopt" in caplog.text
    assert "王工" in refused.value.findings[0].wrong("zh")
    assert "leadership" in refused.value.findings[0].repair("en")


def test_every_action_has_somebody_and_its_words() -> None:
    assert set(RIGHTS) == set(Action)
    for action, scopes in RIGHTS.items():
        assert scopes, action
        assert text(f"service.action_{action}", "zh")


def test_own_district_is_never_the_city() -> None:
    person = Person("u7", roles=frozenset({Role.DISTRICT}), districts=frozenset({"甲区"}))
    assert allowed(person, Action.APPLY, "甲区")
    assert not allowed(person, Action.APPLY, "乙区")
    assert not allowed(person, Action.APPLY)


def test_who_is_disabled_may_do_nothing() -> None:
    everything = Person("u1", roles=frozenset(Role), active=False)
    assert not any(allowed(everything, action, district) for action in Action for district in ("", "甲区"))
