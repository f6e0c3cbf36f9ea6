"""Random output into the emulator: no exception, a sound screen, no step that holds the program up.

`python -m tests.bench.fuzz.emulator [SECONDS [SEED]]` feeds pieces of 16 KiB, as a session does, and tells the median and the
longest time of a step, and which part of that was Python's garbage collector. As in the program, full collections are made
between steps. Ends with 1 when a step took more than 30 ms of CPU. `one` takes what any fuzzer makes.
"""

import gc
import random
import statistics
import sys
from collections.abc import Iterator
from time import perf_counter, thread_time
from typing import NamedTuple

from tests.terminal.recordings import load, names
from tests.terminal.test_emulator_fuzz import CONTROLS, assert_sound
from tui.garbage import freeze
from tui.terminal import Emulator
from tui.terminal.console import SLICE, SLICE_SECONDS

NUMBERS = ("", "0", "1", "2", "3", "4", "5", "8", "9", "22", "38", "48", "58", "60", "255", "300", "1049", "99999")
TEXTS = ("x", "abc", "中", "中文字", "e" + "\u0301" * 11, "👩\u200d💻", "\u0301", "☰", "\xa0", "\u202e", "─" * 70, "y" * 300)
LONGEST_STEP = 0.03  # seconds of CPU
FULL_COLLECTION = 50  # pieces between two
FINALS = "@ABCDEFGHIJKLMPSTXZ`abcdefghlmmmmmnpqrstux^}~"


def one(data: bytes) -> None:
    """Feed `data` whole and in two halves; raises when the two screens differ or one is not sound."""
    whole, halves = Emulator(40, 12, scrollback_lines=50), Emulator(40, 12, scrollback_lines=50)
    whole.feed(data)
    middle = len(data) // 2
    for part in (data[:middle], data[middle:]):
        for _ in halves.steps(part, 0.0):
            pass
    assert_sound(whole)
    assert whole.display == halves.display
    assert (whole.cursor.x, whole.cursor.y) == (halves.cursor.x, halves.cursor.y)


def sequence(chance: random.Random) -> str:
    """A control sequence of numbers between semicolons and colons."""
    prefix = chance.choice(("", "", "", "", "?", ">", "="))
    intermediate = chance.choice(("", "", "", "", "", " ", "!", "$", "'", "\n"))
    parameters = "".join(chance.choice(NUMBERS) + chance.choice(";;;:") for _ in range(chance.randrange(5)))
    return f"\x1b[{prefix}{parameters}{chance.choice(NUMBERS)}{intermediate}{chance.choice(FINALS)}"


def piece(chance: random.Random, recorded: list[bytes]) -> bytes:
    """16 KiB of output of some kind: a mixture, the same few things again and again, or a damaged recording."""
    kind = chance.randrange(3)
    if kind == 0:
        output = chance.choice(recorded)
        start = chance.randrange(len(output))
        data = bytearray(output[start : start + SLICE])
        for _ in range(chance.randrange(200)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        return bytes(data)
    made = []
    for _ in range(2000 if kind == 1 else chance.randrange(1, 6)):
        part = chance.choice((sequence, lambda chance: chance.choice(TEXTS), lambda chance: chance.choice(CONTROLS)))
        made.append(part(chance))
    data = "".join(made).encode("utf-8", "replace")
    return (data * (SLICE // len(data) + 1))[:SLICE]


class Collector:
    """CPU seconds spent by the garbage collector: in total, and of the longest full collection."""

    def __init__(self) -> None:
        self.spent = self.longest = self._began = 0.0
        gc.callbacks.append(self._count)

    def _count(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._began = thread_time()
            return
        took = thread_time() - self._began
        self.spent += took
        if info["generation"] == 2:
            self.longest = max(self.longest, took)


class Step(NamedTuple):
    """What a step took: seconds of CPU, the garbage collector's part of them, seconds by the clock; and what was fed."""

    work: float
    collecting: float
    wall: float
    data: bytes


def timed_steps(emulator: Emulator, data: bytes, collector: Collector) -> Iterator[Step]:
    """Feed the data and yield what each step took."""
    steps, ended = emulator.steps(data, SLICE_SECONDS), False
    while not ended:
        began, worked, collected = perf_counter(), thread_time(), collector.spent
        ended = next(steps, steps) is steps
        yield Step(thread_time() - worked, collector.spent - collected, perf_counter() - began, data)


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    recorded = [load(name).output for name in names()]
    until = perf_counter() + seconds
    walls: list[float] = []
    longest: list[Step] = []
    pieces = 0
    emulator = Emulator(200, 60)
    freeze()
    collector = Collector()
    while perf_counter() < until:
        data = piece(chance, recorded)
        one(data[: chance.randrange(1, 400)])
        if chance.random() < 0.1:
            emulator = Emulator(chance.choice((200, 120, 80, 79)), chance.choice((60, 24)))
        for step in timed_steps(emulator, data, collector):
            walls.append(step.wall)
            longest = sorted([*longest, step])[-3:]
            if perf_counter() > until + 10:
                break
        emulator.replies()
        assert_sound(emulator)
        pieces += 1
        if pieces % FULL_COLLECTION == 0:
            gc.collect()
    print(f"{pieces} pieces of {SLICE} bytes, {len(walls)} steps, no exception, every screen sound")
    print(f"a step: median {statistics.median(walls) * 1000:.2f} ms, longest {max(walls) * 1000:.1f} ms by the clock")
    print(f"a full collection between steps: at most {collector.longest * 1000:.1f} ms of CPU")
    for work, collecting, wall, data in reversed(longest):
        print(
            f"  most work: {work * 1000:.1f} ms of CPU, collector {collecting * 1000:.1f} ms,"
            f" clock {wall * 1000:.1f} ms in {data[:60]!r}"
        )
    return int(longest[-1].work > LONGEST_STEP)


if __name__ == "__main__":
    sys.exit(main())
