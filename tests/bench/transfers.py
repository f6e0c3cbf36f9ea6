"""Runs of transfers side by side: their rates in pairs, their CPU time, their memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.heavy import MEGABYTE
from tests.bench.pty_meter import cpu_seconds
from tests.program import Program

PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds, CPU seconds of the process; its peak memory and how far that rose, in bytes."""

    seconds: float
    cpu: float
    memory: int = 0
    rise: int = 0


def peak(process: int | str) -> int:
    """The most memory that a process ever had, in bytes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"process {process} has ended")


def by_docker(docker: str, *words: str) -> Run:
    """A docker command to its end."""
    start = time.perf_counter()
    process = subprocess.Popen([docker, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, docker)
    return Run(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def from_enter(program: Program, done: Callable[[], bool], key: str = "enter") -> Run:
    """Press Enter or another key in Longshore, and wait until it is done."""
    process = program.process.pid
    before, cpu, start = peak(process), cpu_seconds(process), time.perf_counter()
    program.press(key)
    while not done():
        if time.perf_counter() > start + PATIENCE or program.exit_status is not None:
            raise TimeoutError(program.screen)
        time.sleep(0.005)
    seconds = time.perf_counter() - start
    return Run(seconds, cpu_seconds(process) - cpu, peak(process), peak(process) - before)


def alternate(ways: Mapping[str, Callable[[], Run]], runs: int) -> dict[str, list[Run]]:
    """Each way in turn, `runs` times after one that warms up."""
    taken: dict[str, list[Run]] = {way: [] for way in ways}
    for turn in range(runs + 1):
        for way, transfer in ways.items():
            os.sync()
            run = transfer()
            if turn:
                taken[way].append(run)
    return taken


def table(title: str, runs: Mapping[str, Sequence[Run]], size: int) -> None:
    """Print a line for each way; the share is the median of the shares in pairs with the first way."""
    print(f"{title}, {len(next(iter(runs.values())))} runs each, load {os.getloadavg()[0]:.1f}")
    heading = ("MB/s", "of it", "least s", "most s", "CPU s", "peak MB", "rise MB")
    print(f"  {'':24}" + "".join(f"{each:>9}" for each in heading))
    first = next(iter(runs.values()))
    for way, taken in runs.items():
        rate = statistics.median(size / MEGABYTE / run.seconds for run in taken)
        share = statistics.median(peer.seconds / run.seconds for peer, run in zip(first, taken, strict=True))
        times = sorted(run.seconds for run in taken)
        cpu = statistics.median(run.cpu for run in taken)
        memory, rise = (max(each) / MEGABYTE for each in zip(*((run.memory, run.rise) for run in taken), strict=True))
        print(
            f"  {way:24}{rate:9.0f}{100 * share:7.0f} %{times[0]:9.2f}{times[-1]:9.2f}{cpu:9.2f}{memory:9.1f}{rise:9.1f}",
            flush=True,
        )
