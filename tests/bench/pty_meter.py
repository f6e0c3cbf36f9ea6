"""What a program in a pseudo-terminal costs: bytes written and CPU time, interval by interval.

    python -m tests.bench.pty_meter --seconds 30 --every 5 -- longshore --demo
    python -m tests.bench.pty_meter --columns 80 --rows 24 --keys j,j,l -- lazydocker

Bytes are those that the program writes to the terminal; CPU time is user and system of it and its children that ended, in
percent of one core; memory is its resident set. The environment is the caller's, but for what `tests.program` cuts out.
"""

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.program import LONGSHORE, Program

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval: its length (s), bytes written in it, CPU time in it (s), resident memory at its end (bytes)."""

    seconds: float
    bytes_written: int
    cpu_seconds: float
    memory: int

    @property
    def bytes_per_second(self) -> float:
        return self.bytes_written / self.seconds

    @property
    def cpu_percent(self) -> float:
        return 100 * self.cpu_seconds / self.seconds


def cpu_seconds(process: int) -> float:
    """User and system time of a process and its children that ended; 1/100 s is the finest."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS


def memory(process: int) -> int:
    """Resident memory of a process in bytes."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE


def measure(program: Program, seconds: float) -> Interval:
    """Watch a program for an interval, without touching it."""
    process = program.process.pid
    start, written, cpu = time.perf_counter(), program.bytes_written, cpu_seconds(process)
    time.sleep(seconds)
    length = time.perf_counter() - start
    return Interval(length, program.bytes_written - written, cpu_seconds(process) - cpu, memory(process))


def intervals(program: Program, seconds: float, every: float) -> Iterator[Interval]:
    """Interval after interval until `seconds` are over or the program ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and program.exit_status is None:
        yield measure(program, every)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pty_meter")
    parser.add_argument("--seconds", type=float, default=30, help="how long to measure (30)")
    parser.add_argument("--every", type=float, default=5, help="length of an interval (5)")
    parser.add_argument("--settle", type=float, default=3, help="seconds before the first interval (3)")
    parser.add_argument("--columns", type=int, default=120)
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--keys", default="", help="keys to press first, comma separated: j,enter,ctrl+d")
    parser.add_argument("--wait-for", default="", help="text to wait for before the keys are pressed")
    parser.add_argument("command", nargs="*", default=LONGSHORE, help="the program (longshore)")
    asked = parser.parse_args()
    kept = {name: value for name, value in os.environ.items() if name.startswith(("DOCKER_", "LONGSHORE_"))}
    with Program(columns=asked.columns, rows=asked.rows, env=kept, command=asked.command) as program:
        program.wait_for(asked.wait_for)
        program.press(*filter(None, asked.keys.split(",")))
        time.sleep(asked.settle)
        print(f"{'bytes':>10} {'bytes/s':>10} {'CPU %':>7} {'MB':>7}   of {' '.join(asked.command)}")
        for each in intervals(program, asked.seconds, asked.every):
            figures = (
                f"{each.bytes_written:>10} {each.bytes_per_second:>10.0f} {each.cpu_percent:>7.2f} {each.memory / 1e6:>7.1f}"
            )
            print(figures, flush=True)
        print(program.screen)


if __name__ == "__main__":
    main()
