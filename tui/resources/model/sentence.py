"""Sentences in documents, wrapped to a width that is read without scrolling."""

from __future__ import annotations

import textwrap

from tui.resources.model.document import SheetWriter
from tui.resources.model.text import Span, one_line

ROOM = 76
"""Cells of a sentence: readable at 80 columns without scrolling."""


def sentence(sheet: SheetWriter, text: str, style: str = "") -> None:
    """Add a sentence, wrapped; copying any of its lines copies the whole sentence."""
    text = sheet.masked(text)
    for number, piece in enumerate(textwrap.wrap(one_line(text), ROOM, break_on_hyphens=False) or [""]):
        sheet.line(Span("  " * (number > 0) + piece, style), copy=text)
