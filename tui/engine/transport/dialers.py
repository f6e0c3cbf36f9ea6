"""Dialers: open connections to an engine, with one interface for every type of address.

A Dialer opens byte streams to one engine. TCP and unix sockets are here; `schemes.py` chooses by the address.
"""

from __future__ import annotations

import errno
import grp
import os
import pwd
import socket
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from anyio.abc import ByteStream

from tui.engine.errors import AddressError, ConnectError, EngineError, NoSocket, PermissionDenied, Refused, one_line
from tui.engine.threads import in_thread
from tui.engine.transport import sockets, tcp

KEEP_ALIVE = 60.0
"""Seconds that an idle connection is kept."""

LONGEST_PATH = 107 if sys.platform == "linux" else 103
"""Bytes of a socket's path at most (`sun_path` in unix(7), without its end)."""


class Dialer(Protocol):
    """Opens connections to one engine."""

    async def prepare(self) -> None:
        """Do what all connections rest on, such as an SSH login; waits for the user's answers. Raises ConnectError."""

    async def dial(self) -> ByteStream:
        """Open a connection. Raises ConnectError or AddressError; the caller sets the timeout."""

    async def explain(self, error: EngineError) -> EngineError:
        """Return what is behind the loss of a connection, if the dialer knows more, else `error`."""

    async def aclose(self) -> None:
        """End what `prepare` began."""


class DirectDialer:
    """What a dialer does whose connections stand alone."""

    __slots__ = ()

    async def prepare(self) -> None:
        """Do nothing."""

    async def explain(self, error: EngineError) -> EngineError:
        """Return the error: it says everything."""
        return error

    async def aclose(self) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class UnixDialer(DirectDialer):
    """Dialer for a unix socket."""

    path: str

    async def dial(self) -> ByteStream:
        """Connect. Raises NoSocket, PermissionDenied, Refused, AddressError or ConnectError."""
        if len(os.fsencode(self.path)) > LONGEST_PATH:
            raise AddressError(
                f"{self.path} is not a valid socket path: more than {LONGEST_PATH} bytes. "
                "Use a shorter path, such as a symbolic link."
            )
        try:
            await in_thread(lambda: os.stat(self.path))  # connect(2) would wait on the event loop for the path's file system
            return await sockets.connect_unix(self.path)
        except FileNotFoundError:
            raise NoSocket(f"No socket at {self.path}.", path=self.path) from None
        except PermissionError:
            raise await in_thread(lambda: permission_denied(Path(self.path))) from None
        except ConnectionRefusedError:
            raise await in_thread(self._nobody_listens) from None
        except OSError as error:
            if error.errno is None or error.errno in (errno.ENAMETOOLONG, errno.EPROTOTYPE, errno.ENOTDIR):
                raise AddressError(
                    f"{self.path} is not a valid socket path: {error.strerror or error}. Check the address."
                ) from None
            raise ConnectError(f"No connection to {self.path}: {error.strerror}.") from error

    def _nobody_listens(self) -> ConnectError | AddressError:
        if not stat.S_ISSOCK(os.stat(self.path).st_mode):
            return AddressError(f"{self.path} is not a socket. Check the address.")
        return Refused(f"No engine answers at the socket {self.path}.", path=self.path)


@dataclass(frozen=True, slots=True)
class TcpDialer(DirectDialer):
    """Dialer for plain TCP."""

    host: str
    port: int

    async def dial(self) -> ByteStream:
        """Connect. Raises NoSocket for an unknown host, Refused or ConnectError."""
        where = f"{self.host} port {self.port}"
        try:
            return await tcp.connect(self.host, self.port)
        except tcp.NameServerSilent:
            raise ConnectError(
                f"The name {one_line(self.host)} was not resolved within {tcp.RESOLVING:g} s: the name server does not answer. "
                "Check the network, or give the host's IP address."
            ) from None
        except socket.gaierror as error:
            raise NoSocket(f"There is no host {one_line(self.host)} ({error.strerror}). Check the address.") from None
        except OSError as error:
            reasons = _leaves(error.__cause__) or [error]
            if all(isinstance(reason, ConnectionRefusedError) for reason in reasons):
                raise Refused(f"No engine listens at {where}. Start the engine, or check host and port.") from None
            words = reasons[0].strerror or str(reasons[0])
            raise ConnectError(f"No connection to {where}: {words}. Check the address and the network.") from error


def _leaves(error: BaseException | None) -> list[OSError]:
    """Return the errors of all addresses that were tried."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for each in error.exceptions for leaf in _leaves(each)]
    return [error] if isinstance(error, OSError) else []


def permission_denied(path: Path) -> PermissionDenied:
    """Return the error for a socket this user may not use: whose it is, and the group to join if that helps."""
    try:
        found = path.stat()
    except OSError:
        return PermissionDenied(f"No access to {path}: a parent directory denies access.")
    group = _name_of_group(found.st_gid)
    line = f"No access to {path}: the socket belongs to {_name_of_user(found.st_uid)} and the group {group}."
    return PermissionDenied(line, group=group if found.st_gid != 0 and found.st_mode & stat.S_IWGRP else "")


def _name_of_group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _name_of_user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
