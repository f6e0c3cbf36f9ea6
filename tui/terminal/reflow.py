"""Rewrapping of lines for another width.

Rows of one line are joined and wrapped again, on the primary screen and in the scrollback. The line of the cursor is the
exception, as in xterm.js: shells write it again after a change of the size, from where it begins. Its rows are cut, and what
is cut comes back with the width if the program has not changed the row.
"""

from collections.abc import Iterable, Iterator

from tui.terminal.packed import Line, Packed, marked, marks_of, packed, packed_runs, text_of, wrapped_of
from tui.terminal.rows import MARK_BITS, MAX_CELL, OUTPUT, OUTPUT_END, PROMPT, WRAPPED, WRAPPED_EARLY, Row
from tui.terminal.style import DEFAULT, Run
from tui.terminal.widths import PIECES, columns_of, width_of

_PLAIN = (DEFAULT,)


def rewrapped(lines: Iterable[Packed], columns: int) -> list[Packed]:
    """Return packed rows wrapped again for `columns`. The screen may continue the last line, so its blanks are kept."""
    done: list[Packed] = []
    group: list[Packed] = []
    for line in lines:
        if isinstance(line, Line) and line.wrapped and group:
            group.append(line)
            continue
        if group:
            done += wrap(group, columns)
            group = []
        group = [line]
    if group:
        done += wrap(group, columns, trim=False)
    return done


