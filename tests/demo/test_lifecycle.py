"""Containers change state by the engine's rules: status, messages and the order of events."""

from __future__ import annotations

import asyncio

import pytest

from tests.demo.asking import ask
from tests.waiting import until_async
from tui.demo import DemoEngine, ManualClock
from tui.demo.objects import Container


def actions(demo: DemoEngine, container: Container, kinds: tuple[str, ...] = ("container", "network", "volume")) -> list[str]:
    """Return the container's events without those of probes."""
    return [
        event.action
        for event in demo.world.events
        if event.kind in kinds
        and container.id in (event.actor, event.attributes.get("container"))
        and not event.action.startswith("exec_")
    ]


async def test_stop_and_start_tell_everything_in_order(demo: DemoEngine) -> None:
    db = demo.world.container("shop-db-1")
    assert (await ask(demo.address, "POST", "/containers/shop-db-1/stop")).status == 204
    assert (await ask(demo.address, "POST", "/containers/shop-db-1/start")).status == 204
    assert actions(demo, db) == ["kill", "disconnect", "unmount", "die", "stop", "mount", "connect", "start"]
    assert [event.attributes["exitCode"] for event in demo.world.events if event.action == "die"] == ["0"]


async def test_what_is_already_so_is_304(demo: DemoEngine) -> None:
    assert (await ask(demo.address, "POST", "/containers/shop-web-1/start")).status == 304
    stopped = await ask(demo.address, "POST", "/containers/mirror/stop")
    assert (stopped.status, stopped.body) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("POST", "/containers/nosuch/start", 404, "No such container: nosuch"),
        ("POST", "/containers/mirror/pause", 409, "container {mirror} is not running"),
        ("POST", "/containers/mirror/unpause", 500, "Container {mirror} is not paused"),
        ("POST", "/containers/mirror/kill", 409, "cannot kill container: mirror: container {mirror} is not running"),
        ("POST", "/containers/shop-web-1/kill?signal=FOO", 400, "cannot kill container: shop-web-1: invalid signal: FOO"),
        ("POST", "/containers/catalogue-import/pause", 409, "Container {catalogue-import} is already paused"),
        ("POST", "/containers/catalogue-import/start", 409, "cannot start a paused container, try unpause instead"),
        (
            "DELETE",
            "/containers/catalogue-import",
            409,
            'cannot remove container "catalogue-import": container is paused and must be unpaused first',
        ),
        (
            "DELETE",
            "/containers/shop-web-1",
            409,
            'cannot remove container "shop-web-1": container is running: stop the container before removing or force remove',
        ),
        ("POST", "/containers/shop-web-1/rename?name=", 400, "Neither old nor new names may be empty"),
        (
            "POST",
            "/containers/shop-web-1/rename?name=shop-web-1",
            400,
            "Renaming a container with the same name as its current name",
        ),
        ("GET", "/containers/mirror/top", 409, "container {mirror} is not running"),
        ("POST", "/containers/mirror/resize?h=20&w=80", 409, "container {mirror} is not running"),
        ("GET", "/containers/shop-web-1/logs", 400, "Bad parameters: you must choose at least one stream"),
        ("POST", "/containers/shop-web-1/wait?condition=foo", 400, 'invalid condition: "foo"'),
        ("GET", "/containers/json?filters=xx", 400, "invalid filter"),
        ("GET", '/containers/json?filters={"foo":["a"]}', 400, "invalid filter 'foo'"),
        ("GET", "/images/nosuch/json", 404, "No such image: nosuch:latest"),
        ("GET", "/networks/nosuch", 404, "network nosuch not found"),
        ("DELETE", "/networks/bridge", 403, "bridge is a pre-defined network and cannot be removed"),
        ("DELETE", "/volumes/nosuch", 404, "get nosuch: no such volume"),
        ("DELETE", "/volumes/shop_db-data", 409, "remove shop_db-data: volume is in use - [{shop-db-1}]"),
        ("GET", "/exec/nosuch/json", 404, "No such exec instance: nosuch"),
        ("GET", "/containers/console/archive?path=/nosuch", 404, "Could not find the file /nosuch in container console"),
    ],
)
async def test_refusals_have_the_words_of_docker_28(
    demo: DemoEngine, method: str, path: str, status: int, message: str
) -> None:
    reply = await ask(demo.address, method, path.replace('"', "%22"))
    for name in demo.world.names:
        message = message.replace("{" + name + "}", demo.world.container(name).id)
    assert (reply.status, reply.message) == (status, message)


async def test_names_in_use_and_missing_images_are_refused_at_creation(demo: DemoEngine) -> None:
    taken = demo.world.container("console").id
    clash = await ask(demo.address, "POST", "/containers/create?name=console", {"Image": "busybox"})
    assert (clash.status, clash.message) == (
        409,
        f'Conflict. The container name "/console" is already in use by container "{taken}". '
        "You have to remove (or rename) that container to be able to reuse that name.",
    )
    assert (
        await ask(demo.address, "POST", "/containers/create", {"Image": "nosuch"})
    ).message == "No such image: nosuch:latest"


