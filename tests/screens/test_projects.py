"""Projects over the demo engine: listed from labels alone, opened, stopped, removed, refused."""

import asyncio
import shlex

import pytest

from tests.screens.rig import Rig, longshore
from tests.waiting import until_async


async def loaded(rig: Rig) -> None:
    await rig.shows(lambda _text: rig.rows and all(row.complete for row in rig.rows))
    await rig.settle()


async def test_they_are_listed_by_what_the_picture_knows_and_nothing_is_asked_twice() -> None:
    async with longshore("projects") as rig:
        await loaded(rig)
        assert rig.names == ["shop", "watch"]
        assert "7 of 8 running, 1 finished" in rig.text
        assert "8080→80" in rig.text
        assert "/srv/shop" in rig.text
        asked = {name for _, _, name in rig.demo.requests}
        assert {"ContainerList", "NetworkList", "VolumeList"} <= asked
        assert not asked & {"NetworkInspect", "VolumeInspect"}
        looked_at = rig.requests("ContainerInspect")  # only containers with problems
        assert len(looked_at) == len(set(looked_at)) < 8


async def test_an_idle_screen_asks_nothing_and_draws_nothing() -> None:
    async with longshore("projects") as rig:
        await loaded(rig)
        await rig.stays_idle()


async def test_its_details_follow_its_containers() -> None:
    async with longshore("projects", "shop", size=(120, 50)) as rig:
        await loaded(rig)
        await rig.press("enter")
        await rig.shows("depends on db healthy, cache healthy, migrate completed")
        for words in ("shop-worker-2", "shop_back", "shop_db-data", "8443"):
            assert words in rig.text
        await rig.app.context.session.engine.containers.pause("shop-worker-2")
        await rig.shows("paused")


async def test_from_a_project_to_its_containers_and_back() -> None:
    async with longshore("projects", "watch") as rig:
        await loaded(rig)
        await rig.press("C")
        await rig.shows("of project watch")
        assert rig.names == ["watch-grafana-1", "watch-prometheus-1"]
        await rig.press("-")
        assert rig.view.kind == "projects"


async def test_lines_lead_to_containers_networks_and_volumes_and_from_these_to_the_project() -> None:
    async with longshore("projects", "watch", size=(120, 50)) as rig:
        await loaded(rig)
        for name, title in (("watch-grafana-1", "container"), ("watch_default", "network"), ("watch_metrics", "volume")):
            await rig.press("enter")
            await rig.shows("Services")
            await rig.press("/", *name, "enter", "enter")
            await rig.shows(lambda text, words=f"{title} {name}": words in rig.header and "watch ›" in text, f"{title} {name}")
            await rig.press("/", *"Project", "enter", "enter")
            await rig.shows(lambda _text: "project watch" in rig.header)
            await rig.press("q", "q", "escape", "q")
            await rig.shows(lambda _text: rig.view.kind == "projects")


async def test_its_logs_are_merged() -> None:
    async with longshore("projects", "watch") as rig:
        await loaded(rig)
        await rig.press("l")
        await rig.shows("logs watch (2 containers)")


async def passes(rig: Rig, words: str) -> None:
    """Advance the demo's clock until this text is on the screen."""
    await rig.shows(lambda text: words in text or rig.demo.clock.advance(1), words)


def order(rig: Rig, operation: str) -> list[str]:
    """Return the containers of the requests for an operation, by name."""
    names = {rig.demo.world.container(name).id: name for name in rig.demo.world.names}
    return [names[target.split("/containers/")[1].split("/")[0]] for target in rig.requests(operation)]


async def test_stopping_asks_and_goes_from_the_dependants_to_what_they_need_and_starting_the_other_way() -> None:
    async with longshore("projects", "shop") as rig:
        await loaded(rig)
        await rig.press("x")
        assert f"Stop project shop on {rig.app.context.host}?" in rig.text
        assert "docker compose --project-name=shop stop" in rig.text
        await rig.press("n")
        assert rig.requests("ContainerStop") == []
        await rig.press("x", "y")
        await passes(rig, "shop: stopped: 7 containers")
        stopped = order(rig, "ContainerStop")
        assert stopped.index("shop-web-1") < stopped.index("shop-api-1") < stopped.index("shop-db-1")
        assert stopped.index("shop-worker-2") < stopped.index("shop-cache-1")
        assert "shop-migrate-1" not in stopped

        await rig.shows("stopped ")
        await rig.press("u")
        await rig.shows("waits for shop-db-1 to be healthy")
        assert {"shop-api-1", "shop-migrate-1", "shop-web-1"}.isdisjoint(order(rig, "ContainerStart"))
        await passes(rig, "shop: started: 8 containers")
        started = order(rig, "ContainerStart")
        assert started.index("shop-db-1") < started.index("shop-migrate-1") < started.index("shop-api-1")
        assert started.index("shop-api-1") < started.index("shop-web-1")


