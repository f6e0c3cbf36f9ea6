"""Cold start: from the command to the first container's name on the screen of a pseudo-terminal, 120x40.

    python -m tests.bench.start unix:///var/run/docker.sock
    python -m tests.bench.start unix:///var/run/docker.sock --docker /usr/bin/docker --runs 9

100 containers are made for it and removed again. Runs alternate, so that a loaded machine is equally unkind to all: Longshore,
the minimal Textual program over httpx (`minimal_list.py`), `docker ps` where there is a docker, and `longshore --demo`. `j` is
pressed when the first name is seen, and obeyed when the cursor is on the second row; keys are taken when a command typed
after that is on the screen. Byte code is compiled, as an installation has it.
Wants: Longshore no slower than the minimal program, and `--demo` at most 0.15 s behind it.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import signal
import statistics
import sys
import time
from collections.abc import Mapping, Sequence

from tests.bench.crowd import crowd
from tests.program import LONGSHORE, TOP, Program

CONTAINERS = 100
TYPED = "zqz"
PATIENCE = 60.0
SECOND_ROW = 3  # its line on the screen, from 0


class Started(Program):
    """A program whose first sight of `name` is timed; `first` is in seconds from its start."""

    def __init__(self, command: Sequence[str], name: str, env: Mapping[str, str] | None = None) -> None:
        self._name = name.encode()
        self._began = time.perf_counter()
        self.first = 0.0
        compiled = {"PYTHONDONTWRITEBYTECODE": None, "COLORTERM": "truecolor", **(env or {})}
        super().__init__(columns=120, rows=40, env=compiled, command=command)

    def _read(self) -> None:
        tail = b""
        while True:
            try:
                data = os.read(self._terminal, 65536)
            except OSError:
                data = b""
            tail = tail[-len(self._name) :] + data
            with self._news:
                if not self.first and self._name in tail:
                    self.first = time.perf_counter() - self._began
                self._emulator.feed(data)
                self._written += len(data)
                self._news.notify_all()
            if not data:
                return

    def wait_for_name(self) -> float:
        """Seconds from the start to the first name."""
        with self._news:
            ended = self._news.wait_for(lambda: self.first or self.process.poll() is not None, PATIENCE)
        if ended and not self.first:  # it ended before its output was read
            self._close_line()
            self._reader.join(PATIENCE)
        if not self.first:
            raise TimeoutError(self._report("no name was shown"))
        return self.first

    def wait_for_cursor(self) -> float:
        """Press `j`; return the seconds until the cursor is on the second row."""
        pressed = time.perf_counter()
        self.press("j")
        self.wait_for(lambda _screen: self._emulator.cell(1, SECOND_ROW).bg != "default", PATIENCE)
        return time.perf_counter() - pressed

    def wait_for_keys(self) -> float:
        """Seconds from the start until a command that is typed now is seen."""
        self.type(f":{TYPED}")
        self.wait_for(TYPED, PATIENCE)
        return time.perf_counter() - self._began


Times = tuple[float, float, float]


def start(command: Sequence[str], name: str, *, keys: bool) -> Times:
    """Seconds to the first name and, if asked for, from a key to its effect and to the first command that is taken."""
    with Started(command, name) as program:
        first = program.wait_for_name()
        took = (first, program.wait_for_cursor(), program.wait_for_keys()) if keys else (first, 0.0, 0.0)
        program.signal(signal.SIGTERM)  # so that the demo engine's folder goes too
        program.wait_for_exit()
    return took


def say(name: str, times: Sequence[Times]) -> None:
    """One line of the table."""
    firsts, moved, taken = zip(*times, strict=True)
    keys = f"{statistics.median(moved):8.3f} {statistics.median(taken):8.3f}" if any(taken) else ""
    print(f"{name:24} {statistics.median(firsts):8.3f} {min(firsts):8.3f} {max(firsts):8.3f} {keys}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.start", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--docker", default=shutil.which("docker") or "", help="the docker command, to run beside it")
    parser.add_argument("--runs", type=int, default=7, help="of each, after one that warms up (7)")
    asked = parser.parse_args()
    for folder in ("tui", "tests"):
        compileall.compile_dir(TOP / folder, quiet=1)
    prefix = f"a-bench-{os.getpid()}-"
    commands: dict[str, tuple[Sequence[str], str]] = {
        "longshore": ((*LONGSHORE, "--host", asked.engine), prefix),
        "minimal Textual program": ((sys.executable, "-m", "tests.bench.minimal_list", asked.engine), prefix),
        "longshore --demo": ((*LONGSHORE, "--demo"), "shop-"),
    }
    if asked.docker:
        commands["docker ps"] = ((asked.docker, "--host", asked.engine, "ps", "--all"), prefix)
    times: dict[str, list[Times]] = {name: [] for name in commands}
    with crowd(asked.engine, CONTAINERS, lambda client, number: client.create(name=f"{prefix}{number:03}")):
        for run in range(asked.runs + 1):
            for name, (command, wanted) in commands.items():
                took = start(command, wanted, keys=name.startswith("longshore"))
                if run:
                    times[name].append(took)
    print(f"{CONTAINERS} containers, {asked.runs} runs each, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'seconds to':24} {'name':>8} {'least':>8} {'most':>8} {'j':>8} {'keys':>8}")
    for name, taken in times.items():
        say(name, taken)
    medians = {name: statistics.median(first for first, _, _ in taken) for name, taken in times.items()}
    behind = medians["longshore"] - medians["minimal Textual program"]
    print(f"longshore - minimal: {behind:+.3f} s (wanted: at most 0)")
    print(f"--demo - longshore: {medians['longshore --demo'] - medians['longshore']:+.3f} s (wanted: at most 0.15)")


if __name__ == "__main__":
    main()
