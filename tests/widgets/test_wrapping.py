"""Wrapping of documents' lines."""

import pytest

from tui.resources.model.text import Span, plain
from tui.widgets.wrapping import hanging_indent, wrap


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        (
            ("  ", "Exit code   ", "one two three four five six seven"),
            ["  Exit code   one two three four five six", " " * 14 + "seven"],
        ),
        (("    ", "one two three four five six seven eight nine"), ["    one two three four five six seven", "    eight nine"]),
        (("  ", "A very long label   ", "one two three four five"), ["  A very long label   one two three four", "  five"]),
    ],
    ids=["value", "text", "label too long"],
)
def test_what_is_wrapped_in_a_document_stays_below_its_beginning(spans: tuple[str, ...], pieces: list[str]) -> None:
    line = tuple(Span(text) for text in spans)
    assert [plain(piece) for piece in wrap(line, 42, hanging_indent(line, 42))] == pieces
