"""The base class of the log view: reader, widget, header, and jobs on the whole log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from textual import on
from textual.widget import Widget

from tui.engine import errors
from tui.live.jobs.jobs import Job
from tui.live.logs.reader import PRESETS, LogChanges, LogReader, Preset, Source, Window
from tui.resources.logs.filters import Filters
from tui.resources.logs.formats import sources_title, window_words
from tui.resources.logs.notes import note_words
from tui.resources.model.advice import told
from tui.resources.model.formats import now
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.action_results import cancelled_words
from tui.screens.framework.context import ViewContext
from tui.screens.framework.view import View
from tui.widgets.bar import Segment
from tui.widgets.logview import LogView


def names_of(sources: Iterable[Source]) -> tuple[str, ...]:
    """Return the names of sources for display."""
    return tuple(source.short or source.name for source in sources)


class LogBaseView(View):
    """A view that reads the logs of `sources` while open. `project` is their common name, if any.

    `tasks` returns the sources that a service or a stack has now: those of tasks in new slots are read too.
    """

    kind = "logs"

    def __init__(
        self,
        context: ViewContext,
        sources: Sequence[Source],
        project: str = "",
        tasks: Callable[[], Sequence[Source]] | None = None,
    ) -> None:
        self.sources = tuple(sources)
        self._tasks_now = tasks
        self.project = project
        self.preset: Preset | None = PRESETS[0]
        self.filters = Filters()
        self.limit = context.config.log_megabytes * 1024 * 1024  # maximum bytes of log in memory
        self.session = self.sources[0].session if self.sources and self.sources[0].session else context.session
        self.reader = LogReader(self.session, self.sources, note_words, PRESETS[0].window(now()), self.limit)
        self.log_view = LogView(self.reader.buffer, names_of(self.sources), id="log")
        self.log_view.empty = self.empty_words
        self._job: Job[Any] | None = None
        self._fetching = False
        self._filling = False
        self._unsubscribe: list[Callable[[], None]] = []
        super().__init__(context)

    def body(self) -> Iterable[Widget]:
        yield self.log_view
        yield self.prompt

    def on_ready(self) -> None:
        self.take_focus(self.log_view)
        self._read()
        if any(source.task for source in self.sources):
            self.follow_pulse(self.session.cluster.pulse)
            self.follow(self.session.cluster.tasks.changed, lambda _changes: self._add_new_slots())
        super().on_ready()

    def on_unmount(self) -> None:
        self._stop_reading()

    # -- reading ------------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        """Start reading, until the view is closed."""
        reader = self.reader
        self._unsubscribe = [
            reader.changed.subscribe(self._changed),
            reader.loading.subscribe(lambda _words: self._reader_state_changed()),
            reader.problem.subscribe(lambda _words: self._reader_state_changed()),
        ]
        self.renew("reader", reader.run)

    def _add_new_slots(self) -> None:
        """Read the logs of tasks in slots that are new. In a known slot, a log goes on with the task that takes its place."""
        if self._tasks_now is None:
            return
        known = {source.name for source in self.sources}
        new = [source for source in self._tasks_now() if source.name not in known]
        for source in new:
            self.reader.add(source)
        if new:
            self.sources += tuple(new)
            self.log_view.show_look(replace(self.log_view.look, names=names_of(self.sources)))
            self.refresh_header()

    def _stop_reading(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    def _changed(self, changes: LogChanges) -> None:
        self.log_view.changed(changes.changed_from, everything=changes.everything)

    def _reader_state_changed(self) -> None:
        """Update the header after a change of the reader's loading state or problem."""
        if not len(self.reader.buffer):
            self.log_view.flush()
        self.refresh_header()

    def show_window(self, window: Window, preset: Preset | None = None) -> None:
        """Read another part of the log."""
        self._stop_reading()
        following = self.reader.following
        self.preset = preset
        self.reader = LogReader(self.session, self.sources, note_words, window, self.limit)
        self.reader.following = following
        self.log_view.show_buffer(self.reader.buffer)
        self._read()
        self.refresh_header()

    @property
    def period(self) -> str:
        """Return what saving and searching at the engine cover: "the whole log", or the log of the chosen period."""
        window = self.reader.window
        limits = window_words(replace(window, tail=None)) if window.since is not None or window.until is not None else ""
        return f"the log {limits}" if limits else "the whole log"

    def _fetch(self, fetch: Callable[[], Awaitable[object]]) -> None:
        """Fetch more lines, one request at a time; show an error."""
        if not self._fetching:
            self._fetching = True
            self.run_worker(self._fetched(fetch), group="fetch")

    async def _fetched(self, fetch: Callable[[], Awaitable[object]]) -> None:
        try:
            await fetch()
        except errors.EngineError as error:
            self.warn(told(error))
        except Exception as error:  # a mistake of the program: reported, and the view goes on
            context = {"message": "lines of the log could not be read", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
        finally:
            self._fetching = False

    @on(LogView.OlderWanted)
    def _older(self) -> None:
        if not self.reader.at_start:
            self._fetch(self.reader.older)

    @on(LogView.NotFull)
    def _fill_screen(self) -> None:
        wanted = self.preset is PRESETS[0] and not self.reader.at_start  # not in a period that the user has limited
        if wanted and not self._filling:
            self._filling = True
            self.run_worker(self._fill(), group="fill")

    async def _fill(self) -> None:
        with suppress(errors.EngineError):  # following reports the error, and scrolling tries again
            await self.reader.older()
        self._filling = False

    @on(LogView.NewerWanted)
    def _newer(self) -> None:
        if not self.reader.at_end:
            self._fetch(self.reader.newer)
        elif not self.log_view.autoscroll and self.log_view.chosen_from is None:
            self.log_view.set_autoscroll(True)

    # -- header and empty state ---------------------------------------------------------------------------------------

    def title_line(self) -> Line:
        return line(Span("logs ", "title"), Span(sources_title(self.sources, self.project), "accent"))

    def facts(self) -> Sequence[Segment]:
        log, reader = self.log_view, self.reader
        facts = [Segment(line(Span(self.preset.words if self.preset else window_words(reader.window), "")), 3)]
        if reader.problem.value and len(reader.buffer):
            facts.append(Segment(line(Span(reader.problem.value, "bad")), 1))
        if not reader.following and reader.window.until is None:
            facts.append(Segment(line(Span("not following", "warn")), 1))
        if not log.autoscroll:
            facts.append(Segment(line(Span(self._place(), "warn")), 2))
        for search in self.filters.searches:
            facts.append(Segment(line(Span(f"&{search.text}", "warn" if search.problem else "accent")), 1))
        if self.filters.level:
            facts.append(Segment(line(Span(f"≥{self.filters.level}", "accent")), 1))
        if self.filters:
            sifting = "…" if log.busy else ""
            facts.append(Segment(line(Span(f"{len(log.rows):,} of {len(reader.buffer):,}{sifting}", "dim")), 2))
        else:
            number, more = len(reader.buffer), "" if reader.at_start and reader.at_end else "+"
            noun = "line" if number == 1 and not more else "lines"
            facts.append(Segment(line(Span(f"{number:,}{more} {noun}", "dim")), 4))
        if log.finding is not None:
            facts.append(Segment(line(Span(f"/{log.finding.search.text} ", "accent"), Span(self._matches(), "dim")), 1))
        if reader.skipped:
            facts.append(Segment(line(Span(f"{reader.skipped:,} skipped", "warn")), 2))
        if reader.loading.value:
            facts.append(Segment(line(Span(reader.loading.value, "dim")), 5))
        return facts

    def _place(self) -> str:
        """Return the position of the cursor in percent, and the number of new lines."""
        log = self.log_view
        new = len(log.rows) - log.rows.index(log.unseen_from) if log.unseen_from is not None else 0
        share = log.rows.index(log.cursor) * 100 // max(len(log.rows) - 1, 1) if log.cursor is not None else 100
        return f"{share}%" + (f" +{new:,}" if new > 0 else "")

    def _matches(self) -> str:
        finding = self.log_view.finding
        if finding is None:
            return ""
        more = "" if finding.counted else "…"
        place = finding.place(self.log_view.cursor) if self.log_view.cursor is not None else 0
        found = f"{len(finding):,}{more}"
        return f"{place:,} of {found}" if place else found

    def empty_words(self) -> Line:
        """Return the text shown when there are no lines."""
        if self.reader.problem.value:
            return line(Span(self.reader.problem.value, "bad"))
        if self.filters and len(self.reader.buffer):
            words = (
                "Looking…" if self.log_view.busy else "No loaded line passes the filters: press esc to remove the last filter"
            )
            return line(Span(words, "dim"))
        if self.reader.loading.value or not self.context.connected:
            return line(Span(f"{self.reader.loading.value or 'Waiting for the engine'}…", "dim"))
        when = (
            "yet"
            if self.preset is PRESETS[0]
            else f"({self.preset.words if self.preset else window_words(self.reader.window)})"
        )
        hint = "" if self.preset is PRESETS[0] else "; press 0 for the newest lines"
        return line(Span(f"Nothing was logged {when}{hint}", "dim"))

    @on(LogView.Moved)
    def _moved(self) -> None:
        if self.is_current:
            self.refresh_header()

    # -- jobs ---------------------------------------------------------------------------------------------------------

    def _busy(self) -> bool:
        if self._job is not None and self._job.state == "running":
            self.warn(f"{self._job.name} is running; press esc to cancel")
            return True
        return False

    def _watch(self, job: Job[Any], done: Callable[[Any], None]) -> None:
        """Show the progress of a job, and pass on its result."""
        self._job = job
        self.say(f"{job.name}… esc: cancel")
        self.run_worker(self._watched(job, done))

    async def _watched(self, job: Job[Any], done: Callable[[Any], None]) -> None:
        stop = self.context.jobs.changed.subscribe(
            lambda one: self.say(f"{job.name}: {job.progress}, esc: cancel") if one is job and job.state == "running" else None
        )
        await job.wait()
        stop()
        if job.state == "cancelled":
            self.warn(cancelled_words(job))
        elif job.error is not None:
            self.warn(told(job.error))
        else:
            done(job.result)
