"""A bar for sentences: a message or a banner, on up to three lines where one is too short."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from tui.resources.model.column_layout import SHORT
from tui.resources.model.text import ELLIPSIS, Line, Span
from tui.widgets.bar import Bar, Segment, joined
from tui.widgets.lines import strip, width
from tui.widgets.wrapping import part, wrap

MOST = 3
"""Lines of a sentence."""

PADDING = 2


class Notice(Bar):
    """A bar that grows with its sentence, up to `most` lines. Segments are shown one after another; no rank is dropped."""

    most = MOST

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._sentence: Line = ()
        self._height = 1

    def show(self, left: Sequence[Segment], right: Sequence[Segment] = ()) -> None:
        """Show these sentences."""
        self._sentence = joined([*left, *right])
        self.fit()
        super().show(left, right)

    def fit(self) -> None:
        """Take as many lines as the sentence needs in the width."""
        height = len(self._pieces(self.room))
        if height != self._height:
            self._height = height
            self.styles.height = height

    @property
    def room(self) -> int:
        """The cells of a line: those of the terminal, since the bar itself may not have its size yet."""
        return self.app.size.width - PADDING

    def _pieces(self, room: int) -> list[Line]:
        most = self.most if self.app.size.height >= SHORT else 1
        pieces = wrap(self._sentence, room)
        if len(pieces) <= most:
            return pieces
        last = pieces[most - 1]
        cut = last if width(last) < room else part(last, 0, len("".join(span.text for span in last)) - 1)
        return [*pieces[: most - 1], (*cut, Span(ELLIPSIS))]

    def render_line(self, y: int) -> Strip:
        room = self.size.width
        pieces = self._pieces(room)
        return strip(pieces[y] if y < len(pieces) else (), self.palette, room)
