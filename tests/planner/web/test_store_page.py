"""The page over a store: which plan is shown, and to whom, without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.findings import BadInput
from planner.service import Role, Service
from planner.service.settings import SETTINGS_VARIABLE, AuthSettings, ServiceSettings, load_settings
from planner.texts import text
from planner.web import HOME_VARIABLE, stored
from planner.web.home import find_home, home, is_loopback, refuse_open_door, secrets_file
from planner.web.serve import command, environment
from tests.planner.web import folders, stores
from tests.planner.web.conftest import Look, markup

CHINESE = re.compile(r"[一-鿿]")


def everything(page: AppTest) -> str:
    """All that the server sends for a page."""
    return "\n".join(str(element.proto) for element in page.main) + markup(page) + str(page.get("arrow_data_frame"))


def buttons(page: AppTest) -> set[str]:
    return {element.proto.label for element in [*page.button, *page.get("download_button")]}


class TestWhichPlan:
    def test_an_empty_store_says_what_to_do(self, look: Look, tmp_path: Path) -> None:
        stores.alone(tmp_path).close()
        page = look(tmp_path)
        assert text("login.no_plan_yet", "zh") in markup(page)
        assert "planner keep ledger.xlsx" in page.code[0].value

    def test_the_newest_then_the_adopted_then_the_one_asked_for(self, look: Look, tmp_path: Path) -> None:
        service = stores.alone(tmp_path)
        desk = service.desk()
        first, second = stores.keep(desk, "one"), stores.keep(desk, "two")
        assert look(tmp_path).selectbox(key="at_hand_plan").value == second
        desk.deciding.adopt(first, "同意")
        page = look(tmp_path)
        box = page.selectbox(key="at_hand_plan")
        assert box.value == first
        assert [("已采用" in option) for option in box.options] == [False, True]  # the newest first
        assert look(tmp_path, plan=str(second)).selectbox(key="at_hand_plan").value == second
        box.select_index(0).run()
        assert page.query_params["plan"] in (str(second), [str(second)])
        assert "status plan" in markup(page)
        service.close()

    @pytest.mark.parametrize("asked", ["999", "x", "-1", "9" * 30, "<b>"])
    def test_what_is_not_there(self, look: Look, tmp_path: Path, asked: str) -> None:
        service = stores.alone(tmp_path)
        stores.keep(service.desk())
        page = look(tmp_path, plan=asked)
        assert text("login.not_there", "zh") in markup(page)
        assert "class='cards'" not in markup(page)
        assert "<b>" not in re.sub(r"<b>[\d,]", "", markup(page))
        service.close()

    def test_the_machine_s_one_person_has_no_login(self, look: Look, tmp_path: Path) -> None:
        service = stores.alone(tmp_path)
        stores.keep(service.desk())
        page = look(tmp_path, lang="en")
        assert "Proved optimal" in markup(page)
        assert buttons(page) == {
            text(key, "en")
            for key in ("overview.clear", "web.download_csv", "web.download_plan", "login.download_city")
        }
        assert not CHINESE.search(markup(page) + "".join(page.selectbox(key="at_hand_plan").options))
        service.close()


class TestWho:
    def test_nobody_sees_a_button_and_nothing_else(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path)
        assert [button.label for button in page.button] == ["登录"]
        assert not page.sidebar
        assert not page.selectbox
        assert text("web.product", "zh") in markup(page)
        assert "小方案" not in everything(page)

    @pytest.mark.parametrize("subject", ["u-finance", "u-leader"])
    def test_the_city_s_people_see_the_whole(self, look: Look, tmp_path: Path, adopted: int, subject: str) -> None:
        page = look(tmp_path, subject)
        assert "class='cards'" in markup(page)
        assert set(page.dataframe[0].value["patch"]) == {*stores.OF_NORTH, *stores.OF_SOUTH}
        assert stores.PEOPLE[subject][2] in markup(page)
        assert "退出" in buttons(page)

    def test_a_district_sees_its_own_and_the_totals(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, "u-north")
        assert list(page.dataframe[0].value["patch"]) == list(stores.OF_NORTH)
        totals = markup(page).partition("data-table='city_totals'")[2].partition("</table>")[0]
        assert "3,500" in totals  # 1,000 + 2,000 + 500
        assert text("login.download_own", "zh") in buttons(page)
        assert not {text("web.download_plan", "zh"), text("login.download_city", "zh")} & buttons(page)
        assert "South" not in everything(page)
        assert not any(patch in everything(page) for patch in stores.OF_SOUTH)

    def test_a_link_to_another_district_s_patch_shows_nothing_of_it(
        self, look: Look, tmp_path: Path, adopted: int
    ) -> None:
        page = look(tmp_path, "u-north", district="South", patch="P2")
        assert list(page.dataframe[0].value["patch"]) == list(stores.OF_NORTH)
        charts = page.get("vega_lite_chart")
        assert len(charts) == 2  # no map: the city has no boundaries
        drawn = b"".join(data.data.data for chart in charts for data in chart.proto.datasets)
        assert b"North" not in drawn  # its townships, nothing above them
        assert b"South" not in drawn
        assert not any(patch in everything(page) for patch in stores.OF_SOUTH)

    def test_two_districts_one_at_a_time(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, "u-both")
        assert list(page.dataframe[0].value["patch"]) == list(stores.OF_NORTH)
        page.selectbox(key=stored.DISTRICT_STATE).select("South").run()
        assert sorted(page.dataframe[0].value["patch"]) == list(stores.OF_SOUTH)

    def test_a_district_does_not_see_what_is_not_published(
        self, look: Look, tmp_path: Path, office: Service, adopted: int
    ) -> None:
        later = stores.keep(office.desk("u-finance"), "draft")
        page = look(tmp_path, "u-north", plan=str(later))
        assert text("login.not_there", "zh") in markup(page)
        assert "draft" not in "".join(page.selectbox(key="at_hand_plan").options)

    def test_an_administrator_sees_people_and_no_plan(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, stores.ADMIN)
        assert text("login.people_only", "zh") in markup(page)
        assert all(subject in markup(page) for subject in (*stores.PEOPLE, stores.ADMIN))
        assert not page.dataframe
        assert not page.selectbox

    @pytest.mark.parametrize("subject", ["u-finance", "u-north", stores.ADMIN])
    def test_markup_in_what_is_kept_is_text(
        self, look: Look, tmp_path: Path, office: Service, adopted: int, subject: str
    ) -> None:
        hostile = "<img src=x onerror=alert(1)>"
        office.desk(stores.ADMIN).staff.grant("u-evil", Role.FINANCE, name=hostile)
        stores.keep(office.desk("u-finance"), hostile)
        seen = markup(look(tmp_path, subject, lang="en"))
        assert "<img" not in seen
        assert "<b>scenario" not in seen  # the small world's title holds markup, too
        assert ("Small &lt;b&gt;scenario&lt;/b&gt;" in seen) is (subject != stores.ADMIN)
        assert ("&lt;img src=x onerror=alert(1)&gt;" in seen) is (subject == stores.ADMIN)

    @pytest.mark.parametrize("user", ["u-nobody", "", None])
    def test_who_is_unknown_is_told_so(self, look: Look, tmp_path: Path, adopted: int, user: str | None) -> None:
        page = look(tmp_path)
        page.user = {"is_logged_in": True} if user is None else {"is_logged_in": True, "sub": user}
        page.run()
        assert text("login.shut", "zh") in markup(page)
        assert [button.label for button in page.button] == ["退出"]
        assert not page.sidebar

    def test_a_claim_without_a_login_is_none(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path)
        page.user = {"sub": "u-finance"}
        page.run()
        assert [button.label for button in page.button] == ["登录"]

    def test_disabled_means_out_at_the_next_run(
        self, look: Look, tmp_path: Path, office: Service, adopted: int
    ) -> None:
        page = look(tmp_path, "u-finance")
        assert "class='cards'" in markup(page)
        office.desk(stores.ADMIN).staff.disable("u-finance")
        page.run()
        assert "已停用" in markup(page)
        assert "class='cards'" not in markup(page)
        assert not page.dataframe
        office.desk(stores.ADMIN).staff.enable("u-finance")
        page.run()
        assert "class='cards'" in markup(page)


class TestDoor:
    AUTH = AuthSettings(issuer="http://127.0.0.1:1", client_id="c", redirect_uri="http://127.0.0.1:2/oauth2callback")

    @pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "shanfu.example"])
    def test_without_a_login_only_this_machine(self, address: str) -> None:
        with pytest.raises(BadInput) as refused:
            refuse_open_door(address, None)
        assert refused.value.findings[0].key == "login.open_door"
        refuse_open_door(address, self.AUTH)

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
    def test_this_machine_needs_no_login(self, address: str) -> None:
        assert is_loopback(address)
        refuse_open_door(address, None)

    def test_secrets_stand_in_a_file_of_one_s_own_and_are_gone_afterwards(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SHANFU_CLIENT_SECRET", "hush")
        monkeypatch.setenv("SHANFU_COOKIE_SECRET", "c" * 32)
        settings = ServiceSettings(auth=self.AUTH)
        with secrets_file(settings) as file:
            assert file is not None
            assert file.stat().st_mode & 0o077 == 0
            assert 'client_secret = "hush"' in file.read_text()
            assert "/.well-known/openid-configuration" in file.read_text()
            flags = command(port=1, settings=settings, secrets=file)
            assert f"--secrets.files={file}" in flags
            assert not [flag for flag in flags if "hush" in flag]
        assert not file.parent.exists()

    @pytest.mark.parametrize(
        ("changed", "values", "key"),
        [
            ({}, {"SHANFU_CLIENT_SECRET": "", "SHANFU_COOKIE_SECRET": "c" * 32}, "login.no_secret"),
            ({}, {"SHANFU_CLIENT_SECRET": "x", "SHANFU_COOKIE_SECRET": ""}, "login.no_secret"),
            ({}, {"SHANFU_CLIENT_SECRET": "x", "SHANFU_COOKIE_SECRET": "short"}, "login.short_secret"),
            (
                {"issuer": "http://login.example"},
                {"SHANFU_CLIENT_SECRET": "x", "SHANFU_COOKIE_SECRET": "c" * 32},
                "login.not_https",
            ),
        ],
    )
    def test_what_a_login_lacks_is_told(
        self, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], values: dict[str, str], key: str
    ) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        with (
            pytest.raises(BadInput) as refused,
            secrets_file(ServiceSettings(auth=self.AUTH.model_copy(update=changed))),
        ):
            pass
        assert [finding.key for finding in refused.value.findings] == [key]

    def test_limits_reach_the_server(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "shanfu.toml").write_text("[limits]\nupload_mb = 7\nsessions = 3\n")
        monkeypatch.setenv("STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION", "false")
        settings = load_settings(tmp_path)
        assert "--server.maxUploadSize=7" in command(port=1, settings=settings)
        told = environment(tmp_path, "zh", home=tmp_path, settings=settings)
        assert told["SHANFU_PAGE_SESSIONS"] == "3"
        assert not [name for name in told if name.startswith("STREAMLIT_")]

    def test_what_was_decided_at_the_start_holds(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(SETTINGS_VARIABLE, raising=False)
        monkeypatch.delenv(HOME_VARIABLE, raising=False)
        assert find_home(tmp_path) is None
        monkeypatch.setenv(SETTINGS_VARIABLE, str(tmp_path / "x.toml"))
        assert find_home(tmp_path) == tmp_path / "x.toml"
        (tmp_path / "shanfu.db").touch()
        assert home(tmp_path) == tmp_path
        monkeypatch.setenv(HOME_VARIABLE, "")
        assert home(tmp_path) is None


def test_one_page_too_many_is_told_so_and_cannot_pretend() -> None:
    import asyncio
    from typing import Any

    from planner.web.server import Sessions

    seen: list[dict[bytes, bytes]] = []
    refused: list[str] = []
    leave = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(dict(scope["headers"]))
        await leave.wait()

    async def send(message: Any) -> None:
        refused.append(message["type"])

    async def receive() -> dict[str, Any]:
        return {}

    async def story() -> None:
        door = Sessions(app, most=1)
        scope = {"type": "websocket", "headers": [(b"x-shanfu-full", b"0"), (b"host", b"h")]}
        tasks = [asyncio.create_task(door(scope, receive, send)) for _ in range(3)]
        await asyncio.sleep(0)
        assert [b"x-shanfu-full" in headers for headers in seen] == [False, True]
        assert refused == ["websocket.close"]
        leave.set()
        await asyncio.gather(*tasks)
        assert (door.open, door.told) == (0, 0)

    asyncio.run(story())


class TestDemo:
    def test_the_same_plan_is_kept_once(self, tmp_path: Path) -> None:
        ledger, under = folders.small_world()
        service = stores.alone(tmp_path)
        keeping = service.desk().keeping
        first = keeping.keep_made(ledger, under, stores.plan())
        assert keeping.keep_made(ledger, under, stores.plan()).id == first.id
        assert [kept.document.kind for kept in keeping.versions()] == ["ledger", "scenario", "plan"]
        service.close()

    def test_a_store_that_fails_leaves_the_folder(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        from planner.cli.plans import _keep_in_store

        plan = folders.small_plan(tmp_path)
        (tmp_path / "shanfu.db").write_bytes(b"no database" * 1000)
        _keep_in_store(tmp_path, *folders.small_world(), plan, "zh")
        assert text("cli.not_in_store", "zh") in capsys.readouterr().err
        assert (tmp_path / "plan.json").exists()
