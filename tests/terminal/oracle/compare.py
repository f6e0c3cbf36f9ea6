"""Show where tmux differs from a recording's expected screens: `python -m tests.terminal.oracle.compare [NAME ...]`.

The tests follow the oracle that each recording names; this is a second opinion, on text and cursor, up to the first resize.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.terminal.recordings import Checkpoint, Recording, load, names

TMUX = ["tmux", "-L", "longshore-oracle"]
LINES = str.maketrans("jklmnqtuvwxa`fghyz{|}~", "┘┐┌└┼─├┤┴┬│▒◆°±␤≤≥π≠£·")  # tmux reports line drawing as letters
PATIENCE = 5.0  # seconds until tmux has read everything


def tmux(*arguments: str) -> str:
    return subprocess.run([*TMUX, *arguments], capture_output=True, check=True, text=True).stdout


def shown_by_tmux(recording: Recording, checkpoint: Checkpoint, folder: Path) -> tuple[list[str], tuple[int, int]]:
    """Return the text and the cursor in tmux after the checkpoint's bytes."""
    (folder / "bytes").write_bytes(recording.output[: checkpoint.offset])
    done = folder / "done"
    done.unlink(missing_ok=True)
    command = f"stty raw -echo; cat {folder}/bytes; touch {done}; exec sleep 60"
    size = ("-x", str(recording.columns), "-y", str(recording.rows))
    tmux("-f", str(folder / "configuration"), "new-session", "-d", "-s", "one", *size, command)
    until = time.monotonic() + PATIENCE
    before = ""
    while time.monotonic() < until:
        time.sleep(0.05)
        screen = tmux("display-message", "-p", "-t", "one", "#{cursor_x} #{cursor_y}") + tmux(
            "capture-pane", "-pe", "-t", "one"
        )
        if done.exists() and screen == before:
            break
        before = screen
    tmux("kill-session", "-t", "one")
    cursor, _, text = screen.partition("\n")
    x, y = map(int, cursor.split())
    plain = re.sub("\x0e([^\x0f]*)\x0f?", lambda match: match[1].translate(LINES), re.sub("\x1b\\[[0-9;:]*m", "", text))
    return [row.rstrip(" ") for row in plain.split("\n")[: recording.rows]], (x, y)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "configuration").write_text("set -g status off\nset -g escape-time 0\n")
        subprocess.run([*TMUX, "-f", str(folder / "configuration"), "new-session", "-d", "-s", "keep", "sleep 999"], check=True)
        try:
            for recording in map(load, sys.argv[1:] or names()):
                compare(recording, folder)
        finally:
            tmux("kill-server")


def compare(recording: Recording, folder: Path) -> None:
    first = min((resize.offset for resize in recording.resizes), default=len(recording.output))
    checkpoints = [checkpoint for checkpoint in recording.checkpoints if 0 < checkpoint.offset <= first]
    for checkpoint in checkpoints[:: max(1, len(checkpoints) // 3)]:
        text, cursor = shown_by_tmux(recording, checkpoint, folder)
        for y, (theirs, expected) in enumerate(zip(text, checkpoint.text, strict=False)):
            if theirs != expected:
                print(f"{recording.name} at {checkpoint.offset}, row {y}:\n  tmux  {theirs!r}\n  xterm {expected!r}")
        if cursor != checkpoint.cursor:
            print(f"{recording.name} at {checkpoint.offset}: cursor in tmux {cursor}, in xterm {checkpoint.cursor}")


if __name__ == "__main__":
    main()
