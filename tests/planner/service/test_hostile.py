"""Names, notes, paths and cells that mean something elsewhere: they mean nothing here, and come out as they went in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.findings import BadInput
from planner.ledger import load_ledger
from planner.service import NotAllowed, Role, Runner, Service
from planner.service.kept import ledger_bytes
from planner.service.said import LONGEST_NAME, LONGEST_NOTE, plain_file_name
from tests.planner.service.test_table import keep_plan
from tests.planner.service.world import CITY, A, World, desk, everything, hand_made, ledger, trial

HARMLESS = [
    "../../x", "..\\..\\x", "C:\\x", "/etc/passwd", "CON", "con.xlsx", "<script>alert(1)</script>",
    "<img src=x onerror=y>", '=HYPERLINK("http://example.invalid","x")', "+1+1", "-2+3", "@SUM(A1)",
    "\"'; DROP TABLE version; --", "{placeholder}", "{0.__class__.__mro__}", "%s%n", "${SHANFU_SECRET}", "'",
    "表'; DELETE FROM trail", "a\u0301", "𝔘𝔫𝔦", "👩\u200d🌾", " . ",
]  # fmt: skip
UNFIT = ["NUL\x00x", "a\x1b[31m", "line\nbreak", "\u202excod.exe", "a\u2066b", "half \ud800 pair", "\x7f", "x" * 10_000]


def files_of(world: World) -> set[str]:
    return {str(path.relative_to(world.folder.parent)) for path in world.folder.parent.rglob("*")}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_means_something_elsewhere_is_a_name_like_any_other(text: str, world: World, service: Service) -> None:
    before = files_of(world)
    at = service.desk("finance")
    kept = at.keeping.keep_ledger(ledger(), text, note=text)
    assert (kept.document.name, kept.note) == (text, text)
    given_trial = trial("base", title={"zh": text, "en": text}, note={"zh": text})
    scenario = at.keeping.keep_scenario(given_trial, note=text)
    assert dict(at.keeping.open_scenario(scenario.id).title) == {"zh": text, "en": text}
    plan = at.keeping.keep_plan(hand_made(ledger(), given_trial), kept.id, scenario.id, note=text, name=text)
    assert plan.document.name == text
    at.deciding.publish(plan.id, text)
    service.desk("leader").deciding.adopt(plan.id, text)
    assert service.desk("leader").deciding.adopted()[-1].payload["reason"] == text
    service.desk("root").staff.grant("x" + text, Role.DISTRICT, districts=[text], name=text, note=text)
    person = service.desk("x" + text).person
    assert (person.name, person.districts) == (text, frozenset([text]))
    assert at.keeping.versions("ledger")[-1].document.name == text
    assert service.desk("leader").care.verify() == ()
    assert any(text in entry.subject for entry in service.desk("root").care.trail())
    assert files_of(world) - before <= {"installation/shanfu.db-wal", "installation/shanfu.db-shm"}


@pytest.mark.parametrize("text", HARMLESS)
def test_a_finding_says_it_as_it_is(text: str, service: Service, world: World) -> None:
    unknown = desk(service, "x" + text)
    with pytest.raises(NotAllowed) as refused:
        unknown.keeping.versions()
    assert all("x" + text in refused.value.findings[0].line(lang) for lang in ("zh", "en"))
    root = service.desk("root")
    root.staff.grant("y", Role.DISTRICT, districts=[text], name=text)
    with pytest.raises(NotAllowed) as refused:
        service.desk("y").year.steps(A)
    assert all(text in refused.value.findings[0].line(lang) for lang in ("zh", "en"))
    at = service.desk("finance")
    first = at.keeping.keep_ledger(ledger(), text, note=text)
    at.keeping.keep_ledger(ledger(**{"A-1": {"remark": "1"}}), text, note=text, parent=first.id)
    with pytest.raises(BadInput) as clash:
        at.keeping.keep_ledger(ledger(**{"A-1": {"remark": "2"}}), text, parent=first.id)
    assert all(text in clash.value.findings[0].line(lang) for lang in ("zh", "en"))
    assert json.loads(json.dumps(clash.value.findings[0].to_json()))


@pytest.mark.parametrize("text", UNFIT)
def test_what_cannot_be_shown_is_refused_everywhere(text: str, world: World, service: Service) -> None:
    before = everything(service)
    at, root, own = service.desk("finance"), service.desk("root"), service.desk("planner-a")
    plan, known = world.plans[CITY, True], (world.ledgers[CITY, True], world.scenarios[CITY, True])
    calls: list[Any] = [
        lambda: at.keeping.keep_ledger(ledger(), text),
        lambda: keep_plan(at, world, (CITY, True), CITY, text),
        lambda: at.jobs.read_ledger("l.xlsx", b"x", text),
        lambda: root.staff.grant(text, Role.FINANCE),
        lambda: root.staff.grant("y", Role.FINANCE, name=text),
        lambda: root.staff.grant("y", Role.DISTRICT, districts=[text]),
    ]
    if len(text) > LONGEST_NOTE or "\n" not in text:
        calls += [
            lambda: at.keeping.keep_ledger(ledger(), "new", note=text),
            lambda: at.keeping.keep_scenario(trial("new"), note=text),
            lambda: own.keeping.keep_scenario(trial("new"), note=text, district=A),
            lambda: at.jobs.plan(*known, note=text),
            lambda: at.jobs.hand_in(plan, "b.xlsx", b"x", note=text),
            lambda: at.jobs.read_ledger("l.xlsx", b"x", "new", note=text),
            lambda: at.jobs.check_ledger("l.xlsx", b"x", district=text),
            lambda: at.deciding.publish(plan, text),
            lambda: service.desk("leader").deciding.adopt(plan, text),
            lambda: at.joining.take_in(plan, note=text),
            lambda: root.staff.disable("planner-b", text),
            lambda: root.staff.revoke("planner-b", Role.DISTRICT, note=text),
        ]
    for call in calls:
        with pytest.raises(BadInput) as refused:
            call()
        assert {f.key for f in refused.value.findings} <= {"service.unfit_text", "service.long_text"}
        for finding in refused.value.findings:
            line = finding.line("zh") + finding.line("en")
            assert line.encode()
            assert not set(line) & set("\x00\x1b\n\u202e\u2066\x7f")
    assert everything(service) == before


def test_notes_have_lines_and_names_an_end(service: Service) -> None:
    at = service.desk("finance")
    kept = at.keeping.keep_ledger(ledger(), "长" * LONGEST_NAME, note="第一行\n第二行\t完")
    assert kept.note == "第一行\n第二行\t完"


# File names


@pytest.mark.parametrize(
    ("given_name", "wanted"),
    [
        ("../../x.xlsx", "x.xlsx"),
        ("..\\..\\x.xlsx", "x.xlsx"),
        ("C:\\x.xlsx", "x.xlsx"),
        ("C:x.xlsx", "C-x.xlsx"),
        ("/etc/passwd", "passwd"),
        ("CON", "_CON"),
        ("con.xlsx", "_con.xlsx"),
        ("LPT1.tar.gz", "_LPT1.tar.gz"),
        ("a\x00b.xlsx", "a-b.xlsx"),
        ("\u202exslx.exe", "xslx.exe"),
        ("..", "file"),
        ("", "file"),
        ("a.xlsx:stream", "a.xlsx-stream"),
        ("台账.xlsx", "台账.xlsx"),
        ("half\ud800.xlsx", "half-.xlsx"),
    ],
)
def test_a_files_name_is_plain(given_name: str, wanted: str) -> None:
    assert plain_file_name(given_name) == wanted


@given(st.text(st.characters(), max_size=300) | st.text("./\\:C ON\x00长", max_size=300))
def test_a_files_name_is_fit_for_any_disk(name: str) -> None:
    plain = plain_file_name(name)
    assert plain == Path(plain).name
    assert plain not in ("", ".", "..")
    assert 0 < len(plain.encode()) <= 255
    assert plain.rstrip(". ") == plain
    assert not set(plain) & set('<>:"/\\|?*\x00')


def test_hostile_file_names_go_through_a_job(world: World, service: Service) -> None:
    for job in service.desk("root").jobs.all():
        service.desk("root").jobs.stop(job.id)
    before = files_of(world)
    at = service.desk("finance")
    runner = Runner(service, "one")
    long = "长" * 300 + ".xlsx"
    names = ["../../../x.xlsx", "C:\\windows\\x.xlsx", "CON.xlsx", long, "a\x00.xlsx", "{x}.xlsx", "=1.xlsx"]
    try:
        for number, name in enumerate(names):
            job, _ = at.jobs.read_ledger(name, ledger_bytes(ledger()), f"new {number}")
            assert runner.run_one()
            assert at.jobs.get(job.id).state == "done", at.jobs.get(job.id).error
            bad, _ = at.jobs.read_ledger(name, b"no workbook", f"bad {number}")
            assert runner.run_one()
            error = json.loads(at.jobs.get(bad.id).error)
            assert error["findings"], name
    finally:
        runner.close()
    assert files_of(world) - before <= {"installation/shanfu.db-wal", "installation/shanfu.db-shm"}


# Cells


def test_cells_of_a_ledger_are_text_wherever_they_come_out(world: World, service: Service, tmp_path: Path) -> None:
    at = service.desk("finance")
    texts = [text for text in HARMLESS if text.strip() == text]
    for start in range(0, len(texts), 6):
        some = texts[start : start + 6]
        fields = dict(zip(["A-1", "A-2", "B-1", "B-2", "C-1", "C-2"], some, strict=False))
        columns = ("name", "township", "works", "remark", "village")
        rows = ledger(**{name: dict.fromkeys(columns, said) for name, said in fields.items()})
        kept = at.keeping.keep_ledger(rows, f"hostile {start}")
        opened = at.keeping.open_ledger(kept.id)
        assert [patch.remark for patch in opened.patches][: len(some)] == some
        given_trial = trial(f"hostile {start}", title={"zh": some[0], "en": some[-1]})
        scenario = at.keeping.keep_scenario(given_trial)
        plan = at.keeping.keep_plan(hand_made(rows, given_trial), kept.id, scenario.id)
        for district in (CITY, A):
            export = at.keeping.export(plan.id, district=district)
            assert Path(export.name).name == export.name
            assert_texts_are_texts(export.data, some)
        assert_texts_are_texts(at.keeping.open_bytes(kept.id), some)
        path = tmp_path / "again.xlsx"
        path.write_bytes(at.keeping.open_bytes(kept.id))
        assert load_ledger(path).digest == rows.digest


def assert_texts_are_texts(data: bytes, some: list[str]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and any(text in cell.value for text in some if len(text) > 3):
                    found += 1
                    assert cell.data_type == "s" or cell.value not in some, (sheet.title, cell.coordinate, cell.value)
                assert cell.data_type != "f" or "example.invalid" not in str(cell.value)
                assert cell.hyperlink is None or "example.invalid" not in str(cell.hyperlink.target)
    assert found
