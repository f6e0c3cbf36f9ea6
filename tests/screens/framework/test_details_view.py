"""The details of a container: tabs, secrets, and changes while they are shown."""

import asyncio
from typing import Any

import pytest

from tests.screens.rig import Rig, longshore
from tui.engine import Engine
from tui.engine.objects.events import Event
from tui.live.containers import exit_facts

API = "shop-api-1"
SECRET = "not-a-real-key-4b1f"


async def opened(rig: Rig, wanted: str = "Restart policy") -> None:
    await rig.press("enter")
    await rig.shows(wanted)


async def test_the_first_tab_says_why_it_does_not_run() -> None:
    async with longshore("containers", "reports-batch", size=(120, 60)) as rig:
        await opened(rig)
        assert "container reports-batch" in rig.header
        assert "137: out of memory" in rig.text
        assert rig.view.tab.name == "why"
        await rig.press("]")
        await rig.shows("Platform")


async def test_the_report_shows_its_heading_before_the_events_and_the_log_have_come(monkeypatch: pytest.MonkeyPatch) -> None:
    events, logs, read_events, read_log = asyncio.Event(), asyncio.Event(), exit_facts.past_events, exit_facts._tail

    async def slow_events(engine: Engine, id: str) -> tuple[tuple[Event, ...], str]:
        await events.wait()
        return await read_events(engine, id)

    async def slow_log(*asked: Any) -> tuple[tuple[exit_facts.LastLine, ...], str]:
        await logs.wait()
        return await read_log(*asked)

    monkeypatch.setattr(exit_facts, "past_events", slow_events)
    monkeypatch.setattr(exit_facts, "_tail", slow_log)
    async with longshore("containers", "reports-batch", size=(120, 60)) as rig:
        await opened(rig, "Out of memory: the kernel killed")
        assert rig.text.count("Reading…") == 2
        events.set()
        await rig.shows("no longer has events")
        assert rig.text.count("Reading…") == 1
        logs.set()
        await rig.shows_no("Reading…")


async def test_the_overview_shows_health_ports_mounts_and_networks() -> None:
    async with longshore("containers", API, size=(140, 90)) as rig:
        await opened(rig)
        for word in ("Health", "curl -fsS", "8000", "/app/uploads", "shop_front", "com.docker.compose.service"):
            assert word in rig.text


async def test_secrets_are_masked_until_asked_for_in_every_tab() -> None:
    async with longshore("containers", API, size=(140, 90)) as rig:
        await opened(rig)
        assert "SECRET_KEY" in rig.text
        assert SECRET not in rig.text
        assert "s3cr3t-of-the-demo" not in rig.text
        await rig.press("v")
        await rig.shows(SECRET)
        await rig.press("v")
        await rig.shows_no(SECRET)
        await rig.press("y")
        await rig.shows("HostConfig")
        await rig.press("/", *"SECRET_KEY", "enter")
        assert SECRET not in rig.text
        await rig.press("ctrl+a")
        assert SECRET not in rig.copied[-1]
        assert "SECRET_KEY" in rig.copied[-1]


async def test_brackets_and_tab_go_through_the_tabs_and_round() -> None:
    async with longshore("containers", API) as rig:
        await opened(rig)
        seen = [rig.view.tab.name]
        for key in ("]", "tab", "]", "]", "]"):
            await rig.press(key)
            seen.append(rig.view.tab.name)
        assert seen == ["overview", "processes", "reach", "changes", "inspect", "overview"]
        await rig.press("[")
        assert rig.view.tab.name == "inspect"
        await rig.press("shift+tab")
        assert rig.view.tab.name == "changes"


async def test_processes() -> None:
    async with longshore("containers", API) as rig:
        await opened(rig)
        await rig.press("t")
        await rig.shows("PID")


async def test_inspect_folds_is_searched_and_copied() -> None:
    async with longshore("containers", API, size=(120, 60)) as rig:
        await opened(rig)
        await rig.press("y")
        await rig.shows("HostConfig")
        await rig.press("{")
        await rig.shows_no("RestartPolicy")
        await rig.press("/", *"RestartPolicy", "enter")
        await rig.shows("RestartPolicy")
        assert "/RestartPolicy: 1 line" in rig.message
        await rig.press("Y")
        assert "unless-stopped" in rig.copied[-1]
        await rig.press("g", "/", *'"Image"|Image:', "enter", "n", "N")
        await rig.press("ctrl+y")
        assert rig.copied[-1] == rig.demo.world.container(API).id