def wrap(group: list[Packed], columns: int, trim: bool = True) -> list[Packed]:
    """Return the packed rows of one line, which it takes for `columns`. `trim`: blanks at its end take no row."""
    text = text_of(group[0]) if len(group) == 1 else ""
    if text and len(text) <= columns and text.isascii():
        return group
    marks = _marks(group)
    rows = _wrapped(group, columns, trim)
    for place, mark in marks:
        number = min(place // columns, len(rows) - 1)
        if number >= 0:
            rows[number] = marked(rows[number], mark, place - number * columns)
    return rows


def _marks(group: list[Packed]) -> list[tuple[int, int]]:
    """Remove the marks of a shell from the rows of a line; return them with their columns in the whole line."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in group:
        if isinstance(line, Line) and line.marks:
            found += [(start, mark) for mark in (PROMPT, OUTPUT) if line.marks & mark]
            found += [(start + (line.marks >> MARK_BITS), OUTPUT_END)] if line.marks & OUTPUT_END else []
            line.marks = 0
        start += columns_of(text_of(line))
    return found


def _wrapped(group: list[Packed], columns: int, trim: bool) -> list[Packed]:
    if all(map(_is_plain, group)):
        text = "".join(map(text_of, group))
        if trim and len(text) > columns:
            text = text.rstrip(" ")
        first: Packed = text[:columns]
        if wrapped_of(group[0]):
            first = Line(text[:columns], [len(text[:columns])], [DEFAULT], wrapped_of(group[0]))
        rest = [text[at : at + columns] for at in range(columns, len(text), columns)]
        return [first, *(Line(piece, (len(piece),), _PLAIN, WRAPPED) for piece in rest)]
    runs = _joined(group)
    rows = list(_rows(_trimmed(runs, columns) if trim else runs, columns))
    return [_packed(runs, wrapped if number else wrapped_of(group[0])) for number, (runs, wrapped) in enumerate(rows)]


def _is_plain(line: Packed) -> bool:
    """Return whether a row is ASCII text in the default style, and fills a wrapped row to its end."""
    if isinstance(line, str):
        return line.isascii()
    return line.text.isascii() and line.wrapped != WRAPPED_EARLY and line.styles == _PLAIN


def _packed(runs: list[Run], wrapped: int) -> Packed:
    if not wrapped and all(style is DEFAULT for _, style in runs):
        return "".join(text for text, _ in runs)
    ends, end = [], 0
    for text, _ in runs:
        end += len(text)
        ends.append(end)
    return Line("".join(text for text, _ in runs), ends, [style for _, style in runs], wrapped)


def _joined(group: list[Packed]) -> list[Run]:
    """Return the rows of one line as runs, without the blanks that only filled a row before a wide character."""
    runs: list[Run] = []
    for line in group:
        if wrapped_of(line) == WRAPPED_EARLY and runs and runs[-1][0].endswith(" "):
            text, style = runs.pop()
            if len(text) > 1:
                runs.append((text[:-1], style))
        runs += packed_runs(line)
    return runs


def _rows(runs: list[Run], columns: int) -> Iterator[tuple[list[Run], int]]:
    """Yield the runs of each row, and how the row continues the one above."""
    row: list[Run] = []
    used, wrapped = 0, 0
    for text, style in runs:
        start = 0
        while True:
            end, width = _fitting(text, start, columns - used)
            if end > start:
                row.append((text[start:end], style))
                used += width
            if end == len(text):
                break
            early = used < columns
            if early and not row:
                return  # a wide character in a terminal of one column
            if early:
                row.append((" ", style))
            yield row, wrapped
            row, used, wrapped, start = [], 0, WRAPPED_EARLY if early else WRAPPED, end
    yield row, wrapped


def _fitting(text: str, start: int, room: int) -> tuple[int, int]:
    """Return up to where the text from `start` on fits into `room` columns, and the columns that it takes."""
    if text.isascii():
        end = min(len(text), start + room)
        return end, end - start
    used = 0
    while start < len(text):
        stop = start + max(1, room - used)
        for match in PIECES.finditer(text, start, stop):
            width = match.lastindex or max(0, width_of(match[0]))
            fitting = len(match[0]) if not width else min(len(match[0]), (room - used) // width)
            used += fitting * width
            if fitting < len(match[0]):
                return match.start() + fitting, used
        start = min(stop, len(text))
    return start, used


def _trimmed(runs: list[Run], columns: int) -> list[Run]:
    """Return the runs without blanks at the end that would take further rows."""
    total = sum(columns_of(text) for text, _ in runs)
    runs = runs[:]
    while runs and total > columns and runs[-1][0].endswith(" "):
        text, style = runs.pop()
        kept = text.rstrip(" ")
        blanks = min(len(text) - len(kept), total - columns)
        total -= blanks
        if text := text[: len(text) - blanks]:
            runs.append((text, style))
    return runs


def unpacked(line: Packed, columns: int) -> Row:
    """Return the row of a packed line, cut or filled to `columns`."""
    row = Row(columns)
    x = 0
    for text, style in packed_runs(line):
        if text.isascii() and x + len(text) <= columns:
            row.write(x, text, style)
            x += len(text)
            continue
        for char in text:
            width = width_of(char)
            if width == 0 and x:
                row.join(x - 1, char, MAX_CELL)
            elif width > 0 and x + width <= columns:
                (row.write if width == 1 else row.write_wide)(x, char, style)
                x += width
    row.wrapped = wrapped_of(line)
    row.marks = marks_of(line)
    row.full = x == columns  # blanks at the end were packed only if a row continued them
    return row


def rewrap_screen(rows: list[Row], above: list[Packed], columns: int, cursor_y: int) -> tuple[list[Row], list[int]]:
    """Return the rows of a screen wrapped again, and the new place of each row.

    `above` are the rows of the scrollback that the first row continues.
    """
    done: list[Row] = []
    places: list[int] = []
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and rows[end].wrapped:
            end += 1
        group, before = rows[start:end], above if start == 0 else []
        first = len(done)
        if start <= cursor_y < end or (not before and end == start + 1 and group[0].fits(columns)):
            done += [unpacked(line, columns) for line in before]
            first = len(done)
            for row in group:
                row.resize(columns, keep=True)
            done += group
        else:
            done += [unpacked(line, columns) for line in wrap([*before, *map(packed, group)], columns)]
        places += [min(first + number, len(done) - 1) for number in range(len(group))]
        start = end
    return done, places
