"""How quick the page is in a real browser: opening, switching, a budget changed, ten sessions while two plans are made.

Run by hand: ``python -m benchmarks.page [--home OUT] [--patches 5000] [--sessions 10]``. `OUT` is what ``planner demo``
wrote; it is copied first. Chromium is Debian's. Every figure is the wall clock of a visitor: from the click until the
desk's title stands there and its script has ended. The load average is printed beside them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.cases import Case, make
from planner import make_plan
from planner.service import open_service
from planner.store.queue import JobState
from planner.texts import text

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
DESKS = ("funding", "tasks", "compare", "ledger", "explain", "robust", "about", "overview")
PORT = 8655
_YEAR_X, _CITY_Y, _YEAR_MONEY = 463, 52, 20_000  # the cell of the city's second year, and more than it has
_BEST = text("desk_page.value", "zh", amount="\0").partition("\0")[0]
_NOT_YET = [text(key, "zh") for key in ("funding.at_work", "funding.stale", "funding.not_planned")]
_PLANNING, _LATE = 2, 2.0
_QUEUED = 8  # as many plans as are not all made before the end
WAIT_MS = 120_000


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--home", type=Path, default=Path("out"))
    given.add_argument("--patches", type=int, default=0, help="measure a ledger of so many patches instead")
    given.add_argument("--sessions", type=int, default=10)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as player:
        home = Path(place) / "home"
        if asked.patches:
            _large(home, asked.patches)
        else:
            shutil.copytree(asked.home, home)
        limits = f"[limits]\nworkers = {_PLANNING}\njobs_per_person = {_QUEUED}\n"
        (home / "shanfu.toml").write_text(limits, encoding="utf-8")
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"])
        with _served(home) as url:
            page = _visitor(browser)
            _say("server up, then the plan on the screen", [_timed(lambda: _open(page, url))])
            _say("the same page in a second browser", [_timed(lambda: _open(_visitor(browser), url))])
            _walk(page)  # the first visit of each desk imports and reads what is kept from then on
            _say("switch of desk", [seconds for _ in range(3) for seconds in _walk(page)])
            for more in (1, 2, 3):
                _budget(page, more)
            _crowd(browser, url, home, asked.sessions)
        browser.close()


def _large(home: Path, patches: int) -> None:
    """A store with the benchmark set's ledger of that size and a plan of it, whatever its gap."""
    ledger, scenario = make(Case(patches, "waiting", "loose", "sparse"))
    plan = make_plan(ledger, scenario, seconds=120, gap=0.05)
    service = open_service(home)
    service.desk().keeping.keep_made(ledger, scenario, plan)
    service.close()


