"""Texts around a log: times, periods, the detail of a line, the matches in the whole log."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tui.engine.digits import whole_number
from tui.live.containers.container import Container
from tui.live.logs.buffer import LogLine
from tui.live.logs.reader import Hits, Source, Window
from tui.resources.logs.ansi_text import LONGEST, overwritten, plain, whole
from tui.resources.logs.levels import LOOKED_AT, STYLES, fields_of, level_of
from tui.resources.model.document import Document, Entry, JsonDocument, Sheet, SheetWriter
from tui.resources.model.formats import DAY, HOUR, MINUTE, UNKNOWN, bounded, now, size
from tui.resources.model.text import Line, Span, count, line, one_line

TIMES = ("off", "local", "utc", "relative")
TIME_WIDTH = {"off": 0, "local": 18, "utc": 19, "relative": 6}
SECOND = 1_000_000_000


SOURCES = 8
"""Number of distinguishable colours of sources; the ninth source has the colour of the first."""


def source_style(source: int) -> str:
    """Return the name of the style of a log's source, by its number."""
    return f"source-{source % SOURCES}"


def stamp(time_ns: int, mode: str) -> str:
    """Return a line's time for its column: local and UTC to the millisecond, relative as age in the largest unit."""
    if mode == "relative":
        return ago((now() * SECOND - time_ns) / SECOND).rjust(TIME_WIDTH[mode])
    seconds, rest = divmod(time_ns, SECOND)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
        if mode == "local":
            moment = moment.astimezone()
    except (OverflowError, ValueError, OSError):
        return "?".ljust(TIME_WIDTH[mode])
    return f"{moment:%m-%d %H:%M:%S}.{rest // 1_000_000:03d}" + ("Z" if mode == "utc" else "")


def clock(time_ns: int) -> str:
    """Return the local time of day."""
    return stamp(time_ns, "local")[6:14]


def ago(seconds: float) -> str:
    """Return an age in one unit: "42 s", "3 min", "17 h", "4 d"."""
    seconds = max(bounded(seconds), 0.0)
    if math.isnan(seconds):
        return UNKNOWN
    if seconds < MINUTE:
        return f"{math.floor(seconds)} s"
    if seconds < HOUR:
        return f"{math.floor(seconds / MINUTE)} min"
    return f"{math.floor(seconds / HOUR)} h" if seconds < 3 * DAY else f"{math.floor(seconds / DAY)} d"


# --- windows ---------------------------------------------------------------------------------------------------------

WINDOW_HELP = "15m, 2h..1h, 14:00..14:30, 2026-11-21 08:00, tail 500, all"

_LENGTH = re.compile(r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m(?:in)?)?(?:([0-9]{1,9})s?)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)
_TIMES = re.compile(r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b")
"""A date with a time, or a time of day, as programs write them into their lines."""


def without_times(text: str) -> str:
    """Return a line with its times left out, by which lines that say the same at other times are alike."""
    return _TIMES.sub("", text)


_DATE_AND_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d{1,2}:)")


