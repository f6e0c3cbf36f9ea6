"""Scrolling back: a frozen copy of scrollback and screen, with search, selection and copy.

The copy does not change while the program continues. Keys are those of less and vim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.live.expressions import Expression
from tui.terminal.packed import Packed, packed_runs, text_of, wrapped_of
from tui.terminal.style import Run

CARET = "█"
"""The cursor on a line that is typed here."""

_MATCHES_A_LINE = 200


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A character: its line, counted from the oldest, and its column in the text."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Shade:
    """Columns `start` to before `end` of a line with another style: "match", "current" or "selection"."""

    start: int
    end: int
    word: str


class Review:
    """The frozen lines and the position in them: `top` is the first line shown, `line` the line of the cursor.

    `rows` is the height of the view. `typing` is the search text being typed, or None; `note` is a message.
    """

    def __init__(self, lines: Sequence[Packed], rows: int, top: int = 0, line: int | None = None) -> None:
        last = max(0, len(lines) - 1)
        self._lines = lines
        self.rows = max(1, rows)
        self.top = min(max(0, top), last)
        self.line = last if line is None else min(max(0, line), last)
        self.typing: str | None = None
        self.note = ""
        self._search = Expression("")
        self._anchor: Place | None = None
        self._head: Place | None = None

    def __len__(self) -> int:
        return len(self._lines)

    # --- display ---

    def runs(self, y: int) -> list[Run]:
        """Return row `y` of the view as runs of one style; empty below the last line."""
        index = self.top + y
        return packed_runs(self._lines[index]) if index < len(self._lines) else []

    def text(self, index: int) -> str:
        """Return the text of a line, counted from the oldest."""
        return text_of(self._lines[index])

    def shades(self, y: int) -> list[Shade]:
        """Return the ranges of row `y` with another style: matches, the selection, the cursor line."""
        index = self.top + y
        if index >= len(self._lines):
            return []
        found = []
        if self._search:
            word = "current" if index == self.line else "match"
            found = [Shade(start, end, word) for start, end in self._search.spans(self.text(index), _MATCHES_A_LINE)]
        if span := self._selected_columns(index):
            found.append(Shade(*span, "selection"))
        return found

    # --- movement ---

    def move(self, lines: int) -> None:
        """Move the cursor; the view follows."""
        self.line = min(max(0, self.line + lines), max(0, len(self._lines) - 1))
        self._follow()

    def scroll(self, lines: int) -> None:
        """Scroll the view; the cursor stays visible."""
        self.top = min(max(0, self.top + lines), max(0, len(self._lines) - self.rows))
        self.line = min(max(self.line, self.top), self.top + self.rows - 1, max(0, len(self._lines) - 1))
        self._drag()

    def resize(self, rows: int) -> None:
        """Set the height of the view."""
        self.rows = max(1, rows)
        self._follow()

    @property
    def at_end(self) -> bool:
        """Return whether the last line is visible."""
        return self.top + self.rows >= len(self._lines)

    def _follow(self) -> None:
        self.top = min(max(self.top, self.line - self.rows + 1), self.line)
        self._drag()

    # --- search ---

    def search(self, text: str) -> None:
        """Search for `text`, an `Expression`, upwards from the cursor."""
        if text:
            self._search = Expression(text)
        self.find(-1, here=True)

    def find(self, step: int, *, here: bool = False) -> None:
        """Go to the next matching line (1) or the previous (-1), wrapping around at the end."""
        if not self._search:
            self.note = "no search yet: press /"
            return
        literal, size = self._search.gave_up, len(self._lines)
        self._search.allow()
        for distance in range(0 if here else 1, size + 1):
            index = (self.line + step * distance) % size
            if self._search.found(self.text(index)):
                wrapped = (self.line + step * distance) not in range(size)
                self.note = self._search.problem or ("continued from the other end" if wrapped else "")
                self.line = index
                self._follow()
                return
            if self._search.gave_up is not literal:  # earlier lines were matched by other rules
                self.find(step, here=here)
                return
        self.note = self._search.problem or "not found"

    # --- selection ---

    def select_lines(self) -> None:
        """Start selecting whole lines at the cursor, or clear the selection."""
        if self._anchor is None:
            self._anchor = Place(self.line, -1)
            self._drag()
        else:
            self._anchor = self._head = None

    def select(self, anchor: tuple[int, int], head: tuple[int, int]) -> None:
        """Select from one character of the view to another, both (column, row), both included."""
        self._anchor = Place(self.top + anchor[1], anchor[0])
        self._head = Place(self.top + head[1], head[0])

    @property
    def selecting(self) -> bool:
        """Return whether anything is selected."""
        return self._anchor is not None

    def selected(self) -> str:
        """Return the selected text, or the cursor line; wrapped lines are joined."""
        if self._anchor is None:
            first, last = self._whole(self.line)
            return self._join(first, last, None)
        start, end = sorted((self._anchor, self._head or self._anchor))
        return self._join(start.line, min(end.line, len(self._lines) - 1), (start, end))

    def _drag(self) -> None:
        if self._anchor is not None and self._anchor.column < 0:
            self._head = Place(self.line, -1)

    def _selected_columns(self, index: int) -> tuple[int, int] | None:
        if self._anchor is None or self._head is None:
            return None
        start, end = sorted((self._anchor, self._head))
        if not start.line <= index <= end.line:
            return None
        first = start.column if index == start.line and start.column >= 0 else 0
        last = end.column + 1 if index == end.line and end.column >= 0 else 1 << 16
        return first, last

    def _join(self, first: int, last: int, ends: tuple[Place, Place] | None) -> str:
        pieces: list[str] = []
        for index in range(first, last + 1):
            text = self.text(index)
            if ends:
                span = self._selected_columns(index)
                text = text[span[0] : span[1]] if span else text
            if pieces and self._wrapped(index):
                pieces[-1] += text
            else:
                pieces.append(text)
        return "\n".join(piece.rstrip() for piece in pieces)

    def _whole(self, index: int) -> tuple[int, int]:
        """Return the first and last row of the wrapped line that contains row `index`."""
        first = last = index
        while first > 0 and self._wrapped(first):
            first -= 1
        while last + 1 < len(self._lines) and self._wrapped(last + 1):
            last += 1
        return first, last

    def _wrapped(self, index: int) -> bool:
        return bool(wrapped_of(self._lines[index]))

    # --- keys ---

    def key(self, key: str, character: str | None) -> str:
        """Handle a key. Return "leave", "copy" (which also leaves), or ""."""
        if self.typing is not None:
            self._type(key, character)
            return ""
        self.note = ""
        if key in _LEAVE:
            if key == "escape" and self.selecting:
                self.select_lines()
                return ""
            return "leave"
        if key in ("y", "enter", "c"):
            return "copy"
        if key in ("slash", "question_mark"):
            self.typing = ""
        elif key in ("n", "N", "upper_n"):
            self.find(-1 if key == "n" else 1)
        elif key in ("v", "V", "upper_v"):
            self.select_lines()
        elif key in _MOVES:
            self.move(_MOVES[key])
        elif key in _PAGES:
            self._page(_PAGES[key])
        return ""

    def _page(self, pages: float) -> None:
        step = int(self.rows * pages)
        self.top = min(max(0, self.top + step), max(0, len(self._lines) - self.rows))
        self.move(step)

    def _type(self, key: str, character: str | None) -> None:
        assert self.typing is not None
        if key == "enter":
            text, self.typing = self.typing, None
            self.search(text)
        elif key == "escape" or (key == "backspace" and not self.typing):
            self.typing = None
        elif key == "backspace":
            self.typing = self.typing[:-1]
        elif key == "ctrl+u":
            self.typing = ""
        elif character and character.isprintable():
            self.typing += character

    def status(self) -> str:
        """Return the status line: position and keys."""
        if self.typing is not None:
            return f"/{self.typing}{CARET}"
        place = f"{self.line + 1}/{len(self._lines)}"
        keys = "y copy  esc cancel" if self.selecting else "/ search  n N  v select  y copy  q back"
        return "  ".join(part for part in ("SCROLLBACK", place, self.note, keys) if part)


_FAR = 1 << 30
_LEAVE = frozenset(("q", "escape", "ctrl+c", "i"))
_MOVES = {
    "j": 1,
    "down": 1,
    "k": -1,
    "up": -1,
    "g": -_FAR,
    "home": -_FAR,
    "G": _FAR,
    "upper_g": _FAR,
    "end": _FAR,
}
_PAGES = {
    "pagedown": 1,
    "ctrl+f": 1,
    "space": 1,
    "pageup": -1,
    "ctrl+b": -1,
    "b": -1,
    "ctrl+d": 0.5,
    "ctrl+u": -0.5,
}
