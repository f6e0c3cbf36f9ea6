"""Search in the logs of all containers, of the marked ones, or of projects (`ctrl+g`): the list of what is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tui.live.compose.projects import Project
from tui.live.containers.container import Container
from tui.live.expressions import Expression
from tui.live.logs.export import Hit
from tui.live.logs.grep import Grep, GrepRow
from tui.live.logs.window import Source, Window
from tui.live.merged_rows import Placed
from tui.resources.logs.formats import WINDOW_HELP, read_window, window_words
from tui.resources.logs.grep import GREP, check_expression, progress_words, title
from tui.resources.logs.notes import note_words
from tui.resources.model.text import Line, Span, count, line, one_line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.resource_view import ResourceView
from tui.screens.framework.view import View
from tui.screens.logs.line_views import HitsView
from tui.screens.logs.logs_view import LogsView
from tui.widgets.form import Filled, Form
from tui.widgets.form_field import FormField

ALL = "all"
"""The text of the whole past as a period."""


class GrepView(ResourceView[GrepRow]):
    """The logs in which a search found something; results come while the logs are read."""

    def __init__(self, context: ViewContext, grep: Grep, period: str) -> None:
        """`period`: what is searched, such as "the whole log"."""
        self.grep = grep
        self.period = period
        super().__init__(context, GREP, grep.rows)

    def on_ready(self) -> None:
        super().on_ready()
        self.follow(self.grep.progress, lambda _progress: self._progressed())
        self.renew("grep", self.grep.run)

    def _progressed(self) -> None:
        if self.is_current:
            self.refresh_header()
        if self.grep.progress.value.state == "done":
            self.lay_out()

    def title_line(self) -> Line:
        return line(Span("grep ", "title"), Span(f"/{self.grep.expression.text}", "accent"), Span(f" in {self.period}"))

    def counts(self) -> str:
        return progress_words(self.grep.progress.value)

    def empty_words(self) -> str:
        return super().empty_words() if self.grep.progress.value.state == "done" else "Reading the logs…"

    def own_commands(self) -> Iterable[Command]:
        yield Command(
            name="logs", keys=("l",), help="show the log at the newest match", run=self.open_newest, refusal=self._nothing
        )
        yield from super().own_commands()

    async def open_details(self) -> None:
        """Show the matches in the log under the cursor."""
        if (row := self.current) is None:
            return
        if row.problem:
            self.warn(one_line(row.problem))
            return
        context = self._context_of(row)

        def go_to(hit: Hit) -> None:
            self.run_worker(self.open_log(row, hit))

        text, hits = self.grep.expression.text, self.grep.hits(row.id)
        await self.app.push_screen(HitsView(context, text, self.period, hits, (title(row),), go_to))

    async def open_newest(self) -> None:
        """Show the log under the cursor at its newest match."""
        if (row := self.current) is not None and row.newest is not None:
            await self.open_log(row, row.newest)

    async def open_log(self, row: GrepRow, hit: Hit) -> None:
        """Show a match in its log, with the lines around it."""
        view = LogsView(self._context_of(row), [row.source])
        await self.app.push_screen(view)
        view.log_view.search(self.grep.expression.text)
        view.go_to_hit(hit)

    def _context_of(self, row: GrepRow) -> ViewContext:
        context = self.context
        if isinstance(context, GroupContext):
            return next(context.of(member) for member in context.members if member.session is row.source.session)
        return context


def _sources(view: View) -> tuple[list[Source], str]:
    """Return the logs that a search from this view looks at, and what they are in words."""
    marked: Sequence[Any] = view.listing.marked if isinstance(view, ResourceView) and view.listing.marks else ()
    context = view.context.group or view.context
    if marked and view.kind == "containers":
        rows = list(marked)
        what = count(len(rows), "marked container")
    elif marked and view.kind == "projects":
        rows = _members(marked)
        what = f"the containers of {count(len(marked), 'marked project')}"
    else:
        rows = [*context.rows("containers").rows.values()]
        what = f"all {count(len(rows), 'container')}"
    return _logs_of(rows), what


def _members(marked: Sequence[Any]) -> list[Any]:
    """Return the containers of projects, or of placed projects."""
    found: list[Any] = []
    for each in marked:
        project: Project = each.row if isinstance(each, Placed) else each
        members = (*project.containers, *project.one_offs)
        found += [Placed(each.member, row, "") for row in members] if isinstance(each, Placed) else members
    return found


def _logs_of(rows: Sequence[Any]) -> list[Source]:
    if rows and isinstance(rows[0], Placed):
        return [
            Source(each.row.id, each.row.name, f"{each.member.name}/{one_line(each.row.name)}", session=each.member.session)
            for each in rows
        ]
    containers: Sequence[Container] = rows
    return [Source(row.id, row.name) for row in containers]


def _check_period(text: str) -> str:
    return "" if text.strip() in ("", ALL) else read_window(text)[1]


async def ask_grep(view: View) -> None:
    """Ask for an expression and a period, and search the logs for it."""
    sources, what = _sources(view)
    if not sources:
        view.warn("there are no containers")
        return
    fields = [
        FormField("expression", "Expression", check=check_expression, hint="error|timeout; capitals matter if there are any"),
        FormField("period", "Period", check=_check_period, hint=f"empty: all; or {WINDOW_HELP}"),
    ]

    async def search(filled: Filled | None) -> None:
        if filled is None:
            return
        typed = dict(filled.typed)
        period = typed["period"].strip()
        window = (read_window(period)[0] if period not in ("", ALL) else None) or Window(tail=None)
        words = window_words(window) if window.since or window.until else "the whole logs"
        context = view.context.group or view.context
        session = None if isinstance(context, GroupContext) else context.session
        grep = Grep(session, sources, Expression(typed["expression"]), window, note_words)
        await view.app.push_screen(GrepView(context, grep, words))

    await view.show(Form(f"Search the logs of {what}", fields, submit="search"), search)
