"""Copying to the clipboard of the user's terminal (OSC 52)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NamedTuple

from tui.resources.model.text import clean

LONGEST_SEQUENCE = 100_000
"""Maximum bytes of one OSC 52. Many terminals ignore a longer sequence, and none reports that."""

MOST = (LONGEST_SEQUENCE - len("\x1b]52;c;\a")) // 4 * 3
"""Maximum bytes of text, as UTF-8."""

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
    """Return as much of a text as terminals accept. Control characters are replaced, so that a paste cannot run commands in a
    shell."""
    text = clean(text)
    data = text[: MOST + 1].encode("utf-8", "replace")
    if len(data) <= MOST:
        return Portion(text, len(text))
    return Portion(data[:MOST].decode("utf-8", "ignore"), len(text))


def copied_words(text: str, what: str, instead: str = "") -> tuple[str, str]:
    """Return the message about a copy and its style: `what` was copied, or only a part, and how to get the whole text
    (`instead`)."""
    part = portion(text)
    if part.whole:
        return f"copied {what}", "good"
    more = f"; {instead}" if instead else ""
    return (
        f"copied only the first {len(part.text):,} of {part.characters:,} characters: the limit of terminals{more}",
        "warn",
    )


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
