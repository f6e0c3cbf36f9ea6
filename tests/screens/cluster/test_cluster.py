"""The swarm on the screen, over the demo's three nodes: services, rollouts, nodes, secrets, configs, the swarm itself."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.screens.rig import Rig, longshore, longshore_on
from tui.demo import DemoEngine, ManualClock
from tui.demo import swarm as swarms
from tui.demo.scenarios.shop import compose_shop
from tui.demo.scenarios.swarm import compose_swarm
from tui.engine.api.services import Services
from tui.engine.transport.address import Address
from tui.screens.framework.workspace import Target


@asynccontextmanager
async def market(*words: str, **options: Any) -> AsyncIterator[Rig]:
    """Start the interface over the demo's swarm, and wait for the list."""
    async with longshore(*words, world=compose_swarm(lively=False), **options) as rig:
        await rig.shows(lambda _text: rig.view.rows.loaded, "the list")
        await rig.settle()
        yield rig


def line(rig: Rig, word: str) -> str:
    """The first line of the screen with a word."""
    return next((each for each in rig.lines if word in each), "")


async def prompt(rig: Rig, name: str) -> None:
    """Run a command by its name."""
    await rig.press(":", *name, "enter")


async def pass_time(rig: Rig, seconds: float) -> None:
    """Let the demo's clock go on, in steps."""
    for _ in range(round(seconds * 2)):
        rig.demo.clock.advance(0.5)  # type: ignore[attr-defined]


# -- services --------------------------------------------------------------------------------------------------------------


async def test_the_list_says_which_services_are_short_of_tasks_and_why() -> None:
    async with market("services", size=(160, 30)) as rig:
        await rig.shows("4 services, 2 short of tasks")
        assert "3/4" in line(rig, "market_api")
        assert "paused" in line(rig, "market_api")
        assert "No suitable node" in line(rig, "market_search")
        assert "8088:80" in line(rig, "market_front")


async def test_the_cause_stands_first_and_the_tasks_side_by_side() -> None:
    async with market("services", size=(120, 40)) as rig:
        rig.view.go_to("market_api")
        await rig.press("enter")
        await rig.shows("Why it does not run")
        await rig.shows("early termination of task market_api.1")
        await rig.shows("→ :rollback restores the settings before the update.")
        await rig.press("]")
        await rig.shows("nothing until the next update or rollback")
        assert all(word in line(rig, "← ") for word in ("market_api.1", "failed", "4.2-broken")), rig.text
        await rig.shows("exit code 1, failed")


async def test_a_service_is_scaled_with_one_key_and_followed() -> None:
    async with market("services", size=(120, 30)) as rig:
        rig.view.go_to("market_front")
        await rig.settle()
        await rig.press("+", "backspace", "5", "enter")
        await rig.shows("market_front: scaled to 5")
        await rig.shows(lambda _text: "3/5" in line(rig, "market_front"), "two to come")
        await pass_time(rig, 1.5)
        await rig.shows(lambda _text: "5/5" in line(rig, "market_front"), "all of them")


async def test_an_update_that_fails_pauses_while_it_is_watched() -> None:
    async with market("services", size=(120, 40)) as rig:
        rig.view.go_to("market_front")
        await rig.settle()
        await rig.press("U", *["backspace"] * 3, *"broken", "ctrl+s")
        await rig.shows("market_front: updated")
        await rig.press("enter")
        await rig.press("]")
        await rig.shows("1 task at a time, old task stops first; if a task fails, the update pauses")
        await pass_time(rig, 4)
        await rig.shows("update paused due to failure")


