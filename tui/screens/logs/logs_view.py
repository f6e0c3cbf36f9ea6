"""The log of a container, of several, or of a Compose project: reading, search, filters, export."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from textual import on
from textual.timer import Timer

from tui.live.logs.buffer import NOTE
from tui.live.logs.reader import PRESETS, Hit, Hits, Preset, Saved, Source
from tui.resources.logs.ansi_text import LONGEST, whole
from tui.resources.logs.filters import Filters, Search
from tui.resources.logs.formats import SECOND, TIMES, WINDOW_HELP, clock, filter_limit_words, limit_words, read_window
from tui.resources.logs.levels import LEVELS
from tui.resources.model.formats import now
from tui.resources.model.text import count
from tui.screens.framework.commands import Command, moving
from tui.screens.framework.context import ViewContext
from tui.screens.logs.base_view import LogBaseView
from tui.widgets.dialogs import Entry, Pick
from tui.widgets.logview import LogView

AGES = 10.0  # seconds between updates of relative times
NO_SOURCE = 65535  # the source of a mark
NOTHING: Callable[[], None] = lambda: None  # noqa: E731


class LogsView(LogBaseView):
    """The log view with all its commands."""

    digits_go_to_screens = False  # the digits choose the period

    def __init__(
        self,
        context: ViewContext,
        sources: Sequence[Source],
        project: str = "",
        tasks: Callable[[], Sequence[Source]] | None = None,
    ) -> None:
        self._ages: Timer | None = None
        self._told_of: set[Search] = set()  # searches that took too long
        self._waiting: list[bool] = []  # matches to go to once there are lines, each forwards or backwards
        super().__init__(context, sources, project, tasks)

    # -- commands -----------------------------------------------------------------------------------------------------

    def own_commands(self) -> Iterable[Command]:
        log = self.log_view
        text: tuple[tuple[str, tuple[str, ...], str, Any, bool], ...] = (
            ("search", ("slash",), "search the loaded lines for an expression", self.ask_search, True),
            (
                "filter",
                ("ampersand",),
                "show only lines that match; a leading ! inverts; filters add up",
                self.ask_filter,
                True,
            ),
            ("levels", ("S",), "show only lines of a level and above", self.ask_level, True),
            ("line", ("enter",), "show the whole line with its fields", self.open_line, True),
            ("times", ("t",), "change the times: off, local, UTC, relative", self.step_times, True),
            ("wrap", ("w",), "wrap long lines or not", log.action_wrap, True),
            (
                "raw",
                ("r",),
                "show JSON and logfmt lines as written, or by fields",
                self.toggle_raw,
                False,
            ),
            ("follow", ("f",), "follow new lines or not", self.toggle_follow, True),
            ("autoscroll", ("s",), "keep the newest line in view or not", self.toggle_autoscroll, False),
            ("mark", ("m",), "insert a mark with the current time", self.drop_mark, False),
            ("copy", ("Y",), "copy the line or the selected lines", self.copy, True),
            ("choose-down", ("J", "shift+down"), "select lines downwards", lambda: log.action_choose(1), False),
            ("choose-up", ("K", "shift+up"), "select lines upwards", lambda: log.action_choose(-1), False),
            ("save", ("ctrl+s",), "save the log from the engine to a file", self.save, True),
            ("pager", ("v",), "open the shown lines in $PAGER", self.open_pager, False),
            ("editor", ("V",), "open the shown lines in $EDITOR", self.open_editor, False),
            ("next-error", ("e",), "next line with an error", lambda: self._seek_error(False), False),
            ("previous-error", ("E",), "previous line with an error", lambda: self._seek_error(True), False),
            ("period", ("equals_sign",), f"choose the period: {WINDOW_HELP}", self.ask_window, False),
            ("reload", ("ctrl+r", "f5"), "read the log again", self.reload, False),
        )
        for name, keys, help_, run, footer in text:
            yield Command(name=name, keys=keys, help=help_, run=run, group="logs", footer=footer)
        yield Command(
            name="next", keys=("n",), help="next match", run=lambda: self.seek(False), refusal=self._searched, group="logs"
        )
        yield Command(
            name="previous",
            keys=("N",),
            help="previous match",
            run=lambda: self.seek(True),
            refusal=self._searched,
            group="logs",
        )
        yield Command(
            name="search-all",
            keys=("A",),
            help="search the log of the engine, beyond the loaded lines",
            run=self.search_all,
            group="logs",
            refusal=self._searched,
        )
        for preset in PRESETS:
            yield Command(
                name=f"since-{preset.words.replace(' ', '')}",
                keys=(preset.key,),
                help=f"show {preset.words}" if preset.seconds is None else f"show the last {preset.words}",
                run=partial(self._show_preset, preset),
                group="period",
            )
        yield from moving(
            log.action_move, log.action_page, self.go_to_start, self.go_to_end, log.action_sideways, "line", turns=("space",)
        )

    def _searched(self) -> str:
        return "" if self.log_view.finding is not None else "no search yet: press /"

    # -- moving -------------------------------------------------------------------------------------------------------

    def go_to_start(self) -> None:
        """Show the beginning of the log; fetch it if needed."""
        if self.reader.at_start:
            self.log_view.action_first()
            return
        since = self.reader.window.since
        self._fetch(lambda: self._go_to(int((since or 0) * SECOND), self.log_view.action_first))

    def go_to_end(self) -> None:
        """Show the newest line; fetch it if needed."""
        if self.reader.at_end:
            self.log_view.action_last()
        else:
            self._fetch(self._to_newest)

    async def _to_newest(self) -> None:
        await self.reader.newest()
        self.log_view.action_last()

    async def _go_to(self, time_ns: int, then: Callable[[], None] = NOTHING) -> None:
        id_ = await self.reader.go_to(time_ns)
        self.log_view.flush()
        if id_ in self.log_view.rows:
            self.log_view.move_to(id_, middle=True)
        then()

    def go_to_hit(self, hit: Hit) -> None:
        """Show a match from the whole log with the lines around it."""
        self._fetch(lambda: self._go_to(hit.time_ns))

    # -- searching and filtering --------------------------------------------------------------------------------------

    def ask_search(self) -> None:
        """Search while the expression is typed."""
        self.prompt.ask("/", accept=self._search, typed=self._searching, cancelled=lambda: self._search(""))

    def _searching(self, text: str) -> None:
        self.log_view.search(text)
        self.prompt.note(self.log_view.finding.search.problem if self.log_view.finding is not None else "")

    def _search(self, text: str) -> None:
        self.log_view.search(text)
        self._waiting = []
        if text and self._no_lines_yet:
            self._waiting = [True]
            self.say(f"/{text}: waiting for the first lines")
        elif text and self.log_view.cursor is not None:
            self._seek_from(self.log_view.cursor + 1, backwards=True)

    @property
    def _no_lines_yet(self) -> bool:
        if self.log_view.cursor is None:
            self.log_view.flush()
        return not len(self.reader.buffer)

    @on(LogView.Moved)
    def _search_first_lines(self) -> None:
        if self._waiting and self.log_view.cursor is not None:
            waiting, self._waiting = self._waiting, []
            self.renew("seek", self._seek_each, self.log_view.cursor + 1, waiting)

    async def _seek_each(self, start: int, directions: Sequence[bool]) -> None:
        for backwards in directions:
            await self._seek(start, backwards)
            start = self.log_view.cursor or 0

    def ask_filter(self) -> None:
        """Ask for a further filter."""
        self.prompt.ask(
            "&", accept=self._add_filter, typed=lambda text: self.prompt.note(Search(text, invertible=True).problem)
        )

    def _add_filter(self, text: str) -> None:
        if text:
            self.show_filters(self.filters.adding(text))

    @on(LogView.Moved)
    def _tell_of_slow_searches(self) -> None:
        """Show a warning once for each expression that exceeded its time limit and is taken literally since."""
        finding = self.log_view.finding
        searches = (*self.filters.searches, *([finding.search] if finding is not None else []))
        for search in searches:
            if search.expression.gave_up and search not in self._told_of:
                self._told_of = {search, *self._told_of.intersection(searches)}
                self.warn(f"{search.text}: {search.problem}")
                if self.prompt.is_open:
                    self.prompt.note(search.problem)

    def show_filters(self, filters: Filters) -> None:
        """Show only lines that pass these filters."""
        self.filters = filters
        self.log_view.filter(filters)
        self.refresh_header()
        if filters != Filters() and self.reader.buffer.longest > LONGEST:
            self.say(filter_limit_words(), "warn")

    def seek(self, backwards: bool) -> None:
        """Go to the next match, or the one before; behind the last comes the first."""
        if self._waiting:
            self._waiting.append(backwards)
        elif self.log_view.cursor is not None:
            self._seek_from(self.log_view.cursor, backwards)

    def _seek_from(self, start: int, backwards: bool) -> None:
        self.renew("seek", self._seek, start, backwards)

    async def _seek(self, start: int, backwards: bool) -> None:
        buffer = self.reader.buffer
        for begin, words in ((start, ""), (buffer.end_id if backwards else buffer.first_id - 1, "around the exit: ")):
            further: int | None = begin
            before = self.log_view.cursor
            while further is not None:
                further = self.log_view.go_on(further, backwards)
                await asyncio.sleep(0)
            finding = self.log_view.finding
            if finding is None:
                return
            cursor = self.log_view.cursor
            if cursor is not None and (cursor != before or finding.place(cursor)) and not self.log_view.autoscroll:
                self.say(f"{words}match {self._matches()}")
                return
        more = "" if self.reader.at_start else f"; press A to search {self.period}"
        most = finding.looks_at if finding is not None else buffer.longest
        cut = f"; {limit_words(most)}" if buffer.longest > most else ""
        self.say(f"no match in the loaded lines{cut}{more}", "warn")

    def _seek_error(self, backwards: bool) -> None:
        from tui.screens.logs.next_error import go_to_error

        self.renew("seek", go_to_error, self, backwards)

    def search_all(self) -> None:
        """Search the log of the chosen period in the background."""
        finding = self.log_view.finding
        if finding is None or self._busy():
            return
        self._watch(self.reader.search_all(finding.search.expression), lambda hits: self._show_hits(finding.search.text, hits))

    def _show_hits(self, text: str, hits: Hits) -> None:
        from tui.screens.logs.line_views import HitsView

        self.clear_message()
        self.app.push_screen(HitsView(self.context, text, self.period, hits, self.log_view.look.names, self.go_to_hit))

    async def ask_level(self) -> None:
        """Ask for the minimum level."""
        entries = [Entry("", "all lines", key="a")]
        entries += [Entry(level, f"{level} and above", key=level[0]) for level in LEVELS[1:]]

        def picked(level: str | None) -> None:
            if level is not None:
                self.show_filters(replace(self.filters, level=level))

        await self.show(Pick("Levels", entries, keyed=True), picked)

    async def save(self) -> None:
        """Save the log of the chosen period from the engine."""
        from tui.screens.logs.export import ask_and_save, saved_words

        if self._busy():
            return
        period = self.period

        def saved(result: Saved) -> None:
            self.say(saved_words(result, period), "good")

        await ask_and_save(self, period, self.reader, lambda job: self._watch(job, saved))

    # -- other commands -----------------------------------------------------------------------------------------------

    def step_times(self) -> None:
        """Change to the next time format."""
        times = TIMES[(TIMES.index(self.log_view.look.times) + 1) % len(TIMES)]
        self.log_view.show_look(self.log_view.look.timed(times))
        self.say(f"times: {times}")
        if self._ages is not None:
            self._ages.stop()
        relative = times == "relative"
        self._ages = self.set_interval(AGES, lambda: self.log_view.show_look(self.log_view.look)) if relative else None

    def toggle_raw(self) -> None:
        """Show JSON and logfmt lines as they were written, or by their fields."""
        raw = not self.log_view.look.raw
        self.log_view.show_look(self.log_view.look.as_written(raw))
        self.say("lines as written" if raw else "JSON and logfmt lines by their fields")

    def toggle_follow(self) -> None:
        """Start or stop following new lines."""
        if self.reader.window.until is not None:
            self.warn(f"not following: {self.period} has an end; 0 shows the newest lines and follows")
            return
        self.reader.following = not self.reader.following
        self.say("following" if self.reader.following else "not following: new lines are not read")
        self.refresh_header()

    def toggle_autoscroll(self) -> None:
        """Keep the newest line in view, or stop doing so."""
        self.log_view.set_autoscroll(not self.log_view.autoscroll)

    def drop_mark(self) -> None:
        """Insert a mark with the current time between the lines."""
        at = int(now() * SECOND)
        start = self.reader.buffer.append([(at, NO_SOURCE, NOTE, f"mark {clock(at)}".encode(), 0)])
        self.log_view.changed(start)
        self.say(f"marked {clock(at)}")

    def copy(self) -> None:
        """Copy the selected lines, or the line under the cursor (OSC 52)."""
        ids = self.log_view.chosen()
        if not ids:
            return
        text = "\n".join(whole(self.reader.buffer.line(id_).data) for id_ in ids)
        what = f"{count(len(ids), 'line')}, {count(len(text), 'character')}"
        self.put_on_clipboard(text, what, f"{self.commands.signs('save')} saves {self.period} to a file")
        if self.log_view.chosen_from is not None:
            self.log_view.choose_none()

    def _show_preset(self, preset: Preset) -> None:
        self.show_window(preset.window(now()), preset)

    @on(LogView.Opened)
    async def _opened(self) -> None:
        await self.action_command("line")

    def open_line(self) -> None:
        """Open the line under the cursor with all its fields."""
        from tui.screens.logs.line_views import open_line

        if self.log_view.cursor is not None:
            self._fetch(partial(open_line, self, self.reader, self.log_view.cursor))

    def open_pager(self) -> None:
        """Open the shown lines in the user's pager."""
        from tui.screens.logs.export import open_in

        self.renew("outside", open_in, self, self.log_view, ("PAGER",), "less")

    def open_editor(self) -> None:
        """Open the shown lines in the user's editor."""
        from tui.screens.framework.other_program import EDITORS
        from tui.screens.logs.export import open_in

        self.renew("outside", open_in, self, self.log_view, EDITORS, "vi")

    def ask_window(self) -> None:
        """Ask for the period of the log."""

        def accept(text: str) -> None:
            window, wrong = read_window(text)
            if window is None:
                self.warn(wrong)
            else:
                self.show_window(window)

        self.prompt.ask("=", accept=accept)
        self.prompt.note(WINDOW_HELP)

    def reload(self) -> None:
        """Read the same part again."""
        self.context.retry_now()
        self.show_window(self.preset.window(now()) if self.preset else self.reader.window, self.preset)

    def escape(self) -> None:
        """Cancel the running job, else clear the selection, the search, the last filter; else go back."""
        if self._job is not None and self._job.state == "running":
            self._job.cancel()
        elif self.log_view.chosen_from is not None:
            self.log_view.choose_none()
        elif self.log_view.finding is not None:
            self._search("")
        elif self.filters:
            self.show_filters(self.filters.without_last())
        else:
            self.leave()
