"""Adds the expected screens to the recordings: `python -m tests.terminal.oracle.expect [NAME ...]`. Needs node.

The tests follow @xterm/headless 6 with its Unicode 11 widths, for text, cursor, title and colours.
`python -m tests.terminal.oracle.compare` shows where tmux is of another opinion: on these recordings only in vttest's
(backspace after the last column, national and rare line-drawing characters), where xterm.js does as xterm does.

Where xterm.js itself leaves xterm, no recording goes, and the emulator follows xterm: SD fills with the background colour,
CBT works while a wrap waits, DECRC brings a waiting wrap back, DECALN gives up the margins and the colours, DECRC with nothing
saved ends origin mode.
"""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.terminal.recordings import Checkpoint, Look, Recording, load, names

ORACLE = "@xterm/headless 6.0.0 with @xterm/addon-unicode11"


def shown_by_xterm(recording: Recording) -> list[dict[str, Any]]:
    """Return the screen of xterm.js at each checkpoint."""
    job = {"columns": recording.columns, "rows": recording.rows, "events": list(_events(recording))}
    script = Path(__file__).with_name("xterm.mjs")
    answer = subprocess.run(["node", str(script)], input=json.dumps(job).encode(), capture_output=True, check=True)
    shown: list[dict[str, Any]] = json.loads(answer.stdout)
    return shown


def _events(recording: Recording) -> Any:
    marks: list[tuple[int, int, dict[str, Any]]] = [(c.offset, 0, {"look": True}) for c in recording.checkpoints]
    marks += [(resize.offset, 1, {"columns": resize.columns, "rows": resize.rows}) for resize in recording.resizes]
    done = 0
    for offset, _, event in sorted(marks, key=lambda mark: mark[:2]):
        if offset > done:
            yield {"data": base64.b64encode(recording.output[done:offset]).decode()}
            done = offset
        yield event


def _colour(value: str) -> str:
    """Return palette numbers over 15 as colours: cube and greys have fixed values."""
    if not value.startswith("p") or int(value[1:]) < 16:
        return value
    number = int(value[1:])
    if number >= 232:
        return f"{8 + 10 * (number - 232):02x}" * 3
    steps = (0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF)
    cube = number - 16
    return "".join(f"{steps[part]:02x}" for part in (cube // 36, cube // 6 % 6, cube % 6))


def _look(raw: list[Any]) -> Look:
    return raw[0], _colour(raw[1]), _colour(raw[2]), raw[3]


def main() -> None:
    for name in sys.argv[1:] or names():
        recording = load(name)
        recording.checkpoints = [
            Checkpoint(
                checkpoint.offset,
                shown["text"],
                tuple(shown["cursor"]),
                [[_look(look) for look in row] for row in shown["looks"]],
                shown["title"],
            )
            for checkpoint, shown in zip(recording.checkpoints, shown_by_xterm(recording), strict=True)
        ]
        recording.oracle = ORACLE
        recording.save()
        print(name, len(recording.checkpoints))


if __name__ == "__main__":
    main()
