"""The screen of the engine itself: its tabs, and the measurement of its disk on request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tui.engine.errors import EngineError
from tui.engine.objects.usage import DiskUsage
from tui.live.jobs.jobs import Job
from tui.live.objects.disk_usage import BUILD_CACHE, KINDS, Disk, measure, merged, without
from tui.live.objects.host import Host
from tui.live.state.collection import Collection
from tui.resources.model.advice import told
from tui.resources.system.disk_usage import result
from tui.resources.system.system import CACHE, DISK, PRUNE_CACHE, SYSTEM
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.details_view import DetailsView


class SystemView(DetailsView[Host]):
    """The details of the engine, as a main screen."""

    def __init__(self, context: ViewContext) -> None:
        self.job: Job[str] | None = None
        host = Host(name=context.host)
        rows: Collection[Host] = Collection(gather=0.0)
        rows.replace({host.id: host})
        super().__init__(context, SYSTEM, rows, host)

    def on_ready(self) -> None:
        self.follow(self.context.jobs.changed, self._job_changed)
        self.follow(self.context.session.store.engine_name, lambda _name: self._update(name=self.context.host))
        self.follow(self.context.session.store.replaced, lambda _number: self._update(disk=Disk()))
        super().on_ready()

    def own_commands(self) -> Iterable[Command]:
        yield Command(
            name="measure",
            keys=("z",),
            help="measure disk usage; can take minutes",
            run=self.measure,
            refusal=self._why_not_measure,
            group="disk",
            footer=True,
        )
        yield Command(
            name="stop",
            keys=("x",),
            help="cancel the measurement",
            run=self.cancel,
            refusal=self._why_not_cancel,
            group="disk",
        )
        for command in super().own_commands():
            if command.name == "open":
                command = replace(command, run=self.open_or_measure, help=f"measure if not measured yet; {command.help}")
            if command.name != "copy-id":  # there is only one engine
                yield command

    def go_to(self, wanted: str) -> None:
        """Show the tab of this name."""
        tab = next((tab for tab in self.resource.tabs if tab.name.startswith(wanted)), None)
        if tab is None:
            self.warn(f"there is no tab {wanted!r} here: {', '.join(self.names())}")
        elif self.is_mounted:
            self.show_tab(tab)
        else:
            self.tab = tab

    def names(self) -> Iterable[str]:
        return [tab.name for tab in self.resource.tabs]

    def escape(self) -> None:
        """Cancel the measurement, or end a search. Never quit: escape is pressed out of habit."""
        if self.job is not None:
            self.cancel()
        elif self.reader.reading.searched:
            self.reader.search("")
        else:
            self.say("q: quit")

    def reload(self) -> None:
        if self.tab.name in (DISK, CACHE):
            self.context.session.retry_now()
            self.say("z: measure again")
        else:
            super().reload()

    # -- measuring ----------------------------------------------------------------------------------------------------

    @property
    def kinds(self) -> Sequence[str]:
        """Return the types of objects that this tab measures."""
        return (BUILD_CACHE,) if self.tab.name == CACHE else KINDS

    def open_or_measure(self) -> None:
        """Measure on a tab without measured sizes; else fold or unfold."""
        empty = self.tab.name in (DISK, CACHE) and not any(kind in self.row.disk.at for kind in self.kinds)
        if empty and not self._why_not_measure():
            self.measure()
        else:
            self.reader.action_fold()

    def _why_not_measure(self) -> str:
        if self.job is not None:
            return "measuring; press esc or x to cancel"
        return self.context.away()

    def _why_not_cancel(self) -> str:
        return "" if self.job is not None else "no measurement is running"

    def measure(self) -> None:
        """Measure in the background; partial results are shown as they arrive."""
        if why := self._why_not_measure():  # also called from the list of jobs
            self.foreground_view.warn(why)
            return
        if self.tab.name not in (DISK, CACHE):
            self.show_tab(next(tab for tab in self.resource.tabs if tab.name == DISK))
        job = self.context.jobs.run("measuring disk usage", self._measure(self.kinds), long=True, again=self.measure)
        self.job = job
        self._job_changed(job)
        self.app.run_worker(self._wait(job))  # the view may be closed before the end

    async def _measure(self, kinds: Sequence[str]) -> str:
        await measure(self.context.session.engine, kinds, self._keep)
        return result(self._host.disk, kinds)

    def cancel(self) -> None:
        """Cancel the measurement; partial results are kept."""
        if self.job is not None:
            self.job.cancel()

    def _keep(self, kinds: Sequence[str], usage: DiskUsage) -> None:
        self._update(disk=merged(self._host.disk, kinds, usage))

    def _job_changed(self, job: Job[Any]) -> None:
        if job is self.job and job.state == "running":
            self._update(measuring=job.progress or "measuring")
        elif job.name.startswith(PRUNE_CACHE.doing) and job.state == "done":
            self._update(disk=without(self._host.disk, BUILD_CACHE))

    async def _wait(self, job: Job[str]) -> None:
        await job.wait()
        self.job = None
        self._update(measuring="")
        if job.state == "cancelled":
            self.foreground_view.warn("measurement cancelled; partial results are kept")
        elif isinstance(job.error, EngineError):
            self.foreground_view.warn(f"disk usage was not measured: {told(job.error)}")
        else:
            self.foreground_view.say(f"measured: {job.result}", "good")

    @property
    def _host(self) -> Host:
        """Return the current row of the engine; `row` is the one shown."""
        return self.rows.rows[self.key]

    def _update(self, **changes: Any) -> None:
        self.rows.put({self.key: replace(self._host, **changes)})

    def document_key(self, row: Host) -> object:
        return row.measuring, row.disk
