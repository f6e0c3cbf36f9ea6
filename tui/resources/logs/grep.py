"""The list of the logs in which a search found something."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.live.logs.grep import GrepRow, Progress
from tui.resources.logs.ansi_text import plain
from tui.resources.model import formats
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, count, one_line

SPARK = 24  # cells
_LEVELS = "▁▂▃▄▅▆▇█"


def title(row: GrepRow) -> str:
    """Return the name of the log's container."""
    return one_line(row.source.short or row.source.name)


def sparkline(minutes: Iterable[tuple[int, int]], width: int = SPARK) -> str:
    """Return the counts of minutes as a line of bars from the first minute to the last; a minute without matches is blank."""
    counts = dict(minutes)
    if not counts:
        return ""
    first, last = min(counts), max(counts)
    span = (last - first + width) // width  # minutes of a cell
    sums = [0] * ((last - first) // span + 1)
    for minute, number in counts.items():
        sums[(minute - first) // span] += number
    most = max(sums)
    return "".join(" " if not number else _LEVELS[(number * 8 - 1) // most] for number in sums)


def last_line(row: GrepRow) -> Cell:
    """Return the newest match, or why the log could not be searched."""
    if row.problem:
        return Cell(one_line(row.problem), "bad")
    return Cell(one_line(plain(row.newest.data[:2000])).strip()) if row.newest is not None else Cell("")


def progress_words(progress: Progress) -> str:
    """Return how far a search is: "12 matches in 3,000 lines of 4 of 50 logs"."""
    logs = f"{progress.read} of {count(progress.logs, 'log')}" if progress.state == "running" else count(progress.logs, "log")
    return f"{count(progress.matching, 'match', 'matches')} in {progress.lines:,} lines of {logs}"


def check_expression(text: str) -> str:
    """Return the error in an expression to search for, or ""."""
    if not text:
        return "enter a text or a regular expression"
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        return f"not a regular expression: {error}"
    return ""


GREP: Resource[GrepRow] = Resource(
    name="grep",
    singular="log",
    id=lambda row: row.id,
    title=title,
    columns=(
        Column(
            title="CONTAINER",
            cell=lambda row: Cell(title(row), "title"),
            key=title,
            width=24,
            min_width=12,
            middle=True,
        ),
        Column(title="MATCHES", cell=lambda row: Cell(f"{row.matching:,}"), key=lambda row: -row.matching, width=8, right=True),
        Column(
            title="OVER TIME",
            cell=lambda row: Cell(sparkline(row.minutes), "accent"),
            key=lambda row: row.minutes,
            width=SPARK,
            priority=2,
        ),
        Column(
            title="NEWEST",
            cell=lambda row: Cell(formats.age(row.newest.time_ns / 1e9) if row.newest else "", "dim"),
            key=lambda row: -row.newest.time_ns if row.newest else 0,
            width=7,
            priority=1,
            right=True,
        ),
        Column(title="LINE", cell=last_line, key=lambda row: last_line(row).text, width=60, min_width=20, grows=True),
    ),
    actions=(),
    counts=lambda rows: count(sum(1 for row in rows if row.matching), "log") + " with matches",
    sorted_by="NEWEST",
    empty="No matches.",
)
