"""The details of an object: tabs, each gathered from the engine and formatted by the description."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from contextlib import aclosing
from functools import partial
from typing import Generic, TypeVar

from textual.widget import Widget
from textual.worker import Worker

from tui.engine import errors
from tui.keys import key_name
from tui.live.state.collection import Changes, Collection
from tui.live.state.store import Connecting
from tui.resources.model.action import Action
from tui.resources.model.advice import told
from tui.resources.model.document import read_text
from tui.resources.model.resource import Resource, Tab
from tui.resources.model.sentence import on_screen
from tui.resources.model.text import Line, Span, line, one_line
from tui.screens.framework.action_runner import ActionRunner
from tui.screens.framework.commands import Command, secrets_said, secrets_verb
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.routes import open_route
from tui.widgets.bar import Bar, Segment

Row = TypeVar("Row")


class DetailsView(DocumentView, Generic[Row]):
    """The details of an object of `rows`. They stay readable after the object is removed."""

    def __init__(self, context: ViewContext, resource: Resource[Row], rows: Collection[Row], row: Row, tab: str = "") -> None:
        self.kind = resource.singular
        self.resource = resource
        self.rows = rows
        self.key = resource.id(row)
        self.row = row
        self.gone = False
        self.secrets = False
        self.tab = self._first_tab(tab)
        self.tabs = Bar(id="tabs")
        self.runner: ActionRunner[Row] = ActionRunner(self, context, resource, partial(open_route, self))
        self._shown = ""  # the tab whose text is on the screen
        self._answer: object = None  # of which that text was made, for a screen of `_width`
        self._width = 0
        self._gathering: Worker[object] | None = None  # the newest request
        super().__init__(context)

    def body(self) -> Iterable[Widget]:
        yield self.tabs
        yield from super().body()

    def on_ready(self) -> None:
        super().on_ready()
        self.row = self.rows.rows.get(self.key, self.row)  # the row may have changed before this view subscribed
        self.follow(self.rows.changed, self._follow)
        if self.resource.pulse is not None:
            self.follow_pulse(self.resource.pulse(self.context.session))
        self.show_tab(self.tab)
        self._follow(Changes())  # the object may be removed already

    def own_commands(self) -> Iterable[Command]:
        for action in self.resource.actions:
            if not action.whole:
                yield Command(
                    name=action.name,
                    keys=tuple(map(key_name, action.keys)),
                    help=action.help,
                    run=partial(self._run_here, action),
                    refusal=partial(self._refusal, action),
                    group=self.resource.singular,
                    menu=True,
                    footer=action.footer,
                )
        yield Command(
            name="next-tab",
            keys=("right_square_bracket", "tab"),
            help="next tab",
            run=lambda: self.step_tab(1),
            group="tabs",
            footer=True,
        )
        yield Command(
            name="previous-tab",
            keys=("left_square_bracket", "shift+tab"),
            help="previous tab",
            run=lambda: self.step_tab(-1),
            group="tabs",
        )
        for tab in self.resource.tabs:
            yield Command(
                name=f"tab-{tab.name}",
                keys=(tab.key,) if tab.key else (),
                help=f"show the tab {tab.name}",
                run=partial(self.show_tab, tab),
                refusal=partial(self._no_tab, tab),
                group="tabs",
            )
        yield secrets_verb(self.toggle_secrets)
        yield Command(name="copy-all", keys=("ctrl+a",), help="copy the whole text", run=self.copy_all, group="text")
        yield Command(name="copy-id", keys=("ctrl+y",), help="copy the id", run=self.copy_id, group="text")
        yield Command(name="reload", keys=("ctrl+r", "f5"), help="reload", run=self.reload, group="text")
        taken = {key for action in self.resource.actions if not action.whole for key in map(key_name, action.keys)}
        for command in super().own_commands():
            if not taken & set(command.keys):
                yield command

    def _run_here(self, action: Action[Row]) -> Awaitable[None]:
        return self.runner.begin(action, [self.row])

    def _no_tab(self, tab: Tab[Row]) -> str:
        return tab.refusal(self.row)

    def _refusal(self, action: Action[Row]) -> str:
        return "no longer exists" if self.gone else self.runner.refusal(action, [self.row])

    def title_line(self) -> Line:
        parts = [Span(f"{self.resource.singular} ", "title"), Span(self.resource.title(self.row), "accent")]
        return line(*parts, *([Span(" removed", "bad")] if self.gone else []))

    def menu_title(self) -> str:
        return self.resource.title(self.row)

    # -- tabs ---------------------------------------------------------------------------------------------------------

    def _first_tab(self, name: str) -> Tab[Row]:
        """Return the tab of this name, else the first that applies."""
        offered = [tab for tab in self.resource.tabs if not tab.refusal(self.row)] or [*self.resource.tabs]
        return next((tab for tab in self.resource.tabs if tab.name == name), offered[0])

    def step_tab(self, by: int) -> None:
        """Show the next tab that applies, or the previous."""
        offered = [tab for tab in self.resource.tabs if not tab.refusal(self.row)]
        if offered:
            at = offered.index(self.tab) if self.tab in offered else 0
            self.show_tab(offered[(at + by) % len(offered)])

    def show_tab(self, tab: Tab[Row]) -> None:
        """Show a tab, and request its contents."""
        self.tab = tab
        self.reader.expect(self._shown != tab.name)
        self._show_tabs()
        self.gather()

    def _show_tabs(self) -> None:
        spans = []
        for tab in self.resource.tabs:
            style = "current" if tab is self.tab else "grey" if tab.refusal(self.row) else ""
            spans += [Span(tab.name, style), Span("  ")]
        self.tabs.show([Segment(tuple(spans))])

    def gather(self) -> None:
        """Request the contents of the tab; cancel an older request."""
        if not self._shown and not self.reader.waiting:
            self.reader.expect(searched=self.reader.reading.searched)
        self._gathering = self.renew("gather", self._gather, self.tab)

    async def _gather(self, tab: Tab[Row]) -> None:
        if why := tab.refusal(self.row):
            self.show_document(read_text(f"{self.resource.title(self.row)} has no {tab.name}: {why}"))
            self._shown = ""
            return
        try:
            answer = await self._answer_of(tab)
        except errors.EngineError as error:
            if self._shown != tab.name:
                self.show_document(read_text(told(error)))
                self._shown = ""
            connecting = isinstance(self.context.session.store.connection.value, Connecting)  # asked again once connected
            if not self.gone and not connecting:
                self.warn(told(error))
            return
        self._show_answer(tab, answer)

    async def _answer_of(self, tab: Tab[Row]) -> object:
        """Return the engine's answer for a tab; show what arrives before, unless an older answer is shown."""
        if tab.collect is None and tab.gather is None:
            return self.row  # readable without an engine
        engine = self.context.session.engine
        if tab.collect is None:
            assert tab.gather is not None
            return await tab.gather(engine, self.row)
        new, answer = self._shown != tab.name, None
        async with aclosing(tab.collect(engine, self.row)) as answers:
            async for answer in answers:
                if new:
                    self._show_answer(tab, answer)
        return answer

    def _show_answer(self, tab: Tab[Row], answer: object) -> None:
        """Show what the engine answered for a tab, its sentences wrapped for the present width."""
        self._answer, self._width = answer, self.app.size.width
        with on_screen(self._width):
            document = tab.document(answer, self.row, self.secrets)
        self.show_document(document, again=self._shown == tab.name)
        self._shown = tab.name

    def on_resize(self) -> None:
        if self._shown == self.tab.name and self._width != self.app.size.width:
            self._show_answer(self.tab, self._answer)

    def _follow(self, changes: Changes) -> None:
        """Update the view after the object changed or was removed."""
        row = self.rows.rows.get(self.key)
        if row is None:
            if not self.gone:
                self.gone = True
                self.warn(f"{self.resource.title(self.row)} was removed; the last details remain")
        elif self.key in changes.changed or self.key in changes.added or changes.everything:
            changed = self.document_key(self.row) != self.document_key(row)
            self.gone = False
            self.row = row
            if changed and self.tab.live:
                self.gather()
        if self.is_current:
            self._show_tabs()
            self.refresh_header()
            self.refresh_keys()

    def refresh_connection(self) -> None:
        super().refresh_connection()
        asked = self._gathering is not None and not self._gathering.is_finished  # a slow engine is not asked once a second
        if self.context.connected and not self._shown and not asked and self.is_mounted:
            self.gather()

    def document_key(self, row: Row) -> object:
        """Return the parts of a row that its documents depend on: all but statistics."""
        if self.resource.pulse is not None:
            return row  # tasks, which no column shows
        columns = [column.key(row) for column in self.resource.columns if not column.statistics]
        return [*columns, self.resource.further_key(row)]

    # -- commands -----------------------------------------------------------------------------------------------------

    def toggle_secrets(self) -> None:
        """Show or mask secrets."""
        self.secrets = not self.secrets
        self.gather()
        self.say(secrets_said(self.secrets))

    def copy_all(self) -> None:
        """Copy the whole text of the tab (OSC 52)."""
        self.put_on_clipboard(self.reader.reading.document.plain_text(), "the whole text", self.all_of_it())

    def copy_id(self) -> None:
        """Copy the object's id (OSC 52)."""
        engine_name = self.resource.engine_name(self.row)
        self.put_on_clipboard(engine_name, one_line(engine_name))

    def reload(self) -> None:
        """Request the contents again; without a connection, try to connect now."""
        self.context.retry_now()
        self.gather()
