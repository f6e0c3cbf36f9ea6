"""Scrolling back: a frozen copy of scrollback and screen, with search, selection and copy.

The copy does not change while the program continues. Keys are those of less and vim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.live.expressions import Expression
from tui.terminal.packed import Packed
from tui.terminal.review_lines import ReviewLines
from tui.terminal.style import Run
from tui.terminal.widths import columns_of, index_after, index_at

CARET = "█"
"""The cursor on a line that is typed here."""

NO_MARKS = "the shell has marked no prompt (OSC 133)"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A cell: its row, counted from the oldest, and its column; -1 stands for the whole row."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Shade:
    """Columns `start` to before `end` of a row with another style: "match", "current" or "selection"."""

    start: int
    end: int
    word: str


class Review:
    """The frozen rows and the position in them: `top` is the first row shown, `line` the row of the cursor.

    `rows` is the height of the view. `typing` is the search text being typed, or None; `note` is a message.
    """

    def __init__(self, lines: Sequence[Packed], rows: int, top: int = 0, line: int | None = None, *, columns: int = 0) -> None:
        last = max(0, len(lines) - 1)
        self._lines = ReviewLines(lines)
        self.rows = max(1, rows)
        self.top = min(max(0, top), last)
        self.line = last if line is None else min(max(0, line), last)
        self.typing: str | None = None
        self.note = ""
        self._columns = columns
        self.link = ""  # the target shown in the status, which `y` copies
        self._anchor: Place | None = None
        self._head: Place | None = None

    def __len__(self) -> int:
        return len(self._lines)

    # --- display ---

    def runs(self, y: int) -> list[Run]:
        """Return row `y` of the view as runs of one style; empty below the last line."""
        index = self.top + y
        return self._lines.runs(index) if index < len(self._lines) else []

    def shades(self, y: int) -> list[Shade]:
        """Return the ranges of row `y` with another style: matches, the selection, the cursor line."""
        index = self.top + y
        if index >= len(self._lines):
            return []
        found = []
        text = self._lines.text(index)
        if self._lines.search:
            word = "current" if index == self.line else "match"
            spans = self._lines.matches(index)
            found = [Shade(columns_of(text[:start]), columns_of(text[:end]), word) for start, end in spans]
        if span := self._selected_columns(index):
            start = columns_of(text[: index_at(text, span[0])]) if span[0] < columns_of(text) else span[0]
            end = columns_of(text[: index_after(text, span[1] - 1)]) if span[1] < columns_of(text) else span[1]
            found.append(Shade(start, end, "selection"))
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

    def resize(self, rows: int, columns: int) -> None:
        """Set the size of the view; the cursor stays on its line."""
        self.rows = max(1, rows)
        if columns != self._columns:
            number, shown = self._lines.number(self.line), self.line - self.top
            self._lines = self._lines.rewrapped(columns)
            self._columns, self._anchor, self._head = columns, None, None
            self.line = self._lines.beginning(number)
            self.top = max(0, self.line - shown)
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
            self._lines.look_for(Expression(text))
        self.find(-1, here=True)

    def find(self, step: int, *, here: bool = False) -> None:
        """Go to the next row in which a match begins (1) or the previous (-1), wrapping around at the end."""
        search = self._lines.search
        if not search:
            self.note = "no search yet: press /"
            return
        literal, size = search.gave_up, len(self._lines)
        search.allow()
        for distance in range(0 if here else 1, size + 1):
            index = (self.line + step * distance) % size
            if self._lines.found(index):
                wrapped = (self.line + step * distance) not in range(size)
                self.note = search.problem or ("continued from the other end" if wrapped else "")
                self.line = index
                self._follow()
                return
            if search.gave_up is not literal:  # earlier lines were matched by other rules
                self.find(step, here=here)
                return
        self.note = search.problem or "not found"

    # --- selection ---

    def select_lines(self) -> None:
        """Start selecting whole lines at the cursor, or clear the selection."""
        if self._anchor is None:
            self._anchor = Place(self.line, -1)
            self._drag()
        else:
            self._anchor = self._head = None

    def select(self, anchor: tuple[int, int], head: tuple[int, int]) -> None:
        """Select from one cell of the view to another, both (column, row), both included."""
        self._anchor = Place(self.top + anchor[1], anchor[0])
        self._head = Place(self.top + head[1], head[0])

    @property
    def selecting(self) -> bool:
        """Return whether anything is selected."""
        return self._anchor is not None

    def selected(self) -> str:
        """Return the link shown, the selected text, or the cursor line; wrapped lines are joined."""
        if self.link:
            return self.link
        if self._anchor is None:
            line = self._lines.joined(self.line)
            return self._join(line.first, line.last)
        start, end = sorted((self._anchor, self._head or self._anchor))
        return self._join(start.line, min(end.line, len(self._lines) - 1))

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

    def _selected_text(self, index: int) -> str:
        text = self._lines.text(index)
        span = self._selected_columns(index)
        return text[index_at(text, span[0]) : index_after(text, span[1] - 1)] if span else text

    def _join(self, first: int, last: int) -> str:
        pieces: list[str] = []
        for index in range(first, last + 1):
            text = self._selected_text(index)
            if not pieces or not self._lines.continues(index):
                pieces.append(text)
                continue
            if self._lines.fills(index - 1):
                pieces[-1] = pieces[-1].removesuffix(" ")
            pieces[-1] += text
        return "\n".join(piece.rstrip() for piece in pieces)

    # --- prompts ---

    def _to_prompt(self, step: int) -> None:
        """Go to the next prompt (1) or the previous one (-1), which becomes the first row shown."""
        found = self._lines.prompt(self.line, step)
        if found is None:
            self.note = "no further prompt" if self._lines.has_prompts else NO_MARKS
            return
        self.line = found
        self.top = min(found, max(0, len(self._lines) - self.rows))
        self._follow()

    def select_output(self) -> bool:
        """Select the output of the command at the cursor, or of the last one above with output; return whether there is one."""
        found = self._lines.output(self.line)
        if found is None:
            self.note = "no output above" if self._lines.has_prompts else NO_MARKS
            return False
        first, last, column = found
        self._anchor = Place(first, -1 if column < 0 else 0)
        self._head = Place(last, column if column < 0 else column - 1)
        self.line = first
        self.top = min(self.top, first) if last < self.top + self.rows else min(first, max(0, len(self._lines) - self.rows))
        return True

    # --- links ---

    def links(self) -> list[str]:
        """Return the targets of the links in the cursor line (OSC 8)."""
        line = self._lines.joined(self.line)
        runs = [run for index in range(line.first, line.last + 1) for run in self._lines.runs(index)]
        return list(dict.fromkeys(style.link for _, style in runs if style.link))

    def _next_link(self) -> None:
        """Show the next link of the cursor line."""
        found = self.links()
        if not found:
            self.note = "no link in this line"
            return
        self.link = found[(found.index(self.link) + 1) % len(found)] if self.link in found else found[0]
        self.note = f"link to {self.link}"

    # --- keys ---

    def key(self, key: str, character: str | None) -> str:
        """Handle a key. Return "leave", "copy" (which also leaves), or ""."""
        if self.typing is not None:
            self._type(key, character)
            return ""
        self.note = ""
        if key == "l":
            self._next_link()
            return ""
        if key in _LEAVE:
            if key == "escape" and self.link:
                self.link = ""
                return ""
            if key == "escape" and self.selecting:
                self.select_lines()
                return ""
            return "leave"
        if key in ("y", "enter", "c"):
            return "copy"
        self.link = ""
        self._obey(key)
        return ""

    def _obey(self, key: str) -> None:
        """Handle a key that leads to no other mode than typing a search."""
        if key in ("slash", "question_mark"):
            self.typing = ""
        elif key in ("n", "N", "upper_n"):
            self.find(-1 if key == "n" else 1)
        elif key in _PROMPTS:
            self._to_prompt(_PROMPTS[key])
        elif key == "o":
            self.select_output()
        elif key in ("v", "V", "upper_v"):
            self.select_lines()
        elif key in _MOVES:
            self.move(_MOVES[key])
        elif key in _PAGES:
            self._page(_PAGES[key])

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
        prompts = "[ ] prompt  o output  " if self._lines.has_prompts else ""
        keys = "y copy  esc cancel" if self.selecting or self.link else f"/ search  n N  v select  y copy  {prompts}q back"
        return "  ".join(part for part in ("SCROLLBACK", place, self.note, keys) if part)


_FAR = 1 << 30
_PROMPTS = {"left_square_bracket": -1, "right_square_bracket": 1}
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