async def test_removal_names_what_goes_and_leaves_volumes_without_the_tick() -> None:
    async with longshore("projects", "watch") as rig:
        await loaded(rig)
        await rig.press("delete")
        for words in ("Remove project watch on", "watch-grafana-1", "watch_default", "removed only if ticked"):
            assert words in " ".join(rig.text.replace("│", " ").split())
        await rig.press("enter")
        assert rig.requests("ContainerDelete") == []
        await rig.press("y")
        await rig.shows("watch: removed: 2 containers, 1 network")
        await rig.shows(lambda _text: rig.names == ["shop"])
        assert rig.requests("VolumeDelete") == []


@pytest.mark.parametrize("late", ["NetworkList", "VolumeList"])
async def test_before_networks_and_volumes_are_listed_removal_is_refused(late: str) -> None:
    async with longshore() as rig:
        held = rig.demo.faults.add(late, "delay", seconds=3600.0)
        rig.app.go("projects", "watch")
        await rig.shows(lambda _text: rig.names == ["shop", "watch"] and rig.at == "watch")
        await rig.press("delete")
        assert rig.message == "remove: the networks and volumes are not listed yet"
        rig.demo.faults.remove(held)
        await rig.press("ctrl+r")
        assert rig.requests("ContainerDelete") == []


async def test_where_the_engine_does_not_list_volumes_a_project_can_still_be_removed() -> None:
    async with longshore() as rig:
        rig.demo.faults.add("VolumeList", "error", status=403, message="not by this proxy")
        rig.app.go("projects", "watch")
        await loaded(rig)
        await rig.press("delete", "y")
        await rig.shows("watch: removed: 2 containers, 1 network")


async def test_with_the_tick_the_volumes_go_too() -> None:
    async with longshore("projects", "watch") as rig:
        await loaded(rig)
        await rig.press("delete", "1", "y")
        await rig.shows("watch: removed: 2 containers, 1 network, 2 volumes")


async def reported(rig: Rig) -> str:
    """Open the report that waits, return its text, and close it."""
    await rig.shows("ctrl+e shows more")
    await rig.press("ctrl+e")
    await rig.shows("enter close")
    await rig.settle()
    text = rig.text
    await rig.press("enter")
    return text


async def test_what_a_network_still_holds_is_said() -> None:
    async with longshore("projects", "watch") as rig:
        await loaded(rig)
        await rig.app.context.session.engine.networks.connect("watch_default", "shop-web-1")
        await rig.press("delete", "y")
        text = await reported(rig)
        assert "removed: 2 containers" in text
        assert "not removed: network watch_default:" in text
        assert rig.requests("NetworkDelete")


async def test_read_only_refuses_before_any_dialog() -> None:
    async with longshore("projects", "shop", read_only=True) as rig:
        await loaded(rig)
        for key in ("x", "r", "A", "delete"):
            await rig.press(key)
            assert "read-only" in rig.message


async def test_compose_is_told_of_only_where_its_files_are() -> None:
    async with longshore("projects", "shop") as rig:
        await loaded(rig)
        await rig.press("A")
        assert "Run compose up for project shop on" in rig.text
        assert "/srv/shop/compose.yaml" in rig.text
        await rig.press("y")
        await rig.shows("a Compose file is not on this machine: /srv/shop/compose.yaml")


async def test_a_restart_during_a_stop_waits_for_its_end() -> None:
    async with longshore("projects", "shop") as rig:
        await loaded(rig)
        await rig.press("x", "y")
        assert len(rig.app.context.session.jobs.running) == 1
        await rig.press("r")
        assert "cancel stopping shop instead of waiting for its end" in rig.text
        await rig.press("y")
        assert len(rig.app.context.session.jobs.running) == 2
        assert rig.requests("ContainerRestart") == []
        await until_async(lambda: rig.demo.clock.advance(1) or rig.requests("ContainerRestart"))
        assert len(rig.requests("ContainerStop")) >= 7  # all of the first job


async def test_paused_and_let_run_on() -> None:
    async with longshore("projects", "watch") as rig:
        await loaded(rig)
        await rig.press("p")
        await rig.shows("watch: paused: 2 containers")
        await rig.shows("0 of 2 running, 2 paused")
        await rig.press("p")
        await rig.shows("watch: unpaused: 2 containers")


async def test_small_terminals() -> None:
    for size in ((80, 24), (40, 10)):
        async with longshore("projects", "shop", size=size) as rig:
            await loaded(rig)
            assert "7 of 8 running" in rig.text
            await rig.press("enter")
            await rig.shows("Services" if size[1] > 10 else "shop")