async def test_what_somebody_else_changed_is_shown_and_sent_again_only_when_asked() -> None:
    async with market("services", size=(120, 30)) as rig:
        rig.view.go_to("market_front")
        await rig.settle()
        await rig.press("+")
        world = rig.demo.world
        service = next(each for each in swarms.of(world).services.values() if each["Spec"]["Name"] == "market_front")
        service["Spec"] = {**service["Spec"], "Labels": {"owner": "somebody else"}}
        service["Version"] = {"Index": swarms.of(world).next_version()}
        await rig.press("backspace", "4", "enter")
        await rig.shows("was changed by another client")
        assert "Labels.owner: not set → somebody else" in rig.text
        assert rig.requests("ServiceUpdate") == []
        await rig.press("y")
        await rig.shows("scaled to 4")
        assert service["Spec"]["Labels"] == {"owner": "somebody else"}
        assert service["Spec"]["Mode"]["Replicated"]["Replicas"] == 4


async def test_a_form_makes_a_service_and_another_like_it() -> None:
    async with market("services", size=(120, 60)) as rig:
        await rig.press("c", *"web", "tab", *"market/web:1", "tab", "tab", *"2", "ctrl+s")
        await rig.shows("service web created")
        await rig.shows(lambda _text: "web" in rig.names, "the new service")
        rig.view.go_to("web")
        await rig.settle()
        await prompt(rig, "another")
        await rig.press(*"web2", "ctrl+s")
        await rig.shows("service web2 created")
        specs = {each["Spec"]["Name"]: each["Spec"] for each in swarms.of(rig.demo.world).services.values()}
        assert specs["web2"]["Mode"] == specs["web"]["Mode"] == {"Replicated": {"Replicas": 2}}
        assert specs["web2"]["TaskTemplate"]["ContainerSpec"]["Image"] == "market/web:1"


async def test_a_name_that_is_taken_brings_the_form_back() -> None:
    async with market("services", size=(120, 60)) as rig:
        await rig.press("c", *"market_front", "tab", *"market/web:1", "ctrl+s")
        await rig.shows("already exists")
        assert [field.value for field in rig.app.screen._inputs[:2]] == ["market_front", "market/web:1"]


async def test_logs_of_a_service_name_slot_and_node() -> None:
    async with market("services", size=(140, 40)) as rig:
        rig.view.go_to("market_front")
        await rig.press("l")
        await rig.shows("logs market_front (3 tasks)")
        await rig.shows("2@node-2 ")
        await rig.shows("request 19 served")


async def test_an_idle_list_asks_for_nothing_and_a_stuck_one_ever_more_rarely() -> None:
    async with market("secrets") as rig:
        await rig.stays_idle()


async def test_an_engine_in_no_swarm_says_what_to_do() -> None:
    async with longshore("services") as rig:
        await rig.shows("services cannot be listed")
        await rig.shows("swarm init")


async def test_a_stack_is_one_row_and_is_removed_as_a_whole() -> None:
    async with market("stacks", size=(120, 30)) as rig:
        await rig.shows(lambda _text: "9/12" in line(rig, "market"), "the tasks of the stack")
        assert "market_api, market_search" in line(rig, "market")
        await rig.press("enter")
        await rig.shows("No suitable node: 3 do not meet node.labels.disk==ssd.")
        await rig.press("ctrl+k")
        await rig.shows("4 services, 3 secrets and configs")
        await rig.press("y")
        await rig.shows("market: 7 objects removed")
        found = swarms.of(rig.demo.world)
        assert found.services == found.configs == {}
        assert [each["Spec"]["Name"] for each in found.secrets.values()] == ["market-old-key"]


# -- tasks and nodes -------------------------------------------------------------------------------------------------------


async def test_tasks_of_a_service_are_listed_and_a_task_elsewhere_says_where() -> None:
    async with market("services", size=(140, 40)) as rig:
        rig.view.go_to("market_front")
        await rig.settle()
        await prompt(rig, "list-tasks")
        await rig.shows("of service market_front")
        assert rig.names == ["market_front.1", "market_front.2", "market_front.3"]
        await rig.press("j", "enter")
        await rig.shows("the container is on node-2: connect to that engine to open it")


