"""The format shanfu-step/1: there and back without loss, and no key or value that it does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner.cycle import PAYLOADS, Kind, Step
from planner.findings import BadInput
from tests.planner.cycle.clerk import evidence

HEAD: dict[str, Any] = {
    "format": "shanfu-step/1", "kind": "start", "year": 2031, "district": "North", "patch": "A", "author": "Zhang",
    "role": "district", "at": "2031-04-15T09:30:00+08:00", "number": "开工1", "remark": "",
    "payload": {"on": "2031-04-14"},
}  # fmt: skip
MONEY = [{"source": "municipal", "district": None, "yuan": 10}]
PROOF = evidence("x")
SAMPLES: dict[str, dict[str, Any]] = {
    "apply": {"tasks": ["A"], "wishes": [{"patch": "B", "change": "earlier"}]},
    "review": {}, "defer": {}, "close_year": {}, "grant_cost": {}, "resolve": {},
    "issue": {"plan": "d", "tasks": [{"patch": "A", "option": "standard", "finish": 2031, "area_m2": 1, "counted": True,
                                      "hazards": 0, "money": MONEY}]},
    "tranche": {"source": "municipal", "yuan": 5, "arrives": 2032},
    "start": {"on": "2031-04-14"}, "finish": {"on": "2031-04-14"},
    "pay": {"on": "2031-04-14", "source": "district", "purse_district": "North", "yuan": 1, "voucher": "V"},
    "refund": {"on": "2031-04-14", "source": "municipal", "purse_district": None, "yuan": 1, "voucher": "V"},
    "ask_cost": {"money": MONEY},
    "accept": {"on": "2031-04-14", "area_m2": 0, "hazards": 0, "evidence": PROOF},
    "close": {"released": MONEY},
    "verify": {"on": "2031-04-14", "unit": "u", "person": "p", "result": "poor", "evidence": PROOF},
    "track": {"due": "2031-04-14"},
    "check": {"on": "2031-04-14", "which": 1, "result": "good", "evidence": PROOF},
    "propose": {"changes": [{"op": "change", "patch": "A", "values": {"area_m2": 7}, "option": None, "reopens": None,
                             "reason": "r", "evidence": []}]},
    "adopt": {"proposal": "P"},
    "return": {"what": "works", "proposal": None},
}  # fmt: skip
WITHOUT_PATCH = {"apply", "review", "issue", "close_year", "tranche", "propose", "adopt"}


@pytest.mark.parametrize("kind", [str(kind) for kind in Kind])
def test_each_kind_goes_there_and_back(kind: str) -> None:
    plain = {**HEAD, "kind": kind, "patch": None if kind in WITHOUT_PATCH else "A", "remark": "why"}
    plain["payload"] = SAMPLES[kind]
    step = Step.from_dict(json.loads(json.dumps(plain)))
    assert isinstance(step.payload, PAYLOADS[Kind(kind)])
    assert step.to_dict() == plain
    assert Step.from_dict(step.to_dict()) == step


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"colour": "red"}, ["colour"]),
        ({"format": "shanfu-step/2"}, ["format"]),
        ({"kind": "begin"}, ["kind"]),
        ({"role": "mayor"}, ["role"]),
        ({"year": "2031"}, ["year"]),
        ({"year": 31}, ["year"]),
        ({"author": ""}, ["author"]),
        ({"number": ""}, ["number"]),
        ({"at": "2031-04-15T09:30:00"}, ["at"]),
        ({"at": "yesterday"}, ["at"]),
        ({"patch": None}, [""]),
        ({"district": ""}, [""]),
        ({"payload": {"on": "2031-02-30"}}, ["payload.on"]),
        ({"payload": {"on": 0}}, ["payload.on"]),
        ({"payload": {"on": "2031-04-14", "by": "x"}}, ["payload.by"]),
        ({"payload": {}}, ["payload.on"]),
        ({"payload": None}, ["payload"]),
        ({"payload": {}, "year": None, "x": 1}, ["year", "x", "payload.on"]),
        ({"kind": "defer", "payload": {}}, [""]),  # a remark must say why
        ({"kind": "review", "payload": {}}, [""]),  # no patch here
        ({"kind": "accept", "payload": {**SAMPLES["accept"], "evidence": [{"name": "x", "sha256": "12"}]}},
         ["payload.evidence.0.sha256"]),
        ({"kind": "pay", "payload": {**SAMPLES["pay"], "source": "lottery"}}, ["payload.source"]),
        ({"kind": "return", "patch": None, "remark": "r", "payload": {"what": "works"}}, [""]),
        ({"kind": "return", "remark": "r", "payload": {"what": "issue"}}, [""]),
        ({"kind": "return", "remark": "r", "patch": None, "payload": {"what": "changes"}}, ["payload"]),
    ],
)  # fmt: skip
def test_what_is_no_step_is_refused_by_its_place(change: dict[str, Any], places: list[str]) -> None:
    with pytest.raises(BadInput) as caught:
        Step.from_dict({**HEAD, **change}, file="steps.jsonl", row=3)
    assert [finding.column for finding in caught.value.findings] == places
    assert {(finding.file, finding.row, finding.id) for finding in caught.value.findings} == {
        ("steps.jsonl", 3, "not_a_step")
    }


@pytest.mark.parametrize("data", [None, [], "x", 7])
def test_other_data_are_no_step(data: object) -> None:
    with pytest.raises(BadInput):
        Step.from_dict(data)
