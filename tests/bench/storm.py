"""Keys while events come at more than a hundred a second: from a key to the cursor's new row on the screen.

    python -m tests.bench.storm unix:///var/run/docker.sock
    python -m tests.bench.storm unix:///var/run/docker.sock --hands 3 --presses 100

Some hands pause and unpause containers of a list of 30 without a break, each in a process of its own; `j` and `k` are pressed
meanwhile, and the screen of a terminal emulator, 120x40, is looked at after each piece of output. Statistics are hidden.
Wants: 10 ms at the median, 30 at most.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.bench.crowd import crowd
from tests.docker import Docker
from tests.program import Program

CONTAINERS = 30
HEADINGS, FIRST_ROW = 1, 2  # their lines on the screen, from 0
PATIENCE = 10.0


def _pause_and_unpause(address: str, names: Sequence[str]) -> None:
    docker = Docker(address, f"storm-{os.getpid()}")
    while True:
        for name in names:
            for action in ("pause", "unpause"):
                docker.request("POST", f"/containers/{name}/{action}")


@contextmanager
def storm(address: str, names: Sequence[str], hands: int) -> Iterator[None]:
    """Pause and unpause these containers, by so many processes."""
    context = multiprocessing.get_context("spawn")
    shares = [names[hand::hands] for hand in range(hands)]
    processes = [context.Process(target=_pause_and_unpause, args=(address, share), daemon=True) for share in shares]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _look(program: Program, line: int) -> str:
    """The background of a line, inside `wait_for`."""
    return str(program._emulator.cell(1, line).bg)


def press(program: Program, key: str, row: int) -> float:
    """Milliseconds from the key to the cursor on `row`."""
    began = time.perf_counter()
    program.press(key)
    program.wait_for(lambda _screen: _look(program, FIRST_ROW + row) != _look(program, HEADINGS), PATIENCE)
    return 1000 * (time.perf_counter() - began)


def measure(program: Program, presses: int) -> list[float]:
    """Go down and up."""
    row, times = 0, []
    for number in range(presses):
        row += 1 if number // 10 % 2 == 0 else -1
        times.append(press(program, "j" if number // 10 % 2 == 0 else "k", row))
        time.sleep(random.uniform(0.05, 0.15))
    return times


def say(what: str, times: Sequence[float]) -> None:
    """One line of the table."""
    print(f"{what:24} {statistics.median(times):7.1f} ms median {max(times):7.1f} ms most")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.storm", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--hands", type=int, default=2, help="processes that pause and unpause (2)")
    parser.add_argument("--presses", type=int, default=60)
    asked = parser.parse_args()
    prefix = f"a-bench-{os.getpid()}-"
    names = [f"{prefix}{number:02}" for number in range(CONTAINERS)]
    with (
        crowd(asked.engine, CONTAINERS, lambda client, number: client.run(name=names[number], network="none")) as client,
        Program(("--host", asked.engine), columns=120, rows=40, env={"COLORTERM": "truecolor"}) as program,
    ):
        program.wait_for("CPU %")
        program.press("%")
        program.wait_until_gone("CPU %")
        time.sleep(2)
        quiet = measure(program, asked.presses)
        program.press("g")
        time.sleep(1)
        with storm(asked.engine, names, asked.hands):
            time.sleep(2)
            began = time.time()
            stormy = measure(program, asked.presses)
            ended = time.time()
        events = len(client.events(began, ended, type="container"))
        for name in names:
            if client.state(name)["Paused"]:
                client.unpause(name)
    print(f"{asked.presses} keys, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    say("quiet", quiet)
    say(f"{events / (ended - began):.0f} events a second", stormy)


if __name__ == "__main__":
    main()
