"""A document with the state of a reader: folded sections, cursor, search."""

from bisect import bisect_left
from collections.abc import Generator, Sequence

from tui.live.expressions import LONGEST, PIECE, Expression
from tui.resources.model.document import INDENT, Document, Link
from tui.resources.model.text import Line, Span, plain

MOST_LIT = 200  # highlighted matches in one line
LEADS = " ›"  # at the end of a line that links to an object
OPEN, FOLDED, NEITHER = "▾ ", "▸ ", "  "


class Reading:
    """A document with the reader's state. Rows are the lines that no fold hides, numbered from 0."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.folded: set[int] = set()
        self.cursor = 0  # a row
        self.searched = ""
        self._search = Expression("")
        self._rows: Sequence[int] = range(len(document))

    def __len__(self) -> int:
        return len(self._rows)

    def number(self, row: int) -> int:
        """Return the line number of a row."""
        return self._rows[row]

    def line(self, row: int) -> Line:
        """Return the spans of a row: the section's fold sign, the indentation, the line with its matches in style "match"."""
        number = self._rows[row]
        document = self.document
        sign = NEITHER if not document.folds(number) else FOLDED if number in self.folded else OPEN
        spans = document.spans(number)
        if self.searched:
            spans = _lit(spans, self._search.spans(plain(spans)[:LONGEST], MOST_LIT))
        leads = (Span(LEADS, "accent"),) if document.link(number) else ()
        return (Span(INDENT * document.depths[number] + sign, "dim"), *spans, *leads)

    def link(self, row: int) -> Link | None:
        """Return the link of a row, or None."""
        return self.document.link(self._rows[row])

    def copy(self, row: int) -> str:
        """Return the text that copying a row gives."""
        return self.document.copy(self._rows[row])

    def row_of(self, number: int) -> int:
        """Return the row of a line, or of the folded section that hides it."""
        row = bisect_left(self._rows, number)
        return row if row < len(self._rows) and self._rows[row] == number else max(row - 1, 0)

    def replace(self, document: Document) -> None:
        """Replace the document by a newer one; folds and the cursor stay at the lines of the same path."""
        folded = {self.document.path(number) for number in self.folded}
        at = self.document.path(self._rows[self.cursor]) if len(self) else ()
        row = self.cursor
        self.document = document
        self.folded = {n for n in range(len(document)) if document.folds(n) and document.path(n) in folded} if folded else set()
        self._lay_out()
        self.move_to(row)
        if len(self) and document.path(self._rows[self.cursor]) != at and len(document) < 20_000:
            same = next((number for number in range(len(document)) if document.path(number) == at), None)
            if same is not None:
                self.move_to(self.row_of(same))

    # --- moving and folding ---

    def move_to(self, row: int) -> None:
        """Move the cursor to a row, limited to the first and the last row."""
        self.cursor = max(0, min(row, len(self) - 1))

    def toggle(self, row: int) -> None:
        """Fold or unfold the section that a row begins or is in; the cursor moves to the section's first line."""
        number = self._rows[row]
        if not self.document.folds(number):
            parents = self.document.parents(number)
            if not parents:
                return
            number = parents[0]
        self.folded ^= {number}
        self._lay_out()
        self.move_to(self.row_of(number))

    def fold_all(self, depth: int = 0) -> None:
        """Fold all sections at this depth and deeper."""
        self._fold({n for n, at in enumerate(self.document.depths) if at >= depth and self.document.folds(n)})

    def unfold_all(self) -> None:
        """Unfold all sections."""
        self._fold(set())

    def _fold(self, folded: set[int]) -> None:
        number = self._rows[self.cursor] if len(self) else 0
        self.folded = folded
        self._lay_out()
        self.move_to(self.row_of(number))

    def _lay_out(self) -> None:
        """Recompute the rows from the folded sections."""
        if not self.folded:
            self._rows = range(len(self.document))
            return
        rows: list[int] = []
        number = 0
        for fold in sorted(self.folded):
            if fold >= number:
                rows.extend(range(number, fold + 1))
                number = self.document.ends[fold]
        rows.extend(range(number, len(self.document)))
        self._rows = rows

    # --- searching ---

    def look_for(self, text: str) -> None:
        """Search for an expression and highlight its matches; an empty text ends the search."""
        self.searched = text
        self._search = Expression(text)

    def seek(self, step: int) -> Generator[None, None, bool]:
        """Move to the next match (1), the previous (-1), or the first from the cursor on (0), wrapping around and unfolding.

        Return whether there is a match. Yields between pieces of work so that keys are handled.
        """
        here, size = self._here, len(self.document)
        if not self.searched:
            return False
        numbers = range(here - 1, here - 1 - size, -1) if step < 0 else range(here + step, here + step + size)
        literal = self._search.gave_up
        for start in range(0, size, PIECE):
            self._search.allow()
            for number in numbers[start : start + PIECE]:
                if self._search.found(self.document.text(number % size)[:LONGEST]):
                    self._go_to(number % size)
                    return True
            yield
            if self._search.gave_up is not literal:
                return (yield from self.seek(step))
        return False

    def count(self) -> Generator[None, None, int]:
        """Return the number of matching lines, folded ones included. Yields between pieces of work."""
        found, document, literal = 0, self.document, self._search.gave_up
        for start in range(0, len(document) if self.searched else 0, PIECE):
            self._search.allow()
            numbers = range(start, min(start + PIECE, len(document)))
            found += sum(self._search.found(document.text(number)[:LONGEST]) for number in numbers)
            yield
            if self._search.gave_up is not literal:
                return (yield from self.count())
        return found

    @property
    def problem(self) -> str:
        """Return the error in the searched expression as one line, or ""."""
        return self._search.problem

    @property
    def _here(self) -> int:
        return self._rows[self.cursor] if len(self) else 0

    def _go_to(self, number: int) -> None:
        hiding = self.folded.intersection(self.document.parents(number))
        if hiding:
            self._fold(self.folded - hiding)
        self.move_to(self.row_of(number))


def _lit(spans: Line, found: Sequence[tuple[int, int]]) -> Line:
    """Return the line with the found ranges in the style "match"."""
    pieces: list[Span] = []
    start = 0
    for text, style in spans:
        at = 0
        for begin, end in found:
            low, high = max(begin - start, at), min(end - start, len(text))
            if low < high:
                pieces += [Span(text[at:low], style), Span(text[low:high], f"{style} match".strip())]
                at = high
        pieces.append(Span(text[at:], style))
        start += len(text)
    return tuple(piece for piece in pieces if piece.text)
