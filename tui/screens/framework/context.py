"""The context of every view: the live session, the user's configuration, and navigation."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui.config import Config
from tui.engine.errors import EngineError
from tui.live.jobs.jobs import Jobs
from tui.live.state.collection import Collection
from tui.live.state.signals import Signal, State
from tui.live.state.store import Connected, Connecting, Lost
from tui.resources import registry
from tui.resources.model.action import Answers, DockerCommand
from tui.resources.model.advice import told
from tui.resources.model.formats import duration
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.live.clock import EngineClock
    from tui.live.context_list import ContextList
    from tui.live.engine_session import Session
    from tui.live.engines import Engines
    from tui.live.state.source import Source
    from tui.live.terminals.sessions import Sessions
    from tui.resources.model.resource import Resource
    from tui.screens.framework.group_context import GroupContext
    from tui.screens.framework.view import View

GoTo = Callable[[str, str], None]
"""Go to a screen by name, or to an object on it: `go("containers", "")`; ".." is one level back, "-" the previous view."""


PENDING = 20
"""Forms and reports that wait at most; the oldest are dropped."""


@dataclass(slots=True)
class Program:
    """What the contexts of all engines share.

    `switch` shows the engines of these docker contexts. `open_on` opens the details of an object on any of the program's
    engines, by the screen of its type and its name or id. `docker_commands` are the docker commands of past actions, as words.
    """

    config: Config
    go: GoTo
    switch: Callable[[Sequence[str]], Awaitable[None]]
    engines: Engines
    open_on: Callable[[Session, str, str], Awaitable[None]]
    demo: bool = False
    docker_commands: list[DockerCommand] = field(default_factory=list)
    listed: Signal[DockerCommand] = field(default_factory=Signal)  # emits each new docker command
    pending: list[Callable[[], Awaitable[None]]] = field(default_factory=list)  # open forms and reports that wait for a key
    build_contexts: dict[str, ViewContext] = field(default_factory=dict)  # of the engines of builds, by job
    last_build: Answers | None = None  # of the form of a build, which begins with them
    action_count: int = 0  # the number of commands run; a dialog about an earlier one is suppressed
    _contexts: ContextList | None = None

    @property
    def contexts(self) -> ContextList:
        """Return docker's contexts, which are read when first needed."""
        from tui.live.context_list import ContextList  # lazy: rarely needed

        if self._contexts is None:
            self._contexts = ContextList(self.engines)
        return self._contexts

    async def close(self) -> None:
        """Stop asking the engines of docker's contexts."""
        if self._contexts is not None:
            await self._contexts.close()


