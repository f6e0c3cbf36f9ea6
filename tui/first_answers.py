"""The engines' lists of containers before the interface and the client are loaded: one request to each, side by side."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from tui.engine.in_time import in_time
from tui.live.clock import EngineClock, of

if TYPE_CHECKING:
    from tui.engine.transport.address import Address
    from tui.live.containers.container import Container
    from tui.live.merged_rows import Placed

PATIENCE = 0.25
"""Seconds that an engine has for the first list; for a slower one the interface waits, which can be quit at any time."""


class Answer(NamedTuple):
    """The containers of an engine, perhaps none, and its clock."""

    rows: Sequence[Container]
    clock: EngineClock


@dataclass(frozen=True)
class FirstMember:
    """What the first list needs of an engine among several; see `Member`."""

    name: str
    colour: str
    clock: EngineClock
    outdated: bool = False


def placed(member: FirstMember, rows: Sequence[Container]) -> list[Placed[Container]]:
    """Return the rows of an engine among several, with the keys that they have in the interface."""
    from typing import Any

    from tui.live.merged_rows import Placed, key

    of_engine: Any = member  # it has no session yet
    return [Placed(of_engine, row, key(member.name, row.id)) for row in rows]


def read_all(addresses: Sequence[Address]) -> dict[Address, Answer]:
    """Return the answers of the engines that answer in time."""
    outcomes: SimpleQueue[tuple[Address, Answer | Exception | None]] = SimpleQueue()

    def run(address: Address) -> None:
        try:
            outcomes.put((address, read(address)))
        except Exception as error:  # raised where it is waited for
            outcomes.put((address, error))

    for address in addresses:
        threading.Thread(target=run, args=(address,), name="first list", daemon=True).start()
    answers: dict[Address, Answer] = {}
    late = time.monotonic() + PATIENCE
    for _ in addresses:
        try:
            address, outcome = outcomes.get(timeout=max(0.0, late - time.monotonic()))
        except Empty:
            break
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            answers[address] = outcome
    return answers


def read(address: Address) -> Answer | None:
    """Return the engine's containers (`ContainerList`); None on an error, which the interface reports after its own try."""
    from tui.engine.errors import EngineError

    try:
        return answer_of(_ask(address))
    except (OSError, EngineError):
        return None


def answer_of(data: bytes) -> Answer | None:
    """Return the containers in an engine's answer, None if it has none."""
    from tui.engine.errors import EngineError
    from tui.engine.objects.containers import ContainerSummary
    from tui.engine.transport.decoding import decode_list
    from tui.live.containers.container import from_summary

    head, _, body = data.partition(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        return None
    clock = EngineClock()
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"date:"):
            clock.read_date(line[5:].decode(errors="replace"))
    try:
        with of(clock):
            return Answer([from_summary(summary) for summary in decode_list(body, ContainerSummary)], clock)
    except EngineError:
        return None


def request(address: Address) -> bytes:
    """Return the request for the list. HTTP 1.0: the answer has no chunks and ends with the connection."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in address.headers)
    return f"GET {address.base}/containers/json?all=1 HTTP/1.0\r\nHost: docker\r\n{headers}\r\n".encode()


def _ask(address: Address) -> bytes:
    """Return the whole answer to the list request. Raises OSError, also after `PATIENCE` seconds."""
    family = socket.AF_UNIX if address.scheme == "unix" else socket.AF_INET
    pieces: list[bytes] = []
    late = time.monotonic() + PATIENCE
    if address.scheme == "tcp":
        connection = socket.create_connection(_resolved(address.host, address.port), PATIENCE)
    else:
        connection = socket.socket(family)
        connection.settimeout(PATIENCE)
        in_time(lambda: connection.connect(address.path), PATIENCE)
    if address.tls is not None:
        from tui.engine.transport.tls import client_context

        connection = client_context(address.tls).wrap_socket(connection, server_hostname=address.host)
    with connection:
        connection.sendall(request(address))
        while piece := connection.recv(1 << 18):
            pieces.append(piece)
            if time.monotonic() > late:
                raise TimeoutError
    return b"".join(pieces)


def _resolved(host: str, port: int) -> tuple[str, int]:
    """Return the first IP address of a host, with the port. Raises OSError, also if the name server is too slow."""
    found = in_time(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), PATIENCE)
    return str(found[0][4][0]), port
