"""How soon 2,000 images, volumes or networks are listed, beside 2,000 containers.

    python -m tests.bench.lists                                  # 2,000 of each on the demo engine, 120x40
    python -m tests.bench.lists --count 500 --runs 3
    python -m tests.bench.lists unix:///var/run/docker.sock      # on a real engine: made for it and removed again

First what the client does with an engine's answer, in CPU time of this thread: reading (decode, rows), joining with the
containers that use them, arranging (keys, words, order). Then the program in a pseudo-terminal: from its start on that screen
until the last row's number is in the header; from the digit of the screen until its last byte, when it is listed for the first
time; `j` and page down in it. The engine's own time for the list stands beside it.
Wants: images, volumes and networks as fast as containers.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import statistics
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from tests.bench.crowd import crowd
from tests.bench.keys import Meter, serving
from tests.docker import Docker
from tests.program import LONGSHORE
from tui.demo.scenarios.many import build_unshared_objects
from tui.engine import Engine
from tui.engine.transport.address import Address
from tui.live.containers.container import CONTAINERS as CONTAINERS_LISTED
from tui.live.containers.used_by import WithUsers, images_of, networks_of, volumes_of
from tui.live.objects.images import IMAGES as IMAGES_LISTED
from tui.live.objects.networks import NETWORKS as NETWORKS_LISTED
from tui.live.objects.volumes import VOLUMES as VOLUMES_LISTED
from tui.live.state.collection import Collection
from tui.live.state.source import Source
from tui.resources.containers.containers import CONTAINERS
from tui.resources.images.images import IMAGES
from tui.resources.model.list_model import ListModel
from tui.resources.model.resource import Resource
from tui.resources.networks.networks import NETWORKS
from tui.resources.volumes.volumes import VOLUMES


class Screen(NamedTuple):
    """A list: its kind and description, how containers use its objects, its digit and the engine's path for it."""

    listed: Source[Any]
    resource: Resource[Any]
    name: Callable[[Any], str]
    uses: Callable[[Any], Any] | None
    digit: str
    path: str


SCREENS = (
    Screen(CONTAINERS_LISTED, CONTAINERS, lambda row: row.id, None, "1", "/containers/json?all=1"),
    Screen(IMAGES_LISTED, IMAGES, lambda row: row.id, images_of, "2", "/images/json?digests=1"),
    Screen(VOLUMES_LISTED, VOLUMES, lambda row: row.name, volumes_of, "3", "/volumes"),
    Screen(NETWORKS_LISTED, NETWORKS, lambda row: row.name, networks_of, "4", "/networks"),
)


class Stages(NamedTuple):
    """Milliseconds of CPU."""

    read: float
    join: float
    arrange: float


async def stages(address: str, screen: Screen) -> tuple[Stages, int]:
    """What the client does for one list, and its rows."""
    async with Engine.connect(Address.parse(address)) as engine:
        containers: Collection[Any] = Collection()
        containers.replace(dict(await CONTAINERS_LISTED.read(engine, None)))
        rows: Collection[Any] = Collection()
        began = time.thread_time()
        found = dict(await screen.listed.read(engine, None))
        read = time.thread_time()
        rows.replace(found)
        shown = rows if screen.uses is None else WithUsers(rows, containers, screen.name, screen.uses)
        joined = time.thread_time()
        ListModel(screen.resource).replace(shown.rows.values())
        arranged = time.thread_time()
        for each in (containers, rows, shown):
            each.close()
        return Stages(1000 * (read - began), 1000 * (joined - read), 1000 * (arranged - joined)), len(found)


def engine_time(client: Docker, path: str) -> float:
    """Milliseconds the engine takes to answer, to a client that only receives."""
    connection = client._connection(60)
    began = time.perf_counter()
    connection.request("GET", path)
    connection.getresponse().read()
    took = time.perf_counter() - began
    connection.close()
    return 1000 * took


def started(address: str, screen: Screen, rows: int) -> float:
    """Milliseconds from the program's start on this screen until it says how many there are."""
    began = time.perf_counter()
    with Meter(("--host", address, screen.resource.name), columns=120, rows=40, command=LONGSHORE) as program:
        program.wait_for(f"{rows} ", 120)
        return 1000 * (time.perf_counter() - began)


