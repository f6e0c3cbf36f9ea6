"""The first list as text with control sequences, and the movement of its cursor, before the interface is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from tui.resources.model.column_layout import MEASURED, SHORT, Place, lay_out, measured
from tui.resources.model.list_model import ListModel
from tui.resources.model.resource import Resource
from tui.resources.model.text import Cell, pad

Move = Literal["up", "down", "first", "last", "page-up", "page-down", "half-up", "half-down"]

AROUND = 4
"""Lines of the screen that show no row: header, headings, message, footer. A short screen has no line for messages."""

_FIRST_ROW = 3  # its line on the screen, from 1
_SGR = {"good": "32", "bad": "1;31", "warn": "33", "accent": "36", "dim": "2", "heading": "1", "title": "1"}
_SGR |= {"red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}
_PAGES = {"page-down": 1.0, "page-up": -1.0, "half-down": 0.5, "half-up": -0.5}


class FirstList:
    """The rows on a screen of this size. The interface shows the same at the same places, with the cursor where it is here."""

    def __init__(
        self,
        resource: Resource[Any],
        rows: Sequence[Any],
        columns: int,
        lines: int,
        *,
        wide: bool = False,
        colours: bool = True,
        cursor: str = "7",
    ) -> None:
        """`cursor`: the SGR parameters of the cursor's row."""
        self._resource = resource
        self._rows = rows
        self._listing = ListModel(resource)
        self._listing.replace(rows)
        offered = [column for column in resource.columns if not column.on_demand and (wide or not column.wide)]
        widths = measured(offered, self._listing.sample(MEASURED), self._listing.cell)
        self._places: Sequence[Place[Any]] = lay_out(offered, columns - 1, widths=widths, wide=wide)
        self._columns = columns
        self._room = max(1, lines - AROUND + (lines < SHORT))
        self._colours, self._cursor_style = colours, cursor
        self._cursor = self._top = 0

    @property
    def position(self) -> tuple[str, int]:
        """Return the id of the cursor's row, and how many rows are above the screen."""
        return self._listing.order[self._cursor], self._top

    def screen(self) -> str:
        """Return the whole screen."""
        counts = f"  {self._resource.summary(self._rows)}"
        room = self._columns - 1 - len(self._resource.name)
        titles = [Cell(place.column.title + ("▼" if place.column is self._listing.column else "")) for place in self._places]
        head = f"\x1b[H\x1b[1m {self._resource.name}\x1b[m{counts if len(counts) < room else ''}"
        return f"{head}\r\n\x1b[1m{_line(titles, self._places)}\x1b[m{self._all_rows()}"

    def move(self, move: Move) -> str:
        """Move the cursor as the interface's table does; return what has to be painted for that, or ""."""
        before, top = self._cursor, self._top
        if move in _PAGES:
            rows = max(1, int(self._room * abs(_PAGES[move]))) * (1 if _PAGES[move] > 0 else -1)
            self._top = max(0, min(self._top + rows, len(self._listing) - self._room))
        else:
            rows = {"up": -1, "down": 1, "first": -before, "last": len(self._listing)}[move]
        self._cursor = max(0, min(before + rows, len(self._listing) - 1))
        self._top = max(min(self._top, self._cursor), self._cursor - self._room + 1)
        if self._top != top:
            return self._all_rows()
        return self._row(before) + self._row(self._cursor) if self._cursor != before else ""

    def _all_rows(self) -> str:
        return "".join(map(self._row, range(self._top, min(self._top + self._room, len(self._listing)))))

    def _row(self, number: int) -> str:
        row = self._listing.at(number)
        cells = [place.shown(self._listing.cell(place.column, row)) for place in self._places]
        look = self._cursor_style if number == self._cursor else ""
        text = _line(cells, self._places, look, self._colours)
        return f"\x1b[{number - self._top + _FIRST_ROW}H\x1b[{look}m{text}\x1b[K\x1b[m"


def _line(cells: Sequence[Cell], places: Sequence[Place[Any]], look: str = "", colours: bool = True) -> str:
    """Return cells at their places. `look`: SGR parameters of the whole line."""
    parts = []
    at = 0
    for cell, place in zip(cells, places, strict=True):
        text = pad(cell.text, place.width, right=place.column.right)
        codes = ";".join(_SGR[word] for word in cell.style.split() if word in _SGR and (colours or word == "dim"))
        parts.append(" " * (place.x - at) + (f"\x1b[{codes}m{text}\x1b[0;{look}m" if codes else text))
        at = place.x + place.width
    return "".join(parts)
