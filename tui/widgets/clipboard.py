"""What is copied, on its way to the clipboard of the user's terminal (OSC 52)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NamedTuple

from tui.resources.model.text import clean

LONGEST_SEQUENCE = 100_000
"""Bytes of one OSC 52 at most. Many terminals take no longer one, and none says that it did not."""

MOST = (LONGEST_SEQUENCE - len("\x1b]52;c;\a")) // 4 * 3
"""Bytes of text, as UTF-8, that fit."""

_SCREEN_PIECE = 256
"""Bytes of one control string that GNU screen hands on at most."""


class Portion(NamedTuple):
    """The part of a text that is copied: all of it, or its first characters of `characters`."""

    text: str
    characters: int

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return len(self.text) == self.characters


def portion(text: str) -> Portion:
    """As much of a text as a terminal takes. Control characters are replaced: what is pasted must not act in a shell."""
    text = clean(text)
    data = text[: MOST + 1].encode("utf-8", "replace")
    if len(data) <= MOST:
        return Portion(text, len(text))
    return Portion(data[:MOST].decode("utf-8", "ignore"), len(text))


def copied_words(text: str, what: str, instead: str = "") -> tuple[str, str]:
    """What was copied, and the style to say it in: `what`, or only the first part of it, and how to have it all `instead`."""
    part = portion(text)
    if part.whole:
        return f"copied {what}", "good"
    more = f"; {instead}" if instead else ""
    return (
        f"copied only the first {len(part.text):,} of {part.characters:,} characters: terminals take no more at once{more}",
        "warn",
    )


def sequence(text: str, environment: Mapping[str, str]) -> str:
    """What makes the terminal keep a text in its clipboard, also through tmux and GNU screen.

    tmux takes OSC 52 itself (`set-clipboard on`) or hands it on (`allow-passthrough on`); screen hands on short pieces.
    """
    data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    plain = f"\x1b]52;c;{data}\a"
    if environment.get("TMUX"):
        return f"{plain}\x1bPtmux;\x1b{plain}\x1b\\"
    if environment.get("STY"):
        return "".join(f"\x1bP{plain[start : start + _SCREEN_PIECE]}\x1b\\" for start in range(0, len(plain), _SCREEN_PIECE))
    return plain
