"""The cells that the terminal shows, and the shortest control sequences to the cells it should show.

Textual sends whole segments again when a line changes. Here only the cells that differ are sent, with only the attributes that
differ, and text that moved up or down is scrolled by the terminal. The sequences are those of xterm's list that every terminal
supports: CUP, CUF, CHA, SGR, DECSTBM, line feed and RI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress
from operator import ne

from rich.color import Color, ColorSystem, ColorType
from rich.segment import Segment
from rich.style import Style

from tui.resources.model.text import cells, clusters

GAP = 4  # unchanged cells that are cheaper to send again than to skip
SCROLL_LEAST = 4  # minimum number of lines moved together for a scroll

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# Characters whose width all terminals agree on: Latin, Greek, Cyrillic, signs of one cell, ideographs of two.
_ONE = (
    "\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0373\u0376\u0377\u0384-\u0386\u0388-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff"
    "\u2010-\u2027\u2030-\u205e\u2190-\u2199\u2200-\u22ff\u2400-\u2421\u2500-\u25fc\u2800-\u28ff\ufffd"
)
_TWO = "\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
_NARROW = re.compile(f"[{_ONE}]*")
_AGREED = re.compile(f"[{_ONE}{_TWO}]*")
_ATTRIBUTES = {0: "1", 1: "2", 2: "3", 3: "4", 6: "7", 7: "8", 8: "9", 9: "4"}  # bits of rich's styles; blinking is left out
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "8": "28", "9": "29"}

UNKNOWN = "\x00"  # cell content that is not known


class Letters(str):
    """A text that is measured as such, while other strings are sent to the terminal.

    `letters` are those strings, one per cell, "" after a wide one.
    """

    __slots__ = ("letters",)

    letters: Sequence[str]

    def __new__(cls, text: str, letters: Sequence[str]) -> Letters:
        made = super().__new__(cls, text)
        made.letters = letters
        return made


class Look(tuple[frozenset[str], str, str]):
    """Attributes, colour and background of a cell, each as parameters of SGR."""

    __slots__ = ()


PLAIN = Look((frozenset(), "39", "49"))


@lru_cache(maxsize=4096)
def look_of(style: Style | None, system: ColorSystem | None) -> Look:
    """Return the look of a style in a terminal with these colours; without a system there are no colours."""
    if style is None or not style:
        return PLAIN
    bits = style._attributes & style._set_attributes
    attributes = frozenset(code for bit, code in _ATTRIBUTES.items() if bits & (1 << bit))
    color = background = None
    if system is not None:
        color, background = style.color, style.bgcolor
    front = _colour_codes(color, system, "38") if color and system else "39"
    back = _colour_codes(background, system, "48") if background and system else "49"
    return Look((attributes, front, back))


def _colour_codes(color: Color, system: ColorSystem, which: str) -> str:
    """Return the parameters of SGR for a foreground ("38") or a background ("48")."""
    if color.type is ColorType.TRUECOLOR and system is ColorSystem.TRUECOLOR and color.triplet is not None:
        red, green, blue = color.triplet
        return f"{which};2;{red};{green};{blue}"
    return ";".join(color.downgrade(system).get_ansi_codes(foreground=which == "38"))


@lru_cache(maxsize=8192)
def change(before: Look, after: Look) -> str:
    """Return the shortest SGR sequence from one look to another."""
    if before == after:
        return ""
    if after == PLAIN:
        return "\x1b[m"
    added = sorted(after[0] - before[0])
    colours = [code for code, old in ((after[1], before[1]), (after[2], before[2])) if code != old]
    gone = before[0] - after[0]
    off = {_OFF[code] for code in gone}
    kept = [code for code in after[0] & before[0] if _OFF[code] in off]  # bold and dim are turned off by one code
    step = [*sorted(off), *kept, *added, *colours]
    anew = ["0", *sorted(after[0]), *(code for code in after[1:] if code not in ("39", "49"))]
    return f"\x1b[{min(';'.join(step), ';'.join(anew), key=len)}m"


def split(text: str) -> tuple[Sequence[str], bool]:
    """Return a text as one string per cell, and whether terminals may disagree on its width.

    The last check before the terminal: control characters are removed.
    """
    if isinstance(text, Letters):
        return [_CONTROL.sub("", letter) for letter in text.letters], True
    if (text.isascii() and text.isprintable()) or _NARROW.fullmatch(text):
        return text, False
    return _split(text)


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[Sequence[str], bool]:
    text = _CONTROL.sub("", text)
    letters: list[str] = []
    for cluster in clusters(text):
        width = cells(cluster)
        if width == 0:  # a combining mark without a base
            if letters and letters[-1]:
                letters[-1] += cluster
            continue
        letters += [cluster, *[""] * (width - 1)]
    return letters, not _AGREED.fullmatch(text)


def _shortened(letters: Sequence[str], room: int) -> list[str]:
    """Return the first cells; a wide character that does not fit becomes a blank."""
    kept = list(letters[:room])
    if len(letters) > room and not letters[room]:
        while kept and not kept[-1]:
            kept[-1] = " "
        kept[-1:] = [" "]
    return kept


class FrameDiff:
    """Buffer of the screen: `put` the wanted contents, then send `frame` to the terminal."""

    def __init__(self, system: ColorSystem | None = ColorSystem.TRUECOLOR) -> None:
        self._system = system
        self._width = self._height = 0
        self._texts: list[list[str]] = []  # the wanted contents: a character per cell, "" after a wide one
        self._looks: list[list[Look]] = []
        self._seen_texts: list[list[str]] = []  # the contents of the terminal
        self._seen_looks: list[list[Look]] = []
        self._touched: set[int] = set()
        self._odd: set[int] = set()  # lines with characters whose width terminals do not agree on

    @property
    def size(self) -> tuple[int, int]:
        """Return columns and rows."""
        return self._width, self._height

    def resize(self, width: int, height: int) -> None:
        """Change the size and send everything again. Without a change of the size nothing happens."""
        if (width, height) == self.size:
            return
        self._width, self._height = width, height
        self._texts = [[" "] * width for _ in range(height)]
        self._looks = [[PLAIN] * width for _ in range(height)]
        self._odd.clear()
        self.forget()

    def forget(self) -> None:
        """Forget the contents of the terminal, so that everything is sent again."""
        self._seen_texts = [[UNKNOWN] * self._width for _ in range(self._height)]
        self._seen_looks = [[PLAIN] * self._width for _ in range(self._height)]
        self._touched = set(range(self._height))

    def forget_line(self, y: int) -> None:
        """Forget what the terminal shows on a line, so that the line is sent again."""
        if y < self._height:
            self._seen_texts[y] = [UNKNOWN] * self._width
            self._touched.add(y)

    def put(self, x: int, y: int, segments: Iterable[Segment], length: int) -> None:
        """Put segments of `length` cells in total on a line, from column `x` on. What does not fit is cut."""
        if not 0 <= y < self._height or x < 0:
            return
        end = min(x + length, self._width)
        if end <= x:
            return
        texts, looks = self._texts[y], self._looks[y]
        self._touched.add(y)
        if x > 0 and not texts[x]:  # clear the remaining half of a wide character
            texts[x - 1] = " "
        if end < self._width and not texts[end]:
            texts[end] = " "
        for text, style, control in segments:
            if control or not text:
                continue
            letters, odd = split(text)
            if odd:
                self._odd.add(y)
            if x + len(letters) > end:
                letters = _shortened(letters, end - x)
            size = len(letters)
            texts[x : x + size] = letters
            looks[x : x + size] = [look_of(style, self._system)] * size
            x += size
            if x >= end:
                break
        if x < end:
            texts[x:end] = " " * (end - x)
            looks[x:end] = [PLAIN] * (end - x)

    def frame(self) -> str:
        """Return the sequences from the contents of the terminal to the wanted contents; empty if equal."""
        lines = [
            y for y in sorted(self._touched) if self._texts[y] != self._seen_texts[y] or self._looks[y] != self._seen_looks[y]
        ]
        self._touched.clear()
        if not lines:
            return ""
        out: list[str] = []
        if len(lines) >= SCROLL_LEAST and (moved := self._moved(lines[0], lines[-1])):
            out.append(self._scroll(lines[0], lines[-1], moved))
            lines = list(range(lines[0], lines[-1] + 1))
        look = PLAIN
        for y in lines:
            look = self._line(y, look, out)
        if look != PLAIN:
            out.append("\x1b[m")
        return "".join(out)

    # -- one line -----------------------------------------------------------------------------------------------------

    def _line(self, y: int, look: Look, out: list[str]) -> Look:
        """Append the sequences of a line's differing cells; return the look that the terminal is left in."""
        texts, looks, seen, seen_looks = self._texts[y], self._looks[y], self._seen_texts[y], self._seen_looks[y]
        columns = range(self._width)
        differing = sorted({*compress(columns, map(ne, texts, seen)), *compress(columns, map(ne, looks, seen_looks))})
        if not differing:
            return look
        odd = y in self._odd
        runs = [(differing[0], self._width)] if odd else self._runs(differing, texts, looks)
        at = -1
        for start, end in runs:
            while start > 0 and not texts[start]:  # not into the middle of a wide character
                start -= 1
            if at < 0:
                out.append(f"\x1b[{y + 1}H" if start == 0 else f"\x1b[{y + 1};{start + 1}H")
            elif start > at:
                out.append(f"\x1b[{start - at}C" if start - at > 1 else "\x1b[C")
            x = start
            while x < end:
                if looks[x] != look:
                    out.append(change(look, looks[x]))
                look = looks[x]
                stop = x + 1
                while stop < end and looks[stop] is look:
                    stop += 1
                if odd:
                    self._careful(texts, x, stop, out)
                else:
                    out.append("".join(texts[x:stop]))
                x = stop
            at = end
        if odd and all(_AGREED.fullmatch(letter) for letter in texts):
            self._odd.discard(y)
        self._seen_texts[y] = texts[:]
        self._seen_looks[y] = looks[:]
        return look

    def _runs(self, differing: list[int], texts: list[str], looks: list[Look]) -> list[tuple[int, int]]:
        """Return the differing columns as runs; short gaps of the same look are closed, wide characters stay whole."""
        runs: list[tuple[int, int]] = []
        start = end = differing[0]
        for x in differing:
            if x > end and not (x - end <= GAP and all(looks[gap] == looks[x] for gap in range(end, x))):
                runs.append((start, end))
                start = x
            end = x + 1
            while end < self._width and not texts[end]:
                end += 1
        runs.append((start, end))
        return runs

    def _careful(self, texts: list[str], start: int, end: int, out: list[str]) -> None:
        """Append cells so that a terminal with other character widths is at the right column after each character."""
        x = start
        while x < end:
            letter = texts[x]
            if not letter:
                x += 1
                continue
            if _AGREED.fullmatch(letter):
                out.append(letter)
                x += 1
                continue
            width = 1
            while x + width < self._width and not texts[x + width]:
                width += 1
            out.append(f"{' ' * width}\x1b[{x + 1}G{letter}\x1b[{x + width + 1}G")
            x += width

    # -- scrolling ----------------------------------------------------------------------------------------------------

    def _moved(self, top: int, bottom: int) -> int:
        """Return by how many lines the text between two lines moved up (negative: down), if most of it did; else 0."""
        now = [self._body(self._texts[y], self._looks[y]) for y in range(top, bottom + 1)]
        then = [self._body(self._seen_texts[y], self._seen_looks[y]) for y in range(top, bottom + 1)]
        size = len(now)
        blank = [not "".join(body[0]).strip() for body in now]
        for anchor in (0, size - 1, size // 2):
            if blank[anchor] or now[anchor] not in then:
                continue
            moved = then.index(now[anchor]) - anchor
            if moved == 0 or abs(moved) > size // 2:
                continue
            same = sum(1 for y in range(size) if 0 <= y + moved < size and not blank[y] and now[y] == then[y + moved])
            if same * 3 >= size * 2 - abs(moved):
                return moved
        return 0

    def _body(self, texts: list[str], looks: list[Look]) -> tuple[list[str], list[Look]]:
        """Return a line without its last column, where a scrollbar may be."""
        return texts[:-1], looks[:-1]

    def _scroll(self, top: int, bottom: int, moved: int) -> str:
        """Return the sequence that scrolls the lines; lines that come in are unknown.

        The cursor position is undefined after.
        """
        fresh = [[UNKNOWN] * self._width for _ in range(abs(moved))]
        plain = [[PLAIN] * self._width for _ in range(abs(moved))]
        window = slice(top, bottom + 1)
        if moved > 0:
            self._seen_texts[window] = self._seen_texts[top + moved : bottom + 1] + fresh
            self._seen_looks[window] = self._seen_looks[top + moved : bottom + 1] + plain
            step = f"\x1b[{bottom + 1}H" + "\n" * moved
        else:
            self._seen_texts[window] = fresh + self._seen_texts[top : bottom + 1 + moved]
            self._seen_looks[window] = plain + self._seen_looks[top : bottom + 1 + moved]
            step = f"\x1b[{top + 1}H" + "\x1bM" * -moved
        return f"\x1b[{top + 1};{bottom + 1}r{step}\x1b[r"
