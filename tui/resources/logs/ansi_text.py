"""A line of a log, from the bytes that a program wrote to text that is safe for a screen.

Colours become style names (`fg-1`, `bg-208`, `fg-ff8700`, `sgr-bold`), a progress bar shows its last state, and all other
control sequences are removed. A container's output cannot move the cursor, blink, hide text or reach the terminal.

Sources: ECMA-48 5.4 (control sequences) and 8.3.117 (SGR), ITU-T T.416 for the colon forms.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from functools import lru_cache

from tui.engine.digits import whole_number
from tui.resources.model.text import Line, Span, clean

LONGEST = 4000  # characters of a line that are shown and searched; the detail has all
MOST_BYTES = 4 * LONGEST + 4096  # bytes of a line that are read for that, colours included
TAB = 8
BLOCK = 64 * 1024  # bytes of a long line that are decoded at once

_SEQUENCE = re.compile(
    rb"\x1b\[([0-9:;<=>?]*)[ -/]*([@-~])"  # CSI: SGR is the one with `m` and no `?`
    rb"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)"  # OSC, DCS, SOS, PM, APC: up to their end
    rb"|\x1b[ -/]+[0-~]"  # character sets and the like
    rb"|\x1b[0-OQ-WYZ\\`-~]"  # two-byte sequences
    rb"|\x1b\[[0-9:;<=>?]*[ -/]*$"  # a sequence cut off by the end of the line
)
_PLACES = {1: "sgr-bold", 2: "sgr-faint", 3: "sgr-italic", 4: "sgr-underline", 7: "sgr-reverse", 9: "sgr-strike"}
_ENDS = {22: (1, 2), 23: (3,), 24: (4,), 27: (7,), 29: (9,)}
_MOST_PARAMETERS = 32


def _last_state(data: bytes) -> bytes:
    """Return what a terminal shows of a line with carriage returns: the text after the last one, in the colours set before."""
    data = data.rstrip(b"\r\n")
    if b"\r" not in data:
        return data
    start = data.rfind(b"\r") + 1
    colours = b"".join(found[0] for found in _SEQUENCE.finditer(data[max(0, start - MOST_BYTES) : start]) if found[2] == b"m")
    return colours + data[start:]


def _looked_at(data: bytes, most: int = LONGEST) -> bytes:
    data = _last_state(data)
    return data[: 4 * most + 4096]


def plain(data: bytes, *, tabs: bool = False, most: int = LONGEST) -> str:
    """Return the text of a line for display and search, at most `most` characters; `tabs` keeps tabs, for copying."""
    data = _looked_at(data, most)
    if b"\x1b" in data:
        data = _SEQUENCE.sub(b"", data)
    text = data.decode("utf-8", "replace")
    if not text.isprintable():
        text = clean(text).replace("\n", " ")
        if not tabs:
            text = text.expandtabs(TAB)
    return text[:most]


def whole(data: bytes) -> str:
    """Return the whole text of a line, for its detail, copies and files. Tabs stay."""
    data = _last_state(data)
    if len(data) <= BLOCK:
        return clean(_SEQUENCE.sub(b"", data).decode("utf-8", "replace"))
    decode = getincrementaldecoder("utf-8")("replace").decode
    data = b"".join(_without_sequences(data))
    return "".join(clean(decode(data[at : at + BLOCK], at + BLOCK >= len(data))) for at in range(0, len(data), BLOCK))


def overwritten(data: bytes) -> str:
    """Return the text that carriage returns of a line overwrote, a line for each; "" if there is none."""
    *before, _ = data.rstrip(b"\r\n").split(b"\r")
    return "\n".join(text for each in before if (text := whole(each)))


def _without_sequences(data: bytes) -> Iterator[bytes]:
    """Yield the text between control sequences. In steps, so that no single step holds the interpreter lock for long."""
    start = 0
    while start < len(data):
        end = data.find(b"\x1b", start)
        yield data[start : end if end >= 0 else len(data)]
        if end < 0:
            return
        found = _SEQUENCE.match(data, end)
        if found is None:
            yield data[end : end + 1]
        start = found.end() if found is not None else end + 1


def spans(data: bytes) -> Line:
    """Return a line with its colours as style names; the text equals that of `plain`."""
    data = _looked_at(data)
    if b"\x1b" not in data:
        return (Span(plain(data)),) if data else ()
    made: list[Span] = []
    room, column = LONGEST, 0
    for piece, style in _pieces(data):
        text = piece.decode("utf-8", "replace")
        if not text.isprintable():
            text = clean(text).replace("\n", " ")
            if "\t" in text:  # expand tabs at the columns of the whole line
                text = (" " * column + text).expandtabs(TAB)[column:]
        text = text[:room]
        room -= len(text)
        column += len(text)
        if text:
            made.append(Span(text, style))
    return tuple(made)


def _pieces(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield the text between control sequences, each piece with its style."""
    pen: tuple[str, ...] = ()
    style = ""
    start = 0
    for found in _SEQUENCE.finditer(data):
        if found.start() > start:
            yield data[start : found.start()], style
        start = found.end()
        if found[2] == b"m":
            pen = _styled(pen, found[1])
            style = " ".join(pen)
    if start < len(data):
        yield data[start:], style


