"""The context of every view: the live session, the user's configuration, and navigation."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui.config import Config
from tui.live.state.collection import Collection
from tui.live.state.signals import Signal
from tui.live.state.store import Connected, Connecting, Lost
from tui.resources import registry
from tui.resources.model.action import DockerCommand
from tui.resources.model.advice import told
from tui.resources.model.formats import duration
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session
    from tui.live.terminals.sessions import Sessions
    from tui.screens.framework.view import View

GoTo = Callable[[str, str], None]
"""Go to a screen by name, or to an object on it: `go("containers", "")`; ".." is one level back, "-" the previous view."""


PENDING = 20
"""Forms and reports that wait at most; the oldest are dropped."""


@dataclass(slots=True)
class ViewContext:
    """The context, one per program. `prefix` are docker's arguments for the same engine; `docker_commands` are the docker
    commands of past actions, as words.
    """

    session: Session
    config: Config
    go: GoTo
    view: Callable[[str], View]  # a main screen by name, created if needed
    prefix: DockerCommand = ()
    demo: bool = False
    docker_commands: list[DockerCommand] = field(default_factory=list)
    listed: Signal[DockerCommand] = field(default_factory=Signal)  # emits each new docker command
    _rows: dict[str, Collection[Any]] = field(default_factory=dict)
    pending: list[Callable[[], Awaitable[None]]] = field(default_factory=list)  # open forms and reports that wait for a key
    action_count: int = 0  # the number of commands run; a dialog about an earlier one is suppressed

    @property
    def host(self) -> str:
        """Return the engine's name for users, shown in dialogs beside the object: its own, and its address if not the usual."""
        return "demo" if self.demo else engine_title(self.session)

    @property
    def read_only(self) -> bool:
        """Return whether the session is read-only."""
        return self.session.read_only

    @property
    def connected(self) -> bool:
        """Return whether the engine is connected."""
        return self.session.connected

    @property
    def terminals(self) -> Sessions:
        """Return the open terminal sessions."""
        return self.session.terminals

    def rows(self, name: str) -> Collection[Any]:
        """Return the live rows of a resource type, which is listed from now on."""
        if name not in self._rows:
            self._rows[name] = registry.load(name).collection(self.session)
        return self._rows[name]

    def names(self, name: str) -> list[str]:
        """Return the names on a screen, for the prompt and for forms: objects, listed from now on, or tabs."""
        if registry.BY_NAME[name].where and (resource := registry.load(name)).lists:
            return resource.names(self.rows(name).rows.values())
        return [*self.view(name).names()]

    def record_command(self, command: DockerCommand) -> None:
        """Record the docker command of an action that was done: its words, without `docker`."""
        self.docker_commands.append(self.whole(command))
        self.listed.emit(command)

    def whole(self, command: DockerCommand) -> DockerCommand:
        """Return a docker command with `docker` and the engine's arguments."""
        return ("docker", *self.prefix, *command)

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
        silence = self.silence()
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

    def silence(self) -> str:
        """Return how long the engine has not answered, or ""."""
        since = self.session.store.silent_since.value
        return f"the engine has not answered for {duration(round(time.monotonic() - since))}" if since is not None else ""


USUAL = ("unix:///var/run/docker.sock", "unix:///run/docker.sock")
"""The addresses that need not be shown."""


def engine_title(session: Session) -> str:
    """Return the engine's own name, with the context or the address unless that is docker's usual one."""
    address, name = session.address, one_line(session.store.engine_name.value)
    where = address.name if address.name not in ("", "local") else address.path if address.scheme == "unix" else address.url
    where = "" if address.url in USUAL and address.name in ("", "local") else one_line(where)
    return f"{name} ({where})" if name and where and where != name else name or where or one_line(address.path)
