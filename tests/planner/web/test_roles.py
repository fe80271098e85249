"""Who is offered what: every action, role and district, through a real browser and a login on this machine.

The table is typed by hand from the rights, not made of them: what it does not say, nobody may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from planner.service import Action, Role, Service
from planner.texts import text
from tests.planner.service.world import everything
from tests.planner.web import offices, stores
from tests.planner.web.browsing import LONGEST, READY
from tests.planner.web.logins import Office, office_with_login
from tests.planner.web.offices import APPLIED, DISTRICTS, FINISHED, OPEN, PASSED, STARTS, name_of
from tests.planner.web.test_login import Visitor, visitor

__all__ = ["visitor"]
pytestmark = pytest.mark.slow

WHO = {"F": "u-finance", "L": "u-leader", "N": "u-north", "B": "u-both", "A": stores.ADMIN, "0": "u-nobody"}
"""Finance, leadership, a planner of North, one of both districts, the administrator, and somebody unknown."""

TITLE = '[data-testid="stMain"] .sf h1'


@dataclass(frozen=True)
class Visit:
    """A page as an address opens it, and the patch that is chosen on it.

    Parameters
    ----------
    page : str
    asked : str
        More of the address, as ``name=value`` words; ``PLAN``, ``OTHER`` and ``DRAFT`` stand for versions.
    patch : str
        At which state of the working year.
    """

    page: str
    asked: str = ""
    patch: str = ""

    def address(self, kept: offices.Kept, district: str) -> str:
        ids = {"PLAN": kept.plan, "OTHER": kept.other_scenario, "DRAFT": kept.drafts.get(district)}
        words = dict(word.split("=") for word in self.asked.split())
        said = {name: ids.get(value, value) for name, value in words.items()}
        return f"{self.page}?{urlencode(said | ({'district': district} if district else {}))}"


CITY_VISITS = {
    "overview": Visit("", "scenario=OTHER"),
    "funding": Visit("funding"),
    "compare": Visit("compare"),
    "ledger": Visit("ledger"),
    "upload": Visit("ledger", "section=upload"),
    "explain": Visit("explain"),
    "robust": Visit("robust"),
    "people": Visit("about", "about=people"),
    "store": Visit("about", "about=store"),
    "trail": Visit("about", "about=trail"),
}
DISTRICT_VISITS = {
    "tasks": Visit("tasks", "plan=PLAN part=tasks year=all"),
    "draft": Visit("tasks", "plan=DRAFT part=tasks year=all"),
    "hand_in": Visit("tasks", "plan=PLAN part=hand_in"),
    "begun": Visit("tasks", f"plan=PLAN part=steps year={STARTS[FINISHED]}", FINISHED),
    "applied": Visit("tasks", f"plan=PLAN part=steps year={STARTS[APPLIED]}"),
    "passed": Visit("tasks", f"plan=PLAN part=steps year={STARTS[PASSED]}"),
    "open": Visit("tasks", f"plan=PLAN part=steps year={STARTS[OPEN]}"),
}

BRIEFLY = {"A": {*CITY_VISITS, "tasks"}, "0": {"overview", "tasks"}}
"""To whom every page of a district, or every page at all, says the same: one of them is opened."""


def key(name: str) -> str:
    return f'[class*="st-key-{name}"]'


def step(words: str) -> str:
    return f'[class*="st-key-tasks_step"] button:has(:text-is("{words}"))'


# action, where, control, who is offered it for the city's or for North's, who for South's
TABLE: tuple[tuple[Action, str, str, str, str], ...] = (
    (Action.READ_TOTALS, "overview", "ul.cards, [data-table=city_totals]", "FLNB", ""),
    (Action.READ_CITY, "overview", "ul.cards", "FL", ""),
    (Action.READ_CITY, "funding", key("at_hand_ledger"), "FL", ""),
    (Action.READ_CITY, "compare", key("at_hand_ledger"), "FL", ""),
    (Action.READ_CITY, "ledger", key("at_hand_ledger"), "FL", ""),
    (Action.READ_CITY, "explain", key("explain_patch"), "FL", ""),
    (Action.SOLVE_CITY, "overview", key("solve_at_hand"), "FL", ""),
    (Action.SOLVE_CITY, "funding", key("funding_compute"), "F", ""),  # it also keeps the draft: finance's alone
    (Action.KEEP_CITY, "upload", key("ledger_file"), "F", ""),
    (Action.ASK, "robust", key("ask-stress"), "FL", ""),
    (Action.EXPORT_CITY, "compare", key("brief-docx"), "FL", ""),
    (Action.ADOPT, "compare", key("adopt-"), "L", ""),
    (Action.DECIDE, "ledger", key("adopt_change"), "F", ""),
    (Action.READ_PEOPLE, "people", "[data-table=people]", "A", ""),
    (Action.GRANT, "people", key("grant_subject"), "A", ""),
    (Action.VERIFY, "store", key("verify_plans"), "LA", ""),
    (Action.READ_TRAIL, "trail", "[data-table=trail]", "LA", ""),
    (Action.READ_TASKS, "tasks", key("tasks_editor"), "FLNB", "FLB"),
    (Action.EXPORT_DISTRICT, "tasks", key("tasks_workbook-all"), "FLNB", "FLB"),
    (Action.KEEP_DISTRICT, "tasks", key("tasks_one"), "FNB", "FB"),  # finance: the city's own version
    (Action.SOLVE_DISTRICT, "draft", key("tasks_one"), "NB", "B"),
    (Action.ASK_OWN, "tasks", key("tasks_why"), "NB", "B"),
    (Action.READ_DRAFT, "draft", key("tasks_to_base"), "NB", "B"),
    (Action.PUBLISH_DISTRICT, "draft", key("tasks_publish"), "NB", "B"),
    (Action.HAND_IN, "hand_in", key("tasks_hand_in"), "FNB", "FB"),
    (Action.TAKE_IN, "hand_in", key("tasks_take_in"), "F", "F"),
    (Action.READ_YEAR, "begun", "[data-round=issued]", "FLNB", "FLB"),
    (Action.CARRY_OUT, "begun", step("申请调整投资"), "NB", "B"),
    (Action.PAY, "begun", step("支付"), "FNB", "FB"),
    (Action.TRACK, "begun", step("挂账督办"), "FL", "FL"),
    (Action.SEND_BACK, "begun", step("退回完工"), "F", "F"),
    (Action.CLOSE, "begun", step("资金缓到登记"), "F", "F"),
    (Action.PROPOSE, "begun", step("提出台账调整"), "NB", "B"),
    (Action.DECIDE, "begun", step("审定台账调整"), "F", "F"),
    (Action.ACCEPT, "begun", step("验收"), "F", "F"),
    (Action.REVIEW, "applied", step("审核通过"), "F", "F"),
    (Action.SEND_BACK, "applied", step("退回申报"), "F", "F"),
    (Action.ISSUE, "passed", step("下达"), "L", "L"),
    (Action.SEND_BACK, "passed", step("退回审核"), "L", "L"),
    (Action.APPLY, "open", step("申报"), "NB", "B"),
)
BY_COMMAND = {
    Action.PUBLISH_CITY: "the page keeps the city's versions in sight of all at once; `planner publish`",
    Action.STOP_ANY: "everybody stops their own work on the page; another's only `planner stop`",
    Action.BACK_UP: "a backup is a file on the server; `planner backup`, which the page names",
}

Seen = dict[tuple[str, str], dict[str, set[str]]]
"""By visit and district: by person, the controls that are there."""


@pytest.fixture(scope="module")
def own_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, offices.Kept]]:
    workbooks = tmp_path_factory.mktemp("workbooks")
    with office_with_login(
        tmp_path_factory.mktemp("roles"), lambda service: offices.furnish(service, workbooks)
    ) as own:
        yield own


@pytest.fixture
def office(own_office: tuple[Office, offices.Kept]) -> Office:
    return own_office[0]


@dataclass
class Walked:
    """What everybody was offered everywhere, and everything that each was sent."""

    seen: Seen
    sent: dict[str, str]


@pytest.fixture(scope="module")
def walked(browser: Any, own_office: tuple[Office, offices.Kept]) -> Walked:
    office, kept = own_office
    people = {}
    for letter, subject in WHO.items():
        people[letter] = _visitor(browser, office)
        people[letter].sign_in(subject)

    def there(visit: str) -> dict[str, Visitor]:
        return {letter: one for letter, one in people.items() if visit in BRIEFLY.get(letter, {visit})}

    seen: Seen = {}
    for name, visit in CITY_VISITS.items():
        seen[name, ""] = _everybody(there(name), visit.address(kept, ""), name, "", "")
    for district in DISTRICTS:
        for name, visit in DISTRICT_VISITS.items():
            patch = name_of(district, visit.patch) if visit.patch else ""
            seen[name, district] = _everybody(there(name), visit.address(kept, district), name, district, patch)
    sent = {letter: one.everything() for letter, one in people.items()}
    for one in people.values():
        assert not one.foreign()
        one.context.close()
    return Walked(seen, sent)


def _visitor(browser: Any, office: Office) -> Visitor:
    context = browser.new_context(viewport={"width": 1366, "height": 1600})
    own = Visitor(context, context.new_page(), office)

    def listen(socket: Any) -> None:
        socket.on("framereceived", lambda data: own.sent.append(data if isinstance(data, bytes) else data.encode()))

    own.page.on("request", lambda request: own.requests.append(request.url))
    own.page.on("websocket", listen)
    return own


def _everybody(
    people: dict[str, Visitor], address: str, visit: str, district: str, patch: str
) -> dict[str, set[str]]:  # fmt: skip
    """Open an address as everybody at once, and read which controls each is offered."""
    for one in people.values():
        one.page.goto(f"{one.office.url}/{address}", wait_until="commit")
    for one in people.values():
        _settle(one)
    chosen = [one for one in people.values() if patch and _shows(one, district)]
    for one in chosen:
        one.page.locator(f"{key('tasks_chosen')} input").click()
        one.page.get_by_role("option", name=patch, exact=True).click()
    rows = [row for row in TABLE if row[1] == visit]
    found = {}
    for letter, one in people.items():
        for row in rows:
            if letter in (row[4] if district == "South" else row[3]):
                one.page.locator(row[2]).first.wait_for(state="attached", timeout=LONGEST)
        found[letter] = {row[2] for row in rows if _shows(one, district) and one.has(row[2])}
    return found


def _settle(one: Visitor) -> None:
    one.page.wait_for_selector(TITLE, timeout=LONGEST)
    one.page.wait_for_selector(READY, timeout=LONGEST)


def _shows(one: Visitor, district: str) -> bool:
    """Whether the page is about that district; one of another shows its own instead."""
    return not district or one.page.locator(TITLE).first.inner_text().startswith(f"{district} ·")


def test_every_action_is_in_the_table_once_or_has_no_control() -> None:
    assert {row[0] for row in TABLE} | set(BY_COMMAND) == set(Action)
    assert not {row[0] for row in TABLE} & set(BY_COMMAND)
    assert {row[1] for row in TABLE} == {*CITY_VISITS, *DISTRICT_VISITS}


def test_everybody_is_offered_what_the_table_says(walked: Walked) -> None:
    wrong = []
    for action, visit, control, north, south in TABLE:
        wanted = {"North": north, "South": south} if visit in DISTRICT_VISITS else {"": north}
        for district, letters in wanted.items():
            offered = {letter for letter, controls in walked.seen[visit, district].items() if control in controls}
            if offered != set(letters):
                wrong.append((str(action), visit, district, control, "".join(sorted(offered)), letters))
    assert not wrong


def test_nobody_is_sent_what_is_another_districts(walked: Walked) -> None:
    def told(letter: str, district: str) -> list[str]:
        names = [*(name_of(district, state) for state in STARTS), f"{district}town"]
        return [name for name in names if name in walked.sent[letter]]

    every = len(STARTS) + 1
    for letter in "FLB":
        assert [len(told(letter, district)) for district in DISTRICTS] == [every, every], letter
    assert (len(told("N", "North")), told("N", "South")) == (every, [])
    for letter in "A0":
        assert (told(letter, "North"), told(letter, "South")) == ([], []), letter


def test_who_is_unknown_is_shown_nothing(walked: Walked) -> None:
    assert not set().union(*(found.get("0", set()) for found in walked.seen.values()))
    assert text("login.shut", "zh") in walked.sent["0"]


@contextmanager
def instead(service: Service, subject: str, before: Role, now: Role, districts: tuple[str, ...] = ()) -> Iterator[None]:
    """Let somebody have another role until the block ends."""
    staff = service.desk(stores.ADMIN).staff
    staff.grant(subject, now, districts=districts)
    staff.revoke(subject, before)
    try:
        yield
    finally:
        staff.grant(subject, before)
        staff.revoke(subject, now)


def _solve(page: Any) -> None:
    page.locator(f"{key('solve_at_hand')} button").click()


COUNTS_RUNS = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    window.runs = 0;
    new MutationObserver(() => { if (app.dataset.testScriptState === 'running') window.runs += 1; })
        .observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
}"""
"""Counts how often the page begins to be made anew: that it is ready may be said before it has begun."""


