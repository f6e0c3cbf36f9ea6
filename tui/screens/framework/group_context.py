"""The context of the merged lists of several engines."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tui.engine.errors import EngineError
from tui.live.clock import LOCAL, EngineClock
from tui.live.merged_rows import Member, MergedRows
from tui.live.state.collection import Collection
from tui.live.state.signals import State
from tui.resources import registry
from tui.resources.model.merged import by_member, hosts_text, merged
from tui.resources.model.text import count
from tui.screens.framework.context import Program, ViewContext

if TYPE_CHECKING:
    from tui.live.engine_session import Session
    from tui.live.state.source import Source
    from tui.resources.model.resource import Resource
    from tui.screens.framework.view import View

OF_THE_PROGRAM = frozenset({"jobs", "contexts", "forwards"})
"""The lists that belong to no engine."""

MOST_NAMED = 3
"""Engines that the header names; of more it says the number."""


class GroupContext(ViewContext):
    """The context of the merged lists of several engines.

    Whatever is opened on the objects of one engine has the context of that engine, `of(member)`.
    """

    def __init__(self, program: Program, contexts: Mapping[Member, ViewContext], view: Callable[[str], View]) -> None:
        self.members = tuple(contexts)
        self._contexts = contexts
        self.chosen: Member | None = None  # where the user chose one of the engines last
        self._resources: dict[str, Resource[Any]] = {}
        self._watched: dict[Hashable, set[Member]] = {}  # by viewer: the engines with containers on the screen
        named = len(self.members) <= MOST_NAMED
        name = ", ".join(member.name for member in self.members) if named else count(len(self.members), "host")
        super().__init__(program, self.members[0].session, view, name)
        for context in contexts.values():
            context.group = self

    def of(self, member: Member) -> ViewContext:
        """Return the context of one engine."""
        return self._contexts[member]

    @property
    def session(self) -> Session:
        raise TypeError("several engines share no session: use the context of one engine")

    @property
    def sessions(self) -> list[Session]:
        return [member.session for member in self.members]

    @property
    def clock(self) -> EngineClock:
        return LOCAL

    @property
    def read_only(self) -> bool:
        return all(member.session.read_only for member in self.members)

    @property
    def connected(self) -> bool:
        return any(member.session.connected for member in self.members)

    def on_engine(self, ids: Iterable[str]) -> frozenset[str]:
        """Return the names as they are: those of placed rows are unique."""
        return frozenset(ids)

    def collection(self, name: str) -> Collection[Any]:
        if name in OF_THE_PROGRAM:
            return self._contexts[self.members[0]].rows(name)
        return MergedRows([(member, context.rows(name)) for member, context in self._contexts.items()])

    def resource(self, name: str) -> Resource[Any]:
        if name in OF_THE_PROGRAM:
            return registry.load(name)
        if name not in self._resources:
            self._resources[name] = merged(registry.load(name))
        return self._resources[name]

    def problems(self, source: Source[Any]) -> list[tuple[str, State[EngineError | None]]]:
        return [(member.name, member.session.store.problem(source)) for member in self.members]

    def reload(self, source: Source[Any]) -> None:
        for member in self.members:
            member.session.store.reload(source)

    def retry_now(self) -> None:
        for member in self.members:
            member.session.retry_now()

    def watch_containers(
        self, keys: Iterable[str], viewer: Hashable, *, statistics: bool = False, steady: bool = False
    ) -> None:
        rows = self.rows("containers").rows
        seen = by_member(rows[key] for key in keys if key in rows)
        for member in seen.keys() | self._watched.get(viewer, set()):
            ids = [row.id for row in seen.get(member, ())]
            self.of(member).watch_containers(ids, viewer, statistics=statistics, steady=steady)
        self._watched[viewer] = {*seen}

    summary_rank = 2  # lost engines are named

    def engine_summary(self) -> str:
        answering = sum(member.session.connected for member in self.members)
        return f"{answering} of {count(len(self.members), 'engine')} connected"

    def away(self) -> str:
        return "" if self.connected else f"no connection to {hosts_text(self.members)}"

    def connection_problem(self) -> str:
        """Return for each engine that is lost or silent why, in one line, or ""."""
        problems = [(member.name, context.connection_problem()) for member, context in self._contexts.items()]
        return "  ".join(f"{name}: {problem}" for name, problem in problems if problem)

    def not_following(self) -> str:
        """Return "": a list that does not follow is one of several, which do."""
        return ""

    def skew(self) -> str:
        """Return the differences between the engines' clocks and this machine's, or ""."""
        skews = [(member.name, context.skew()) for member, context in self._contexts.items()]
        return ", ".join(f"{name}: {skew}" for name, skew in skews if skew)

    @property
    def unverified(self) -> bool:
        return any(context.unverified for context in self._contexts.values())
