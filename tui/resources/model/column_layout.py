"""The columns of a list on a screen of a given width.

Columns with the highest priority number are dropped first, those with priority 0 never. At 120 columns many fit, at 80 the
important ones, at 40 the name and the state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tui.resources.model.resource import Column

Row = TypeVar("Row")

GAP = 1  # between two columns
EXTRA = 4  # columns of this priority and above are added only when the others are wider than their minimum


@dataclass(frozen=True, slots=True)
class Place(Generic[Row]):
    """A column, the cell of the line where the column starts, and its width in cells."""

    column: Column[Row]
    x: int
    width: int


def _least(column: Column[Row]) -> int:
    return column.min_width or column.width


def _needed(columns: Sequence[Column[Row]]) -> int:
    """Return the cells these columns need: their minimum widths, with an extra column a third of the way to the wanted
    widths."""
    extra = any(column.priority >= EXTRA for column in columns)
    wishes = (max(0, column.width - _least(column)) // 3 if extra else 0 for column in columns)
    return sum(_least(column) for column in columns) + sum(wishes) + GAP * (len(columns) - 1)


def _chosen(columns: Sequence[Column[Row]], width: int, wide: bool) -> list[Column[Row]]:
    """Return the columns that fit. With `wide`, the wide columns are dropped last, because the user turned them on."""
    kept = list(columns)

    def order_of_leaving(column: Column[Row]) -> tuple[bool, bool, int]:
        return column.priority > 0, wide and not column.wide, column.priority

    while _needed(kept) > width:
        leaving = max(reversed(kept), key=order_of_leaving, default=None)
        if leaving is None or leaving.priority == 0:
            break
        kept.remove(leaving)
    return kept


def _widths(columns: Sequence[Column[Row]], room: int) -> list[int]:
    """Return the width of each column in cells, `room` in all: minimum, then wanted width, then the rest to growing columns.

    Wanted widths are met in three rounds; columns with priority 0 get theirs in the first.
    """
    widths = [_least(column) for column in columns]
    while sum(widths) > room and max(widths) > 1:  # only columns that cannot be dropped are left: shrink the widest
        widths[widths.index(max(widths))] -= 1
    spare = room - sum(widths)
    by_rank = sorted(range(len(columns)), key=lambda index: columns[index].priority)
    for thirds in (1, 2, 3):
        for index in by_rank:
            column = columns[index]
            wish = _least(column) + (column.width - _least(column)) * (thirds if column.priority else 3) // 3
            more = max(0, min(spare, wish - widths[index]))
            widths[index] += more
            spare -= more
    growing = [index for index, column in enumerate(columns) if column.grows]
    for turn, index in enumerate(growing):
        more = spare // (len(growing) - turn)
        widths[index] += max(0, more)
        spare -= max(0, more)
    return widths


def lay_out(
    columns: Sequence[Column[Row]], width: int, *, wide: bool = False, statistics: bool = True
) -> tuple[Place[Row], ...]:
    """Return the columns that a line of `width` cells shows, with their places.

    `wide` adds the wide columns; without `statistics` the statistics columns are left out.
    """
    offered = [column for column in columns if (wide or not column.wide) and (statistics or not column.statistics)]
    chosen = _chosen(offered, width, wide)
    places: list[Place[Row]] = []
    x = 0
    for column, cells in zip(chosen, _widths(chosen, width - GAP * (len(chosen) - 1)), strict=True):
        if x + cells > width:
            break
        places.append(Place(column, x, cells))
        x += cells + GAP
    return tuple(places)
