"""Serving the engine: private, removed afterwards, reproducible."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from tests.demo.asking import ask, connected
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.builders import empty_world
from tui.demo.scenarios.many import many_containers
from tui.demo.scenarios.shop import compose_shop


async def test_the_socket_is_private_and_gone_afterwards() -> None:
    demo = DemoEngine(empty_world(), ManualClock())
    async with demo.serve() as address:
        path = Path(address.removeprefix("unix://"))
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o700
    assert path.parent.name not in os.listdir(path.parents[1])


async def test_requests_are_counted_by_operation(demo: DemoEngine) -> None:
    await ask(demo.address, "GET", "/containers/json")
    await ask(demo.address, "GET", "/nosuch")
    assert demo.requests == [("GET", "/v1.51/containers/json", "ContainerList"), ("GET", "/v1.51/nosuch", "")]


async def test_no_connection_outlives_the_engine_also_one_that_was_just_accepted(demo: DemoEngine) -> None:
    path = demo.address.removeprefix("unix://")
    early, _ = await asyncio.open_unix_connection(path)
    await ask(demo.address, "GET", "/_ping")
    late, _ = await asyncio.open_unix_connection(path)
    await demo.go_away()
    for reader in (early, late):
        with suppress(ConnectionResetError):
            assert await reader.read() == b""


async def test_a_connection_serves_many_requests(demo: DemoEngine) -> None:
    async with connected(demo.address) as client:
        for _ in range(3):
            await client.send("GET", "/containers/shop-api-1/logs?stdout=1&tail=3")
            assert (await client.whole()).status == 200
            client.http.start_next_cycle()


async def one_morning(seed: int) -> list[bytes]:
    """Return all visible state after two minutes of the lively shop."""
    clock = ManualClock()
    demo = DemoEngine(compose_shop(seed=seed), clock)
    seen = []
    async with demo.serve() as address:
        for _ in range(120):
            clock.advance(1)
        for path in (
            "/containers/json?all=1&size=1",
            "/containers/shop-api-1/json",
            "/images/json",
            "/system/df",
            "/info",
            f"/events?since=0&until={clock.now()}",
            "/containers/shop-worker-1/logs?stdout=1&stderr=1&timestamps=1",
            "/containers/shop-db-1/stats?stream=0&one-shot=1",
            "/networks",
            "/volumes",
        ):
            seen.append((await ask(address, "GET", path)).body)
    return seen


async def test_the_same_seed_gives_the_same_bytes() -> None:
    assert await one_morning(7) == await one_morning(7)
    assert await one_morning(7) != await one_morning(8)


async def test_something_happens_every_few_seconds() -> None:
    clock = ManualClock()
    demo = DemoEngine(compose_shop(), clock)
    told: list[tuple[float, str]] = []
    async with demo.serve():
        demo.world.watchers.add(lambda event: told.append((event.at, event.action)))
        for _ in range(300):
            clock.advance(1)
    shown = [at for at, action in told if not action.startswith("exec_")]
    assert max(late - early for early, late in pairwise(shown)) < 15
    actions = {action for _, action in told}
    assert {
        "create",
        "start",
        "die",
        "oom",
        "destroy",
        "rename",
        "health_status: unhealthy",
        "health_status: healthy",
        "restart",
    } <= actions


async def test_ten_thousand_containers_in_one_call() -> None:
    demo = DemoEngine(many_containers(10_000, running=4_000), ManualClock())
    async with demo.serve() as address:
        everything = (await ask(address, "GET", "/containers/json?all=1")).json
        assert len({entry["Id"] for entry in everything}) == 10_000
        assert sum(entry["State"] == "running" for entry in everything) == 4_000


async def test_events_are_told_to_every_listener_and_filtered_for_each(demo: DemoEngine) -> None:
    async with asyncio.timeout(30), connected(demo.address) as all_of_them, connected(demo.address) as only_deaths:
        await all_of_them.send("GET", "/events")
        await all_of_them.head()
        await only_deaths.send(
            "GET", "/events?filters=%7B%22event%22%3A%5B%22die%22%5D%2C%22type%22%3A%5B%22container%22%5D%7D"
        )
        await only_deaths.head()
        await ask(demo.address, "POST", "/containers/shop-web-1/kill")
        assert (await anext(all_of_them.lines()))["Action"] == "kill"
        death = await anext(only_deaths.lines())
        assert (death["Action"], death["Actor"]["Attributes"]["exitCode"]) == ("die", "137")


def test_nothing_loads_the_demo_unasked() -> None:
    code = "import sys, tui.engine, tui.live; sys.exit(any(name.startswith('tui.demo') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    for path in Path(__file__).parents[2].glob("tui/**/*.py"):
        if "demo" not in path.parts:
            assert not any(line.startswith(("import tui.demo", "from tui.demo")) for line in path.read_text().splitlines()), (
                path
            )
