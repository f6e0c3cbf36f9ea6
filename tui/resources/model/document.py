"""A text about an object: lines of spans, sections that fold, and for each line the text that copying gives.

`Document` holds the content; the state of a reader is in `reading`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from tui.live.expressions import LONGEST
from tui.resources.model.masking import masked_json, masked_text
from tui.resources.model.text import Line, Span, cells, clean, count, decode, line, one_line, pad, plain

INDENT = "  "
LABEL = 16  # cells of a field's label, if the value is on the same line
LONGEST_LINE = LONGEST  # characters shown of one line; copying gives the whole line


class Link(NamedTuple):
    """The target of a line's link: an object, by name or id, on the screen of its type."""

    screen: str
    name: str


class Entry(NamedTuple):
    """A line: its spans, its depth, the text to copy (if other than the line's text), its link."""

    spans: Line
    depth: int = 0
    copy: str = ""
    link: Link | None = None


class Document:
    """Lines by number, from 0. A line followed by deeper lines begins a section, which can be folded."""

    def __init__(self, depths: Sequence[int]) -> None:
        self.depths = depths
        self.ends = _ends(depths)

    def __len__(self) -> int:
        return len(self.depths)

    def spans(self, number: int) -> Line:
        """Return the spans of a line, without indentation."""
        raise NotImplementedError

    def copy(self, number: int) -> str:
        """Return the text that copying a line gives."""
        raise NotImplementedError

    def link(self, number: int) -> Link | None:
        """Return the link of a line, or None."""
        return None

    def text(self, number: int) -> str:
        """Return the text of a line that a search looks at."""
        return plain(self.spans(number))

    def name(self, number: int) -> str:
        """Return the name of a line, which stays the same when the document is read again with other values."""
        return self.text(number)

    def folds(self, number: int) -> bool:
        """Return whether a line begins a section."""
        return self.ends[number] > number + 1

    def parents(self, number: int) -> list[int]:
        """Return the first lines of the sections that contain a line, the innermost first."""
        found: list[int] = []
        depth = self.depths[number]
        while number > 0 and depth > 0:
            number -= 1
            if self.depths[number] < depth:
                depth = self.depths[number]
                found.append(number)
        return found

    def path(self, number: int) -> tuple[str, ...]:
        """Return the names of a line and of its sections, by which the line is found again after a reload."""
        return tuple(self.name(each) for each in (number, *self.parents(number)))

    def plain_text(self) -> str:
        """Return the whole document as indented text, for the clipboard and for files."""
        return "\n".join(INDENT * self.depths[number] + self.text(number) for number in range(len(self)))


def _ends(depths: Sequence[int]) -> list[int]:
    """Return for each line the next line that is not deeper."""
    ends = [len(depths)] * len(depths)
    waiting: list[int] = []
    for number, depth in enumerate(depths):
        while waiting and depths[waiting[-1]] >= depth:
            ends[waiting.pop()] = number
        waiting.append(number)
    return ends


