"""Compare random outputs and changes of the width with @xterm/headless: `python -m tests.terminal.oracle.resizes [COUNT]`.

Needs node, as `expect.py` does. A difference that is meant: blank rows below the cursor are used before lines are pushed into
the scrollback; xterm.js does so only while its scrollback is empty.
"""

import base64
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from tui.terminal import Emulator

Step = bytes | tuple[int, int]  # output, or columns and rows
Shown = tuple[list[str], tuple[int, int]]


def scenario(seed: int) -> tuple[int, int, list[Step]]:
    chance = random.Random(seed)
    columns, rows = chance.choice([20, 30, 40]), chance.choice([5, 8, 12])
    steps: list[Step] = []
    for _ in range(chance.randrange(3, 8)):
        kind = chance.random()
        if kind < 0.05:
            steps.append(b"\x1b[2J\x1b[H$ ")
        elif kind < 0.55:
            lengths = [chance.randrange(1, chance.choice([3, 10, 25, 45, 90])) for _ in range(chance.randrange(1, 12))]
            texts = ["".join(chance.choice("abcdef gh") for _ in range(length)).rstrip() for length in lengths]
            steps.append("".join(f"{text}x\r\n" for text in texts).encode() + b"$ ")
        else:
            steps.append((chance.choice([10, 15, 20, 30, 40, 60]), rows))
    return columns, rows, steps


def shown_here(columns: int, rows: int, steps: list[Step]) -> list[Shown]:
    emulator = Emulator(columns, rows)
    shown = []
    for step in steps:
        if isinstance(step, bytes):
            emulator.feed(step)
        else:
            emulator.resize(*step)
        text = [row.rstrip() for row in emulator.display]
        shown.append((text, (emulator.cursor.x, emulator.cursor.y)))
    return shown


def shown_by_xterm(columns: int, rows: int, steps: list[Step]) -> list[Shown]:
    events: list[dict[str, Any]] = []
    for step in steps:
        if isinstance(step, bytes):
            events.append({"data": base64.b64encode(step).decode()})
        else:
            events.append({"columns": step[0], "rows": step[1]})
        events.append({"look": True})
    script = Path(__file__).with_name("xterm.mjs")
    job = json.dumps({"columns": columns, "rows": rows, "events": events}).encode()
    answer = subprocess.run(["node", str(script)], input=job, capture_output=True, check=True)
    return [(look["text"], tuple(look["cursor"])) for look in json.loads(answer.stdout)]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    different = 0
    for seed in range(count):
        columns, rows, steps = scenario(seed)
        for number, (here, there) in enumerate(
            zip(shown_here(columns, rows, steps), shown_by_xterm(columns, rows, steps), strict=True)
        ):
            if here != there:
                different += 1
                print(f"scenario {seed}, step {number}: {steps[number]!r}", *map(repr, (here, there)), sep="\n  ")
                break
    print(f"{different} of {count} scenarios differ")


if __name__ == "__main__":
    main()