async def test_stop_waits_for_the_time_out_then_kills(demo: DemoEngine, clock: ManualClock) -> None:
    worker = demo.world.container("shop-worker-1")  # ignores SIGTERM
    stopping = asyncio.ensure_future(ask(demo.address, "POST", "/containers/shop-worker-1/stop?t=5"))
    await until_async(lambda: actions(demo, worker) == ["kill"], "the first signal")
    clock.advance(4.9)
    assert worker.status == "running"
    clock.advance(0.2)
    assert (await stopping).status == 204
    assert (worker.status, worker.exit_code) == ("exited", 137)
    told = [event for event in demo.world.events if event.actor == worker.id]
    assert [event.attributes.get("signal") for event in told if event.action == "kill"] == ["15", "9"]


async def test_a_crash_loop_waits_twice_as_long_each_time(demo: DemoEngine, clock: ManualClock) -> None:
    payments = demo.world.container("shop-payments-1")
    payments.failures_in_a_row = 0
    pauses = []
    for _ in range(5):
        while payments.status == "running":
            clock.advance(0.05)
        since, before = clock.now(), payments.restart_count
        while payments.status == "restarting":
            clock.advance(0.01)
        pauses.append(clock.now() - since)
        assert payments.restart_count == before + 1
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6], abs=0.07)


async def test_a_batch_job_is_killed_for_memory(demo: DemoEngine, clock: ManualClock) -> None:
    batch = demo.world.container("reports-batch")
    await ask(demo.address, "POST", "/containers/reports-batch/start")
    clock.advance(30)
    assert actions(demo, batch, ("container",))[-2:] == ["oom", "die"]
    state = (await ask(demo.address, "GET", "/containers/reports-batch/json")).json["State"]
    assert (state["Status"], state["ExitCode"], state["OOMKilled"]) == ("exited", 137, True)


async def test_a_failing_health_check_turns_unhealthy_after_its_retries(demo: DemoEngine, clock: ManualClock) -> None:
    api = demo.world.container("shop-api-1")
    assert api.health is not None
    api.health.failing = True
    clock.advance(29)
    assert api.health.status == "healthy"
    clock.advance(2)
    assert actions(demo, api)[-1] == "health_status: unhealthy"
    listed = (await ask(demo.address, "GET", '/containers/json?filters={"health":["unhealthy"]}'.replace('"', "%22"))).json
    assert [entry["Names"] for entry in listed] == [["/shop-api-1"]]
    assert listed[0]["Status"].endswith("(unhealthy)")


async def test_pausing_stops_the_use_of_cpu(demo: DemoEngine, clock: ManualClock) -> None:
    api = demo.world.container("shop-api-1")
    await ask(demo.address, "POST", "/containers/shop-api-1/pause")
    before = api.active_seconds(demo.world.now)
    clock.advance(100)
    assert api.active_seconds(demo.world.now) == before
    await ask(demo.address, "POST", "/containers/shop-api-1/unpause")
    clock.advance(1)
    assert api.active_seconds(demo.world.now) == pytest.approx(before + 1)


async def test_auto_remove_and_anonymous_volumes_go_with_the_container(demo: DemoEngine, clock: ManualClock) -> None:
    body = {"Image": "busybox", "Cmd": ["sleep", "5"], "Volumes": {"/data": {}}, "HostConfig": {"AutoRemove": True}}
    made = (await ask(demo.address, "POST", "/containers/create?name=passing", body)).json["Id"]
    volumes = len(demo.world.volumes)
    await ask(demo.address, "POST", f"/containers/{made}/start")
    waiting = asyncio.ensure_future(ask(demo.address, "POST", f"/containers/{made}/wait?condition=removed"))
    await until_async(lambda: demo.open_streams == 1, "the wait")
    await until_async(lambda: clock.advance(1) or made not in demo.world.containers, "the end of the sleep")
    assert (await waiting).json == {"StatusCode": 0}
    assert len(demo.world.volumes) == volumes - 1


async def test_prune_removes_what_does_not_run_and_nothing_else(demo: DemoEngine) -> None:
    running = {one.name for one in demo.world.containers.values() if one.running}
    pruned = (await ask(demo.address, "POST", "/containers/prune")).json
    assert len(pruned["ContainersDeleted"]) == 5
    assert {one.name for one in demo.world.containers.values()} == running


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ('{"label":["com.docker.compose.service=worker"]}', ["shop-worker-2", "shop-worker-1"]),
        ('{"name":["^shop-db"]}', ["shop-db-1"]),
        ('{"status":{"paused":true}}', ["catalogue-import"]),
        ('{"exited":["137"]}', ["reports-batch"]),
        ('{"volume":["shop_db-data"]}', ["shop-db-1"]),
        ('{"network":["watch_default"]}', ["watch-prometheus-1", "watch-grafana-1"]),
        ('{"ancestor":["redis:7.4-alpine"]}', ["shop-cache-1"]),
        ('{"publish":["8000"]}', ["shop-api-1"]),
        ('{"status":["created"]}', ["staging-web"]),
    ],
)
async def test_filters_choose_containers(demo: DemoEngine, filters: str, names: list[str]) -> None:
    found = (await ask(demo.address, "GET", "/containers/json?all=1&filters=" + filters.replace('"', "%22"))).json
    assert sorted(entry["Names"][0][1:] for entry in found) == sorted(names)


async def test_the_shop_has_a_container_in_every_state(demo: DemoEngine, clock: ManualClock) -> None:
    clock.advance(5)
    found = {(one.status, one.exit_code, one.oom_killed) for one in demo.world.containers.values()}
    assert {
        ("created", 0, False),
        ("running", 0, False),
        ("paused", 0, False),
        ("exited", 0, False),
        ("exited", 1, False),
        ("exited", 137, True),
        ("restarting", 1, False),
    } <= found
