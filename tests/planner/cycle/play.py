"""The five years of the shipped ledger, played from the first application to the last account.

Synthetic, like the ledger: only that 513 ha were restored in 2021 against 434 planned is reported. What happens:

- 2021: every district applies, one is sent back once; the outturn of 2021 is reached by putting tasks off, planning
  again and issuing a second list; one task costs 12 % more; three natural sites fail their verification and enter
  artificial restoration; one tracked matter is settled only after its day.
- 2022: half of the city's money arrives in 2023; the yearly review finds new damage, a changed area and a changed cost,
  and one patch that is none.
- 2023: a site fails its check after acceptance and is re-opened under a new id.
- Each January the years that are not issued are planned again; in 2028 the last retention is paid, all is closed.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from planner import shipped
from planner.advice.answer import changed
from planner.advice.outturn import load_outturn
from planner.cycle import Cycle, Ground, issue_of, replanned
from planner.ledger import Ledger, load_ledger
from planner.model import Effort, Session
from planner.plan import Plan, Purse
from planner.planning import make_plan
from planner.scenario import Scenario, load_scenario
from planner.units import split
from tests.planner.cycle.clerk import Clerk, evidence, money

EFFORT = {"seconds": 6.0, "gap": 0.02}
OVERRUN_PERCENT = 12


@dataclass
class Play:
    """The script; `run` plays it."""

    clerk: Clerk
    effort: Effort
    first: int
    last: int
    plans: list[tuple[int, Ledger, Scenario, Plan]] = field(default_factory=list)
    agenda: list[tuple[dt.date, int, Callable[[], None]]] = field(default_factory=list)
    order: count[int] = field(default_factory=count)
    sent_back: str = ""
    overrun: str = ""
    saved: str = ""
    late: str = ""
    failed_natural: tuple[str, ...] = ()
    failed_check: str = ""

    @property
    def cycle(self) -> Cycle:
        return self.clerk.cycle

    def on(self, day: dt.date, what: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (day, next(self.order), what))

    def run(self) -> Play:
        while self.agenda:
            day, _, what = heapq.heappop(self.agenda)
            self.clerk.wait(day)
            what()
        return self

    def districts(self, year: int) -> list[str]:
        names = dict.fromkeys([*self.cycle.register.districts])
        return [name for name in names if self.cycle.to_apply(name, year)]

    # A year: apply, review, issue

    def open_year(self, year: int, batch: str = "1") -> None:
        names = self.districts(year)
        for name in names:
            self.clerk.do("apply", name, year, number=f"申{year}-{batch}", tasks=list(self.cycle.to_apply(name, year)))
        if not self.sent_back:
            self.sent_back = names[1]
            self.clerk.back("application", names[1], year)
            tasks = list(self.cycle.to_apply(names[1], year))
            self.clerk.do("apply", names[1], year, number=f"申{year}-{batch}补", tasks=tasks)
        for name in names:
            self.clerk.do("review", name, year, number=f"审{year}-{batch}")
        for name in names:
            issue = issue_of(self.cycle, name, year)
            self.clerk.do("issue", name, year, number=f"下达{year}-{batch}", **issue.model_dump(mode="json"))
            for task in issue.tasks:
                self.carry_out(task.patch, max(dt.date(year, 4, 15), self.clerk.today))

    def plan_again(self, year: int, scenario: Scenario | None = None) -> None:
        found = replanned(self.cycle, year, scenario=scenario, effort=self.effort)
        assert found.status.has_plan, (year, found.plan.certificate.shortfall)
        self.plans.append((year, found.ledger, found.scenario, found.plan))
        self.clerk.cycle = self.cycle.with_plan(found.plan)

    # A task: start, pay, finish, accept, pay, close

    def carry_out(self, patch: str, start: dt.date) -> None:
        work = self.cycle.works[patch]
        finish = dt.date(work.task.finish, 11, 30)
        if not self.late and work.task.finish == self.first and work.task.hazards:
            self.late, finish = patch, dt.date(self.first + 1, 5, 20)

        def later(day: dt.date, what: Callable[[], None]) -> None:
            """On that day, unless the task was put off: then another issue has events of its own."""

            def unless_put_off() -> None:
                now = self.cycle.works.get(patch)
                if now is not None and now.number == work.number:
                    what()

            self.on(day, unless_put_off)

        later(start, lambda: self.event("start", patch))
        later(dt.date(work.year, 10, 20), lambda: self.pay(patch, 0))
        later(finish, lambda: self.event("finish", patch))
        later(finish + dt.timedelta(days=10), lambda: self.accept(patch))
        later(dt.date(work.task.finish + 1, 6, 20), lambda: self.pay(patch, 1))
        later(dt.date(work.task.finish + 3, 3, 20), lambda: self.settle(patch))
        for which in range(1, 4):
            later(dt.date(finish.year + which, 12, 10), lambda which=which: self.check(patch, which))  # type: ignore[misc]

    def event(self, kind: str, patch: str) -> None:
        work = self.cycle.works[patch]
        self.clerk.do(kind, work.district, work.year, patch, on=self.clerk.today.isoformat())

    def pay(self, patch: str, part: int) -> None:
        """80 % in the first year, 17 % after the end, 3 % two years later: whole yuan by largest remainder."""
        work = self.cycle.works[patch]
        for purse, yuan in work.committed().items():
            already = work.paid().get(purse, 0)
            due = sum(split(yuan, (80, 17, 3))[: part + 1]) - already
            if part == 2 and patch == self.saved:
                due = 0  # the retention was not needed: it is released
            if due > 0:
                self.clerk.do(
                    "pay", work.district, work.year, patch, on=self.clerk.today.isoformat(), source=purse.source,
                    purse_district=purse.district, yuan=due, voucher=f"{patch}/{purse.text}/{part}",
                )  # fmt: skip

    def accept(self, patch: str) -> None:
        work = self.cycle.works[patch]
        self.clerk.do(
            "accept", work.district, work.year, patch, on=self.clerk.today.isoformat(), area_m2=work.task.area_m2,
            hazards=work.task.hazards, evidence=evidence(patch),
        )  # fmt: skip

    def settle(self, patch: str) -> None:
        self.pay(patch, 2)
        work = self.cycle.works[patch]
        left = {p: y - work.paid().get(p, 0) for p, y in work.committed().items()}
        self.clerk.do("close", work.district, work.year, patch, released=money(left))

    def check(self, patch: str, which: int) -> None:
        work = self.cycle.works[patch]
        done = self.cycle.checks.get(patch, ())
        if work.accepted is None or (done and done[-1].result == "failed"):
            return
        fails = not self.failed_check and self.clerk.today.year == self.first + 2 and work.task.counted
        if fails:
            self.failed_check = patch
        self.clerk.do(
            "check", work.district, self.clerk.today.year, patch, on=self.clerk.today.isoformat(), which=which,
            result="failed" if fails else "good", evidence=evidence(f"{patch}-{which}"),
        )  # fmt: skip
        if fails:
            self.reopen(patch)

    # The ledger

    def change(self, district: str, number: str, changes: list[dict[str, object]]) -> None:
        year = self.clerk.today.year
        self.clerk.do("propose", district, year, number=number, changes=changes)
        self.clerk.do("adopt", district, year, number=f"{number}审定", proposal=number)

    def reopen(self, patch: str) -> None:
        row = self.cycle.register.by_id[patch]
        values = {
            "cost_yuan": 200_000, "area_m2": 2_000, "patch_area_m2": 2_000, "hazard_points": 0, "hazard_level": "",
            "hazard_threat": "",
        }  # fmt: skip
        one = {"op": "reopen", "patch": f"{patch}-R1", "reopens": patch, "values": values, "reason": "管护检查不通过"}
        self.change(row.district, f"调{self.clerk.today.year}-重", [one])

    def verify_naturals(self) -> None:
        for patch in self.cycle.naturals():
            if patch.verified_on is not None:
                continue
            fails = len(self.failed_natural) < 3 and not patch.core_reserve
            self.clerk.do(
                "verify", patch.district, self.first, patch.patch, on=self.clerk.today.isoformat(), unit="合成核查队",
                person="合成核查员", result="poor" if fails else "good", evidence=evidence(patch.patch),
            )  # fmt: skip
            if fails:
                self.failed_natural = (*self.failed_natural, patch.patch)
        for name in self.failed_natural:
            row = self.cycle.register.by_id[name]
            cost = -(-row.area_m2 * 1_265_000 // 10_000)
            values: dict[str, object] = {"treatment": "artificial", "cost_yuan": cost}
            if row.ecological_redline or row.reserve:
                values["assessed_from"] = self.first + 1
            one: dict[str, object] = {
                "op": "change", "patch": name, "values": values,
                "reason": "实地核查不具备自然恢复条件", "evidence": evidence(name),
            }  # fmt: skip
            self.change(row.district, f"归并{name}", [one])

    def yearly_review(self) -> None:
        district = self.cycle.register.districts[0]
        year = self.clerk.today.year
        free = [
            p
            for p in self.cycle.register.patches
            if p.district == district and p.patch not in self.cycle.works and p.treatment.value == "artificial"
            and not p.by_enterprise and not p.hazard_points and p.patch not in self.failed_natural
            and not p.bundle and not p.focal and p.reclassified_from is None
        ]  # fmt: skip
        larger, dearer, gone = free[0], free[1], free[2]
        values = {
            "area_m2": 12_000, "treatment": "artificial", "ever_licensed": True,
            "cost_yuan": 1_500_000, "township": larger.township, "data_nature": "synthetic",
        }  # fmt: skip
        changes: list[dict[str, object]] = [
            {"op": "add", "patch": "SYN-NEW-2022", "values": values, "reason": "年度核查新增损毁"},
            {"op": "change", "patch": larger.patch, "reason": "复测面积",
             "values": {"area_m2": larger.area_m2 - 500}},
            {"op": "change", "patch": dearer.patch, "reason": "重新估算",
             "values": {"cost_yuan": dearer.cost_yuan + 100_000}},
            {"op": "remove", "patch": gone.patch, "reason": "已由其他项目治理"},
        ]  # fmt: skip
        self.change(district, f"调{year}", changes)

    # What else happens

    def outturn(self) -> None:
        """From 434 to 513 ha: dear tasks are put off, cheap ones of later years come forward."""
        wanted = {fact.patch for fact in load_outturn(shipped.path("data") / "beijing/outturn-2021.toml").started}
        given = self.cycle.ground.scenario
        for name, work in sorted(self.cycle.works.items()):
            if name not in wanted:
                self.clerk.do("defer", work.district, work.year, name, remark="征地未完成，缓办")
        freed = given.clause("first_year_task").model_copy(update={"max_area_m2": None})
        put_off = [t.patch for t in self.plans[-1][3].schedule if t.start == self.first and t.patch not in wanted]
        locks = [{"patch": p, "kind": "not_before", "year": self.first + 1, "reason": "缓办"} for p in put_off]
        locks += [
            {"patch": p, "kind": "year", "year": self.first, "reason": "提前"}
            for p in sorted(wanted - {*self.cycle.works})
        ]
        tried = changed(given, clauses={**given.clauses, "first_year_task": freed}, locks=locks)
        self.plan_again(self.first, tried)
        self.open_year(self.first, "2")

    def cost_overrun(self) -> None:
        city = Purse("municipal", None)
        own = {n: w for n, w in self.cycle.works.items() if set(w.issued_money) == {city} and w.started}
        self.overrun = max(own, key=lambda name: (own[name].issued_money[city], name))
        self.saved = min(own, key=lambda name: (own[name].issued_money[city], name))
        work = own[self.overrun]
        now = work.issued_money[city] * (100 + OVERRUN_PERCENT) // 100
        where = (work.district, work.year, self.overrun)
        self.clerk.do("ask_cost", *where, remark="岩体破碎，支护增加", money=money({city: now}))
        self.clerk.do("grant_cost", *where)

    def track(self) -> None:
        work = self.cycle.works[self.late]
        due = dt.date(self.first, 12, 31).isoformat()
        self.clerk.do("track", work.district, self.first, self.late, remark="隐患未消除", due=due)
        self.on(dt.date(self.first + 1, 6, 10), self.resolve)

    def resolve(self) -> None:
        work = self.cycle.works[self.late]
        self.clerk.do("resolve", work.district, self.first + 1, self.late, remark="已验收")

    def late_tranche(self) -> None:
        year = self.first + 1
        budget = next(b for b in self.cycle.ground.scenario.budgets if b.source == "municipal" and b.year == year)
        self.clerk.do(
            "tranche", "", year, remark="上级资金缓到", source="municipal", yuan=budget.yuan // 2, arrives=year + 1
        )

    def close_naturals(self) -> None:
        for patch in self.cycle.naturals():
            self.clerk.do("close", patch.district, self.last, patch.patch)

    def close_years(self) -> None:
        for year in range(self.first, self.last + 1):
            for name in self.cycle.register.districts:
                self.clerk.do("close_year", name, year)


def played(session: Session | None = None) -> Play:
    """Play it, with solves of a few seconds."""
    ledger = load_ledger(shipped.path("data") / "beijing/ledger.xlsx")
    scenario = load_scenario(shipped.path("data") / "beijing/scenarios/contingency.toml")
    first, last = scenario.horizon.first, scenario.horizon.last
    plan = make_plan(ledger, scenario, session=session, **EFFORT)  # type: ignore[arg-type]
    clerk = Clerk(Cycle.of(Ground(ledger, scenario, plan)), dt.date(first, 1, 4))
    play = Play(clerk, Effort(session=session, **EFFORT), first, last)  # type: ignore[arg-type]
    play.plans.append((first, ledger, scenario, plan))
    return staged(play)


def staged(play: Play) -> Play:
    """Play the script on a play whose plan is in force."""
    first, last = play.first, play.last
    play.on(dt.date(first, 2, 1), lambda: play.open_year(first))
    play.on(dt.date(first, 3, 1), play.outturn)
    play.on(dt.date(first, 5, 10), play.track)
    play.on(dt.date(first, 9, 1), play.cost_overrun)
    play.on(dt.date(first, 11, 5), play.verify_naturals)
    play.on(dt.date(first + 1, 1, 10), play.late_tranche)
    play.on(dt.date(first + 1, 11, 5), play.yearly_review)
    for year in range(first + 1, last + 1):
        play.on(dt.date(year, 1, 15), lambda year=year: play.plan_again(year))  # type: ignore[misc]
        play.on(dt.date(year, 2, 1), lambda year=year: play.open_year(year))  # type: ignore[misc]
    play.on(dt.date(last, 12, 20), play.close_naturals)
    play.on(dt.date(last + 6, 1, 10), play.close_years)
    return play.run()
