"""Random output into the emulator: no exception, a sound screen, no step that holds the program up.

`python -m tests.bench.fuzz.emulator [SECONDS [SEED]]` feeds pieces of 16 KiB, as a session does, and tells the median and the
longest time of a step. `one` takes what any fuzzer makes.
"""

import random
import statistics
import sys
from time import perf_counter, thread_time

from tests.terminal.recordings import load, names
from tests.terminal.test_emulator_fuzz import CONTROLS, assert_sound
from tui.terminal import Emulator
from tui.terminal.console import SLICE, SLICE_SECONDS

NUMBERS = ("", "0", "1", "2", "3", "4", "5", "8", "9", "22", "38", "48", "58", "60", "255", "300", "1049", "99999")
TEXTS = ("x", "abc", "中", "中文字", "e" + "\u0301" * 11, "👩\u200d💻", "\u0301", "☰", "\xa0", "\u202e", "─" * 70, "y" * 300)
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


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    chance = random.Random(seed)
    recorded = [load(name).output for name in names()]
    until = perf_counter() + seconds
    steps: list[float] = []
    longest: list[tuple[float, float, bytes]] = []
    pieces = 0
    emulator = Emulator(200, 60)
    while perf_counter() < until:
        data = piece(chance, recorded)
        one(data[: chance.randrange(1, 400)])
        if chance.random() < 0.1:
            emulator = Emulator(chance.choice((200, 120, 80, 79)), chance.choice((60, 24)))
        started, worked = perf_counter(), thread_time()
        for _ in emulator.steps(data, SLICE_SECONDS):
            steps.append(perf_counter() - started)
            longest.append((thread_time() - worked, steps[-1], data))
            if perf_counter() > until + 10:
                break
            started, worked = perf_counter(), thread_time()
        steps.append(perf_counter() - started)
        longest = sorted([*longest, (thread_time() - worked, steps[-1], data)], key=lambda entry: entry[0])[-3:]
        emulator.replies()
        assert_sound(emulator)
        pieces += 1
    print(f"{pieces} pieces of {SLICE} bytes, {len(steps)} steps, no exception, every screen sound")
    print(f"a step: median {statistics.median(steps) * 1000:.2f} ms, longest {max(steps) * 1000:.1f} ms")
    for work, wall, data in reversed(longest):
        print(f"  most work: {work * 1000:.1f} ms of CPU ({wall * 1000:.1f} ms) in {data[:60]!r}")


if __name__ == "__main__":
    main()
