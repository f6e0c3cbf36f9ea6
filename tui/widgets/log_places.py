"""The places of a log's lines on the screen: which piece of which line each line of the screen shows.

A place is the id of a line, which does not change when older lines are loaded or dropped, and the number of its piece: a
wrapped line has several.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from tui.live.logs.buffer import LogBuffer
from tui.resources.logs.filters import Rows
from tui.resources.logs.row import Look, row_of
from tui.resources.model.text import Line, Span, cells, plain
from tui.widgets.wrapping import from_cell, wrap

KEPT_LINES = 2000  # maximum number of lines rendered in advance

Place = tuple[int, int]
"""The id of a line, and the number of its piece, from 0."""


class LogPlaces:
    """The lines of `rows` on a screen of `width` by `height` cells; `top` is the place of its first line.

    `aside` is the number of cells by which lines that are not wrapped are scrolled to the side.
    """

    def __init__(self, buffer: LogBuffer, names: Sequence[str]) -> None:
        self.buffer = buffer
        self.rows: Rows = Rows(buffer)
        self.look = Look(names=tuple(names))
        self.wrapped = False
        self.aside = 0
        self.top: Place = (0, 0)
        self.width = 0
        self.height = 1
        self._ready: OrderedDict[int, list[Line]] = OrderedDict()
        self._shown: list[Place] | None = None

    # -- changes ------------------------------------------------------------------------------------------------------

    def moved(self) -> None:
        """Note that the rows or the top changed."""
        self._shown = None

    def changed(self, start: int) -> None:
        """Note that the lines from the id `start` on changed, and that the buffer may have dropped its oldest."""
        for id_ in [id_ for id_ in self._ready if id_ >= start or id_ < self.buffer.first_id]:
            del self._ready[id_]

    def changed_all(self) -> None:
        """Note that all lines look different: by the buffer, the look, or the width."""
        self._ready.clear()
        self._shown = None

    # -- lines --------------------------------------------------------------------------------------------------------

    def pieces(self, id_: int) -> list[Line]:
        """Return the screen lines of a line; one if not wrapped."""
        pieces = self._ready.get(id_)
        if pieces is not None:
            self._ready.move_to_end(id_)
            return pieces
        pieces = self._ready[id_] = self._laid_out(id_)
        if len(self._ready) > KEPT_LINES:
            self._ready.popitem(last=False)
        return pieces

    def _laid_out(self, id_: int) -> list[Line]:
        row = row_of(self.buffer.line(id_), self.look)
        if not self.wrapped:
            return [row.whole]
        width = max(self.width, 2)
        hanging = cells(plain(row.prefix))
        if not 0 < hanging < width // 2:
            return wrap(row.whole, width)
        texts = wrap(row.text, width - hanging)
        return [(*row.prefix, *texts[0]), *((Span(" " * hanging), *text) for text in texts[1:])]

    def line_at(self, place: Place) -> Line:
        """Return the line of the screen at a place, scrolled to the side; times and names stay."""
        id_, piece = place
        pieces = self.pieces(id_)
        if not self.aside or self.wrapped:
            return pieces[min(piece, len(pieces) - 1)]
        row = row_of(self.buffer.line(id_), self.look)
        return (*row.prefix, *from_cell(row.text, self.aside))

    def lines_of(self, id_: int) -> int:
        """Return how many lines of the screen a line takes."""
        return len(self.pieces(id_)) if self.wrapped else 1

    # -- places -------------------------------------------------------------------------------------------------------

    def up(self, place: Place, lines: int) -> Place:
        """Return the place so many screen lines above, at most the first."""
        id_, piece = place
        while lines > piece:
            before = self.rows.before(id_)
            if before is None:
                return id_, 0
            lines -= piece + 1
            id_, piece = before, self.lines_of(before) - 1
        return id_, piece - lines

    def down(self, place: Place, lines: int) -> Place:
        """Return the place so many screen lines below, at most the last."""
        id_, piece = place
        while piece + lines >= (height := self.lines_of(id_)):
            after = self.rows.after(id_)
            if after is None:
                return id_, height - 1
            lines -= height - piece
            id_, piece = after, 0
        return id_, piece + lines

    def end(self) -> Place | None:
        """Return the last place, or None without lines."""
        last = self.rows.before(self.buffer.end_id)
        return None if last is None else (last, self.lines_of(last) - 1)

    def shown(self, *, at_end: bool) -> list[Place]:
        """Return the place on each line of the screen, from the top; fewer if the log is shorter.

        `at_end`: the screen shows the end of the log; else it begins at `top`, which is moved if that would leave lines empty.
        """
        if self._shown is not None:
            return self._shown
        end = self.end()
        if end is None:
            self._shown = []
            return self._shown
        highest = self.up(end, self.height - 1)
        if at_end:
            self.top = highest
        else:
            id_, piece = self.top
            if id_ not in self.rows:
                id_, piece = self.rows.after(id_) or end[0], 0
            self.top = min((id_, min(piece, self.lines_of(id_) - 1)), highest)
        self._shown = self._from_top()
        return self._shown

    def _from_top(self) -> list[Place]:
        places = [self.top]
        while len(places) < self.height:
            id_, piece = places[-1]
            if piece + 1 < self.lines_of(id_):
                places.append((id_, piece + 1))
            elif (after := self.rows.after(id_)) is not None:
                places.append((after, 0))
            else:
                break
        return places

    def reveal(self, id_: int) -> None:
        """Move the top as little as needed to show a line."""
        lowest = self.up((id_, self.lines_of(id_) - 1), self.height - 1)
        self.top = min(max(self.top, lowest), (id_, 0))
        self._shown = None
