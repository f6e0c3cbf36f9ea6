"""Sentences in documents, wrapped to a width that is read without scrolling."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tui.resources.model.document import SheetWriter
from tui.resources.model.text import Span, one_line

USUAL_ROOM, LEAST_ROOM, MOST_ROOM = 76, 30, 140
INDENT = 5
"""Cells before a sentence and for the scroll bar."""

_room: ContextVar[int] = ContextVar("room", default=USUAL_ROOM)


def room() -> int:
    """Return the cells that a sentence may take on a line."""
    return _room.get()


@contextmanager
def on_screen(width: int) -> Iterator[None]:
    """Wrap the sentences of documents made meanwhile for a screen of this width; too long lines would be hard to read."""
    token = _room.set(max(LEAST_ROOM, min(MOST_ROOM, width - INDENT)))
    try:
        yield
    finally:
        _room.reset(token)


def sentence(sheet: SheetWriter, text: str, style: str = "") -> None:
    """Add a sentence, wrapped; copying any of its lines copies the whole sentence."""
    text = sheet.masked(text)
    for piece in textwrap.wrap(one_line(text), room(), subsequent_indent="  ", break_on_hyphens=False) or [""]:
        sheet.line(Span(piece, style), copy=text)
