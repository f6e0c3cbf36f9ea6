"""Copying to the clipboard of the user's terminal (OSC 52)."""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from tui.resources.model.text import clean

LONGEST_SEQUENCE = 100_000
"""Maximum bytes of one OSC 52. Many terminals ignore a longer sequence, and none reports that."""

MOST = (LONGEST_SEQUENCE - len("\x1b]52;c;\a")) // 4 * 3
"""Maximum bytes of text, as UTF-8."""

TMUX_SECONDS = 2.0
"""Seconds to wait for tmux."""

_SCREEN_PIECE = 256
"""Maximum bytes of one control string that GNU screen passes on."""


class Portion(NamedTuple):
    """The part of a text that is copied: the whole text, or its beginning; `characters` is the length of the whole."""

    text: str
    characters: int

    @property
    def whole(self) -> bool:
        """Return whether the part is the whole text."""
        return len(self.text) == self.characters


def portion(text: str) -> Portion:
    """Return as much of a text as terminals accept.

    Control characters are replaced, so that a paste cannot run commands in a shell.
    """
    text = clean(text)
    data = text[: MOST + 1].encode("utf-8", "replace")
    if len(data) <= MOST:
        return Portion(text, len(text))
    return Portion(data[:MOST].decode("utf-8", "ignore"), len(text))


def copied_words(text: str, what: str, instead: str = "", *, into_tmux: bool = False) -> tuple[str, str]:
    """Return the message about a copy and its style.

    It says that `what` was copied, or only a part, and how to get the whole text (`instead`).

    Only tmux confirms a copy; no terminal does.
    """
    part = portion(text)
    done, where = ("copied", "to a buffer of tmux") if into_tmux else ("sent", "to the terminal's clipboard")
    if part.whole:
        return f"{done} {what} {where}", "good"
    more = f"; {instead}" if instead else ""
    return (
        f"{done} only the first {len(part.text):,} of {part.characters:,} characters {where}: the limit of terminals{more}",
        "warn",
    )


def tell_copied(
    tell: Callable[[str, str], object], work: Callable[[Awaitable[None]], object], text: str, what: str, instead: str = ""
) -> None:
    """Tell about a text that was sent to the terminal; inside tmux put it into a buffer of tmux first, in the background.

    tmux with its defaults takes no text from a program that writes to the terminal. `work` runs the background work.
    """
    if not os.environ.get("TMUX"):
        tell(*copied_words(text, what, instead))
        return

    async def load() -> None:
        confirmed = await asyncio.to_thread(load_into_tmux, portion(text).text)
        tell(*copied_words(text, what, instead, into_tmux=confirmed))

    work(load())


def load_into_tmux(text: str) -> bool:
    """Put a text into a new buffer of tmux, which hands it on to the terminal's clipboard; return whether tmux confirmed it."""
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TMUX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def sequence(text: str, environment: Mapping[str, str]) -> str:
    """Return the sequence that puts a text into the terminal's clipboard, also through tmux and GNU screen.

    tmux handles OSC 52 (`set-clipboard on`) or passes it on (`allow-passthrough on`); screen passes on short pieces.
    """
    data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    plain = f"\x1b]52;c;{data}\a"
    if environment.get("TMUX"):
        return f"{plain}\x1bPtmux;\x1b{plain}\x1b\\"
    if environment.get("STY"):
        return "".join(f"\x1bP{plain[start : start + _SCREEN_PIECE]}\x1b\\" for start in range(0, len(plain), _SCREEN_PIECE))
    return plain
