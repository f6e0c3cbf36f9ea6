"""The list of a resource type on several engines: each action and each view that is opened goes to the engine of its rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from textual.app import App
from textual.screen import ModalScreen
from textual.worker import Worker

from tui.live.merged_rows import Member, Placed
from tui.live.state.collection import Collection
from tui.resources.model.action import Action, Open, Route
from tui.resources.model.merged import by_member, hosts_text, members_of
from tui.resources.model.resource import Resource
from tui.resources.model.text import Line
from tui.screens.framework.action_runner import ActionRunner
from tui.screens.framework.context import ViewContext
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.resource_view import ResourceView, no_such
from tui.screens.framework.routes import MERGED_ROUTES, open_merged_route, open_route
from tui.screens.framework.service_view import EngineView, ServiceView
from tui.screens.framework.view import View
from tui.widgets.dialogs import Entry, Pick


class MemberView:
    """A view of several engines as a route's function is handed it (`RouteView`).

    It has the context of the rows' engine, and the description of plain rows.
    """

    def __init__(self, view: EngineView, context: ViewContext, resource: Resource[Any]) -> None:
        self.view = view
        self.context = context
        self.resource = resource

    @property
    def kind(self) -> str:
        """Return the name of the view."""
        return self.view.kind

    @property
    def app(self) -> App[Any]:
        """Return the program."""
        return self.view.app

    @property
    def runner(self) -> ActionRunner[Any]:
        """Return the runner of the actions on the rows' engine."""

        async def open(route: Route, rows: Sequence[Any]) -> None:
            await open_route(self, route, rows)

        return ActionRunner(self.view, self.context, self.resource, open)

    @property
    def foreground_view(self) -> EngineView:
        """Return the view that the user sees now."""
        return self.view.foreground_view

    @property
    def is_current(self) -> bool:
        """Return whether the view is the one on top."""
        return self.view.is_current

    def say(self, text: str | Line, style: str = "") -> None:
        """Show one line about what happened."""
        self.view.say(text, style)

    def warn(self, text: str | Line) -> None:
        """Show one line about what went wrong."""
        self.view.warn(text)

    def clear_message(self) -> None:
        """Remove the message."""
        self.view.clear_message()

    def put_on_clipboard(self, text: str, what: str, instead: str = "") -> None:
        """Copy a text and show a message about it."""
        self.view.put_on_clipboard(text, what, instead)

    def offer(self, text: str, words: str, open: Callable[[], Awaitable[None]], style: str = "bad") -> None:
        """Show a message, and which key opens what belongs to it."""
        self.view.offer(text, words, open, style)

    async def show(self, dialog: ModalScreen[Any], then: Any) -> None:
        """Ask with a dialog; `then` is called with its answer."""
        await self.view.show(dialog, then)

    def renew(self, group: str, call: Callable[..., Awaitable[object]], *args: Any) -> Worker[object]:
        """Run `call` in the background, replacing earlier work of the same group; return the work."""
        return self.view.renew(group, call, *args)


class MergedRunner(ActionRunner[Placed[Any]]):
    """The actions on rows of several engines.

    Those on one engine run as on a list of that engine alone: with its name, its forms and its docker options.
    """

    def __init__(self, view: EngineView, context: GroupContext, resource: Resource[Any]) -> None:
        """`resource`: the description for one engine."""
        super().__init__(view, context, context.resource(resource.name), self.open_rows)
        self.engine_view = view
        self.group = context
        self.plain = resource
        self._runners: dict[Member, ActionRunner[Any]] = {}

    def on_one(self, member: Member) -> ActionRunner[Any]:
        """Return the runner for the rows of one engine."""
        if member not in self._runners:
            context = self.group.of(member)
            self._runners[member] = MemberView(self.engine_view, context, self.plain).runner
        return self._runners[member]

    def _plain(self, action: Action[Placed[Any]]) -> Action[Any]:
        return self.plain.by_name[action.name]

    def refusal(self, action: Action[Placed[Any]], rows: Sequence[Placed[Any]]) -> str:
        """Return why the action applies on none of the engines, or ""."""
        if action.whole or not rows:
            return super().refusal(action, rows)
        plain = self._plain(action)
        reasons = [self.on_one(member).refusal(plain, part) for member, part in by_member(rows).items()]
        return reasons[0] if all(reasons) else ""

    async def begin(self, action: Action[Placed[Any]], rows: Sequence[Placed[Any]]) -> None:
        if isinstance(action.do, Open) and not action.do.rows and action.do.route in MERGED_ROUTES:
            await self.open_rows(action.do.route, ())
        elif action.whole:
            await self.choose(action.help, lambda member: self._begin_on(member, action, ()))
        else:
            await self._begin_on_rows(action, rows)

    async def _begin_on_rows(self, action: Action[Placed[Any]], rows: Sequence[Placed[Any]]) -> None:
        kept = [placed for placed in rows if not self._refused_row(action, placed)]
        members = members_of(kept)
        if len(members) == 1:
            await self._begin_on(members[0], action, [placed.row for placed in rows if placed.member is members[0]])
        else:
            await super().begin(action, [placed for placed in rows if not self._read_only(action, placed)])

    @staticmethod
    def _read_only(action: Action[Placed[Any]], placed: Placed[Any]) -> bool:
        return action.changes and placed.member.session.read_only

    def _refused_row(self, action: Action[Placed[Any]], placed: Placed[Any]) -> bool:
        """Return whether a row is left out: by its state, or because nothing may be changed on its engine.

        A lost engine leaves nothing out: its rows report the error.
        """
        other = action.or_else
        refused = bool(action.refusal(placed)) and (other is None or bool(other.refusal(placed)))
        return refused or self._read_only(action, placed)

    async def _begin_on(self, member: Member, action: Action[Placed[Any]], rows: Sequence[Any]) -> None:
        runner, plain = self.on_one(member), self._plain(action)
        if why := runner.refusal(plain, rows):
            self.view.warn(f"{action.name} on {member.name}: {why}")
        else:
            await runner.begin(plain, rows)

    def host_of(self, rows: Sequence[Placed[Any]]) -> str:
        return hosts_text(members_of(rows))

    async def open_rows(self, route: Route, rows: Sequence[Placed[Any]]) -> None:
        """Open what an action names, for rows of one engine or of several."""
        members = members_of(rows)
        if len(members) == 1:
            side = MemberView(self.engine_view, self.group.of(members[0]), self.plain)
            await open_route(side, route, [placed.row for placed in rows])
        elif not await open_merged_route(MemberView(self.engine_view, self.group, self.plain), self.group, route, rows):
            self.view.warn(f"the marked {self.plain.name} are on {hosts_text(members)}: mark {self.plain.name} of one host")

    async def choose(self, question: str, then: Callable[[Member], Awaitable[None]]) -> None:
        """Ask for one of the engines."""
        await choose_member(self.view, self.group, question, then)