def moment(text: str) -> float | None:
    """Return a typed time in seconds since the epoch: "15m" ago, "14:30" local, a date, RFC 3339. None if invalid."""
    here = now()
    if (found := _LENGTH.fullmatch(text)) and text and whole_number(text) is None:
        days, hours, minutes, seconds = (whole_number(part or "") or 0 for part in found.groups())
        return here - (((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    if found := _CLOCK.fullmatch(text):
        hour, minute, second = (whole_number(part or "") or 0 for part in found.groups())
        if hour > 23 or minute > 59 or second > 59:
            return None
        then = datetime.fromtimestamp(here).replace(hour=hour, minute=minute, second=second, microsecond=0)
        return (then if then.timestamp() <= here else then - timedelta(days=1)).timestamp()
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def read_window(text: str) -> tuple[Window | None, str]:
    """Return the period of a log as typed (examples: `WINDOW_HELP`), or None and the error."""
    words = _DATE_AND_TIME.sub(r"\1T\2", text.replace("=", " ").strip()).split()
    since = until = None
    tail: int | None = None
    tail_given = False
    meant = "since"
    for word in words:
        if word.lower() in ("since", "until", "tail", "from", "to"):
            meant = {"from": "since", "to": "until"}.get(word.lower(), word.lower())
            continue
        if word.lower() == "all":
            tail_given = True
        elif (lines := whole_number(word, 9)) is not None:
            tail, tail_given = lines, True
        elif ".." in word:
            first, _, last = word.partition("..")
            since, until = moment(first) if first else None, moment(last) if last else None
            if (first and since is None) or (last and until is None):
                return None, _no_time(first if since is None and first else last)
        elif (at := moment(word)) is None:
            return None, _no_time(word)
        elif meant == "until":
            until = at
        else:
            since = at
        meant = "until" if meant == "since" and since is not None else meant
    if not words:
        return None, f"such as {WINDOW_HELP}"
    if since is not None and until is not None and since >= until:
        return None, "the start is after the end"
    if since is None and not tail_given:
        tail = Window().tail
    return Window(since, until, tail), ""


def _no_time(word: str) -> str:
    return f"{one_line(word)!r} is not a time: {WINDOW_HELP}"


def window_words(window: Window) -> str:
    """Return a period as text, for the header: "since 14:00:00 until 14:30:00", "tail 500"."""
    parts = []
    if window.since is not None:
        parts.append(f"since {_clock(window.since)}")
    if window.until is not None:
        parts.append(f"until {_clock(window.until)}")
    if window.tail is not None:
        parts.append(f"tail {window.tail}")
    return " ".join(parts) or "all"


def _clock(seconds: float) -> str:
    then = datetime.fromtimestamp(seconds)
    near = abs(now() - seconds) < DAY
    return f"{then:%H:%M:%S}" if near else f"{then:%Y-%m-%d %H:%M}"


# --- sources ---------------------------------------------------------------------------------------------------------


def short_names(rows: Sequence[Container]) -> list[str]:
    """Return the containers' names without the project they share, and without an instance number where unique."""
    names = [row.name for row in rows]
    projects = {row.project for row in rows}
    if len(projects) == 1 and (project := projects.pop()):
        short = [re.sub(rf"^{re.escape(project)}[-_]", "", name) for name in names]
        stems = [re.sub(r"[-_]\d+$", "", name) for name in short]
        names = [
            stem if stems.count(stem) == 1 and stem not in short else name for stem, name in zip(stems, short, strict=True)
        ]
    return [one_line(name) for name in names]


def sources_title(sources: Sequence[Source], project: str) -> str:
    """Return the title of a log: the container's name, the project's name, or the number of containers."""
    if len(sources) == 1:
        return one_line(sources[0].name)
    what = count(len(sources), "task" if all(source.task for source in sources) else "container")
    return f"{one_line(project)} ({what})" if project else what


# --- notes -----------------------------------------------------------------------------------------------------------

_SERIOUS = re.compile(
    r"\b(exited(?! with code 0\b)|killed|out of memory|unhealthy|lost|failed|skipped|gap|cannot)\b", re.IGNORECASE
)


def note_style(text: str) -> str:
    """Return the style of one of Longshore's own notes: "bad" for problems."""
    return "bad" if _SERIOUS.search(text) else "accent"


def file_name(names: Sequence[str]) -> str:
    """Return the default file name of a saved log."""
    name = names[0] if len(names) == 1 else "logs"
    return re.sub(r"[^\w.-]", "-", one_line(name)[:100]) + f"-{datetime.fromtimestamp(now()):%Y%m%d-%H%M%S}.log"


# --- the detail of a line --------------------------------------------------------------------------------------------


class Pieces(Document):
    """A text of any length, cut into lines of `room` characters; copying a line copies the whole text."""

    def __init__(self, text: str, room: int) -> None:
        self._text = text
        self._starts: list[tuple[int, int]] = []
        start = 0
        for each in text.split("\n"):
            for at in range(0, max(len(each), 1), room):
                self._starts.append((start + at, start + min(at + room, len(each))))
            start += len(each) + 1
        super().__init__([0] * len(self._starts))

    def spans(self, number: int) -> Line:
        start, end = self._starts[number]
        return (Span(one_line(self._text[start:end])),)

    def copy(self, number: int) -> str:
        return self._text


class Chapters(Document):
    """Documents one after another, each a section with its title."""

    def __init__(self, chapters: Sequence[tuple[str, Document]]) -> None:
        self._chapters = chapters
        self._places: list[tuple[int, int]] = []  # of each line: its chapter, and its number there; -1 is the title
        depths: list[int] = []
        for at, (_, document) in enumerate(chapters):
            depths += [0, *(depth + 1 for depth in document.depths)]
            self._places += [(at, number) for number in range(-1, len(document))]
        super().__init__(depths)

    def spans(self, number: int) -> Line:
        at, inside = self._places[number]
        title, document = self._chapters[at]
        return (Span(title, "title"),) if inside < 0 else document.spans(inside)

    def copy(self, number: int) -> str:
        at, inside = self._places[number]
        document = self._chapters[at][1]
        return document.copy(inside) if inside >= 0 else document.copy(0) if len(document) else ""


def detail(shown: LogLine, data: bytes, name: str, group: Sequence[LogLine], room: int) -> Document:
    """Return all facts about a line: time, source, fields, the whole text, the group of the line.

    `data` is the complete line, of which the screen may have less; `room` is the width of the detail in characters.
    """
    text = whole(data)
    head = SheetWriter(secrets=True)  # a log is shown as the program wrote it
    seconds = shown.time_ns / SECOND
    try:
        utc = datetime.fromtimestamp(seconds, UTC)
        head.field("time", f"{utc.astimezone():%Y-%m-%d %H:%M:%S.%f %Z}, {ago(now() - seconds)} ago")
        head.field("UTC", f"{utc:%Y-%m-%dT%H:%M:%S}.{shown.time_ns % SECOND:09d}Z")
    except (OverflowError, ValueError, OSError):
        head.field("time", str(shown.time_ns))
    head.field("container", name, "accent")
    head.field("stream", shown.stream, "warn" if shown.stream == "stderr" else "")
    if level := level_of(text):
        head.field("level", level.level, STYLES[level.level])
    head.field("length", size(len(data)) if len(data) >= 1000 else count(len(data), "byte"))
    chapters: list[tuple[str, Document]] = [("line", _flat(head.done()))]
    if fields := fields_of(text[:1_000_000]):
        chapters.append(("fields", JsonDocument(fields)))
    chapters.append(("text", Pieces(text, max(room, 20))))
    if before := overwritten(data):
        chapters.append(("overwritten by carriage returns", Pieces(before, max(room, 20))))
    if len(group) > 1:
        chapters.append(("with its continuation lines", Pieces("\n".join(whole(each.data) for each in group), max(room, 20))))
    return Chapters(chapters)


def _flat(sheet: Sheet) -> Sheet:
    return Sheet([Entry(entry.spans, 0, entry.copy) for entry in sheet.entries])


# --- found in the whole log ------------------------------------------------------------------------------------------


def hits_title(hits: Hits) -> str:
    """Return the number of matches in the whole log."""
    more = "" if hits.matching <= len(hits.hits) else f", the newest {len(hits.hits)} are listed"
    cut = f"; {limit_words(LONGEST, hits.cut)}" if hits.cut else ""
    return f"{count(hits.matching, 'line')} of {hits.lines:,} match{more}{cut}"


def limit_words(characters: int, lines: int = 0) -> str:
    """Return that only the beginning of long lines was searched; `lines`: of how many."""
    what = count(lines, "longer line") if lines else "longer lines"
    return f"only the first {characters:,} characters of {what} were searched"


def filter_limit_words() -> str:
    """Return how far filters and levels look in long lines."""
    return f"filters look at the first {LONGEST:,} characters of longer lines, levels at the first {LOOKED_AT:,}"


def hits_document(hits: Hits, names: Sequence[str], period: str) -> Document:
    """Return the matches in the log of a period, oldest first: time, source, text."""
    rows = []
    for hit in hits.hits:
        name = (Span(f"{one_line(names[hit.source])} ", source_style(hit.source)),) if len(names) > 1 else ()
        text = plain(hit.data)
        rows.append(Entry(line(Span(stamp(hit.time_ns, "local") + " ", "dim"), *name, Span(text)), 0, whole(hit.data)))
    return Sheet(rows or [Entry((Span(f"no match in {period}", "dim"),))])
