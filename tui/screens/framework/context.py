"""What every view is handed: the engine's live session, the user's configuration, and where to go from here."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui.config import Config
from tui.live.state.collection import Collection
from tui.live.state.signals import Signal
from tui.live.state.store import Connected, Connecting, Lost
from tui.resources import registry
from tui.resources.model.action import DockerCommand
from tui.resources.model.formats import duration

if TYPE_CHECKING:
    from tui.live.engine_session import Session
    from tui.live.terminals.sessions import Sessions
    from tui.screens.framework.view import View

GoTo = Callable[[str, str], None]
"""Go to a screen by its name, or to an object on it: `go("containers", "")`; ".." is back a level, "-" the view before."""


@dataclass(slots=True)
class ViewContext:
    """One per program. `prefix` are the words that tell docker the same engine; `commands` are the docker commands of what was
    done, as words.
    """

    session: Session
    config: Config
    go: GoTo
    view: Callable[[str], View]  # a main screen by its name, perhaps never looked at yet
    host: str  # the engine's name for people: what dialogs name besides the object
    prefix: DockerCommand = ()
    demo: bool = False
    docker_commands: list[DockerCommand] = field(default_factory=list)
    listed: Signal[DockerCommand] = field(default_factory=Signal)  # tells of each new one of the commands
    _rows: dict[str, Collection[Any]] = field(default_factory=dict)
    action_count: int = 0  # how many verbs were used: whoever went on meanwhile is asked nothing about what was before

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed."""
        return self.session.read_only

    @property
    def connected(self) -> bool:
        """Whether the engine answers now."""
        return self.session.connected

    @property
    def terminals(self) -> Sessions:
        """The open terminal sessions."""
        return self.session.terminals

    def rows(self, name: str) -> Collection[Any]:
        """The live rows of a resource type, listed from now on."""
        if name not in self._rows:
            self._rows[name] = registry.load(name).collection(self.session)
        return self._rows[name]

    def names(self, name: str) -> list[str]:
        """What can be named on a screen, for the prompt and for forms: objects, listed from now on, or tabs and the like."""
        if registry.BY_NAME[name].where and (resource := registry.load(name)).lists:
            return resource.names(self.rows(name).rows.values())
        return [*self.view(name).names()]

    def record_command(self, command: DockerCommand) -> None:
        """Note the docker command that does what was just done: its words, without `docker`."""
        self.docker_commands.append(self.whole(command))
        self.listed.emit(command)

    def whole(self, command: DockerCommand) -> DockerCommand:
        """A docker command with `docker` and the engine."""
        return ("docker", *self.prefix, *command)

    def engine_summary(self) -> str:
        """The engine and the version of its API that is spoken, for the header."""
        now = self.session.store.connection.value
        if isinstance(now, Connecting) and self.session.store.containers.loaded:
            return "connecting…"  # there is a list, and nobody knows yet whether it stays true
        return f"{now.version} API {now.api}" if isinstance(now, Connected) else ""

    def away(self) -> str:
        """Why nothing can be asked of the engine now, in short; empty while it is connected."""
        if self.connected:
            return ""
        connecting = isinstance(self.session.store.connection.value, Connecting)
        return "still connecting to the engine" if connecting else "the engine is away"

    def connection_problem(self) -> str:
        """Why the engine is away and when it is tried again, or since when it does not answer; empty while it does."""
        now = self.session.store.connection.value
        silence = self.silence()
        if isinstance(now, Lost):
            at = time.strftime("%H:%M:%S", time.localtime(time.time() + max(0.0, now.next_try - time.monotonic())))
            return f"{f'{silence}; ' if silence else ''}next try at {at} (ctrl+r: now): {now.reason}"
        return silence

    def silence(self) -> str:
        """For how long the engine has not answered, in words; empty while it answers."""
        since = self.session.store.silent_since.value
        return f"the engine has not answered for {duration(round(time.monotonic() - since))}" if since is not None else ""


def host_name(name: str, demo: bool) -> str:
    """What to call the engine's host: its context's or its own name; this machine's for a local socket."""
    if demo:
        return "demo"
    return platform.node() if name in {"", "local"} else name
