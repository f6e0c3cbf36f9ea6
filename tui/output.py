"""All output to the terminal outside of the interface: every `print` is one of these functions.

Output is UTF-8 in any locale. Text in a message is data: control sequences are made visible and the length is limited. A closed
pipe is not an error, since no reader is left.
"""

from __future__ import annotations

import select
import sys
from typing import TYPE_CHECKING

from tui.resources.model.text import ELLIPSIS, clean, one_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

LONGEST = 8_000
"""Maximum characters of a message; `--help` takes about 2,000."""

PATIENCE = 2.0
"""Seconds to wait for a terminal that accepts no output."""


def say(message: str, patience: float = PATIENCE) -> None:
    """Write `message` as one line to standard error; wait `patience` seconds for a terminal that accepts no output."""
    _write(sys.stderr, _bounded(one_line(message)) + "\n", patience)


def page(text: str, file: SupportsWrite[str] | None = None) -> None:
    """Write lines of text to standard output or to `file`."""
    _write(sys.stdout if file is None else file, _bounded(clean(text)))


def result(text: str) -> None:
    """Write lines of text to standard output, whole, however long they are and however slowly they are read."""
    _write(sys.stdout, clean(text) + "\n", None)


def paint(sequences: str) -> None:
    """Write control sequences to standard output; foreign text in them must be clean already."""
    _write(sys.stdout, sequences)


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + ELLIPSIS


def _write(file: object, text: str, patience: float | None = PATIENCE) -> None:
    """Write without the text layer, whose encoding is the locale's and which retries failed writes at exit."""
    buffer = getattr(file, "buffer", None)
    if file is None or buffer is None:
        return  # closed before the program started
    data = memoryview(text.encode("utf-8", "replace"))
    raw = getattr(buffer, "raw", buffer)
    try:
        while data:
            written = raw.write(data)
            if written is None and not select.select([], [raw], [], patience)[1]:
                return
            data = data[written or 0 :]
    except (OSError, ValueError):  # the pipe or the terminal is gone, or was closed
        return
