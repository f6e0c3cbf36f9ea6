"""The emulator beside plain pyte, on the same bytes in the same run: `python -m tests.bench.terminal_speed`.

The floors: 8 times pyte, and 5 times on vim and htop, whose output is mostly control functions; 10,000 lines of 100 characters
of scrollback in under 15 MB. Sequences that make pyte raise are taken out for both.
"""

import random
import re
import time
import tracemalloc
from collections.abc import Callable

import pyte

from tests.terminal.recordings import load
from tui.terminal import Emulator

COLUMNS, ROWS = 120, 40
CHUNK = 16384
FLOORS = {"plain text": 8, "ls --color": 8, "vim": 5, "htop": 5, "true colour": 8, "gradient": 8, "CJK": 8, "emoji": 8}

_RAISES_IN_PYTE = re.compile(
    rb"\x1b\[[<=>?][0-9;]*(?:[ -/][@-~]|[a-gi-km-zA-Z])|\x1b\[[0-9;]*[ -/][@-~]|\x1bP[^\x1b]*\x1b\\|\x1b\[r"
)


def sources() -> dict[str, bytes]:
    """About as many bytes of each kind as pyte takes a second for."""
    text = b"".join(
        b"%06d the quick brown fox jumps over the lazy dog, and then some more of it to fill a line\r\n" % n
        for n in range(12000)
    )
    chance = random.Random(1)
    image = b"".join(
        b"\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm\xe2\x96\x84" % tuple(chance.randrange(256) for _ in range(6)) for _ in range(12_000)
    )
    gradient = b"".join(
        b"\x1b[38;2;%d;%d;30m\x1b[48;2;%d;%d;30m\xe2\x96\x84" % (x * 2, y, x * 2, y + 1) for y in range(100) for x in range(120)
    )
    written = {
        "true colour": image,
        "gradient": gradient,
        "CJK": "中文字符输出测试，终端模拟器的速度。日本語テキスト한국어\r\n".encode() * 4500,
        "emoji": "ok 😀 done 🎉 fail ❌ — “quoted” naïve café x\r\n".encode() * 6000,
    }
    captures = {"ls --color": load("ls-colour").output, "vim": load("vim").output, "htop": load("htop").output}
    cleaned = {name: _RAISES_IN_PYTE.sub(b"", output) for name, output in captures.items()}
    return {"plain text": text} | {name: output * max(1, 700_000 // len(output)) for name, output in cleaned.items()} | written


def seconds(feed: Callable[[bytes], None], data: bytes) -> float:
    started = time.process_time()
    for at in range(0, len(data), CHUNK):
        feed(data[at : at + CHUNK])
    return time.process_time() - started


def pyte_feed() -> Callable[[bytes], None]:
    return pyte.ByteStream(pyte.Screen(COLUMNS, ROWS)).feed


def scrollback_bytes() -> int:
    """What 10,000 kept lines of 100 characters cost."""
    emulator = Emulator(100, ROWS)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for n in range(10_100):
        emulator.feed(b"%06d" % n + b"x" * 93 + b"\r\n")
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert emulator.scrollback_length == 10_000
    return used


def main() -> None:
    for name, data in sources().items():
        ours = min(seconds(Emulator(COLUMNS, ROWS).feed, data) for _ in range(3))
        theirs = seconds(pyte_feed(), data)
        print(
            f"{name:12} {len(data) / ours / 1e6:6.1f} MB/s, pyte {len(data) / theirs / 1e6:5.2f} MB/s:"
            f" {theirs / ours:5.1f} times (floor {FLOORS[name]})"
        )
    print(f"scrollback of 10,000 lines of 100 characters: {scrollback_bytes() / 1e6:.1f} MB (under 15)")


if __name__ == "__main__":
    main()