async def stopped_and_starting(rig: Rig) -> None:
    """Stop the shop as a whole and start it again, until its services wait for the database."""
    await loaded(rig)
    await rig.press("x", "y")
    await passes(rig, "shop: stopped: 7 containers")
    await rig.shows("stopped ")
    await rig.press("u")
    await rig.shows("waits for shop-db-1 to be healthy")


async def test_waiting_has_an_end_and_says_what_was_done_and_what_was_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.compose.project_actions.DEPENDENCY_TIMEOUT_SECONDS", 0.5)
    async with longshore("projects", "shop", size=(300, 30)) as rig:
        await stopped_and_starting(rig)
        text = await reported(rig)
        assert "2 of 8 started" in text
        assert "migrate waited 0 min for shop-db-1 to be healthy" in text
        assert "not started: api (after migrate), web (after api)" in text
        assert "shop-api-1" not in order(rig, "ContainerStart")
        await lists_only_what_was_started(rig)


async def lists_only_what_was_started(rig: Rig) -> None:
    """The list of docker commands has the containers started by the action that broke off, and neither project nor others."""
    stopped, *started = [shlex.join(command[1:]) for command in rig.app.program.docker_commands]
    assert stopped.endswith("compose --project-name=shop stop")
    assert sorted(command.partition("start ")[2] for command in started) == ["shop-cache-1", "shop-db-1"]
    await rig.press("$")
    await rig.shows("start shop-db-1")
    assert "--project-name=shop start" not in rig.text
    assert "start shop-api-1" not in rig.text


async def test_an_engine_that_goes_away_meanwhile_ends_the_waiting() -> None:
    async with longshore("projects", "shop", size=(300, 30)) as rig:
        await stopped_and_starting(rig)
        await rig.demo.go_away()
        text = await reported(rig)
        assert "2 of 8 started" in text
        assert "not started: api (after migrate), web (after api)" in text


async def test_idle_waiting_asks_nothing() -> None:
    async with longshore("projects", "shop", size=(120, 30)) as rig:
        await stopped_and_starting(rig)
        requests = -1
        while requests != len(rig.demo.requests):  # each looks once; polling would never rest
            requests = len(rig.demo.requests)
            await asyncio.sleep(0.5)
        await passes(rig, "shop: started: 8 containers")


async def test_cancelled_halfway_it_says_how_far_it_came() -> None:
    async with longshore("projects", "shop", size=(160, 30)) as rig:
        await stopped_and_starting(rig)
        await rig.shows("2 of 8 started")
        for job in rig.app.context.session.jobs.running:
            job.cancel()
        await rig.shows("starting shop: cancelled at 2 of 8 started")
        assert "shop-api-1" not in order(rig, "ContainerStart")
        await lists_only_what_was_started(rig)


@pytest.mark.parametrize(("verb", "state"), [("stop", "exited"), ("restart", "running")])
async def test_one_service_of_a_project(verb: str, state: str) -> None:
    async with longshore("projects", "shop") as rig:
        await loaded(rig)
        await rig.press(":", *f"service-{verb}", "enter")
        await rig.type("worker")
        await rig.press("enter")
        await passes(rig, ": 2 containers")
        workers = [each for each in rig.demo.world.containers.values() if each.name.startswith("shop-worker")]
        assert {each.status for each in workers} == {state}
        assert set(order(rig, f"Container{verb.capitalize()}")) == {"shop-worker-1", "shop-worker-2"}
        assert rig.app.program.docker_commands[-1] == ("docker", "compose", "--project-name=shop", verb, "worker")


async def test_an_unknown_service_is_said_with_those_that_there_are() -> None:
    async with longshore("projects", "watch") as rig:
        await loaded(rig)
        await rig.press(":", *"service-stop", "enter", *"nosuch", "enter")
        await rig.shows("There is no service 'nosuch' in watch. There are: grafana, prometheus.")


async def test_recreating_and_scaling_a_service_are_compose_s_work() -> None:
    async with longshore("projects", "shop", size=(160, 40)) as rig:
        await loaded(rig)
        await rig.press(":", *"service-scale", "enter", *"worker", "tab", *"3")
        assert "--scale=worker=3" in rig.text
        await rig.press("escape", ":", *"service-recreate", "enter", *"worker")
        assert "--force-recreate" in rig.text


async def test_the_logs_of_one_service() -> None:
    async with longshore("projects", "shop", size=(120, 40)) as rig:
        await loaded(rig)
        await rig.press(":", *"service-logs", "enter")
        await rig.shows("Logs of which service of shop?")
        await rig.press(*"worker", "enter")
        await rig.shows("logs shop/worker (2 containers)")
        assert {source.name for source in rig.view.sources} == {"shop-worker-1", "shop-worker-2"}