class ViewContext:
    """The context of the views of one engine.

    `name` is what the user calls the engine, or ""; `prefix` are docker's arguments for the same engine; `go` goes to a screen;
    `colour` names the colour of the frame, or is "". `view` returns a main screen by name, created if needed. `group` is the
    context of the merged lists that this engine is part of, if any.
    """

    def __init__(
        self,
        program: Program,
        session: Session,
        view: Callable[[str], View],
        name: str = "",
        prefix: DockerCommand = (),
        colour: str = "",
    ) -> None:
        self.program = program
        self.view = view
        self.go = program.go
        self.name = name
        self.prefix = prefix
        self.colour = colour
        self.group: GroupContext | None = None
        self._session = session
        self._rows: dict[str, Collection[Any]] = {}

    # -- the program --------------------------------------------------------------------------------------------------

    @property
    def config(self) -> Config:
        """Return the user's configuration."""
        return self.program.config

    @property
    def jobs(self) -> Jobs:
        """Return the jobs of the program."""
        return self.program.engines.jobs

    # -- the engine ---------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """Return the session of the engine."""
        return self._session

    @property
    def sessions(self) -> list[Session]:
        """Return the sessions of all engines."""
        return [self._session]

    @property
    def acting_session(self) -> Session:
        """Return the session that is passed to actions: the engine's.

        For rows of several engines it is any, since these name their own.
        """
        return self._session

    @property
    def host(self) -> str:
        """Return the engine's name for users, shown in dialogs beside the object: its own, and its address if not the usual."""
        return self.name or ("demo" if self.program.demo else engine_title(self.session))

    @property
    def short_host(self) -> str:
        """Return the engine's name for users without its address, for narrow headers."""
        return self.name or ("" if self.program.demo else one_line(self.session.store.engine_name.value)) or self.host

    @property
    def clock(self) -> EngineClock:
        """Return the engine's clock."""
        return self.session.store.clock

    @property
    def read_only(self) -> bool:
        """Return whether the session is read-only."""
        return self.session.read_only

    def why_read_only(self) -> str:
        """Return why nothing can be changed, or ""."""
        if not self.read_only:
            return ""
        by_option = self.program.engines.read_only
        return "Longshore was started with --read-only" if by_option else f"config.toml makes {self.host} read-only"

    @property
    def connected(self) -> bool:
        """Return whether the engine is connected; of several, whether any is."""
        return self.session.connected

    @property
    def terminals(self) -> Sessions:
        """Return the open terminal sessions."""
        return self.session.terminals

    def on_engine(self, ids: Iterable[str]) -> frozenset[str]:
        """Return names for objects of the engine that are unique among all engines."""
        return frozenset(map(self.session.unique, ids))

    def rows(self, name: str) -> Collection[Any]:
        """Return the live rows of a resource type, which is listed from now on."""
        if name not in self._rows:
            self._rows[name] = self.collection(name)
        return self._rows[name]

    def collection(self, name: str) -> Collection[Any]:
        """Return the collection of the rows of a resource type."""
        return registry.load(name).collection(self.session)

    def resource(self, name: str) -> Resource[Any]:
        """Return the description of the rows of a resource type."""
        return registry.load(name)

    def names(self, name: str) -> list[str]:
        """Return the names on a screen, for the prompt and for forms: objects, listed from now on, or tabs."""
        if registry.BY_NAME[name].where and (resource := self.resource(name)).lists:
            return resource.names(self.rows(name).rows.values())
        return [*self.view(name).names()]

    def problems(self, source: Source[Any]) -> list[tuple[str, State[EngineError | None]]]:
        """Return for each engine its name, "" for the only one, and its refusal to list a source."""
        return [("", self.session.store.problem(source))]

    def reload(self, source: Source[Any]) -> None:
        """Read a source's list again, and check the connection."""
        self.session.store.reload(source)

    def retry_now(self) -> None:
        """Reconnect now; while connected, check whether the engine answers."""
        self.session.retry_now()

    def watch_containers(
        self, keys: Iterable[str], viewer: Hashable, *, statistics: bool = False, steady: bool = False
    ) -> None:
        """Set the containers on the screen: the engine is asked for their details, and with `statistics` for these too.

        `steady`: for statistics each second also while nobody types.
        """
        ids = frozenset(keys)
        self.session.sampler.watch(ids if statistics else (), viewer, steady=steady)
        self.session.inspector.watch(ids, viewer)

    # -- docker commands ----------------------------------------------------------------------------------------------

    def record_command(self, command: DockerCommand) -> None:
        """Record the docker command of an action that was done: its words, without `docker`."""
        self.program.docker_commands.append(self.whole(command))
        self.program.listed.emit(command)

    def whole(self, command: DockerCommand) -> DockerCommand:
        """Return a docker command with `docker` and the engine's arguments; `docker context` concerns no engine."""
        return ("docker", *(self.prefix if command[:1] != ("context",) else ()), *command)

    # -- the state of the connection ----------------------------------------------------------------------------------

    summary_rank = 4
    """The rank of `engine_summary` in the header: versions are left out first."""

    def engine_summary(self) -> str:
        """Return the engine's version and API version, for the header."""
        now = self.session.store.connection.value
        if isinstance(now, Connecting) and self.session.store.containers.loaded:
            return "connecting…"  # a list of the time before, which may be outdated
        return f"{now.version} API {now.api}" if isinstance(now, Connected) else ""

    def away(self) -> str:
        """Return a short reason why no request can be made now, or "" while connected."""
        if self.connected:
            return ""
        connecting = isinstance(self.session.store.connection.value, Connecting)
        return "still connecting to the engine" if connecting else "the engine is not connected"

    def connection_problem(self) -> str:
        """Return why the connection is lost and when the next try is, or how long the engine has been silent, or ""."""
        now = self.session.store.connection.value
        since = self.session.store.silent_since.value
        silence = f"the engine has not answered for {duration(round(time.monotonic() - since))}" if since is not None else ""
        if isinstance(now, Lost):
            before = f"{silence}; " if silence else ""
            if now.next_try is None:
                return f"{before}{told(now.reason)} Not connected; ctrl+r: try again"
            at = time.strftime("%H:%M:%S", time.localtime(time.time() + max(0.0, now.next_try - time.monotonic())))
            return f"{before}{told(now.reason)} Next try at {at}; ctrl+r: now"
        return silence or self.not_following()

    def not_following(self) -> str:
        """Return that and why no events arrive, or ""."""
        refusal = self.session.store.not_following.value
        return f"lists do not follow, ctrl+r reads them: GET /events is refused: {refusal}" if refusal is not None else ""

    def skew(self) -> str:
        """Return the difference between the engine's clock and this machine's, or ""."""
        skew = self.session.store.skew.value
        return f"engine clock {duration(abs(skew))} {'ahead' if skew > 0 else 'behind'}" if skew else ""

    def problem_count(self) -> int:
        """Return the number of problems on the engines that are neither hidden nor fixed."""
        return sum(session.problem_count for session in self.sessions)

    @property
    def unverified(self) -> bool:
        """Return whether a certificate of an engine is not verified."""
        return self.session.address.unverified


USUAL = ("unix:///var/run/docker.sock", "unix:///run/docker.sock")
"""The addresses that need not be shown."""


def engine_title(session: Session) -> str:
    """Return the engine's own name, with the context or the address unless that is docker's usual one."""
    address, name = session.address, one_line(session.store.engine_name.value)
    where = address.name if address.name not in ("", "local") else address.path if address.scheme == "unix" else address.url
    where = "" if address.url in USUAL and address.name in ("", "local") else one_line(where)
    return f"{name} ({where})" if name and where and where != name else name or where or one_line(address.path)