@contextmanager
def _served(home: Path) -> Iterator[str]:
    line = [sys.executable, "-m", "planner.cli", "serve", str(home), "--port", str(PORT)]
    child = subprocess.Popen(line, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{PORT}"
    try:
        while True:
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield url
    finally:
        child.terminate()
        child.wait()


def _visitor(browser: Any) -> Any:
    permissions = ["clipboard-read", "clipboard-write"]
    return browser.new_context(viewport={"width": 1366, "height": 768}, permissions=permissions).new_page()


def _open(page: Any, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("ul.cards li", timeout=WAIT_MS)


def _walk(page: Any) -> list[float]:
    return [_timed(lambda name=name: _switch(page, name)) for name in DESKS]


def _switch(page: Any, name: str) -> None:
    page.get_by_role("link", name=text(f"web.page_{name}", "zh"), exact=True).click()
    page.wait_for_url(lambda url: (name if name != "overview" else "") in url, timeout=WAIT_MS)
    page.wait_for_selector(READY, timeout=WAIT_MS)
    page.wait_for_selector(".sf h1", timeout=WAIT_MS)


def _listened(page: Any) -> list[tuple[str, float]]:
    """When the page's socket sends and hears, from now on."""
    frames: list[tuple[str, float]] = []

    def listen(socket: Any) -> None:
        socket.on("framesent", lambda _: frames.append(("sent", time.perf_counter())))
        socket.on("framereceived", lambda _: frames.append(("heard", time.perf_counter())))

    page.on("websocket", listen)
    return frames


def _answer(frames: Sequence[tuple[str, float]]) -> float:
    """From the first that was sent to the last that was heard."""
    sent = [at for what, at in frames if what == "sent"]
    heard = [at for what, at in frames if what == "heard"]
    return max(0.0, heard[-1] - sent[0]) if sent and heard else 0.0


def _budget(page: Any, more: int) -> None:
    """Write another amount into the city's second year, have it planned, and see the audited plan beside its base.

    It is more than the official baseline has there, so that a plan stays possible, and another each time, so that
    none is found again.
    """
    amount = _YEAR_MONEY + 100 * more
    _switch(page, "funding")
    page.get_by_role("radio", name=text("funding.view_draft", "zh"), exact=True).click()
    page.wait_for_selector(READY, timeout=WAIT_MS)
    cells = page.locator('[data-testid="stDataFrame"]').first
    cells.wait_for(timeout=WAIT_MS)
    while not cells.locator('td[aria-selected="true"]').count():  # a grid that is just being drawn hears nothing
        cells.click(position={"x": _YEAR_X, "y": _CITY_Y})
        time.sleep(1)
    page.evaluate("words => navigator.clipboard.writeText(words)", str(amount))
    page.keyboard.press("Control+V")
    page.locator('[data-table="draft_changes"]', has_text=f"{amount:,}").wait_for(timeout=WAIT_MS)
    page.wait_for_selector(READY, timeout=WAIT_MS)
    page.get_by_role("button", name=text("funding.compute", "zh"), exact=True).click()
    began = time.perf_counter()
    first = 0.0
    while True:
        said = page.locator("body").inner_text()
        fresh = page.locator("ul.cards li").count() and not any(words in said for words in _NOT_YET)
        if not first and (fresh or _BEST in said):
            first = time.perf_counter() - began
        if fresh:
            break
        time.sleep(0.05)
    _say("a budget changed, a first feasible plan told", [first])
    _say("the same, the audited plan beside its base", [time.perf_counter() - began])


def _crowd(browser: Any, url: str, home: Path, sessions: int) -> None:
    """All sessions walk the desks twice, one after another, while two plans are always being made.

    All the browsers share the server's two cores, and each loads the page's scripts anew: the first round is the
    browsers' time more than the server's.
    """
    pages = [_visitor(browser) for _ in range(sessions)]
    heard = [_listened(page) for page in pages]
    for page in pages:
        _open(page, url)
    service = open_service(home)
    desk = service.desk()
    plan = desk.keeping.versions("plan")[-1]
    jobs = [
        desk.jobs.plan(plan.meta["ledger"], plan.meta["scenario"], seconds=300, gap=1e-7, seed=seed)[0]
        for seed in range(11, 11 + _QUEUED)
    ]
    time.sleep(5)  # two are at work
    for which in ("first visits", "again"):
        found, answers = [], []
        for page, frames in zip(pages, heard, strict=True):
            for name in DESKS:
                frames.clear()
                found.append(_timed(lambda page=page, name=name: _switch(page, name)))
                answers.append(_answer(frames))
        at_work = sum(desk.jobs.get(job.id).state == JobState.RUNNING for job in jobs)
        _say(f"switch of desk, {sessions} sessions, {at_work} planning, {which}", found)
        _say("of these, from the browser's question to the server's last word", answers)
    for job in reversed(jobs):
        desk.jobs.stop(job.id)
    service.close()


def _timed(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _say(what: str, seconds: list[float]) -> None:
    worst, median, load = max(seconds), statistics.median(seconds), os.getloadavg()[0]
    late = sum(one > _LATE for one in seconds)
    print(
        f"{what}: median {median:.2f} s, worst {worst:.2f} s of {len(seconds)}, {late} above {_LATE:g} s "
        f"(load {load:.1f})", flush=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