@lru_cache(maxsize=2048)
def _styled(pen: tuple[str, ...], parameters: bytes) -> tuple[str, ...]:
    """Return the styles after `CSI parameters m`; unknown codes, blinking and concealing are ignored."""
    if parameters[:1] in (b"<", b"=", b">", b"?"):
        return pen
    words = {_place(word): word for word in pen}
    codes = iter(_codes(parameters))
    for code in codes:
        if code == 0:
            words.clear()
        elif code in _PLACES:
            words[_PLACES[code]] = _PLACES[code]
        elif code == 21:
            words[_PLACES[4]] = _PLACES[4]
        elif code in _ENDS:
            for each in _ENDS[code]:
                words.pop(_PLACES[each], None)
        else:
            _colour(words, code, codes)
    return tuple(words.values())


def _colour(words: dict[str, str], code: int, codes: Iterator[int]) -> None:
    """Set or end a colour; 38 and 48 take what belongs to them from `codes`."""
    if 30 <= code <= 37 or 90 <= code <= 97:
        words["fg"] = f"fg-{code - 30 if code < 90 else code - 82}"
    elif 40 <= code <= 47 or 100 <= code <= 107:
        words["bg"] = f"bg-{code - 40 if code < 100 else code - 92}"
    elif code in (38, 48):
        place = "fg" if code == 38 else "bg"
        if colour := _extended(codes):
            words[place] = f"{place}-{colour}"
    elif code in (39, 49):
        words.pop("fg" if code == 39 else "bg", None)


def _place(word: str) -> str:
    return word[:2] if word.startswith(("fg-", "bg-")) else word


def _codes(parameters: bytes) -> list[int]:
    """Return the parameters as numbers; the colon forms of colours become semicolon forms."""
    codes: list[int] = []
    for part in parameters.split(b";", _MOST_PARAMETERS)[:_MOST_PARAMETERS]:
        if b":" not in part:
            codes.append(_number(part))
            continue
        first, *rest = part.split(b":")
        if first == b"4":
            codes.append(24 if rest[0] == b"0" else 4)
        elif first in (b"38", b"48"):
            if rest[0] == b"2" and len(rest) > 4:
                del rest[1]  # T.416 puts a colour space before the values
            codes += [_number(first), *map(_number, rest[:4])]
    return codes


def _number(digits: bytes) -> int:
    return whole_number(digits[:5]) or 0


def _extended(codes: Iterator[int]) -> str:
    """Return the colour after 38 or 48: a palette index below 256, or six hexadecimal digits; "" if invalid."""
    kind = next(codes, 0)
    if kind == 5:
        number = next(codes, 256)
        return str(number) if number < 256 else ""
    if kind == 2:
        red, green, blue = (min(next(codes, 0), 255) for _ in range(3))
        return f"{red:02x}{green:02x}{blue:02x}"
    return ""