async def test_a_tab_that_does_not_apply_says_why() -> None:
    async with longshore("containers", "mirror") as rig:
        await opened(rig)
        await rig.press("t")
        assert "processes" in rig.message
        assert rig.view.tab.name == "why"
        await rig.press("]", "]")
        assert rig.view.tab.name == "reach"


async def test_the_overview_follows_the_state() -> None:
    async with longshore("containers", API) as rig:
        await opened(rig)
        await rig.press("p")
        await rig.shows(lambda text: "paused" in text.split("Created")[0])
        assert "p" in rig.footer


async def test_a_rename_is_in_the_title_at_once() -> None:
    async with longshore("containers", API) as rig:
        await opened(rig)
        await rig.press("R", *["backspace"] * len(API), *"backend", "enter")
        await rig.shows("container backend")


async def test_an_object_removed_meanwhile_stays_readable_and_every_action_says_that_it_is_gone() -> None:
    async with longshore("containers", "mirror") as rig:
        await opened(rig)
        await rig.press("delete", "y")
        await rig.shows("removed")
        await rig.shows(lambda _text: rig.view.gone)
        assert "mirror removed" in rig.header
        assert "Restart policy" in rig.text
        await rig.press("u")
        assert rig.message == "start: no longer exists"
        await rig.press("!")
        assert "no longer exists" in rig.text
        await rig.press("escape", "q")
        assert rig.view.kind == "containers"
        assert "mirror" not in rig.names


async def test_what_the_engine_refuses_is_said_in_its_place_and_asked_again() -> None:
    async with longshore("containers", API) as rig:
        fault = rig.demo.faults.add("ContainerTop", "error", status=500, message="ps is not in here")
        await opened(rig)
        await rig.press("t")
        await rig.shows("ps is not in here")
        rig.demo.faults.remove(fault)
        await rig.press("ctrl+r")
        await rig.shows("PID")


async def test_help_names_the_tabs_keys() -> None:
    async with longshore("containers", API, size=(120, 90)) as rig:
        await opened(rig)
        await rig.press("?")
        await rig.shows("help of container")
        for name in (":tab-inspect", ":next-tab", ":show-secrets", ":copy-all"):
            assert name in rig.text


async def test_keys_of_the_reader_and_of_actions_do_not_collide() -> None:
    async with longshore("containers", API) as rig:
        await opened(rig)
        keys = [key for command in rig.view.commands for key in rig.view.commands.keys(command.name)]
        assert sorted(keys) == sorted(set(keys))


async def test_escape_ends_the_search_first_and_then_goes_back() -> None:
    async with longshore("containers", API) as rig:
        await opened(rig)
        await rig.press("/", *"restart", "enter", "escape")
        assert rig.view.kind == "container"
        await rig.press("escape")
        assert rig.view.kind == "containers"
        assert rig.at == API


async def test_details_fit_into_a_small_terminal() -> None:
    async with longshore("containers", API, size=(40, 10)) as rig:
        await opened(rig, "State")
        assert "overview" in rig.text
        assert all(len(line) <= 40 for line in rig.lines)


@pytest.mark.parametrize(("screen", "name"), [("containers", "shop-web-1"), ("volumes", "scratch"), ("networks", "shop_back")])
async def test_capital_y_copies_the_line(screen: str, name: str) -> None:
    async with longshore(screen, name) as rig:
        await rig.shows(lambda _text: rig.names and rig.at == name)
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view._shown == "overview")
        await rig.press("Y")
        assert len(rig.copied) == 1


@pytest.mark.parametrize(("key", "shown"), [("y", "FinishedAt:"), ("t", "nginx: worker")])
async def test_inspect_and_processes_are_one_key_from_the_list(key: str, shown: str) -> None:
    async with longshore("containers", "shop-web-1") as rig:
        await rig.press(key)
        await rig.shows(shown)
        assert rig.view.kind == "container"
        await rig.press("q")
        assert rig.view.kind == "containers"


async def test_what_does_not_run_has_no_processes_to_show() -> None:
    async with longshore("containers", "mirror") as rig:
        await rig.press("t")
        assert rig.message.startswith("processes: ")
        assert rig.view.kind == "containers"
