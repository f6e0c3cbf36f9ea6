"""TCP connection to a host: name resolution with a timeout, addresses tried in turn, kernel keep-alive."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import anyio
from anyio.abc import SocketAttribute

from tui.engine.transport.sockets import SocketStream, connect_tcp

RESOLVING = 4.0
"""Seconds for the resolution of a name: less than the connection timeout, so that the error can name the cause."""

NEXT_ADDRESS = 0.25
"""Seconds after which the next address of a host is tried as well (RFC 8305)."""

IDLE, INTERVAL, COUNT = 10, 5, 3
"""Seconds of silence before the kernel probes a connection, seconds between probes, unanswered probes that end it."""

UNACKNOWLEDGED = 25_000
"""Milliseconds after which unacknowledged data or probes end a connection."""


class NameServerSilent(OSError):
    """The host's name was not resolved within the timeout."""


async def connect(host: str, port: int) -> SocketStream:
    """Connect to `port` of `host`, a name or an IP address, with keep-alive by the kernel.

    Raises NameServerSilent, socket.gaierror for an unknown name, or OSError whose cause holds the errors of all addresses.
    """
    stream = await _first(await _addresses(host, port), port)
    keep_alive(stream.extra(SocketAttribute.raw_socket))
    return stream


def keep_alive(connection: socket.socket) -> None:
    """Have the kernel probe a silent connection and end it without acknowledgement. Sends no request."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = {"TCP_KEEPIDLE": IDLE, "TCP_KEEPALIVE": IDLE, "TCP_KEEPINTVL": INTERVAL, "TCP_KEEPCNT": COUNT}
    for name, value in {**options, "TCP_USER_TIMEOUT": UNACKNOWLEDGED}.items():
        option: int | None = getattr(socket, name, None)  # not available on every system
        if option is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)


async def _addresses(host: str, port: int) -> Sequence[str]:
    """Return the host's addresses as text; the first of each family come first."""
    try:
        with anyio.fail_after(RESOLVING):
            found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError:
        raise NameServerSilent from None
    families = {family: [str(where[0]) for kind, *_, where in found if kind == family] for family, *_ in found}
    first = [addresses.pop(0) for addresses in families.values()]
    return list(dict.fromkeys([*first, *(address for addresses in families.values() for address in addresses)]))


async def _first(addresses: Sequence[str], port: int) -> SocketStream:
    """Return the first connection made; each address has a head start before the next one."""
    made: list[SocketStream] = []
    failures: list[OSError] = []

    async def attempt(address: str, over: anyio.Event) -> None:
        try:
            made.append(await connect_tcp(address, port))
            group.cancel_scope.cancel()
        except OSError as error:
            failures.append(error)
        finally:
            over.set()

    try:
        async with anyio.create_task_group() as group:
            for address in addresses:
                over = anyio.Event()
                group.start_soon(attempt, address, over)
                with anyio.move_on_after(NEXT_ADDRESS):
                    await over.wait()
    except BaseException:
        for stream in made:
            await anyio.aclose_forcefully(stream)
        raise
    for stream in made[1:]:
        await anyio.aclose_forcefully(stream)
    if not made:
        raise OSError("no address of the host answers") from ExceptionGroup("all addresses", failures)
    return made[0]