def pressed(address: str, screen: Screen, rows: int) -> tuple[float, int, float, float, int]:
    """The digit: milliseconds and bytes; `j` and page down in the list: milliseconds and the bytes of `j`."""
    with Meter(("--host", address, "jobs"), columns=120, rows=40, command=LONGSHORE) as program:
        program.wait_for("0 jobs", 120)
        time.sleep(1)
        before = program.bytes_written
        began = time.perf_counter()
        program.press(screen.digit)
        program.wait_for(f"{rows} ", 120)
        program.quiet()
        took, written = 1000 * (program.last - began), program.bytes_written - before
        downs = [program.cost("j") for _ in range(10)]
        pages = [program.cost("pagedown") for _ in range(10)]
        return (
            took,
            written,
            statistics.median(cost.milliseconds for cost in downs),
            statistics.median(cost.milliseconds for cost in pages),
            int(statistics.median(cost.written for cost in downs)),
        )


def measure(address: str, runs: int) -> None:
    """All lists, in turn."""
    client = Docker(address, "bench")
    print(f"{runs} runs each, medians, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'ms':12} {'rows':>6} {'read':>7} {'join':>7} {'arrange':>8} {'engine':>7}", end="")
    print(f" {'start':>7} {'digit':>7} {'bytes':>7} {'j':>6} {'page':>6} {'bytes':>6}")
    costs: dict[str, list[tuple[float, ...]]] = {screen.resource.name: [] for screen in SCREENS}
    for _ in range(runs):
        for screen in SCREENS:
            stage, rows = asyncio.run(stages(address, screen))
            own = engine_time(client, screen.path)
            first = started(address, screen, rows)
            costs[screen.resource.name].append((rows, *stage, own, first, *pressed(address, screen, rows)))
    for name, taken in costs.items():
        rows, read, join, arrange, own, first, digit, written, down, page, moved = map(
            statistics.median, zip(*taken, strict=True)
        )
        print(f"{name:12} {rows:6.0f} {read:7.1f} {join:7.1f} {arrange:8.1f} {own:7.1f}", end="")
        print(f" {first:7.0f} {digit:7.0f} {written:7.0f} {down:6.1f} {page:6.1f} {moved:6.0f}")


def images_archive(count: int, name: str) -> bytes:
    """A tar for `docker load`: `count` images of one and the same layer."""
    from hashlib import sha256

    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    content = layer.getvalue()
    rootfs = {"type": "layers", "diff_ids": [f"sha256:{sha256(content).hexdigest()}"]}
    files, table = {"layer.tar": content}, []
    for number in range(count):
        config = {"architecture": "amd64", "os": "linux", "config": {"Env": [f"NUMBER={number}"]}, "rootfs": rootfs}
        files[f"{number}.json"] = json.dumps(config).encode()
        table.append({"Config": f"{number}.json", "RepoTags": [f"{name}:{number}"], "Layers": ["layer.tar"]})
    files["manifest.json"] = json.dumps(table).encode()
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return whole.getvalue()


@contextmanager
def filled(address: str, count: int) -> Iterator[None]:
    """So many of each on a real engine. Networks are configurations, which take no addresses."""
    name = f"bench-{os.getpid()}"

    def make(client: Docker, number: int) -> None:
        client.volume(f"{name}-{number}")
        client.network(f"{name}-{number}", ConfigOnly=True)
        client.create("true", name=f"{name}-{number}", network="none")

    with crowd(address, count, make) as client:
        client.request("POST", "/images/load", {"quiet": 1}, body=images_archive(count, name), seconds=600)
        try:
            yield
        finally:
            for number in range(count):
                client.request("DELETE", f"/images/{name}:{number}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lists", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", help="a real one; else the demo engine")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    sys.setswitchinterval(0.0005)  # the demo engine is a thread of this process: neither waits long for the other
    if asked.engine:
        with filled(asked.engine, asked.count):
            measure(asked.engine, asked.runs)
    else:
        with serving(lambda world: build_unshared_objects(world, asked.count)) as address:
            measure(address, asked.runs)


if __name__ == "__main__":
    main()
