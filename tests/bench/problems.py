"""Incidents: how soon the cause can be read. Then healthy containers, and 500 containers on the demo engine.

    python -m tests.bench.problems unix:///var/run/docker.sock
    python -m tests.bench.problems unix:///var/run/docker.sock --only "wrong port" --only typo
    python -m tests.bench.problems --count 500                           # only the demo engine

Each incident of `tests/incidents.py` is staged on the engine; some seconds later Longshore is started in a pseudo-terminal, `0`
is pressed at once, and the time from the start until the cause is on the screen is taken. Healthy containers must not be in the
list. On the demo engine: the time from the list of containers until the problems are known, own CPU and requests while nothing
happens, with 500 containers of which a tenth failed.
Wants: the cause at most 1.5 s after the start, with one key; silence about what is healthy; 0.5 s, 1 % of a core, no request.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import resource
import time

from tests.docker import Docker
from tests.incidents import INCIDENTS, Incident, healthy
from tests.program import Program
from tests.waiting import until_async
from tui.demo import DemoEngine
from tui.demo.scenarios.many import many_containers
from tui.live.engine_session import Session
from tui.live.problems.suspects import YOUNG
from tui.resources.problems.rules import examine
from tui.resources.registry import EVENTS

LIMIT = 10.0  # seconds until an incident counts as not found
SETTLED = YOUNG[0] + 1.0  # seconds after which the log of a container that was just started is read at once
IDLE = 10.0  # seconds of the measurement of an idle session


def measure_incident(address: str, incident: Incident) -> float | None:
    """Return the seconds from the start of the program until the cause is on the screen; None if it is never there."""
    docker = Docker(address, f"bench-{os.getpid()}")
    try:
        container = incident.stage(docker)
        name = docker.inspect(container)["Name"][1:]
        time.sleep(SETTLED)
        began = time.perf_counter()
        with Program(("--host", address), columns=200, rows=50) as program:
            program.type("0")
            try:
                program.wait_for(lambda screen: _shown(screen, name, incident.says), LIMIT)
            except AssertionError as not_there:
                print(not_there)
                return None
            return time.perf_counter() - began
    finally:
        docker.clean_up()


def _shown(screen: str, name: str, says: str) -> bool:
    """Return whether the line of a container says this."""
    return any(line.startswith(name) and re.search(says, line) for line in screen.split("\n"))


def measure_healthy(address: str) -> list[str]:
    """Return the lines of the list about containers with which nothing is wrong."""
    docker = Docker(address, f"bench-{os.getpid()}")
    try:
        names = [docker.inspect(each)["Name"][1:] for each in healthy(docker)]
        time.sleep(SETTLED)
        with Program(("--host", address), columns=200, rows=50) as program:
            program.type("0")
            program.wait_for("problem")
            time.sleep(3.0)
            return [line for line in program.screen.split("\n") if any(line.startswith(name) for name in names)]
    finally:
        docker.clean_up()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def measure_many(count: int) -> None:
    """Print how soon the problems of many containers are known, and what an idle session costs."""
    demo = DemoEngine(many_containers(count, count - count // 10))
    async with demo.serve() as url, Session.open(url, events=EVENTS) as session:
        problems = session.problems(examine)
        await until_async(lambda: session.store.containers.loaded)
        listed = time.perf_counter()
        await until_async(lambda: problems.loaded)
        known = time.perf_counter()
        await problems.settled()
        read = time.perf_counter()
        await until_async(lambda: session.idle)
        asked, cpu = len(demo.requests), _cpu()
        await asyncio.sleep(IDLE)
        print(
            f"{count} containers: {len(problems.rows)} problems known after {known - listed:.3f} s, all suspects read after "
            f"{read - listed:.2f} s"
        )
        print(
            f"idle: {len(demo.requests) - asked} requests, {100 * (_cpu() - cpu) / IDLE:.2f} % of a core with the demo engine"
        )
        began = _cpu()
        for _ in range(20):
            problems._update()
        print(f"one examination: {1000 * (_cpu() - began) / 20:.1f} ms")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.problems", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="")
    parser.add_argument("--only", action="append", default=[], help="the incidents with these names")
    parser.add_argument("--count", type=int, default=500)
    asked = parser.parse_args()
    if asked.engine:
        for incident in INCIDENTS:
            if not asked.only or incident.name in asked.only:
                seconds = measure_incident(asked.engine, incident)
                print(f"{incident.name:24} {f'{seconds:.2f} s' if seconds is not None else 'not found'}", flush=True)
        print("healthy:", measure_healthy(asked.engine) or "silent", flush=True)
    asyncio.run(measure_many(asked.count))


if __name__ == "__main__":
    main()
