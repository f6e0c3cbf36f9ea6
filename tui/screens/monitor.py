"""The monitor: resource usage of the selected containers over the last 15 minutes, with findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget

from tui.engine import errors
from tui.live.containers.container import Container
from tui.live.state.collection import Changes
from tui.resources.containers.formats import title
from tui.resources.containers.monitor import SPANS, Look, Machine, Subject, page
from tui.resources.model.advice import told
from tui.resources.model.formats import duration
from tui.resources.model.text import Line, Span, count, line
from tui.screens.framework.commands import Command, moving
from tui.screens.framework.context import ViewContext
from tui.screens.framework.view import View
from tui.widgets.bar import Segment
from tui.widgets.plotview import PlotView

MOST_SAMPLED = 50
"""Maximum number of containers sampled for the host's sum: each stream costs the engine CPU time."""

MOST_SHOWN = 8
"""Maximum number of curves that are distinguishable in a plot."""


def without_braille() -> bool:
    """Return whether the terminal's font has no braille, as on the Linux console."""
    return os.environ.get("TERM", "") in ("linux", "vt100", "vt220", "ansi")


class MonitorView(View):
    """The monitor; its containers are sampled while it is shown, and only changed lines are drawn."""

    kind = "monitor"

    def __init__(self, context: ViewContext, rows: Sequence[Container]) -> None:
        self.rows = context.session.store.containers
        self.shown = {row.id: row for row in rows[:MOST_SHOWN]}
        self.left_out = max(0, len(rows) - MOST_SHOWN)
        self.span = SPANS[1]
        self.plots = PlotView(id="plots")
        self.plain = without_braille()
        self.machine_cpus = self.machine_memory = 0
        self._unsubscribe: Callable[[], None] = lambda: None
        super().__init__(context)

    def body(self) -> Iterable[Widget]:
        yield self.plots
        yield self.prompt

    def own_commands(self) -> Iterable[Command]:
        plots = self.plots
        yield Command(
            name="period",
            keys=("equals_sign",),
            help="show the last minute, 5 or 15 minutes",
            run=self.next_span,
            group="monitor",
            footer=True,
        )
        yield from moving(plots.move, plots.page, plots.first, plots.last, what="plot", turns=("space",))

    def title_line(self) -> Line:
        names = ", ".join(title(row) for row in self.shown.values())
        return line(Span("monitor ", "title"), Span(names, "accent"))

    def facts(self) -> list[Segment]:
        facts = [Segment(line(Span(f"last {duration(self.span)}", "dim")), 1)]
        if self.left_out:
            facts.append(Segment(line(Span(f"{count(self.left_out, 'container')} more not shown", "warn")), 1))
        return facts

    # -- sampling -----------------------------------------------------------------------------------------------------

    def on_ready(self) -> None:
        super().on_ready()
        self.take_focus(self.plots)
        self._unsubscribe = self.rows.changed.subscribe(self._follow)
        self.run_worker(self._ask_machine())
        self._watch()
        self.draw()

    def on_unmount(self) -> None:
        self._unsubscribe()
        self.context.session.sampler.watch((), viewer=self)

    def on_screen_suspend(self) -> None:
        if not self.covered_by_dialog():
            self.context.session.sampler.watch((), viewer=self)

    def on_resume_view(self) -> None:
        super().on_resume_view()
        self._watch()
        self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def _watch(self) -> None:
        """Sample the shown containers, and other running ones up to `MOST_SAMPLED`, for the host's sum."""
        others = [id for id, row in self.rows.rows.items() if row.alive and id not in self.shown]
        self.context.session.sampler.watch([*self.shown, *others[: MOST_SAMPLED - len(self.shown)]], viewer=self)

    async def _ask_machine(self) -> None:
        """Request the host's CPUs and memory once (`SystemInfo`)."""
        try:
            info = await self.context.session.engine.system.info()
        except errors.EngineError as error:
            self.warn(told(error))
            return
        self.machine_cpus, self.machine_memory = info.ncpu, info.mem_total
        self.draw()

    def _follow(self, changes: Changes) -> None:
        """Update the page after new statistics, and after containers were added or removed."""
        if not self.is_current and not self.covered_by_dialog():
            return
        self.shown = {id: self.rows.rows.get(id, row) for id, row in self.shown.items()}
        if changes.added or changes.removed or changes.everything:
            self._watch()
        self.draw()

    def next_span(self) -> None:
        """Show the next longer period, after the longest the shortest."""
        self.span = SPANS[(SPANS.index(self.span) + 1) % len(SPANS)]
        self.refresh_header()
        self.draw()

    # -- the page -----------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Update the page; unchanged lines are not drawn."""
        room = self.plots.scrollable_content_region
        if not self.plots.is_mounted or not room.width:
            return
        look = Look(width=room.width, height=self.plots.size.height, span=self.span, plain=self.plain)
        self.plots.show(page([self._subject(row) for row in self.shown.values()], self._machine(), look))

    def _subject(self, row: Container) -> Subject:
        history = self.context.session.sampler.history
        resting = "" if row.alive else "Not running: the plots show the past."
        if row.id not in self.rows.rows:
            resting = "Removed: the plots show the past."
        return Subject(name=title(row), resting=resting, track=history.track(row.id))

    def _machine(self) -> Machine:
        running = [row for row in self.rows.rows.values() if row.alive]
        used = [row.usage for row in running if row.usage is not None]
        return Machine(
            cpus=self.machine_cpus or max((usage.cpus for usage in used), default=0),
            memory=self.machine_memory,
            running=len(running),
            sampled=len(used),
            cpu_percent=sum(usage.cpu_percent for usage in used),
            memory_used=sum(usage.memory for usage in used),
        )


async def open_monitor(view: View, rows: Sequence[Container]) -> None:
    """Open the monitor of these containers (`m`)."""
    if rows:
        await view.app.push_screen(MonitorView(view.context, rows))
