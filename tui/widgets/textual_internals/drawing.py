"""Lines that are drawn once until they are refreshed, a scrollbar of our own, and painting without waiting for a tick."""

from __future__ import annotations

from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget


class KeptLines(ScrollView):
    """A scrolling view which keeps the strips of its lines, by line number, until they are refreshed."""

    SCROLLBAR: type[ScrollBar] = ScrollBar

    @property
    def kept_lines(self) -> dict[int, Strip]:
        """The strips that were drawn and are still right; `render_lines` of the subclass fills it."""
        kept: dict[int, Strip] = self.__dict__.setdefault("_kept_lines", {})
        return kept

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """Textual asks for it when there is more than fits."""
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = self.SCROLLBAR(vertical=True, name="vertical", thickness=1)
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)
        return self._vertical_scrollbar

    def _set_dirty(self, *regions: Region) -> None:
        """Every way to draw again, `refresh` among them, comes through here."""
        for region in regions:
            for y in region.line_range:
                self.kept_lines.pop(y, None)
        if not regions:
            self.kept_lines.clear()
        super()._set_dirty(*regions)


def paint_now(widget: Widget) -> None:
    """Paint what `widget` wants painted without waiting for Textual's next tick, which is up to 16 ms away."""
    screen = widget.screen
    if screen.is_current and not widget.app._batch_count:
        widget._repaint_required = False
        screen._dirty_widgets.add(widget)
        screen._on_timer_update()
