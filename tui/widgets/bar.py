"""One-line bars: the title above the body, and the keys that apply below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui.resources.model.text import Line, Span
from tui.widgets.lines import Lines, clip, strip, width

GAP = "  "


class Segment(NamedTuple):
    """A piece of a bar. In a narrow bar the highest ranks are dropped first; rank 0 is not dropped, but may be cut.

    A `short` form takes the place of the line when pieces of `short_rank` have to go.
    """

    line: Line
    rank: int = 0
    short: Line = ()
    short_rank: int = 0


class KeyHint(NamedTuple):
    """A key that applies now; a click on the hint posts a message with `name`."""

    key: str
    label: str
    name: str = ""
    rank: int = 1
    enabled: bool = True


class Bar(Lines):
    """A line with segments at its left and right end."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._left: tuple[Segment, ...] = ()
        self._right: tuple[Segment, ...] = ()

    def show(self, left: Sequence[Segment], right: Sequence[Segment] = ()) -> None:
        """Show these segments; without a change nothing is drawn."""
        if (tuple(left), tuple(right)) != (self._left, self._right):
            self._left, self._right = tuple(left), tuple(right)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        room = self.size.width
        return strip(laid_out(self._left, self._right, room), self.palette, room)


def laid_out(left: Sequence[Segment], right: Sequence[Segment], room: int) -> Line:
    """Return the segments in one line of `room` cells.

    The highest ranks are shortened or dropped until the rest fits, then the left end is cut.
    """
    kept: list[Segment | None] = [*left, *right]
    while _needed(segments := [segment for segment in kept if segment is not None]) > room:
        leaving = max(segments, key=_first_to_go)
        if not _first_to_go(leaving):
            break
        at = next(number for number, segment in enumerate(kept) if segment is leaving)
        kept[at] = leaving._replace(line=leaving.short, short=()) if leaving.short else None
    beginning = joined(segment for segment in kept[: len(left)] if segment is not None)
    ending = joined(segment for segment in kept[len(left) :] if segment is not None)
    space = room - width(ending)
    beginning = clip(beginning, max(0, space - len(GAP) if ending else space))
    blank = Span(" " * max(0, space - width(beginning)))
    return (*beginning, blank, *ending)


def _first_to_go(segment: Segment) -> int:
    return max(segment.rank, segment.short_rank) if segment.short else segment.rank


def _needed(segments: Sequence[Segment]) -> int:
    return sum(width(segment.line) for segment in segments) + len(GAP) * max(0, len(segments) - 1)


def joined(segments: Iterable[Segment]) -> Line:
    """Return the segments in one line, with gaps between them."""
    spans: list[Span] = []
    for segment in segments:
        if spans:
            spans.append(Span(GAP))
        spans.extend(segment.line)
    return tuple(spans)


class Footer(Lines):
    """The keys that apply now; each can be clicked."""

    class Pressed(Message):
        """Posted after a click on a key hint."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hints: tuple[KeyHint, ...] = ()

    def show(self, hints: Sequence[KeyHint]) -> None:
        """Show these hints; without a change nothing is drawn."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        room = self.size.width
        spans: list[Span] = []
        for hint in fitting(self._hints, room):
            words = "" if hint.enabled else "grey"
            spans += [Span(GAP)] if spans else []
            spans += [Span(hint.key, "key" if hint.enabled else "grey"), Span(f" {hint.label}", words or "dim")]
        return strip(spans, self.palette, room)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        left = 0
        for hint in fitting(self._hints, self.size.width):
            left += _hint_width(hint)
            if event.x < left:
                self.post_message(self.Pressed(hint.name))
                return


def _hint_width(hint: KeyHint) -> int:
    return width((Span(hint.key), Span(hint.label))) + 1 + len(GAP)


def fitting(hints: Sequence[KeyHint], room: int) -> list[KeyHint]:
    """Return the hints that fit, in order; the highest ranks are dropped first, of equal ranks the last."""
    kept = list(hints)
    while kept and sum(_hint_width(hint) for hint in kept) - len(GAP) > room:
        kept.pop(max(range(len(kept)), key=lambda number: (kept[number].rank, number)))
    return kept
