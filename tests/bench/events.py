"""How soon a change is seen: from the return of the command that caused it to the new state on the screen.

    python -m tests.bench.events unix:///var/run/docker.sock

The command is a plain request to the engine: pause, unpause, stop, start, and `rm --force` of a running container. The
screen is a terminal emulator's, 120x40, and a change is seen when the container's row says so. 20 containers run, statistics
are hidden, so the bytes written are those of the change: its row, and the counts above.
Wants: 15 ms at the median, and less than 500 bytes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.bench.crowd import crowd
from tests.docker import Docker
from tests.program import Program

CONTAINERS = 20
ACTIONS = {"pause": "paused", "unpause": "running", "stop": "exit 137", "start": "running"}
"""What is asked for, and the words in the row that say it is done."""
QUIET = 0.4  # seconds after a change for what follows it


@dataclass(frozen=True, slots=True)
class Seen:
    """One change: milliseconds from the command's return (negative: seen before), and bytes written for it."""

    milliseconds: float
    written: int


def change(program: Program, docker: Docker, name: str, action: str) -> Seen:
    """Do something to a container and watch its row."""
    row, before = program.find(name)[1], program.bytes_written

    def command() -> float:
        docker.request("POST", f"/containers/{name}/{action}", {"t": 0} if action == "stop" else None)
        return time.perf_counter()

    with ThreadPoolExecutor(1) as pool:
        returned = pool.submit(command)
        program.wait_for(lambda screen: ACTIONS[action] in screen.split("\n")[row])
        seen = time.perf_counter()
        delay = seen - returned.result()
    time.sleep(QUIET)
    return Seen(1000 * delay, program.bytes_written - before)


def removal(program: Program, docker: Docker, name: str) -> Seen:
    """Remove a running container and watch its row go."""
    before = program.bytes_written
    docker.containers.remove(id := docker.inspect(name)["Id"])
    docker.remove(id)
    returned = time.perf_counter()
    program.wait_until_gone(name)
    delay = time.perf_counter() - returned
    time.sleep(QUIET)
    return Seen(1000 * delay, program.bytes_written - before)


def say(name: str, changes: Sequence[Seen]) -> None:
    """One line of the table."""
    times, sizes = [each.milliseconds for each in changes], [each.written for each in changes]
    print(f"{name:12} {statistics.median(times):8.1f} {min(times):8.1f} {max(times):8.1f} {statistics.median(sizes):8.0f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.events", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--rounds", type=int, default=8, help="of four changes each (8)")
    asked = parser.parse_args()
    prefix = f"a-bench-{os.getpid()}-"
    found: dict[str, list[Seen]] = {action: [] for action in (*ACTIONS, "rm --force")}
    with (
        crowd(
            asked.engine, CONTAINERS + asked.rounds, lambda client, number: client.run(name=f"{prefix}{number:02}")
        ) as client,
        Program(("--host", asked.engine), columns=120, rows=40, env={"COLORTERM": "truecolor"}) as program,
    ):
        program.wait_for("CPU %")
        program.press("%")
        program.wait_until_gone("CPU %")
        time.sleep(1)
        for number in range(asked.rounds):
            for action in ACTIONS:
                found[action].append(change(program, client, f"{prefix}{number % CONTAINERS:02}", action))
            found["rm --force"].append(removal(program, client, f"{prefix}{CONTAINERS + number:02}"))
        load = os.getloadavg()[0]
    print(f"{CONTAINERS} containers, {asked.rounds} rounds, load {load:.1f} on {os.cpu_count()} cores")
    print(f"{'':12} {'ms':>8} {'least':>8} {'most':>8} {'bytes':>8}")
    for action, changes in found.items():
        say(action, changes)
    say("all", [each for changes in found.values() for each in changes])


if __name__ == "__main__":
    main()
