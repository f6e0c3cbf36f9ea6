"""The monitor: resource usage of the selected containers over the last 15 minutes, with findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget

from tui.engine import errors
from tui.live.containers.container import Container
from tui.live.merged_rows import Member, Placed
from tui.live.state.collection import Changes, Collection
from tui.resources.containers.formats import title
from tui.resources.containers.monitor import SPANS, Look, Machine, Subject, page
from tui.resources.model.advice import told
from tui.resources.model.formats import duration
from tui.resources.model.merged import members_of
from tui.resources.model.text import Line, Span, count, line
from tui.screens.framework.commands import Command, moving
from tui.screens.framework.context import ViewContext
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.routes import RouteView
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

    def __init__(self, context: ViewContext, rows: Sequence[Placed[Container]]) -> None:
        self.members = members_of(rows)
        self.shown = {placed.key: placed for placed in rows[:MOST_SHOWN]}
        self.left_out = max(0, len(rows) - MOST_SHOWN)
        self.span = SPANS[1]
        self.plots = PlotView(id="plots")
        self.plain = without_braille()
        self._machines: dict[Member, tuple[int, int]] = {}  # CPUs and bytes of memory, once known
        self._unsubscribe: list[Callable[[], None]] = []
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
        names = ", ".join(self._label(placed) for placed in self.shown.values())
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
        self._unsubscribe = [self._rows(member).changed.subscribe(self._follow) for member in self.members]
        for member in self.members:
            self.run_worker(self._ask_machine(member))
        self._watch()
        self.draw()

    def on_unmount(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._rest()

    def on_screen_suspend(self) -> None:
        if not self.covered_by_dialog():
            self._rest()

    def _rest(self) -> None:
        """Sample nothing."""
        for member in self.members:
            member.session.sampler.watch((), viewer=self)

    def on_resume_view(self) -> None:
        super().on_resume_view()
        self._watch()
        self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    @staticmethod
    def _rows(member: Member) -> Collection[Container]:
        return member.session.store.containers

    def _watch(self) -> None:
        """Sample the shown containers, and other running ones up to `MOST_SAMPLED` of a host, for its sum."""
        for member in self.members:
            shown = [placed.row.id for placed in self.shown.values() if placed.member is member]
            others = [id for id, row in self._rows(member).rows.items() if row.alive and id not in shown]
            member.session.sampler.watch([*shown, *others[: MOST_SAMPLED - len(shown)]], self, steady=True)

    async def _ask_machine(self, member: Member) -> None:
        """Request a host's CPUs and memory once (`SystemInfo`)."""
        try:
            info = await member.session.engine.system.info()
        except errors.EngineError as error:
            self.warn(told(error))
            return
        self._machines[member] = info.ncpu, info.mem_total
        self.draw()

    def _follow(self, changes: Changes) -> None:
        """Update the page after new statistics, and after containers were added or removed."""
        if not self.is_current and not self.covered_by_dialog():
            return
        self.shown = {
            key: placed._replace(row=self._rows(placed.member).rows.get(placed.row.id, placed.row))
            for key, placed in self.shown.items()
        }
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
        machines = [self._machine(member) for member in self.members]
        self.plots.show(page([self._subject(placed) for placed in self.shown.values()], machines, look))

    def _label(self, placed: Placed[Container]) -> str:
        name = title(placed.row)
        return f"{placed.member.name}/{name}" if len(self.members) > 1 else name

    def _subject(self, placed: Placed[Container]) -> Subject:
        member, row = placed.member, placed.row
        resting = "" if row.alive else "Not running: the plots show the past."
        if row.id not in self._rows(member).rows:
            resting = "Removed: the plots show the past."
        track = member.session.sampler.history.track(row.id)
        return Subject(name=self._label(placed), resting=resting, track=track, host=self.members.index(member))

    def _machine(self, member: Member) -> Machine:
        running = [row for row in self._rows(member).rows.values() if row.alive]
        used = [row.usage for row in running if row.usage is not None]
        cpus, memory = self._machines.get(member, (0, 0))
        return Machine(
            name=member.name if len(self.members) > 1 else "",
            cpus=cpus or max((usage.cpus for usage in used), default=0),
            memory=memory,
            running=len(running),
            sampled=len(used),
            cpu_percent=sum(usage.cpu_percent or 0.0 for usage in used),
            memory_used=sum(usage.memory for usage in used),
        )


async def open_monitor(view: RouteView, rows: Sequence[Container]) -> None:
    """Open the monitor of these containers (`m`)."""
    member = Member(view.context.host, view.context.session)
    if rows:
        await view.app.push_screen(MonitorView(view.context, [Placed(member, row, row.id) for row in rows]))


async def open_monitor_of_several(view: RouteView, group: GroupContext, rows: Sequence[Placed[Container]]) -> None:
    """Open the monitor of these containers of several engines (`m`)."""
    await view.app.push_screen(MonitorView(group, rows))
