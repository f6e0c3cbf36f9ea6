"""The rows of a list: filtered, sorted, marked.

Rows are identified by id. A changed row costs O(log n) comparisons; marks and the cursor, which the table keeps, follow the
object and not the line number.
"""

from collections.abc import Collection, Iterable
from typing import Any, Generic, TypeVar

from tui.resources.model.filter_expression import Matcher, natural
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, one_line

Row = TypeVar("Row")

_Key = tuple[bool, Any, Any]  # no sort value; the column's sort key; the tie-breaker


class ListModel(Generic[Row]):
    """An ordered, filtered view of rows. Rows are addressed by id; a line number refers to the rows shown now."""

    def __init__(self, resource: Resource[Row]) -> None:
        self.resource = resource
        self._tie_breaker = resource.tie_breaker or resource.title
        self.column: Column[Row] = next(
            (column for column in resource.columns if column.title == resource.sorted_by), resource.columns[0]
        )
        self.reversed = False
        self.hiding = False  # whether rows hidden by default (stopped containers) are hidden
        self.only: frozenset[str] | None = None  # the ids that the list is restricted to
        self.matcher = Matcher("")
        self.marks: set[str] = set()
        self._rows: dict[str, Row] = {}
        self._ties: dict[str, Any] = {}  # the tie-breaker, by id
        self._by_tie: list[str] | None = None  # all ids in the order of their tie-breakers; None: to be sorted
        self._keys: dict[str, _Key] = {}
        self._words: dict[str, str] = {}
        self._order: list[str] = []
        self._shown: set[str] = set()
        self._ambiguous: dict[str, frozenset[str]] | None = None  # by column: the shortened names of several objects

    # --- reading ---

    def __len__(self) -> int:
        """Return the number of rows shown."""
        return len(self._order)

    @property
    def total(self) -> int:
        """Return the number of all rows, shown or not."""
        return len(self._rows)

    @property
    def rows(self) -> Collection[Row]:
        """Return all rows, shown or not."""
        return self._rows.values()

    @property
    def order(self) -> list[str]:
        """Return the ids that are shown, in order. Not to be modified."""
        return self._order

    def row(self, identity: str) -> Row | None:
        """Return the row with this id, shown or not, or None."""
        return self._rows.get(identity)

    def at(self, line: int) -> Row:
        """Return the row on a shown line. Raises IndexError beyond the end."""
        return self._rows[self._order[line]]

    def line_of(self, identity: str) -> int:
        """Return the line of an id, or -1 if the row is not shown."""
        return self._find(self._keys[identity]) if identity in self._shown else -1

    @property
    def marked(self) -> list[Row]:
        """Return the marked rows: the shown ones in order, then those that the filter hides."""
        hidden = [identity for identity in self._rows if identity in self.marks and identity not in self._shown]
        return [self._rows[identity] for identity in [*(i for i in self._order if i in self.marks), *hidden]]

    @property
    def ambiguous(self) -> dict[str, frozenset[str]]:
        """Return the shortened names in each column that stand for different whole names."""
        if self._ambiguous is None:
            self._ambiguous = {column.title: self._ambiguous_in(column) for column in self.resource.columns if column.full}
        return self._ambiguous

    def _ambiguous_in(self, column: Column[Row]) -> frozenset[str]:
        meanings: dict[str, set[str]] = {}
        for row in self._rows.values():
            meanings.setdefault(column.cell(row).text, set()).add(column.full(row) if column.full else "")
        return frozenset(text for text, names in meanings.items() if len(names) > 1)

    def cell(self, column: Column[Row], row: Row) -> Cell:
        """Return what a column shows of a row: the whole name where the shortened one is that of several objects."""
        cell = column.cell(row)
        if column.full is not None and cell.text in self.ambiguous[column.title]:
            return Cell(one_line(column.full(row)), cell.style)
        return cell

    def sample(self, most: int) -> Iterable[Row]:
        """Return all rows, shown or not, so that a filter makes no difference; of more than `most` the first ones shown."""
        if len(self._rows) <= most:
            return self._rows.values()
        return [self._rows[identity] for identity in self._order[:most]]

    # --- adding and removing rows ---

    def put(self, row: Row) -> None:
        """Add a row, or replace the row with the same id.

        While the list is sorted by statistics, an existing row keeps its line until `resort`, so that lines do not jump.
        """
        identity = self.resource.id(row)
        known = identity in self._shown
        line = self._find(self._keys[identity]) if known else -1
        self._note_names(self._rows.get(identity), row)
        self._rows[identity] = row
        self._words[identity] = self.resource.filter_text(row)
        tie = self._tie(identity, row)
        if self._ties.get(identity) != tie:
            self._ties[identity], self._by_tie = tie, None
        if not known or not self.column.statistics:
            self._keys[identity] = self._key(identity, row)
        self.matcher.begin()
        visible = self._visible(identity, row)
        if known and visible and self._in_place(line):
            return
        if known:
            self._order.pop(line)
            self._shown.discard(identity)
        if visible:
            self._order.insert(self._find(self._keys[identity]), identity)
            self._shown.add(identity)

    def remove(self, identity: str) -> None:
        """Remove a row. An unknown id is ignored."""
        if identity not in self._rows:
            return
        line = self.line_of(identity)
        if line >= 0:
            self._order.pop(line)
            self._shown.discard(identity)
        self._note_names(self._rows[identity], None)
        del self._rows[identity], self._keys[identity], self._words[identity], self._ties[identity]
        self._by_tie = None
        self.marks.discard(identity)

    def replace(self, rows: Iterable[Row]) -> None:
        """Replace all rows; marks of objects that still exist are kept."""
        self._rows = {self.resource.id(row): row for row in rows}
        self._ambiguous = None
        self._words = {identity: self.resource.filter_text(row) for identity, row in self._rows.items()}
        self._ties = {identity: self._tie(identity, row) for identity, row in self._rows.items()}
        self._by_tie = None
        self.marks &= self._rows.keys()
        self.resort()

    # --- filtering and sorting ---

    def filter(self, text: str) -> None:
        """Show only rows whose text matches the expression; see `Matcher`."""
        self.matcher = Matcher(text, self.resource.filter_fields)
        self._arrange()

    def narrow(self, only: frozenset[str] | None) -> None:
        """Show only rows with these ids (subject to the other filters), or all rows with None."""
        self.only = only
        self._arrange()

    @property
    def filter_problem(self) -> str:
        """Return the error in the filter as one line, or ""."""
        return self.matcher.problem

    def hide_by_default(self, hiding: bool) -> None:
        """Hide or show the rows that are hidden by default, such as stopped containers."""
        self.hiding = hiding
        self._arrange()

    def sort(self, column: Column[Row], *, reverse: bool = False) -> None:
        """Sort by a column; rows without a value in that column come last in both directions."""
        self.column, self.reversed = column, reverse
        self.resort()

    def sort_next(self, columns: Iterable[Column[Row]] | None = None) -> None:
        """Sort by the column after the current one; `columns` are those on screen (all by default)."""
        offered = list(columns or self.resource.columns)
        position = offered.index(self.column) if self.column in offered else -1
        self.sort(offered[(position + 1) % len(offered)])

    def reverse(self) -> None:
        """Reverse the sort order."""
        self.sort(self.column, reverse=not self.reversed)

    def resort(self) -> None:
        """Sort all rows again: needed only when sorted by statistics."""
        self._keys = {identity: self._key(identity, row) for identity, row in self._rows.items()}
        self._arrange()

    # --- marking ---

    def toggle_mark(self, identity: str) -> None:
        """Mark or unmark a row."""
        if identity in self._rows:
            self.marks ^= {identity}

    def mark_shown(self) -> None:
        """Mark all rows that are shown; if all are marked, unmark them."""
        self.marks = self.marks - self._shown if self._shown <= self.marks else self.marks | self._shown

    def clear_marks(self) -> None:
        """Remove all marks."""
        self.marks.clear()

    # --- internals ---

    def _note_names(self, before: Row | None, after: Row | None) -> None:
        """Forget which names are ambiguous if a row's whole names changed."""
        for column in self.resource.columns:
            if column.full is not None:
                whole = [None if row is None else column.full(row) for row in (before, after)]
                if whole[0] != whole[1]:
                    self._ambiguous = None

    def _key(self, identity: str, row: Row) -> _Key:
        key = self.column.key(row)
        return key is None, key, self._ties[identity]

    def _tie(self, identity: str, row: Row) -> Any:
        return natural(self._tie_breaker(row)), identity

    def _visible(self, identity: str, row: Row) -> bool:
        if (self.only is not None and identity not in self.only) or (self.hiding and self.resource.hidden_by_default(row)):
            return False
        return self.matcher.matches(self._words[identity], lambda: self.resource.filter_values(row))

    def _before(self, one: _Key, other: _Key) -> bool:
        """Return whether one row is above another.

        In reverse order, ties keep their order and rows without a value stay last.
        """
        if one[0] != other[0]:
            return other[0]
        if one[0] or one[1] == other[1]:
            return bool(one[2] < other[2])
        return bool(other[1] < one[1] if self.reversed else one[1] < other[1])

    def _find(self, key: _Key) -> int:
        """Return the line where a row with this key is or belongs."""
        low, high = 0, len(self._order)
        while low < high:
            middle = (low + high) // 2
            if self._before(self._keys[self._order[middle]], key):
                low = middle + 1
            else:
                high = middle
        return low

    def _in_place(self, line: int) -> bool:
        """Return whether the row on this line is still in order."""
        key = self._keys[self._order[line]]
        above = line == 0 or self._before(self._keys[self._order[line - 1]], key)
        return above and (line + 1 == len(self._order) or self._before(key, self._keys[self._order[line + 1]]))

    def _filtered(self, ids: list[str]) -> list[str]:
        """Return those of these ids that are shown, in the same order."""
        if self.only is None and not self.hiding and not self.matcher.text:
            return ids
        self.matcher.begin()
        sound, rows = not self.matcher.gave_up, self._rows
        shown = [identity for identity in ids if self._visible(identity, rows[identity])]
        if sound and self.matcher.gave_up:  # the rest was matched literally: match all rows again
            shown = [identity for identity in ids if self._visible(identity, rows[identity])]
        return shown

    def _arrange(self) -> None:
        """Filter and sort all rows."""
        if self._by_tie is None:
            self._by_tie = sorted(self._rows, key=self._ties.__getitem__)
        shown, keys = self._filtered(self._by_tie), self._keys
        present = [identity for identity in shown if not keys[identity][0]]
        present.sort(key=lambda identity: keys[identity][1], reverse=self.reversed)
        self._order = present + [identity for identity in shown if keys[identity][0]]
        self._shown = set(shown)
