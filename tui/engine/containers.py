"""Operations on containers: one method each."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.engine.duplex import Duplex
from tui.engine.frames import Frame
from tui.engine.objects.containers import (
    Change,
    ContainerCreate,
    ContainerInspect,
    ContainerPrune,
    ContainerSummary,
    ContainerUpdate,
    Created,
    Top,
    Updated,
    WaitResult,
)
from tui.engine.objects.stats import Stats
from tui.engine.websocket import WebSocketDuplex

if TYPE_CHECKING:
    from tui.engine.client import Engine

Filters = Mapping[str, Sequence[str]]


class Containers:
    """`engine.containers`. A container is named by its id, its name, or the beginning of its id."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def list(
        self, all: bool = True, size: bool = False, limit: int | None = None, filters: Filters | None = None
    ) -> list[ContainerSummary]:
        """`ContainerList`: the containers, newest first."""
        raise NotImplementedError

    async def inspect(self, id: str, size: bool = False) -> ContainerInspect:
        """`ContainerInspect`: all about one container."""
        raise NotImplementedError

    async def inspect_raw(self, id: str, size: bool = False) -> bytes:
        """`ContainerInspect`: the engine's JSON as it came."""
        raise NotImplementedError

    async def top(self, id: str, ps_args: str = "") -> Top:
        """`ContainerTop`: its processes."""
        raise NotImplementedError

    async def changes(self, id: str) -> list[Change]:
        """`ContainerChanges`: paths that differ from the image."""
        raise NotImplementedError

    def stats(self, id: str) -> AsyncGenerator[Stats, None]:
        """`ContainerStats`: a reading each second, for ever; the first has no `precpu_stats`."""
        raise NotImplementedError

    async def stats_once(self, id: str) -> Stats:
        """`ContainerStats`: one reading, without the second before it where the API can (1.41)."""
        raise NotImplementedError

    def logs(
        self,
        id: str,
        *,
        tty: bool,
        follow: bool = False,
        stdout: bool = True,
        stderr: bool = True,
        since: str = "",
        until: str = "",
        timestamps: bool = False,
        tail: int | str = "all",
    ) -> AsyncGenerator[Frame, None]:
        """`ContainerLogs`: `since` and `until` in seconds since the epoch, with up to nine decimals."""
        raise NotImplementedError

    async def start(self, id: str, detach_keys: str = "") -> bool:
        """`ContainerStart`: False when it runs already."""
        raise NotImplementedError

    async def stop(self, id: str, timeout: int | None = None, signal: str = "") -> bool:
        """`ContainerStop`: False when it is stopped already. `timeout` in seconds before it is killed, -1 = never."""
        raise NotImplementedError

    async def restart(self, id: str, timeout: int | None = None, signal: str = "") -> None:
        """`ContainerRestart`."""
        raise NotImplementedError

    async def kill(self, id: str, signal: str = "") -> None:
        """`ContainerKill`: SIGKILL, or the signal given by name or number."""
        raise NotImplementedError

    async def pause(self, id: str) -> None:
        """`ContainerPause`."""
        raise NotImplementedError

    async def unpause(self, id: str) -> None:
        """`ContainerUnpause`."""
        raise NotImplementedError

    async def rename(self, id: str, name: str) -> None:
        """`ContainerRename`."""
        raise NotImplementedError

    async def update(self, id: str, update: ContainerUpdate) -> Updated:
        """`ContainerUpdate`: new limits, without a restart."""
        raise NotImplementedError

    async def wait(self, id: str, condition: str = "") -> WaitResult:
        """`ContainerWait`: until it does not run; or `condition` "next-exit", "removed"."""
        raise NotImplementedError

    async def remove(self, id: str, volumes: bool = False, force: bool = False, link: bool = False) -> None:
        """`ContainerDelete`: with its anonymous volumes, even when it runs, or only the link of that name."""
        raise NotImplementedError

    async def prune(self, filters: Filters | None = None) -> ContainerPrune:
        """`ContainerPrune`: all that are stopped."""
        raise NotImplementedError

    async def create(self, config: ContainerCreate, name: str = "", platform: str = "") -> Created:
        """`ContainerCreate`."""
        raise NotImplementedError

    async def resize(self, id: str, columns: int, rows: int) -> None:
        """`ContainerResize`: its TTY."""
        raise NotImplementedError

    async def attach(
        self,
        id: str,
        *,
        tty: bool,
        stdin: bool = True,
        stdout: bool = True,
        stderr: bool = True,
        logs: bool = False,
        stream: bool = True,
        detach_keys: str = "",
    ) -> Duplex:
        """`ContainerAttach`: the main process's streams. `tty` is the container's `config.tty`."""
        raise NotImplementedError

    async def attach_websocket(
        self,
        id: str,
        *,
        tty: bool,
        stdin: bool = True,
        stdout: bool = True,
        stderr: bool = True,
        logs: bool = False,
        stream: bool = True,
        detach_keys: str = "",
    ) -> WebSocketDuplex:
        """`ContainerAttachWebsocket`: the same through a WebSocket, where a proxy forbids the hijack."""
        raise NotImplementedError
