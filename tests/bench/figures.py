"""How soon after the start the figures are on the screen: 40 running containers, 120x40, a pseudo-terminal.

    python -m tests.bench.figures unix:///var/run/docker.sock --docker /usr/bin/docker
    python -m tests.bench.figures unix:///var/run/docker.sock --docker /usr/bin/docker --runs 9

Measured are the seconds from the start to the first memory figure, to one in every visible row, and to a CPU figure in every
visible row. Runs alternate with `docker stats`, whose first figures have the CPU, too.
Wants: the first figure after 1.1 s, all after 1.8 s.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import time
from collections.abc import Sequence

from tests.bench.crowd import crowd
from tests.docker import Docker
from tests.program import LONGSHORE, Program

CONTAINERS = 40
PATIENCE = 60.0
MEMORY = re.compile(r"[0-9][KMG]i?B? ?/ ?[0-9]")
CPU = re.compile(r"\s[0-9]+\.[0-9]+%?\s+[0-9.]+[KMG]i?B? ?/ ?[0-9]")

Times = tuple[float, float, float]


def start(command: Sequence[str], prefix: str) -> Times:
    """Seconds to the first memory figure, to all of the visible rows, and to all CPU figures."""
    began = time.perf_counter()
    with Program(command=command, columns=120, rows=40, env={"PYTHONDONTWRITEBYTECODE": None}) as program:

        def rows(screen: str) -> list[str]:
            return [line for line in screen.splitlines() if prefix in line]

        def complete(pattern: re.Pattern[str], screen: str) -> bool:
            return bool(found := rows(screen)) and all(pattern.search(row) for row in found)

        program.wait_for(lambda screen: any(map(MEMORY.search, rows(screen))), PATIENCE)
        first = time.perf_counter() - began
        program.wait_for(lambda screen: complete(MEMORY, screen), PATIENCE)
        memory = time.perf_counter() - began
        program.wait_for(lambda screen: complete(CPU, screen), PATIENCE)
        return first, memory, time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.figures", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--docker", default=shutil.which("docker") or "", help="the docker command, to run beside it")
    parser.add_argument("--runs", type=int, default=5, help="of each, after one that warms up (5)")
    asked = parser.parse_args()
    prefix = f"a-{os.getpid()}-"

    def make(client: Docker, number: int) -> None:
        client.run("sleep", "3600", name=f"{prefix}{number:02}", network="none")

    commands: dict[str, Sequence[str]] = {"longshore": (*LONGSHORE, "--host", asked.engine)}
    if asked.docker:
        commands["docker stats"] = (asked.docker, "--host", asked.engine, "stats")
    times: dict[str, list[Times]] = {name: [] for name in commands}
    with crowd(asked.engine, CONTAINERS, make):
        for run in range(asked.runs + 1):
            for name, command in commands.items():
                took = start(command, prefix)
                if run:
                    times[name].append(took)
    print(f"{CONTAINERS} running, {asked.runs} runs each, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; medians")
    print(f"{'seconds to':16} {'first':>7} {'memory':>7} {'CPU':>7}")
    for name, taken in times.items():
        print(f"{name:16}", *(f"{statistics.median(each):7.2f}" for each in zip(*taken, strict=True)))


if __name__ == "__main__":
    main()
