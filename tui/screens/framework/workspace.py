"""A workspace: the views of one engine, or of several in merged lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from tui.engine.transport.address import Address
from tui.engine_names import named_engines
from tui.live.engine_session import Session
from tui.live.engines import Engines
from tui.live.merged_rows import Member
from tui.resources.model.action import DockerCommand
from tui.screens.framework.context import Program, ViewContext
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.routes import build_view
from tui.screens.framework.view import View


class Target(NamedTuple):
    """An engine to show: its address, and docker's options for it."""

    address: Address
    options: DockerCommand = ()


class Workspace:
    """The views of some engines, created when first needed, and where the user is among them.

    The views stay when another workspace is shown. `mode` is the name of its stack of screens; `go` goes to a screen in it, on
    one of its engines where the screen shows one; `install` makes a screen outlive its leaving.
    """

    def __init__(
        self,
        mode: str,
        engines: Engines,
        targets: Sequence[Target],
        program: Program,
        go: Callable[[ViewContext, str, str], None],
        install: Callable[[View], None],
    ) -> None:
        self.mode = mode
        self.left = ""  # the main screen that was closed last
        self._views: dict[tuple[ViewContext, str], View] = {}
        self._program = program
        self._install = install
        members = _members(engines, targets, program)
        if len(members) == 1:
            self.context = self._context_of(members[0], program.config.of_context(targets[0].address.name).name)
        else:
            contexts = {member: self._context_of(member, member.name) for member in members}
            self.context = GroupContext(program, contexts, self.view)
            for context in contexts.values():
                context.go = partial(go, context)

    def _context_of(self, member: Member, name: str) -> ViewContext:
        def view(name: str) -> View:
            return self.view(name, context)

        context = ViewContext(self._program, member.session, view, name, member.options, member.colour)
        return context

    @property
    def sessions(self) -> dict[Session, ViewContext]:
        """The sessions of its engines, and the context of each."""
        context = self.context
        if isinstance(context, GroupContext):
            return {member.session: context.of(member) for member in context.members}
        return {context.session: context}

    @property
    def main_views(self) -> dict[str, View]:
        """The main screens created so far, by name."""
        return {name: view for (context, name), view in self._views.items() if context is self.context}

    def view(self, name: str, context: ViewContext | None = None) -> View:
        """Return a main screen by name, created if needed; `context`: that of one of several engines."""
        key = context or self.context, name
        if key not in self._views:
            self._views[key] = build_view(*key)
            self._install(self._views[key])
        return self._views[key]


def _members(engines: Engines, targets: Iterable[Target], program: Program) -> list[Member]:
    """Return the engines with a name for each, all different. Raises AddressError."""
    options: dict[Address, DockerCommand] = {}
    for target in targets:
        options.setdefault(target.address, target.options)
    members = []
    for name, address in named_engines([*options], program.config, read_only=engines.read_only):
        settings = program.config.of_context(address.name)
        members.append(Member(name, engines.session(address, settings.read_only), options[address], settings.colour))
    return members