async def test_tasks_in_new_slots_join_the_log_of_their_service() -> None:
    async with market("services", size=(140, 30)) as rig:
        rig.view.go_to("market_front")
        await rig.settle()
        await rig.press("l")
        await rig.shows("logs market_front (3 tasks)")
        await rig.shows(lambda _text: rig.view.reader.at_end and len(rig.view.reader.buffer), "the log")
        before = len(rig.view.reader.buffer)
        service = next(each for each in swarms.of(rig.demo.world).services.values() if each["Spec"]["Name"] == "market_front")
        engine = rig.app.context.session.engine
        spec = {**service["Spec"], "Mode": {"Replicated": {"Replicas": 5}}}
        await engine.api(Services).update(service["ID"], service["Version"]["Index"], spec)
        await pass_time(rig, 1.5)
        await rig.shows("logs market_front (5 tasks)")
        await rig.shows(lambda _text: len(rig.view.reader.buffer) > before, "their lines")
        await rig.press("G")
        await rig.shows("5@")


async def test_draining_a_node_says_what_moves_and_moves_it() -> None:
    async with market("nodes", size=(120, 30)) as rig:
        rig.view.go_to("node-2")
        await rig.settle()
        await prompt(rig, "drain")
        await rig.shows("3 tasks will be stopped and started on")
        await rig.press("y")
        await rig.shows("node-2 drained")
        await rig.shows(lambda _text: "drain" in line(rig, "node-2"))


async def test_demotion_says_what_it_means_for_the_quorum() -> None:
    async with market("nodes", size=(120, 30)) as rig:
        rig.view.go_to("node-2")
        await rig.settle()
        await prompt(rig, "demote")
        await rig.shows("Then: the only manager: losing")


# -- secrets and configs ---------------------------------------------------------------------------------------------------


async def test_a_secret_is_made_from_a_file_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("open sesame")
    async with market("secrets", size=(120, 40)) as rig:
        await rig.press("c", *"site", "tab", "tab", *str(tmp_path / "key"), "ctrl+s")
        await rig.shows("secret site created")
        await rig.shows(lambda _text: "site" in rig.names)
        rig.view.go_to("site")
        await rig.press("y")
        await rig.shows("Spec")
        await rig.press("v")
        assert "sesame" not in rig.text
        assert "b3Blb" not in rig.text


@pytest.mark.parametrize(("content", "words"), [("", "type the content, or name a file"), ("x" * 3, "")])
async def test_a_secret_without_content_is_not_sent(content: str, words: str) -> None:
    async with market("secrets", size=(120, 40)) as rig:
        await rig.press("c", *"site", "tab", *content, "ctrl+s")
        await rig.shows(words or "secret site created")
        assert len(rig.requests("SecretCreate")) == (not words)


async def test_a_secret_in_use_is_not_removed() -> None:
    async with market("secrets", size=(120, 30)) as rig:
        rig.view.go_to("market-key")
        await rig.settle()
        await rig.press("ctrl+k")
        assert "market_front uses it: update them first" in rig.message
        assert rig.requests("SecretDelete") == []


async def test_two_configs_are_compared() -> None:
    async with market("configs", size=(120, 30)) as rig:
        await rig.press("ctrl+a")
        await prompt(rig, "compare")
        await rig.shows("difference market-site and market-site-old")
        assert "-workers = 4" in rig.text
        assert "+workers = 2" in rig.text


# -- the swarm and plugins -------------------------------------------------------------------------------------------------


async def test_the_swarm_says_what_the_managers_and_the_quorum_are() -> None:
    async with market("swarm", size=(120, 40)) as rig:
        await rig.shows("2 of 2 managers answer; if another is lost, nothing can be changed")
        await rig.shows("Autolock")
        await rig.shows("valid for 90 d, renewed by the nodes themselves")


async def test_who_starts_a_swarm_with_autolock_is_told_of_the_unlock_key() -> None:
    async with longshore("swarm", size=(120, 40)) as rig:
        await rig.shows("This engine is in no swarm")
        await prompt(rig, "init")
        await rig.press(*["tab"] * 4, "space", "ctrl+s")
        await rig.shows(":tokens shows how other nodes join, and the unlock key")
        await rig.shows("on: a restarted manager needs the key")


