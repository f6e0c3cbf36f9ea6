"""A page of changing lines: only the lines that differ are drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region, Size
from textual.strip import Strip

from tui.resources.model.text import Line
from tui.widgets.lines import LineView, strip


class PlotView(LineView, can_focus=True):
    """A scrolling view of lines."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the lines; equal lines are not drawn again."""
        before, self.lines = self.lines, list(lines)
        if len(before) != len(self.lines):
            self.virtual_size = Size(self.scrollable_content_region.width or self.size.width, len(self.lines))
            self.refresh()
            return
        top = self.scroll_offset.y
        changed = [y for y in range(self.size.height) if top + y < len(before) and before[top + y] != self.lines[top + y]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """Return a line of the widget; called by Textual."""
        number = self.scroll_offset.y + y
        spans = self.lines[number] if number < len(self.lines) else ()
        return strip(spans, self.palette, self.scrollable_content_region.width)

    def on_resize(self) -> None:
        self.kept_lines.clear()

    def move(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def page(self, pages: float) -> None:
        """Scroll by a part of the screen."""
        self.move(round(pages * max(1, self.size.height - 1)))

    def first(self) -> None:
        """Scroll to the top."""
        self.scroll_to(y=0, animate=False, force=True)

    def last(self) -> None:
        """Scroll to the end."""
        self.scroll_to(y=len(self.lines), animate=False, force=True)
