"""Sentences of documents are wrapped for the screen."""

import pytest

from tui.resources.model.document import SheetWriter
from tui.resources.model.sentence import on_screen, room, sentence
from tui.resources.model.text import cells

TEXT = "In a swarm several engines run services together: they replace tasks that fail, and move them when a node is lost. " * 3


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_each_line_of_a_sentence_fits_and_copies_the_whole(width: int) -> None:
    sheet = SheetWriter()
    with on_screen(width):
        sentence(sheet, TEXT)
        widest = room()
    document = sheet.done()
    lines = document.plain_text().split("\n")
    assert len(lines) > 1
    assert all(cells(line) <= widest for line in lines)
    assert [line[:2] for line in lines[1:]] == ["  "] * (len(lines) - 1)
    assert " ".join(line.strip() for line in lines) == TEXT.strip()
