"""Lines that are drawn once until they are refreshed, a scrollbar of our own, and painting without waiting for a tick."""

from __future__ import annotations

from collections.abc import Collection

from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.textual_internals.paced_app import PacedApp


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


def paint_lines(view: Widget, lines: Collection[int]) -> None:
    """Paint these lines of a view now, past Textual's compositor, whose next tick is up to 16 ms away.

    For views that draw their lines themselves, without border or padding. Nothing lies over them but their scrollbar.
    """
    app, screen = view.app, view.screen
    if isinstance(app, PacedApp) and app.paints_directly and screen.is_current and not screen._layout_required:
        region = view.region
        width = region.width - (1 if view.show_vertical_scrollbar else 0)
        for y in lines:
            if 0 <= y < region.height:
                (drawn,) = view.render_lines(Region(0, y, region.width, 1))
                app.frame_diff.put(region.x, region.y + y, drawn, width)
        app.paint()
    elif screen.is_current and not app._batch_count:
        view.refresh(*(Region(0, y, view.size.width, 1) for y in lines))
        view._repaint_required = False
        screen._dirty_widgets.add(view)
        screen._on_timer_update()
    else:
        view.refresh(*(Region(0, y, view.size.width, 1) for y in lines))