class Sheet(Document):
    """A document of given lines. Built with `SheetWriter`."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__([entry.depth for entry in entries])
        self.entries = entries

    def spans(self, number: int) -> Line:
        return self.entries[number].spans

    def copy(self, number: int) -> str:
        entry = self.entries[number]
        return entry.copy or plain(entry.spans)

    def link(self, number: int) -> Link | None:
        return self.entries[number].link

    def name(self, number: int) -> str:
        spans = self.entries[number].spans
        return spans[0].text if spans else ""


class SheetWriter:
    """Builder of a document: sections with fields, texts and tables.

    Secrets are masked in the shown and the copied text, unless `secrets` is set.
    """

    def __init__(self, secrets: bool = False) -> None:
        self._mask: Callable[[str], str] = str if secrets else masked_text
        self._entries: list[Entry] = []
        self._depth = 0

    def masked(self, text: str) -> str:
        """Return a text as this document shows it, for callers that break it into lines themselves."""
        return self._mask(text)

    def section(self, title: str, depth: int = 0) -> None:
        """Begin a section; the lines that follow belong to it."""
        self._entries.append(Entry((Span(one_line(title), "title"),), depth))
        self._depth = depth + 1

    def field(self, label: str, value: str | Line, style: str = "", copy: str = "", link: Link | None = None) -> None:
        """Add a label and its value, which may have several lines. An empty value adds nothing."""
        if not value:
            return
        name = Span(one_line(label).ljust(LABEL - 1) + " ", "dim")
        if not isinstance(value, str):
            value = self._spans(value)
            self._entries.append(Entry((name, *value), self._depth, self._mask(copy) or plain(value), link))
            return
        value, copy = self._mask(value), self._mask(copy)
        first, *more = _lines(value)
        self._entries.append(Entry(line(name, Span(first[:LONGEST_LINE], style)), self._depth, copy or value, link))
        for text in more:
            self._entries.append(Entry(line(Span(" " * LABEL), Span(text[:LONGEST_LINE], style)), self._depth, text))

    def fields(self, title: str, values: Mapping[str, str]) -> None:
        """Add a section of names and values."""
        self.section(title)
        for label, value in values.items():
            self.field(label, value)

    def text(self, text: str, style: str = "", depth: int = 0) -> None:
        """Add lines of text, `depth` deeper than the section's own lines."""
        for each in _lines(self._mask(text)):
            self._entries.append(Entry(line(Span(each[:LONGEST_LINE], style)), self._depth + depth, each))

    def line(self, *parts: Span | str, copy: str = "", depth: int = 0, link: Link | None = None) -> None:
        """Add a line of spans, `depth` deeper than the section's own lines."""
        self._entries.append(Entry(self._spans(line(*parts)), self._depth + depth, self._mask(copy), link))

    def table(self, rows: Iterable[Sequence[str]], heading: Sequence[str] = (), links: Sequence[Link | None] = ()) -> None:
        """Add rows of texts in columns as wide as their longest text, with a link per row; copying gives a row's last text."""
        leads = iter(links)
        shown = [[one_line(self._mask(text))[:LONGEST_LINE] for text in row] for row in ([heading, *rows] if heading else rows)]
        widths = [max(map(cells, column)) for column in zip_longest(*shown, fillvalue="")]
        for number, row in enumerate(shown):
            padded = [pad(text, width) for text, width in zip(row[:-1], widths, strict=False)]
            style = "heading" if heading and number == 0 else ""
            link = None if style else next(leads, None)
            text = Span("  ".join([*padded, *row[-1:]]), style)
            self._entries.append(Entry(line(text), self._depth, row[-1] if row else "", link))

    def _spans(self, spans: Line) -> Line:
        return tuple(Span(self._mask(text), style) for text, style in spans)

    def done(self) -> Sheet:
        """Return the document."""
        return Sheet(self._entries)


_Key = str | int | None  # key in an object, index in a list, None at the top
_Child = tuple[_Key, Any]


class JsonDocument(Document):
    """JSON as lines `Key: value`; objects and lists are sections. Spans are made when a line is shown."""

    def __init__(self, value: object) -> None:
        depths: list[int] = []
        self._nodes: list[_Child] = []
        waiting: list[tuple[int, _Child]] = [(0, (None, value))]
        if isinstance(value, (dict, list)) and value:
            waiting = [(0, child) for child in _children(value)]
        while waiting:
            depth, node = waiting.pop()
            depths.append(depth)
            self._nodes.append(node)
            if isinstance(node[1], (dict, list)):
                waiting += [(depth + 1, child) for child in _children(node[1])]
        super().__init__(depths)

    def spans(self, number: int) -> Line:
        key, value = self._nodes[number]
        text, style = _scalar(value)
        shown = Span(one_line(text), style)
        return (shown,) if key is None else (Span(f"{one_line(str(key))}: ", "accent"), shown)

    def text(self, number: int) -> str:
        key, value = self._nodes[number]
        text = _scalar(value)[0]
        return one_line(text if key is None else f"{key}: {text}")

    def copy(self, number: int) -> str:
        value = self._nodes[number][1]
        return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)

    def name(self, number: int) -> str:
        return str(self._nodes[number][0])


def _children(value: dict[str, Any] | list[Any]) -> list[_Child]:
    """Return the members of an object or a list in reverse order, for a stack."""
    children: list[_Child] = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    children.reverse()
    return children


def _scalar(value: object) -> tuple[str, str]:
    """Return a value as one line and its style; for an object or a list, the number of its members."""
    if isinstance(value, str):
        return json.dumps(value[:LONGEST_LINE], ensure_ascii=False), "good" if value else "dim"
    if isinstance(value, dict):
        return f"{{{count(len(value), 'key')}}}" if value else "{}", "dim"
    if isinstance(value, list):
        return f"[{count(len(value), 'item')}]" if value else "[]", "dim"
    return json.dumps(value), "dim" if value is None else "warn"


def read_json(data: bytes, secrets: bool = False) -> Document:
    """Return the engine's JSON as a document that folds, or as plain text where it is not valid JSON.

    Secrets are masked unless `secrets` is set.
    """
    try:
        value = json.loads(data)
        return JsonDocument(value if secrets else masked_json(value))
    except (ValueError, RecursionError):
        text = decode(data)
        return read_text(text if secrets else masked_text(text))


def read_text(text: str) -> Document:
    """Return plain text as a document, line by line."""
    return Sheet([Entry((Span(each[:LONGEST_LINE]),), 0, each) for each in _lines(text)])


def _lines(text: str) -> list[str]:
    """Return the cleaned lines of a text, with tabs as spaces."""
    return clean(text).rstrip("\n").expandtabs(8).split("\n")