async def test_an_engine_in_no_swarm_is_told_the_two_ways_into_one_and_takes_one() -> None:
    async with longshore("swarm", size=(120, 40)) as rig:
        await rig.shows("This engine is in no swarm")
        assert "init makes this engine" in rig.text
        await prompt(rig, "join")
        await rig.press(*"10.0.0.9", "tab", *"SWMTKN-1-x", "ctrl+s")
        await rig.shows("no route to host")
        await prompt(rig, "init")
        await rig.press("ctrl+s")
        await rig.shows("the only manager: losing this node loses the swarm")
        await prompt(rig, "leave-swarm")
        await rig.shows("This is the last manager: the")


async def test_tokens_are_shown_only_when_asked_for() -> None:
    async with market("swarm", size=(120, 40)) as rig:
        assert "SWMTKN" not in rig.text
        await prompt(rig, "tokens")
        await rig.shows("docker swarm join --token")
        await rig.press("escape")
        await rig.press("]")
        await rig.shows("JoinTokens")
        assert "SWMTKN" not in rig.text


async def test_a_plugin_is_installed_only_after_its_privileges_were_agreed_to() -> None:
    async with longshore("plugins", size=(120, 30)) as rig:
        needed = [{"Name": "capabilities", "Description": "", "Value": ["CAP_SYS_ADMIN"]}]
        rig.demo.faults.add("GetPluginPrivileges", "answer", status=200, data=json.dumps(needed).encode())
        await prompt(rig, "install")
        await rig.press(*"folders:1", "enter")
        await rig.shows("kernel capabilities: CAP_SYS_ADMIN")
        await rig.press("n")
        await rig.shows("its privileges were not agreed to")
        assert rig.requests("PluginPull") == []


# -- several engines -------------------------------------------------------------------------------------------------------


async def test_enter_on_a_task_opens_its_container_on_another_engine_that_is_connected() -> None:
    manager, other = (
        DemoEngine(world, ManualClock()) for world in (compose_swarm(lively=False), compose_shop(seed=11, lively=False))
    )
    container = other.world.container("shop-web-1")
    task = next(task for task in swarms.of(manager.world).tasks.values() if task["Status"]["State"] == "running")
    task["Status"]["ContainerStatus"]["ContainerID"] = container.id
    async with longshore_on({"boss": manager, "node-3": other}, "tasks") as rig:
        await rig.shows(lambda _text: any(task["ID"] in key for key in rig.view.rows.rows), "the tasks")
        rig.view.table.move_to(next(key for key in rig.view.rows.rows if task["ID"] in key))
        await rig.press("enter")
        await rig.shows("container shop-web-1")
        assert rig.header.endswith("node-3")
        await rig.press("q")
        await rig.shows("REASON")


async def test_enter_on_a_task_changes_to_the_engine_of_its_container_and_back() -> None:
    manager, other = (
        DemoEngine(world, ManualClock()) for world in (compose_swarm(lively=False), compose_shop(seed=11, lively=False))
    )
    container = other.world.container("shop-web-1")
    task = next(task for task in swarms.of(manager.world).tasks.values() if task["Status"]["State"] == "running")
    task["Status"]["ContainerStatus"]["ContainerID"] = container.id
    async with longshore_on({"boss": manager}, "tasks") as rig, other.serve() as url:
        await rig.app.show_targets([Target(Address.parse(url, name="node-3"), ("--context", "node-3"))])
        await rig.shows(lambda _text: rig.app.idle, "the other engine")
        await rig.press("q")
        rig.view.table.move_to(task["ID"])
        await rig.press("enter")
        await rig.shows("container shop-web-1")
        assert "node-3" in rig.header
        await rig.press("q", "q")
        await rig.shows("REASON")
