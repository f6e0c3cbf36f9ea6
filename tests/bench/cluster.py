"""How soon 500 services with 5,000 tasks are listed, and what a key costs there, beside 5,000 containers.

    python -m tests.bench.cluster                                # 500 services, 5,000 tasks, on the demo engine
    python -m tests.bench.cluster --services 100 --runs 5
    python -m tests.bench.cluster scale --replicas 50            # a service of BusyBox on a real swarm of one node

First what the client does with the engine's answers, in CPU time of this thread: reading (decode), joining services, tasks and
nodes, arranging (keys, words, order). Then the program in a pseudo-terminal, 120x40: from its start on the screen until the
last row's number is in the header; `j` and page down in it.
Wants: tasks and services as fast as containers.

`scale` scales a service from 1 task to 50 while its list is on the screen: what the screen says each second, and the list
requests of each type. Wants: at most one list request a second of each.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from tests.bench.keys import Meter, serving
from tests.live.cluster.making import spec
from tests.program import LONGSHORE
from tests.swarms import one_node
from tests.waiting import until_async
from tui.demo.scenarios.many import build_many, build_many_services
from tui.engine import Engine
from tui.engine.api.nodes import Nodes
from tui.engine.api.services import Services
from tui.engine.api.tasks import Tasks
from tui.engine.transport.address import Address
from tui.live.cluster.cluster import Cluster
from tui.live.cluster.sources import NODES, SERVICES, TASKS
from tui.live.containers.container import CONTAINERS as CONTAINERS_LISTED
from tui.live.containers.container import Container
from tui.live.engine_session import Session
from tui.live.objects.networks import NETWORKS
from tui.live.state.collection import Collection
from tui.live.state.source import Source
from tui.live.state.store import Store
from tui.resources import registry
from tui.resources.model.list_model import ListModel

TASKS_EACH = 10


class Stages(NamedTuple):
    """Milliseconds of CPU."""

    read: float
    join: float
    arrange: float


class Filled:
    """Stands for a store whose lists are read: gives their collections."""

    def __init__(self) -> None:
        self.collections: dict[str, Collection[Any]] = {}

    def of(self, source: Source[Any]) -> Collection[Any]:
        """Return the collection of a source."""
        return self.collections.setdefault(source.name, Collection())


async def stages(address: str, name: str) -> tuple[Stages, int]:
    """Return what the client does for one list, and its rows."""
    async with Engine.connect(Address.parse(address)) as engine:
        sources: tuple[Source[Any], ...] = (SERVICES, TASKS, NODES, NETWORKS) if name != "containers" else (CONTAINERS_LISTED,)
        began = time.thread_time()
        answers = [(source, await source.read(engine, None)) for source in sources]
        read = time.thread_time()
        store = Filled()
        for source, rows in answers:
            store.of(source).replace(rows)
        shown = shown_rows(name)(store)
        joined = time.thread_time()
        ListModel(registry.load(name)).replace(shown.rows.values())
        arranged = time.thread_time()
        for each in (*store.collections.values(), shown):
            each.close()
        return Stages(1000 * (read - began), 1000 * (joined - read), 1000 * (arranged - joined)), len(shown.rows)


def shown_rows(name: str) -> Callable[[Any], Collection[Any]]:
    """Return the function from a store to the rows of a screen."""
    if name == "containers":
        return lambda store: store.of(CONTAINERS_LISTED)

    def of(store: Store[Container]) -> Collection[Any]:
        cluster = Cluster(store)
        return cluster.services if name == "services" else cluster.tasks

    return of


def pressed(address: str, name: str, rows: int) -> tuple[float, float, float]:
    """Return the milliseconds from the start until all are listed, of `j`, and of page down."""
    began = time.perf_counter()
    with Meter(("--host", address, name), columns=120, rows=40, command=LONGSHORE) as program:
        program.wait_for(f"{rows} ", 120)
        first = 1000 * (time.perf_counter() - began)
        program.quiet()
        downs = [program.cost("j").milliseconds for _ in range(10)]
        pages = [program.cost("pagedown").milliseconds for _ in range(10)]
        return first, statistics.median(downs), statistics.median(pages)


async def scaled(address: str, replicas: int) -> None:
    """Scale a service of BusyBox, and print what is known of it each second and how often each type was listed."""
    asked: dict[str, list[float]] = {}

    def counted(name: str, group: Any) -> None:
        original = group.list

        async def listed(self: Any, *args: Any, **more: Any) -> Any:
            asked.setdefault(name, []).append(time.monotonic())
            return await original(self, *args, **more)

        group.list = listed

    for name, group in (("services", Services), ("tasks", Tasks), ("nodes", Nodes)):
        counted(name, group)
    async with Session.open(address, events=registry.EVENTS) as session:
        await until_async(lambda: session.connected and session.cluster.services.loaded, "the services")
        stop = session.cluster.pulse.watch()
        services = session.engine.api(Services)
        id = (await services.create(spec("scaled", 1))).id
        rows = session.cluster.services.rows
        try:
            await until_async(lambda: id in rows and rows[id].running, "the first task", 60)
            asked.clear()
            began = time.monotonic()
            wanted = {**spec("scaled", replicas)}
            await services.update(id, (await services.inspect(id)).version.index, wanted)
            seen: list[int] = []
            while rows[id].running < replicas:
                await asyncio.sleep(1.0)
                seen.append(rows[id].running)
            took = time.monotonic() - began
            print(f"1 to {replicas} tasks in {took:.1f} s; running after each second: {' '.join(map(str, seen))}")
            for name, times in sorted(asked.items()):
                least = min((after - before for before, after in pairwise(times)), default=0.0)
                print(f"  {name}: {len(times)} list requests, {len(times) / took:.2f} a second, at least {least:.2f} s apart")
        finally:
            stop()
            await services.remove(id)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster", description=__doc__.partition("\n")[0])
    parser.add_argument("what", nargs="?", choices=("lists", "scale"), default="lists")
    parser.add_argument("--replicas", type=int, default=50, help="of `scale` (50)")
    parser.add_argument("--services", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    if asked.what == "scale":
        with one_node("28", f"bench-{os.getpid()}") as address:
            asyncio.run(scaled(address, asked.replicas))
        return
    sys.setswitchinterval(0.0005)  # the demo engine is a thread of this process: neither waits long for the other
    count = asked.services * TASKS_EACH
    print(f"{asked.runs} runs each, medians, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'ms':12} {'rows':>6} {'read':>7} {'join':>7} {'arrange':>8} {'start':>7} {'j':>6} {'page':>6}")
    with serving(lambda world: build_many_services(build_many(world, count, count), asked.services, TASKS_EACH)) as address:
        for name in ("containers", "tasks", "services"):
            taken = []
            for _ in range(asked.runs):
                stage, rows = asyncio.run(stages(address, name))
                taken.append((rows, *stage, *pressed(address, name, rows)))
            rows, read, join, arrange, first, down, page = map(statistics.median, zip(*taken, strict=True))
            print(f"{name:12} {rows:6.0f} {read:7.1f} {join:7.1f} {arrange:8.1f} {first:7.0f} {down:6.1f} {page:6.1f}")


if __name__ == "__main__":
    main()
