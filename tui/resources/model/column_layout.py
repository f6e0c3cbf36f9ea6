"""The columns of a list on a screen of a given width.

A column is as wide as its widest cell, where there is room. Columns with the highest priority number are dropped first, empty
ones before others, those with priority 0 never. At 120 columns many fit, at 80 the important ones, at 40 name and state.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from tui.resources.model.resource import Column
from tui.resources.model.text import Cell, cells, cut_middle

Row = TypeVar("Row")

GAP = 1  # between two columns
EXTRA = 4  # columns of this priority and above are added only when the others have their usual width, or all they need
LONGEST = 40  # cells of a text of a column that is never dropped, before extra columns are added
MEASURED = 100
"""Rows whose cells are measured for the widths."""

SHORT = 16
"""Lines of a screen; on one with fewer, a sentence has one line, and a message takes the line of the footer."""

Widths = Mapping[str, int]
"""The cells of the widest text of each column, by title; 0 for a column without any text."""


@dataclass(frozen=True, slots=True)
class Place(Generic[Row]):
    """A column, the cell of the line where the column starts, and its width in cells."""

    column: Column[Row]
    x: int
    width: int

    def shown(self, cell: Cell) -> Cell:
        """Return a cell of the column as it is shown here; names are cut in their middle."""
        return Cell(cut_middle(cell.text, self.width), cell.style) if self.column.middle else cell


def measured(columns: Iterable[Column[Row]], rows: Iterable[Row], cell: Callable[[Column[Row], Row], Cell]) -> dict[str, int]:
    """Return the widths of the columns' texts in the first rows. Statistics change too often to be measured."""
    first = list(islice(rows, MEASURED))
    if not first:
        return {}
    return {column.title: max(cells(cell(column, row).text) for row in first) for column in columns if not column.statistics}


@dataclass(frozen=True, slots=True)
class _Want:
    """A column, and the cells it needs: at least, usually, and for its widest text."""

    column: Column[Any]
    least: int
    usual: int
    whole: int

    @property
    def empty(self) -> bool:
        return self.whole == 0


def _want(column: Column[Any], widths: Widths) -> _Want:
    title = cells(column.title) + 1  # with the mark of the order, so that sorting moves no column
    text = widths.get(column.title)
    if text is None:
        return _Want(column, column.min_width or column.width, column.width, column.width)
    whole = max(title, text)
    usual = min(max(column.width, title), whole)
    return _Want(column, min(column.min_width or column.width, usual), usual, whole if text else 0)


def _needed(wants: Sequence[_Want]) -> int:
    """Return the cells that these columns need.

    These are the least, but where an extra column is among them, the others' usual widths, and the texts of those that are
    never dropped, up to a limit.
    """
    if all(want.column.priority < EXTRA for want in wants):
        return sum(want.least for want in wants) + _gaps(wants)
    needed = 0
    for want in wants:
        whole = max(want.usual, min(want.whole, LONGEST)) if want.column.priority == 0 else want.usual
        needed += want.least if want.column.priority >= EXTRA else whole
    return needed + _gaps(wants)


def _gaps(wants: Sequence[_Want]) -> int:
    return GAP * max(0, len(wants) - 1)


def _chosen(wants: Sequence[_Want], room: int) -> list[_Want]:
    """Return the columns that fit. Empty ones give way as soon as another one is cut."""
    kept = list(wants)
    while sum(max(want.whole, want.usual) for want in kept) + _gaps(kept) > room:
        empty = [want for want in kept if want.empty and want.column.priority]
        if not empty:
            break
        kept.remove(max(empty, key=lambda want: want.column.priority))
    while _needed(kept) > room:
        leaving = max(reversed(kept), key=lambda want: want.column.priority, default=None)
        if leaving is None or leaving.column.priority == 0:
            break
        kept.remove(leaving)
    return kept


def _widths(wants: Sequence[_Want], room: int) -> list[int]:
    """Return the width of each column in cells, `room` in all: the least, then the usual width, then that of the widest text.

    Columns with priority 0 get their usual width first, those that grow the rest first.
    """
    widths = [want.least for want in wants]
    while sum(widths) > room and max(widths) > 1:  # only columns that cannot be dropped are left: shrink the widest
        widths[widths.index(max(widths))] -= 1
    everything = range(len(wants))
    fixed = [number for number in everything if wants[number].column.priority == 0]
    growing = [number for number in everything if wants[number].column.grows]
    for numbers, wanted in (
        (fixed, [want.usual for want in wants]),
        (everything, [want.usual for want in wants]),
        ((*fixed, *growing), [want.whole for want in wants]),
        (everything, [want.whole for want in wants]),
    ):
        _spread(widths, numbers, wanted, room)
    return widths


def _spread(widths: list[int], numbers: Iterable[int], wanted: Sequence[int], room: int) -> None:
    """Give what is left of `room` to these columns in equal shares, up to their wanted widths."""
    while spare := max(0, room - sum(widths)):
        short = [number for number in dict.fromkeys(numbers) if widths[number] < wanted[number]]
        if not short:
            return
        for number in short:
            more = min(wanted[number] - widths[number], max(1, spare // len(short)), room - sum(widths))
            widths[number] += max(0, more)


def lay_out(
    columns: Sequence[Column[Row]],
    width: int,
    *,
    widths: Widths | None = None,
    wide: bool = False,
    skip: int = 0,
    statistics: bool = True,
) -> tuple[Place[Row], ...]:
    """Return the columns that a line of `width` cells shows, with their places. `widths` are those of the texts.

    `wide` adds the columns that do not fit and the wide ones behind the others; `skip` leaves out so many after the first one,
    so that these can be reached. Without `statistics` the statistics columns are left out.
    """
    offered = [
        _want(column, widths or {}) for column in columns if (wide or not column.wide) and (statistics or not column.statistics)
    ]
    chosen = _chosen([want for want in offered if not want.column.wide], width)
    if wide:
        chosen = _wide(chosen, offered, width, skip)
    places: list[Place[Row]] = []
    x = 0
    for want, shown in zip(chosen, _widths(chosen, width - _gaps(chosen)), strict=True):
        if x + shown > width:
            break
        places.append(Place(want.column, x, shown))
        x += shown + GAP
    return tuple(places)


def _wide(chosen: Sequence[_Want], offered: Sequence[_Want], width: int, skip: int) -> list[_Want]:
    """Return the usual columns and as many further ones as fit behind them, after `skip` columns behind the first."""
    ordered = [*chosen, *(want for want in offered if want not in chosen and not want.empty)]
    first, rest = ordered[:1], ordered[1:]
    rest = rest[min(skip, max(0, len(rest) - 1)) :]
    found = [*first]
    for want in rest:
        usual = skip == 0 and want in chosen
        if not usual and len(found) > 1 and sum(each.usual for each in [*found, want]) + _gaps([*found, want]) > width:
            break
        found.append(want)
    return found