def _give_a_reason(page: Any) -> None:
    """Open the adoption and fill it in: what is typed is sent off, and the page made anew, before the click."""
    page.locator(f"{key('adopt-')} button").first.click()
    reason = page.locator(f"{key('adopt_reason')} textarea")
    reason.fill("上会通过")
    page.evaluate(COUNTS_RUNS)
    reason.press("Control+Enter")
    page.wait_for_function(f"window.runs > 0 && document.querySelector(`{READY}`)", timeout=LONGEST)


def _adopt(page: Any) -> None:
    page.locator(f"{key('adopt_now')} button").click()


def _take_in(page: Any) -> None:
    page.locator(f"{key('tasks_take_in')} button").click()


LATE: dict[str, tuple[str, Role, Role, str, Callable[[Any], None], str]] = {
    "solve": ("F", Role.FINANCE, Role.DISTRICT, "overview", _solve, "desk_page.refused"),
    "adopt": ("L", Role.LEADERSHIP, Role.FINANCE, "compare", _adopt, "compare.not_adopted"),
    "take_in": ("F", Role.FINANCE, Role.LEADERSHIP, "hand_in", _take_in, "tasks_page.nothing_taken"),
}
"""Who, with which role before and after the page was opened, where, what is pressed, and what is then said."""


@pytest.mark.parametrize("name", LATE)
def test_what_was_shown_and_is_no_longer_allowed_is_refused(
    visitor: Visitor, own_office: tuple[Office, offices.Kept], name: str
) -> None:
    office, kept = own_office
    letter, before, now, visit, press, said = LATE[name]
    place = CITY_VISITS.get(visit) or DISTRICT_VISITS[visit]
    visitor.sign_in(WHO[letter])
    page = visitor.page
    page.goto(f"{office.url}/{place.address(kept, '' if visit in CITY_VISITS else 'North')}")
    _settle(visitor)
    if name == "adopt":
        _give_a_reason(page)
    with instead(office.service, WHO[letter], before, now, ("North",) if now is Role.DISTRICT else ()):
        stood = everything(office.service)
        press(page)
        page.locator(".status.broken", has_text=text(said, "zh")).wait_for(timeout=LONGEST)
        assert everything(office.service) == stood
