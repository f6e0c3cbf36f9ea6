"""Text for a terminal: safe to show, measured, and cut to a width.

Text from an engine is untrusted. `clean` makes sure that such text cannot move the cursor, change a colour or turn the writing
direction. Widths are terminal cells: 1 for a letter, 2 for an East Asian ideograph or an emoji, 0 for a combining mark.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tui.engine.printable import REPLACEMENT as REPLACEMENT
from tui.engine.printable import clean as clean
from tui.engine.printable import one_line as one_line

ELLIPSIS = "…"


class Span(NamedTuple):
    """A piece of a line in one style. The style is a name ("good", "dim", ...), not a colour."""

    text: str
    style: str = ""


class Cell(NamedTuple):
    """The text and style of one row in one column."""

    text: str
    style: str = ""


Line = tuple[Span, ...]

EMPTY = Cell("")


# Latin letters and the signs that Longshore itself writes: one cell each. The tables for all else are loaded when first needed.
_NARROW = re.compile("[ -~\xa0-\xac\xae-\u02ff…→•▾▸▲▼]*")

_JOINER = "\u200d"
_WIDENER = "\ufe0f"  # variation selector 16: show the character before as an emoji
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG = range(0x1F1E6, 0x1F200)
_MEMO_LENGTH = 512  # longer texts are measured each time instead of being kept in memory
_MARKS_PER_CELL = 16  # more combining marks than this on one character are abuse


def decode(data: bytes) -> str:
    """Return the bytes of a program or a file as clean text; invalid UTF-8 becomes replacement characters."""
    return clean(data.decode("utf-8", "replace"))


def _measure(text: str) -> int:
    from wcwidth import wcswidth

    width = wcswidth(text)
    return width if width >= 0 else sum(_width(letter) for letter in text)


_measure_short = lru_cache(maxsize=8192)(_measure)


@lru_cache(maxsize=4096)
def _width(letter: str) -> int:
    """Return the cells of one character, 0 for a control character."""
    from wcwidth import wcwidth

    return max(wcwidth(letter), 0)


def cells(text: str) -> int:
    """Return the number of terminal cells that `text`, one clean line, takes."""
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    return _measure_short(text) if len(text) <= _MEMO_LENGTH else _measure(text)


def clusters(text: str) -> Iterator[str]:
    """Yield the grapheme clusters of `text`: a base character with its marks, joined emoji, a flag's two letters."""
    if _NARROW.fullmatch(text):
        yield from text
        return
    start, size = 0, len(text)
    while start < size:
        end = start + 1
        if ord(text[start]) in _FLAG and end < size and ord(text[end]) in _FLAG:
            end += 1
        while end < size:
            letter = text[end]
            if letter == _JOINER:
                end += 2
            elif letter == _WIDENER or ord(letter) in _SKIN or _width(letter) == 0:
                end += 1
            else:
                break
        yield text[start : min(end, size)]
        start = end


def _head(text: str, width: int) -> tuple[str, int]:
    """Return the longest beginning of `text` that fits into `width` cells, and the cells it takes."""
    used = 0
    kept: list[str] = []
    for cluster in clusters(text[: width * _MARKS_PER_CELL + _MARKS_PER_CELL]):
        step = cells(cluster)
        if used + step > width:
            break
        used += step
        kept.append(cluster)
    return "".join(kept), used


@lru_cache(maxsize=8192)
def _cut_memo(text: str, width: int) -> str:
    return _head(text, width - 1)[0] + ELLIPSIS


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with an ellipsis if cut. Grapheme clusters are not split."""
    if width <= 0:
        return ""
    if text.isascii():
        return text if len(text) <= width else text[: width - 1] + ELLIPSIS
    if len(text) > _MEMO_LENGTH:  # only the beginning can fit
        text = text[: max(_MEMO_LENGTH, (width + 1) * _MARKS_PER_CELL)]
        return text if cells(text) <= width else _head(text, width - 1)[0] + ELLIPSIS
    return text if cells(text) <= width else _cut_memo(text, width)


def cut_left(text: str, width: int) -> str:
    """Return `text` cut from the left: for paths, whose end matters more."""
    if width <= 0:
        return ""
    if cells(text) <= width:
        return text
    kept: list[str] = []
    used = 1
    for cluster in reversed(list(clusters(text[-(width + 1) * _MARKS_PER_CELL :]))):
        used += cells(cluster)
        if used > width:
            break
        kept.append(cluster)
    return ELLIPSIS + "".join(reversed(kept))


def cut_middle(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, cut in the middle: for names that differ at their ends."""
    if cells(text) <= width:
        return text
    left = cut(text, (width + 1) // 2)
    return left + cut_left(text, width - cells(left) + 1)[1:] if width > 3 else cut(text, width)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells: cut, or filled with spaces on the right (with `right`: on the left)."""
    shown = cut(text, width)
    missing = width - cells(shown)
    if missing <= 0:
        return shown
    return " " * missing + shown if right else shown + " " * missing


def line(*parts: Span | str) -> Line:
    """Return a line of spans, each cleaned to one line: `line("Image ", Span(name, "accent"))`."""
    spans = (Span(part) if isinstance(part, str) else part for part in parts)
    return tuple(Span(one_line(span.text), span.style) for span in spans if span.text)


def plain(spans: Line) -> str:
    """Return the text of a line without its styles."""
    return "".join(span.text for span in spans)


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 container", "3 containers", "2 processes" (with `plural`)."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