async def choose_member(
    view: ServiceView, group: GroupContext, question: str, then: Callable[[Member], Awaitable[None]]
) -> None:
    """Ask for one of the engines of a group, and call `then` with it.

    The last choice is proposed, else the engine of the row under the cursor.
    """
    members = {member.name: member for member in group.members}
    entries = [
        Entry(name, name, help=group.of(member).engine_summary() or group.of(member).away()) for name, member in members.items()
    ]

    async def picked(name: str | None) -> None:
        if name is not None:
            group.chosen = members[name]
            await then(members[name])

    here = view.current.member if isinstance(view, MergedView) and view.current is not None else None
    proposed = group.chosen or here
    await view.show(Pick(f"{question}: on which host?", entries, proposed=proposed.name if proposed else ""), picked)


class MergedView(ResourceView[Placed[Any]]):
    """The list of a resource type on several engines."""

    context: GroupContext

    def __init__(self, context: GroupContext, resource: Resource[Any], rows: Collection[Placed[Any]] | None = None) -> None:
        """`resource`: the description for one engine; `rows`: the rows, if other than those of the resource."""
        ResourceView.__init__(self, context, context.resource(resource.name), rows)
        self.plain = resource
        self.runner = self.merged_runner = MergedRunner(self, context, resource)
        self._outdated: dict[Member, bool] = {}

    def outdated(self) -> bool:
        return not self.context.connected and bool(self.connection_problem())

    def refresh_connection(self) -> None:
        """Update the bars, and grey the rows of lost engines."""
        super().refresh_connection()
        outdated = {member: member.outdated for member in self.context.members}
        changed = {member for member, now in outdated.items() if self._outdated.get(member, False) is not now}
        self._outdated = outdated
        if changed and self.table.is_mounted:
            self.table.show_changes(frozenset(key for key, placed in self.rows.rows.items() if placed.member in changed))

    # -- names --------------------------------------------------------------------------------------------------------

    def named(self, name: str) -> Placed[Any] | None:
        """Return the object of this name, with or without its host; None also if several engines have the name."""
        found = self._all_named(name)
        return found[0] if len(found) == 1 else None

    def _all_named(self, name: str) -> list[Placed[Any]]:
        rows = self.rows.rows.values()
        if exact := [placed for placed in rows if self.resource.title(placed) == name or placed.key == name]:
            return exact
        if called := [placed for placed in rows if name in self.resource.aliases(placed)]:
            return called
        return [placed for placed in rows if self.plain.id(placed.row).startswith(name)]

    def no_such(self, name: str) -> str:
        found = self._all_named(name)
        if not found:
            return no_such(self.resource, name)
        example = min(self.resource.title(placed) for placed in found)
        return f"{name!r} is on {hosts_text(members_of(found))}: write for example {example}"

    # -- details ------------------------------------------------------------------------------------------------------

    async def open_details(self) -> None:
        if self.current is not None and self.resource.enter is not None:
            await self.merged_runner.open_rows(self.resource.enter, [self.current])
        else:
            await super().open_details()

    def details(self, row: Placed[Any], tab: str = "") -> View:
        """Return the details of an object, as on its engine alone."""
        from tui.screens.framework.details_view import DetailsView

        context = self.context.of(row.member)
        return DetailsView(context, self.plain, context.rows(self.plain.name), row.row, tab)
