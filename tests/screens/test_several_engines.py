"""Several engines in one list: whose a row is, that actions reach its engine, and that a lost engine concerns its rows only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.screens.rig import PATIENCE, Rig, longshore_on
from tests.waiting import until_async
from tui.config import ContextSettings
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.many import many_containers
from tui.demo.scenarios.shop import compose_shop

WEB = "shop-web-1"


@asynccontextmanager
async def two(
    *words: str, contexts: Mapping[str, ContextSettings] | None = None
) -> AsyncIterator[tuple[Rig, DemoEngine, DemoEngine]]:
    """The shop on two engines, web1 and web2."""
    demos = [DemoEngine(compose_shop(lively=False), ManualClock()) for _ in range(2)]
    async with longshore_on(dict(zip(("web1", "web2"), demos, strict=True)), *words, contexts=contexts) as rig:
        await rig.shows(lambda _text: rig.view.rows.complete and rig.view.listing.total, "rows of both")
        yield rig, demos[0], demos[1]


async def pick(rig: Rig, *names: str) -> None:
    """Mark the rows of these titles, such as web1/shop-web-1."""
    await rig.press("g")
    for name in names:
        rig.view.table.move_to(rig.view.named(name).key)
        await rig.press("space")


def status(demo: DemoEngine, name: str = WEB) -> str:
    return demo.world.container(name).status


async def becomes(demo: DemoEngine, state: str, name: str = WEB) -> None:
    await until_async(lambda: status(demo, name) == state, f"{name} to be {state}", PATIENCE)


async def test_a_list_has_the_rows_of_all_engines_and_says_whose_each_is() -> None:
    async with two() as (rig, one, _):
        assert "HOST" in rig.lines[1]
        assert sorted(rig.names) == sorted(f"{host}/{name}" for host in ("web1", "web2") for name in one.world.names)
        assert rig.header.endswith("2 of 2 engines connected  web1, web2")
        for screen in ("images", "volumes", "networks", "projects"):
            await rig.press("colon", *screen, "enter")
            await rig.shows(lambda text: "HOST" in text and "web1" in text and "web2" in text, f"{screen} of both")


async def test_one_filter_and_one_order_go_over_all() -> None:
    async with two() as (rig, _, _):
        await rig.press("slash", *"shop-web", "enter")
        assert rig.names == [f"{host}/shop-web-{number}" for number in (1, 2) for host in ("web1", "web2")][: len(rig.names)]
        await rig.press("escape", "slash", *"web2", "enter")
        assert {name.partition("/")[0] for name in rig.names} == {"web2"}
        await rig.press("escape", "o")  # by host
        hosts = [name.partition("/")[0] for name in rig.names]
        assert hosts == sorted(hosts)


async def test_an_action_goes_to_the_engine_of_its_row_and_says_which() -> None:
    async with two() as (rig, one, other):
        rig.view.table.move_to(rig.view.named(f"web2/{WEB}").key)
        await rig.press("x")
        await rig.shows(f"Stop container {WEB} on web2?")
        assert "docker --context web2 stop shop-web-1" in rig.text
        await rig.press("y")
        await becomes(other, "exited")
        assert status(one) == "running"
        assert rig.app.program.docker_commands == [("docker", "--context", "web2", "stop", WEB)]


async def test_an_action_on_several_engines_names_them_and_reaches_each() -> None:
    async with two() as (rig, one, other):
        await pick(rig, f"web1/{WEB}", f"web2/{WEB}", "web2/shop-db-1")
        await rig.press("x")
        await rig.shows("Stop 3 containers on web1 and web2?")
        await rig.press("y")
        await becomes(one, "exited")
        await becomes(other, "exited")
        await becomes(other, "exited", "shop-db-1")
        assert status(one, "shop-db-1") == "running"
        await rig.shows("stopped: 3 of 3 containers")
        assert sorted(rig.app.program.docker_commands) == [
            ("docker", "--context", "web1", "stop", WEB),
            ("docker", "--context", "web2", "stop", "shop-db-1"),
            ("docker", "--context", "web2", "stop", WEB),
        ]


async def test_a_name_in_the_prompt_is_not_taken_for_that_of_another_engine() -> None:
    async with two() as (rig, one, other):
        await rig.press("colon", *f"stop {WEB}", "enter")
        await rig.shows(
            lambda _text: rig.message == f"{WEB!r} is on web1 and web2: write for example web1/{WEB}", "which engines"
        )
        await rig.press("colon", *f"stop web2/{WEB}", "enter")
        await rig.shows(f"Stop container {WEB} on web2?")
        await rig.press("y")
        await becomes(other, "exited")
        assert status(one) == "running"


async def test_a_lost_engine_greys_its_own_rows_and_is_named() -> None:
    async with two() as (rig, _, other):
        await other.go_away()
        await rig.shows(lambda _text: rig.banner.startswith("web2: "), "the loss of web2")
        assert not rig.view.has_class("-lost")
        await rig.shows(lambda _text: rig.header.endswith("1 of 2 engines connected  web1, web2"), "the number of engines")
        cells = {name: rig.view.cells(rig.view.named(f"{name}/{WEB}").key) for name in ("web1", "web2")}
        assert {cell.style for cell in cells["web2"]} == {"grey"}
        assert {cell.style for cell in cells["web1"]} != {"grey"}
        await rig.press("colon", *f"stop web1/{WEB}", "enter")
        await rig.shows(f"Stop container {WEB} on web1?")
        await rig.press("escape")
        await rig.press("colon", *f"stop web2/{WEB}", "enter")
        assert rig.message == f"stop web2/{WEB}: the engine is not connected"
        await other.come_back()
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: not rig.banner)
        assert {cell.style for cell in rig.view.cells(rig.view.named(f"web2/{WEB}").key)} != {"grey"}


async def test_a_lost_engine_under_a_bulk_action_is_said_row_by_row() -> None:
    async with two() as (rig, one, other):
        await pick(rig, f"web1/{WEB}", f"web2/{WEB}")
        await other.go_away()
        await rig.shows(lambda _text: rig.banner)
        await rig.press("x")
        await rig.shows("Stop 2 containers on web1 and web2?")
        await rig.press("y")
        await becomes(one, "exited")
        await rig.shows("shows all  stopped: 1 of 2 containers")
        await rig.press("ctrl+e")
        await rig.shows(lambda text: f"web2/{WEB}: " in text and f"web1/{WEB}: {WEB} stopped" in text, "both outcomes")
        assert "stopped: 1 of 2 containers" in rig.text
        assert rig.app.program.docker_commands == [("docker", "--context", "web1", "stop", WEB)]


async def test_an_engine_that_never_answers_delays_no_other() -> None:
    async with two() as (rig, _, other):
        await other.go_away()
        await rig.shows(lambda _text: rig.banner)
        await rig.press("colon", *"volumes", "enter")  # listed by nobody yet
        await rig.shows("web1")
        assert "web2" not in "\n".join(rig.lines[2:-2])


async def test_what_is_opened_on_a_row_is_that_of_its_engine() -> None:
    async with two() as (rig, _, other):
        rig.view.table.move_to(rig.view.named(f"web2/{WEB}").key)
        before = len(other.requests)
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "container")
        assert rig.header.endswith("web2")
        await until_async(lambda: any(name == "ContainerInspect" for _, _, name in other.requests[before:]), seconds=PATIENCE)
        await rig.press("q")
        await rig.shows(lambda _text: rig.view.kind == "containers")
        await rig.press("l")
        await rig.shows(lambda _text: rig.view.kind == "logs" and len(rig.view.reader.buffer) > 0, "the log")
        assert rig.header.endswith("web2")


async def test_logs_of_several_engines_are_merged() -> None:
    async with two() as (rig, _, _):
        await pick(rig, f"web1/{WEB}", f"web2/{WEB}")
        await rig.press("L")
        await rig.shows(lambda _text: rig.view.kind == "logs")
        await rig.shows(lambda text: f"web1/{WEB}" in text and f"web2/{WEB}" in text, "lines of both")


async def test_the_monitor_shows_containers_of_several_engines() -> None:
    async with two() as (rig, _, _):
        await pick(rig, f"web1/{WEB}", f"web2/{WEB}")
        await rig.press("m")
        await rig.shows(lambda _text: rig.view.kind == "monitor")
        await rig.shows(lambda text: "web1: " in text and "web2: " in text and "running containers" in text, "both hosts")
        assert {member.name for member in rig.view.members} == {"web1", "web2"}


async def test_a_screen_of_one_engine_asks_which_and_proposes_the_last_choice() -> None:
    async with two() as (rig, _, _):
        await rig.press("colon", *"map", "enter")
        await rig.shows("map: on which host?")
        await rig.press("down", "enter")
        await rig.shows(lambda _text: rig.view.kind == "map")
        assert rig.header.endswith("web2")
        await rig.press("q")
        await rig.shows(lambda _text: rig.view.kind == "containers")
        await rig.press("colon", *"swarm", "enter")
        await rig.shows("swarm: on which host?")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "swarm")
        assert rig.header.endswith("web2")


async def test_the_engine_of_the_row_under_the_cursor_is_proposed() -> None:
    async with two() as (rig, _, _):
        rig.view.table.move_to(rig.view.named(f"web2/{WEB}").key)
        await rig.press("colon", *"map", "enter")
        await rig.shows("map: on which host?")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "map")
        assert rig.header.endswith("web2")


async def test_the_systems_of_all_engines_stand_side_by_side_and_enter_opens_one() -> None:
    async with two() as (rig, one, other):
        await rig.press("colon", *"system", "enter")
        await rig.shows("2 engines")
        lines = {host: lambda host=host: next(line for line in rig.lines if line.startswith(host)) for host in ("web1", "web2")}
        containers = str(len(one.world.names))
        await rig.shows(lambda _text: all(containers in line().split() for line in lines.values()), "what both have")
        assert all("connected" in line() and "Docker 28" in line() for line in lines.values())
        await rig.press("j", "enter")
        await rig.shows("overview")
        assert rig.header.endswith("web2")
        await rig.press("q")
        await rig.shows("2 engines")
        await other.go_away()
        await rig.shows(lambda _text: "connected" not in lines["web2"]() and "connected" in lines["web1"](), "the loss of web2")
        await other.come_back()
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: "connected" in lines["web2"](), "the return of web2")


async def test_what_is_created_asks_on_which_engine() -> None:
    async with two("volumes") as (rig, one, other):
        await rig.press("c")
        await rig.shows("on which host?")
        await rig.press("down", "enter")
        await rig.shows("on web2")
        await rig.press(*"fresh", "ctrl+s")
        await until_async(lambda: "fresh" in other.world.volumes, "the volume", PATIENCE)
        assert "fresh" not in one.world.volumes
        await rig.shows("fresh")


async def test_users_of_images_of_several_engines_are_listed() -> None:
    async with two("images") as (rig, one, _):
        await rig.shows(lambda _text: {row.member.name for row in rig.rows} == {"web1", "web2"}, "images of both")
        await rig.press("ctrl+a", "C")
        await rig.shows(lambda _text: rig.view.kind == "containers")
        assert {name.partition("/")[0] for name in rig.names} == {"web1", "web2"}
        assert len(rig.names) <= 2 * len(one.world.names)


async def test_a_read_only_context_refuses_for_its_rows_only() -> None:
    settings = {"web2": ContextSettings(read_only=True, name="prod", colour="red")}
    async with two(contexts=settings) as (rig, one, other):
        assert f"prod/{WEB}" in rig.names
        await rig.press("colon", *f"stop prod/{WEB}", "enter")
        assert rig.message == f"stop prod/{WEB}: config.toml makes prod read-only"
        await pick(rig, f"web1/{WEB}", f"prod/{WEB}")
        await rig.press("x")
        await rig.shows(f"Stop container {WEB} on web1?")
        await rig.press("y")
        await becomes(one, "exited")
        assert status(other) == "running"


async def test_an_idle_list_of_ten_engines_asks_and_draws_nothing() -> None:
    demos = {f"web{number}": DemoEngine(many_containers(20), ManualClock()) for number in range(10)}
    async with longshore_on(demos) as rig:
        await rig.shows(lambda _text: rig.view.listing.total == 200, "all rows")
        await rig.press("percent_sign")
        await rig.idle()
        before = {name: len(demo.requests) for name, demo in demos.items()}
        await rig.stays_idle()
        assert {name: len(demo.requests) for name, demo in demos.items()} == before


async def test_the_clean_up_plan_goes_over_all_engines() -> None:
    async with two("volumes") as (rig, one, other):
        await rig.press("colon", *"clean-up", "enter")
        await rig.shows(lambda _text: rig.view.kind == "cleanup" and rig.view.plan.made, "the plan")
        await rig.shows(lambda _text: {name.partition("/")[0] for name in rig.names} == {"web1", "web2"}, "what both have")
        assert rig.header.lstrip().startswith("cleanup of volumes")
        unused = [name.partition("/")[2] for name in rig.names if name.startswith("web2/")]
        await rig.press("ctrl+a", "ctrl+a")  # none
        for host in ("web1", "web2"):
            rig.view.table.move_to(next(key for key in rig.view.table.keys if key.startswith(f"{host}/")))
            await rig.press("space")
        await rig.press("delete")
        await rig.shows("Remove 2 objects on web1 and web2, one after another?")
        await rig.press("y")
        await until_async(lambda: unused[0] not in one.world.volumes, "the removal on web1", PATIENCE)
        await until_async(lambda: unused[0] not in other.world.volumes, "the removal on web2", PATIENCE)
        await rig.shows(lambda _text: len(rig.app.program.docker_commands) == 2, "the commands")
        assert sorted(rig.app.program.docker_commands) == [
            ("docker", "--context", host, "volume", "rm", unused[0]) for host in ("web1", "web2")
        ]


async def test_a_lost_engine_leaves_the_plan_of_the_others() -> None:
    async with two() as (rig, _, other):
        await other.go_away()
        await rig.shows(lambda _text: rig.banner)
        await rig.press("colon", *"cleanup", "enter")
        await rig.shows(lambda _text: rig.view.kind == "cleanup" and rig.names, "the plan of web1")
        assert {name.partition("/")[0] for name in rig.names} == {"web1"}
        await other.come_back()
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: not rig.banner)
        await rig.shows(lambda _text: {name.partition("/")[0] for name in rig.names} == {"web1", "web2"}, "what both have")


async def test_ages_are_by_the_clock_of_each_engine() -> None:
    demos = {"web1": DemoEngine(compose_shop(lively=False), ManualClock()), "web2": DemoEngine(compose_shop(lively=False))}
    async with longshore_on(demos) as rig:
        await rig.shows(lambda _text: rig.view.rows.complete, "rows of both")
        await rig.idle()
        skews = [session.store.clock.skew for session in rig.app.workspace.sessions]
        assert abs(skews[0] - skews[1]) > 86400  # one of the clocks stands still, months ago
        at = next(number for number, place in enumerate(rig.view.places) if place.column.title == "AGE")
        ages = {host: rig.view.cells(rig.view.named(f"{host}/mirror").key)[at].text for host in demos}
        assert ages["web1"] == ages["web2"]


async def test_events_of_all_engines_are_in_one_list() -> None:
    async with two() as (rig, one, other):
        await rig.press("colon", *"events", "enter")
        await rig.shows(lambda _text: rig.view.kind == "events")
        for demo, number in ((one, 1), (other, 2)):
            session = [*rig.app.engines][number - 1]
            await session.engine.containers.pause(WEB)
            await becomes(demo, "paused")
            await rig.shows(
                lambda text, host=f"web{number}": any(host in line and "pause" in line for line in text.splitlines()),
                f"the event of web{number}",
            )
        rows = [rig.view.listing.row(key).row for key in rig.view.listing.order]
        assert [row.time_ns for row in rows] == sorted(row.time_ns for row in rows)
        await other.go_away()
        await rig.shows(lambda _text: rig.banner.startswith("web2: "))
        await next(iter(rig.app.engines)).engine.containers.unpause(WEB)
        await rig.shows("unpause")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.view.kind == "event")
        await rig.press("q", "q")
        await rig.shows(lambda _text: rig.view.kind == "containers")


async def test_events_of_marked_objects_of_several_engines() -> None:
    async with two() as (rig, one, _):
        await pick(rig, f"web1/{WEB}", f"web2/{WEB}")
        await rig.press("e")
        await rig.shows(lambda _text: rig.view.kind == "events" and "2 containers" in rig.header, "their events")
        await next(iter(rig.app.engines)).engine.containers.pause("shop-db-1")
        await next(iter(rig.app.engines)).engine.containers.pause(WEB)
        await becomes(one, "paused")
        await rig.shows(lambda text: "pause" in text and WEB in text, "the event of the marked one")
        assert not any("shop-db-1" in line for line in rig.lines)
