"""From key to echo over a slow link, while everything on the screen changes.

    python -m tests.bench.slow_link                          # 50 kB/s, rows that change a hundred times a second
    python -m tests.bench.slow_link --rate 10 --presses 20

The terminal takes only so many bytes a second, as a link does. A key is pressed while frames are written all the time; the
clock runs until the row that the key leads to is on the screen. Beside it the same program without pacing: Textual's own
driver, whose queue of thirty writes lags behind. Ten runs of `G` and `g`, median and worst.
"""

import argparse
import os
import select
import statistics
import sys
import threading
import time
from collections.abc import Sequence

from tests.program import Program

PACED = (sys.executable, "-m", "tests.widgets.table_program")
UNPACED = (sys.executable, "-m", "tests.widgets.table_program", "--textual")
STEP = 0.02  # seconds between two helpings of bytes


class SlowLink(Program):
    """A program behind a link of `rate` bytes a second; at first the link is fast."""

    rate = 10_000_000.0

    def _read(self) -> None:
        while True:
            helping = max(1, int(self.rate * STEP))
            start = time.perf_counter()
            try:
                select.select([self._terminal], [], [])
                data = os.read(self._terminal, helping)
            except (OSError, ValueError):
                data = b""
            with self._news:
                self._written += len(data)
                self._emulator.feed(data)
                self._news.notify_all()
            if not data:
                return
            pause = len(data) / self.rate - (time.perf_counter() - start)
            if pause > 0:
                threading.Event().wait(pause)


def echo(program: SlowLink, key: str, shown: str, gone: str) -> float:
    """Seconds from a key until all of what it shows is there."""
    start = time.perf_counter()
    program.press(key)
    program.wait_for(lambda screen: shown in screen and gone not in screen, 120)
    return time.perf_counter() - start


def measure(name: str, command: Sequence[str], rate: float, presses: int) -> None:
    with SlowLink(columns=120, rows=40, command=command, env={"COLORTERM": "truecolor"}) as program:
        program.wait_for("web-id00000", 60)
        program.press("b")
        program.rate = rate
        time.sleep(3.0)
        took = []
        for _ in range(presses):
            took.append(echo(program, "G", "web-id04999", "web-id000"))
            took.append(echo(program, "g", "web-id00000", "web-id049"))
        program.rate = 10_000_000.0
        print(f"{name:10} {statistics.median(took):6.2f} s median {max(took):6.2f} s worst")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.slow_link", description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=50, help="kB a second (50)")
    parser.add_argument("--presses", type=int, default=5, help="of G and of g (5)")
    asked = parser.parse_args()
    measure("paced", PACED, asked.rate * 1000, asked.presses)
    measure("textual", UNPACED, asked.rate * 1000, asked.presses)


if __name__ == "__main__":
    main()
