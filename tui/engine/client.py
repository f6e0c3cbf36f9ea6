"""Client of one engine."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from tui.engine.api.containers import Containers
from tui.engine.api.execs import Execs
from tui.engine.api.system import System
from tui.engine.errors import EngineError
from tui.engine.objects.system import Ping
from tui.engine.transport.address import Address
from tui.engine.transport.dialers import Dialer
from tui.engine.transport.schemes import dialer_for
from tui.engine.transport.wire import Timeouts, Wire
from tui.engine.version import negotiate

if TYPE_CHECKING:
    from tui.engine.api.distribution import Distribution
    from tui.engine.api.images import Images
    from tui.engine.api.networks import Networks
    from tui.engine.api.volumes import Volumes
    from tui.engine.transport.tunnel import Tunnel

Operations = TypeVar("Operations")


class Engine:
    """One engine: `async with Engine.connect(address) as engine: await engine.containers.list()`.

    Operations are grouped as in the API. All raise EngineError. A stream is an async generator; close it with
    `contextlib.aclosing` or by cancelling the task, and its connection is closed at once.
    """

    def __init__(self, address: Address, read_only: bool, timeouts: Timeouts, dialer: Dialer | None = None) -> None:
        self.address = address
        self.read_only = read_only
        self.ping_info = Ping()
        self._dialer = dialer or dialer_for(address)
        self._lent = dialer is not None
        self._wire = Wire(self._dialer, read_only, timeouts, address.base, address.headers)
        self._operations: dict[Callable[[Wire], Any], Any] = {}
        self.system = self.api(System)
        self.containers = self.api(Containers)
        self.execs = self.api(Execs)

    @classmethod
    def connect(
        cls,
        address: Address | str,
        read_only: bool = False,
        timeouts: Timeouts | None = None,
        dialer: Dialer | None = None,
    ) -> Self:
        """Return an engine for `async with`, which pings it and negotiates the API version.

        `dialer` is used for the connections, and stays open afterwards; without it the engine has one of its own. Raises
        AddressError at once; entering raises ConnectError, TimedOut, BrokenAnswer or UnsupportedVersion.
        """
        parsed = Address.parse(address) if isinstance(address, str) else address
        return cls(parsed, read_only, timeouts or Timeouts(), dialer)

    def api(self, group: Callable[[Wire], Operations]) -> Operations:
        """Return the operations of an API tag, by the class in `tui.engine.api`: `engine.api(Nodes).list()`."""
        if group not in self._operations:
            self._operations[group] = group(self._wire)
        operations: Operations = self._operations[group]
        return operations

    # Imported lazily: the first screen does not need them.

    @property
    def images(self) -> Images:
        """Operations on images."""
        from tui.engine.api.images import Images

        return self.api(Images)

    @property
    def networks(self) -> Networks:
        """Operations on networks."""
        from tui.engine.api.networks import Networks

        return self.api(Networks)

    @property
    def volumes(self) -> Volumes:
        """Operations on volumes."""
        from tui.engine.api.volumes import Volumes

        return self.api(Volumes)

    @property
    def distribution(self) -> Distribution:
        """Operations on registries."""
        from tui.engine.api.distribution import Distribution

        return self.api(Distribution)

    @property
    def api_version(self) -> str:
        """The negotiated API version, such as "1.51"."""
        return str(self._wire.version)

    def serves(self, version: str) -> bool:
        """Whether the negotiated API version is at least `version`, such as "1.42"."""
        return self._wire.serves(version)

    def when_slow(self, notify: Callable[[float], object]) -> None:
        """Have `notify` called if a request has no answer for some seconds, with its time of `time.monotonic()`."""
        self._wire.slow = notify

    async def prepare(self) -> None:
        """Before connecting again after a loss: do what all connections rest on, such as an SSH login. Raises ConnectError."""
        await self._dialer.prepare()

    async def explain(self, error: EngineError) -> EngineError:
        """Return what is behind the loss of a connection, such as the end of the SSH connection, else `error`."""
        return await self._dialer.explain(error)

    async def forward(self, host: str, port: int, local_port: int = 0) -> Tunnel:
        """Forward a port of this machine (0: a free one) to a host and port as the engine's host sees them, over SSH.

        It ends by its `aclose`. Raises ConnectError; EngineError for an engine that is not reached over SSH.
        """
        from tui.engine.transport.ssh import SshDialer
        from tui.engine.transport.tunnel import Tunnel

        if not isinstance(self._dialer, SshDialer):
            raise EngineError("Ports can be forwarded only over SSH, and this engine is not reached over it.")
        return await Tunnel.open(self._dialer.connection, host, port, local_port)

    async def aclose(self) -> None:
        """Close all connections; open streams end."""
        await self._wire.aclose()
        if not self._lent:
            await self._dialer.aclose()

    async def __aenter__(self) -> Self:
        try:
            await self.prepare()
            self.ping_info = await self.system.ping()
            self._wire.version = negotiate(self.address.api_version or self.ping_info.api_version)
            self._wire.podman = self.ping_info.server.startswith("Libpod")
        except BaseException:
            await self.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
