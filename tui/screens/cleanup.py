"""The clean-up screen: the plan of unused objects; ticked objects are removed one by one, and each row shows the outcome."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from tui.engine.errors import EngineError
from tui.live.cleanup.merged_plan import MergedPlan
from tui.live.cleanup.plan import Plan, ProgressCallback
from tui.live.cleanup.unused import SORTS, Candidate, Fate, Sort
from tui.live.jobs.jobs import Job, report
from tui.live.state.collection import Changes
from tui.resources import registry
from tui.resources.cleanup.cleanup import CLEANUP
from tui.resources.cleanup.formats import PLURALS, cleanup_command, progress, question, result, unmeasured
from tui.resources.model import formats
from tui.resources.model.advice import told
from tui.resources.model.text import Line, Span, count, line
from tui.resources.system.system import PRUNE_CACHE
from tui.screens.cleanup_selection import selection_commands
from tui.screens.framework.action_runner import ActionRunner
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView
from tui.screens.framework.routes import RouteView, open_route
from tui.widgets.bar import Segment
from tui.widgets.dialogs import Confirm

Row = TypeVar("Row")

NARROWED: dict[str, Sort] = {PLURALS[sort].removeprefix("build "): sort for sort in SORTS}
"""The types that the plan can be restricted to, by their names in the prompt."""


async def open_clean_up(view: RouteView, _rows: Sequence[Any]) -> None:
    """Open the plan for the objects of a list."""
    view.context.go("cleanup", view.kind)


class PlanView(ResourceView[Row]):
    """A plan as a list. The plan is made when the view is first shown, and again on request."""

    plan: Plan | MergedPlan

    def prepare(self) -> None:
        """Set the state before the first plan."""
        self.only: str = ""  # the type that the plan is restricted to
        self.job: Job[Any] | None = None  # the running job, or the last one
        self.removing = False  # whether that job removes objects
        self.unmade = ""  # why there is no plan

    def why_no_host(self) -> str:
        """Return why it is not known whose objects are to be pruned, or ""."""
        return ""

    def candidate(self, row: Row) -> Candidate:
        """Return the object of a row."""
        raise NotImplementedError

    def context_of(self, row: Row) -> ViewContext:
        """Return the context of the engine that has the object of a row."""
        return self.context

    def host_of(self, _rows: Sequence[Row]) -> str:
        """Return the name of the host of these rows, for a question."""
        return self.context.host

    def on_ready(self) -> None:
        super().on_ready()
        for session in self.context.sessions:
            self.follow(session.store.connection, lambda _state: self._first())
        self._first()

    def _first(self) -> None:
        """Make the plan as soon as the engine is connected."""
        if self.plan.due and not self.busy():
            self.make()

    # -- commands -----------------------------------------------------------------------------------------------------

    def own_commands(self) -> Iterable[Command]:
        yield Command(
            name="remove",
            keys=("delete", "ctrl+k"),
            help="remove the ticked objects",
            run=self.ask_to_remove,
            refusal=self._why_not_remove,
            group="plan",
            footer=True,
            menu=True,
        )
        yield Command(
            name="stop",
            keys=("x",),
            help="cancel the running job",
            run=self.cancel,
            refusal=self._why_not_cancel,
            group="plan",
            footer=True,
            menu=True,
        )
        yield Command(
            name="measure",
            keys=("z",),
            help="measure sizes; can take minutes",
            run=self.measure,
            refusal=self._why_not_ask,
            group="plan",
            footer=True,
            menu=True,
        )
        yield Command(
            name="prune",
            keys=(),
            help="prune all objects of the type under the cursor",
            run=self.prune,
            refusal=self._why_not_prune,
            group="plan",
            menu=True,
        )
        yield Command(
            name="everything",
            keys=("asterisk",),
            help="plan for all types",
            run=self.widen_plan,
            refusal=self._why_not_widen,
            group="plan",
            footer=True,
            menu=True,
        )
        yield from selection_commands(self)
        own: dict[str, dict[str, Any]] = {
            "mark": {"name": "tick", "help": "tick or untick, for removal", "footer": True},
            "mark-all": {"name": "tick-all", "help": "tick or untick all shown"},
            "reload": {"help": "plan again; ticks are kept", "refusal": self._why_not_ask},
        }
        for command in super().own_commands():
            yield replace(command, **own.get(command.name, {}))

    def _why_not_ask(self) -> str:
        return self.busy() or self.context.away()

    def _why_not_widen(self) -> str:
        return self._why_not_ask() if self.only else "already for all types"

    def _why_not_cancel(self) -> str:
        return "" if self.busy() else "nothing is running"

    def _why_not_change(self) -> str:
        return self.context.why_read_only() or self._why_not_ask()

    def _why_not_remove(self) -> str:
        return self._why_not_change() or ("" if self.chosen else "nothing is ticked: press space")

    def _why_not_prune(self) -> str:
        return self._why_not_change() or self.why_no_host() or ("" if self._sort_here() else self._nothing())

    def _sort_here(self) -> Sort | None:
        """Return the type under the cursor; in an empty plan the type that the plan is restricted to, or None."""
        return self.candidate(self.current).sort if self.current is not None else NARROWED.get(self.only)

    def busy(self) -> str:
        """Return a refusal that names the running job, or ""."""
        running = self.job is not None and self.job.state == "running"
        return f"{self.job.name} is running: press x to cancel" if running and self.job else ""

    @property
    def chosen(self) -> list[Row]:
        """Return the rows of ticked objects, shown or not."""
        return [row for row in self.rows.rows.values() if self.candidate(row).chosen]

    def candidates(self, ids: Iterable[str]) -> list[Candidate]:
        """Return the objects of the rows with these ids."""
        return [self.candidate(self.rows.rows[id]) for id in ids if id in self.rows.rows]

    # -- display ------------------------------------------------------------------------------------------------------

    def apply_changes(self, changes: Changes) -> None:
        super().apply_changes(changes)
        if changes.everything:
            self.lay_out()  # an empty plan has another text than no plan

    def title_line(self) -> Line:
        return line(Span("cleanup", "title"), *([Span(f" of {self.only}", "accent")] if self.only else []))

    def facts(self) -> list[Segment]:
        if not self.plan.made:
            return []
        facts = super().facts()
        facts[0] = facts[0]._replace(rank=0)  # the count of ticked objects is cut rather than left out
        missing = unmeasured(map(self.candidate, self.rows.rows.values()), self.plan.unmeasured)
        if missing:
            facts.append(Segment(line(Span(missing, "dim")), 3))
        if self.plan.refused:
            facts.append(Segment(line(Span(f"not listed: {', '.join(self.plan.refused.values())}", "warn")), 3))
        return [*facts, Segment(line(Span(f"planned {formats.clock(self.plan.made)}", "dim")), 5)]

    def empty_words(self) -> str:
        if not self.rows.loaded:
            return self.unmade or ("Finding unused objects…" if self.context.connected else "Waiting for the engine…")
        return super().empty_words()

    # -- making the plan ----------------------------------------------------------------------------------------------

    def go_to(self, wanted: str) -> None:
        """Restrict the plan to a type, and make the plan again."""
        if wanted not in NARROWED:
            self.warn(f"cleanup of {wanted!r}: choose one of {', '.join(NARROWED)}")
        elif self.removing and (busy := self.busy()):
            self.warn(busy)
        elif self.plan.made and not self.context.connected:
            self.warn(f"{self.context.away()}: the plan was not changed")
        else:
            self.only = wanted
            self.make()

    def names(self) -> Iterable[str]:
        return NARROWED

    def widen_plan(self) -> None:
        """Make the plan for all types."""
        self.only = ""
        self.make()

    async def reload(self) -> None:
        """Make the plan again."""
        self.make()

    def make(self) -> None:
        """Make the plan; cancel a running job first."""
        if self.job is not None:
            self.job.cancel()
        if self.context.connected:
            self._work("finding unused objects", self.plan.make(NARROWED.get(self.only)), self._made)

    def _made(self, error: EngineError | None) -> None:
        self.unmade = "" if error is None else f"The plan could not be made (ctrl+r: try again): {told(error)}"
        if error is not None and self.rows.loaded:
            self.foreground_view.warn(f"sizes and build cache are unknown: {told(error)}")
        elif error is None and "cache" in self.plan.unmeasured:
            self.say("this engine reports the build cache only together with all sizes: press z")
        self.lay_out()

    def measure(self) -> None:
        """Measure sizes."""
        self.say("measuring… x: cancel")
        self._work("measuring unused objects", self.plan.measure(), self._measured, long=True)

    def _measured(self, error: EngineError | None) -> None:
        if error is None:
            self.foreground_view.say("measured", "good")
        else:
            self.foreground_view.warn(f"measure: {told(error)}")

    def _work(
        self,
        name: str,
        work: Coroutine[Any, Any, Any],
        done: Callable[[EngineError | None], None],
        *,
        long: bool = False,
        removing: bool = False,
    ) -> None:
        """Run a job in the background; `done` is called with its error, or None."""
        self.removing = removing
        job = self.job = self.context.jobs.run(name, work, long=long)
        self.app.run_worker(self._wait(job, done))  # the view may be closed before the end
        self.refresh_keys()

    async def _wait(self, job: Job[Any], done: Callable[[EngineError | None], None]) -> None:
        await job.wait()
        if job is not self.job:  # a newer job replaced this one
            return
        if job.state == "cancelled" and not self.removing:
            self.foreground_view.warn(f"{job.name}: cancelled")
        elif job.state != "failed" or isinstance(job.error, EngineError):
            done(job.error if isinstance(job.error, EngineError) else None)
        if self.is_mounted:
            self.refresh_header()
            self.refresh_keys()

    def cancel(self) -> None:
        """Cancel the running job."""
        if self.job is not None:
            self.job.cancel()

    # -- ticks --------------------------------------------------------------------------------------------------------

    def mark(self) -> None:
        """Tick or untick the row under the cursor, and move down."""
        row = self.rows.rows.get(self.table.cursor_key or "")  # the current row, which the list may not show yet
        if row is None:
            return
        if self.candidate(row).over:
            self.say(f"{self.resource.title(row)} was already removed")
        else:
            self.plan.tick([self.resource.id(row)], not self.candidate(row).ticked)
        self.table.action_move(1)

    def mark_all(self) -> None:
        """Tick all rows shown; if all are ticked, untick them."""
        shown = self.shown
        self.plan.tick(shown, not all(row.ticked for row in shown.values()))

    def tick(self, ids: Iterable[str], ticked: bool) -> None:
        """Set or clear the ticks of these rows."""
        self.plan.tick(ids, ticked)

    @property
    def shown(self) -> dict[str, Candidate]:
        """Return the objects that the list shows and that can be removed, by the id of their row."""
        found = {id: self.candidate(self.rows.rows[id]) for id in self.listing.order if id in self.rows.rows}
        return {id: row for id, row in found.items() if not row.over}

    def escape(self) -> None:
        """Clear the filter, then make the plan for all types again. Ticks are kept."""
        if self.listing.matcher.text or not self.only or self.busy():
            super().escape()
        else:
            self.widen_plan()

    # -- removing -----------------------------------------------------------------------------------------------------

    async def ask_to_remove(self) -> None:
        """Show the question before a removal, which only `y` confirms."""
        chosen = self.chosen
        ids = [self.resource.id(row) for row in chosen]
        hidden = sum(self.listing.line_of(id) < 0 for id in ids)
        host = self.host_of(chosen)
        asked = question(self.candidates(ids), hidden, host)

        def confirmed(answer: frozenset[str] | None) -> None:
            if answer is not None and not self.busy():
                self._remove(ids)

        await self.show(Confirm(f"clean up {host}", asked, danger=True, confirm_label="remove"), confirmed)

    def _remove(self, ids: Sequence[str]) -> None:
        def show_progress(done: int, total: int, freed: int) -> None:
            report(progress(done, total, freed))
            self.foreground_view.say(f"cleaning up: {progress(done, total, freed)}; x: cancel")

        name = f"cleaning up {count(len(ids), 'object')}"
        self._work(name, self._carry_out(ids, show_progress), partial(self._report_result, ids), long=True, removing=True)

    async def _carry_out(self, ids: Sequence[str], progressed: ProgressCallback) -> str:
        """Remove these objects; return the outcome for the list of jobs."""
        await self.plan.carry_out(ids, progressed)
        return result(self.candidates(ids))

    def _report_result(self, ids: Sequence[str], error: EngineError | None) -> None:
        """Report the outcome of all; each row shows its own."""
        for row in (self.rows.rows[id] for id in ids if id in self.rows.rows):
            if self.candidate(row).fate is Fate.REMOVED:
                self.context_of(row).record_command(cleanup_command(self.candidate(row)))
        rows = self.candidates(ids)
        said = ("cancelled: " if self.job is not None and self.job.state == "cancelled" else "") + result(rows)
        if error is not None:
            self.foreground_view.warn(f"stopped, {said}: {told(error)}")
        elif all(row.over for row in rows):
            self.foreground_view.say(said, "good")
        else:
            self.foreground_view.warn(f"{said}; the rows show the reasons")

    async def prune(self) -> None:
        """Prune the type under the cursor with the engine's own operation, with its dialog; plan and ticks are not used."""
        sort = self._sort_here()
        if sort is None:
            return
        context = self.context_of(self.current) if self.current is not None else self.context
        resource = registry.load(PLURALS[sort]) if sort != "cache" else self.resource
        action = PRUNE_CACHE if sort == "cache" else resource.by_name["prune"]
        await ActionRunner(self, context, resource, partial(open_route, self)).begin(action, [])


class CleanupView(PlanView[Candidate]):
    """The plan of one engine."""

    def __init__(self, context: ViewContext) -> None:
        self.plan = Plan(context.session)
        self.prepare()
        super().__init__(context, CLEANUP, self.plan.rows)

    def candidate(self, row: Candidate) -> Candidate:
        return row
