"""Operations on containers, one method each."""

from __future__ import annotations

import base64
import builtins
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.engine.api.execs import Execs
from tui.engine.api.log_frames import log_frames, log_query
from tui.engine.errors import BrokenAnswer, NotFound
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
from tui.engine.objects.execs import ExecCreate
from tui.engine.objects.files import PathStat
from tui.engine.objects.stats import Stats
from tui.engine.transport.bulk import Sink
from tui.engine.transport.decoding import decode
from tui.engine.transport.duplex import Duplex
from tui.engine.transport.frames import Frame, StreamName
from tui.engine.transport.wire import TAR, UNLIMITED, Answer, Call, Filters, QueryValue, Upload, Wire, filters_query, segment

if TYPE_CHECKING:
    from tui.engine.transport.websocket import WebSocketDuplex

SIGNAL_SINCE = "1.42"


class OutputLine(NamedTuple):
    """A line of output, without its newline; `stream` is stdout or stderr, with a TTY always stdout."""

    stream: StreamName
    text: str


class RunResult(NamedTuple):
    """Result of a command: its exit code, -1 if the engine does not report it, and its output."""

    code: int
    stdout: bytes
    stderr: bytes


class Containers:
    """`engine.containers`. A container is given by its id, its name, or the beginning of its id.

    All raise NotFound for an unknown container. Operations that act on a container have no timeout.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(
        self, all: bool = True, size: bool = False, limit: int | None = None, filters: Filters | None = None
    ) -> builtins.list[ContainerSummary]:
        """`ContainerList`: list containers, newest first. `size` makes the engine measure sizes, which is slow."""
        query = {"all": all, "size": size or None, "limit": limit, "filters": filters_query(filters)}
        call = Call("ContainerList", "GET", "/containers/json", query, patience=UNLIMITED if size else None)
        return await self._wire.ask_list(call, ContainerSummary)

    async def inspect(self, id: str, size: bool = False) -> ContainerInspect:
        """`ContainerInspect`: inspect a container."""
        return await self._wire.ask(_inspect(id, size), ContainerInspect)

    async def inspect_raw(self, id: str, size: bool = False) -> bytes:
        """`ContainerInspect`: the engine's JSON, unparsed."""
        return (await self._wire.request(_inspect(id, size))).content

    async def top(self, id: str, ps_args: str = "") -> Top:
        """`ContainerTop`: list its processes, as ps with `ps_args` does. Raises Conflict if it does not run."""
        call = Call("ContainerTop", "GET", _path(id, "top"), {"ps_args": ps_args or None})
        return _in_columns(await self._wire.ask(call, Top))

    async def changes(self, id: str) -> builtins.list[Change]:
        """`ContainerChanges`: paths that differ from the image."""
        return await self._wire.ask_list(Call("ContainerChanges", "GET", _path(id, "changes"), patience=UNLIMITED), Change)

    def stats(self, id: str) -> AsyncGenerator[Stats, None]:
        """`ContainerStats`: stream a sample each second, without end; the first has no `precpu_stats`."""
        return self._wire.messages(Call("ContainerStats", "GET", _path(id, "stats"), {"stream": True}), Stats)

    async def stats_once(self, id: str) -> Stats:
        """`ContainerStats`: read one sample; before API 1.41 the engine takes a second for it."""
        query = {"stream": False, "one-shot": True if self._wire.serves("1.41") else None}
        samples = [one async for one in self._wire.messages(Call("ContainerStats", "GET", _path(id, "stats"), query), Stats)]
        if not samples:
            raise BrokenAnswer("The engine sent no sample of the statistics.", "ContainerStats")
        return samples[-1]

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
        """`ContainerLogs`: stream the log, and with `follow` new output.

        `since` and `until` in seconds since the epoch, with up to nine decimals; `tty` is the container's `config.tty`, and
        then all is "stdout". Raises BrokenAnswer if the stream ends within a frame.
        """
        query = log_query(
            follow=follow, stdout=stdout, stderr=stderr, since=since, until=until, timestamps=timestamps, tail=tail
        )
        return log_frames(self._wire, Call("ContainerLogs", "GET", _path(id, "logs"), query), tty)

    async def lines(
        self, id: str, *, follow: bool = False, since: str = "", until: str = "", tail: int | str = "all"
    ) -> AsyncGenerator[OutputLine, None]:
        """`ContainerLogs`, preceded by `ContainerInspect`: stream the log line by line, and with `follow` new output.

        `since` and `until` in seconds since the epoch. Each line is held in memory; invalid UTF-8 is replaced.
        """
        tty = (await self.inspect(id)).config.tty
        open_lines: dict[StreamName, bytearray] = {}
        async with aclosing(self.logs(id, tty=tty, follow=follow, since=since, until=until, tail=tail)) as frames:
            async for frame in frames:
                *whole, rest = (open_lines.get(frame.stream, bytearray()) + frame.data).split(b"\n")
                open_lines[frame.stream] = rest
                for line in whole:
                    yield OutputLine(frame.stream, line.removesuffix(b"\r").decode(errors="replace"))
        for stream, rest in open_lines.items():
            if rest:
                yield OutputLine(stream, rest.decode(errors="replace"))

    async def run(self, id: str, command: Sequence[str], *, user: str = "", environment: Sequence[str] = ()) -> RunResult:
        """`ContainerExec`, `ExecStart`, `ExecInspect`: run a command without a terminal and wait for its end.

        Its output is held in memory. A missing program gives exit code 126 or 127. Raises Conflict if the container does not
        run.
        """
        execs, output = Execs(self._wire), defaultdict[StreamName, bytearray](bytearray)
        exec_id = await execs.create(id, ExecCreate(cmd=[*command], user=user, env=[*environment]))
        async with await execs.start(exec_id, tty=False) as duplex:
            async for frame in duplex.frames():
                output[frame.stream] += frame.data
        code = (await execs.inspect(exec_id)).exit_code
        return RunResult(-1 if code is None else code, bytes(output["stdout"]), bytes(output["stderr"]))

    async def start(self, id: str, detach_keys: str = "") -> bool:
        """`ContainerStart`: returns False if it already runs."""
        return _did(await self._post("ContainerStart", id, "start", {"detachKeys": detach_keys or None}))

    async def stop(self, id: str, timeout: int | None = None, signal: str = "") -> bool:
        """`ContainerStop`: returns False if it is already stopped. `timeout` in seconds until SIGKILL, -1 = never."""
        return _did(await self._post("ContainerStop", id, "stop", self._ending("Stopping", timeout, signal)))

    async def restart(self, id: str, timeout: int | None = None, signal: str = "") -> None:
        """`ContainerRestart`: `timeout` in seconds until SIGKILL, -1 = never."""
        await self._post("ContainerRestart", id, "restart", self._ending("Restarting", timeout, signal))

    async def kill(self, id: str, signal: str = "") -> None:
        """`ContainerKill`: send SIGKILL, or `signal` by name or number. Raises Conflict if it does not run."""
        await self._post("ContainerKill", id, "kill", {"signal": signal or None})

    async def pause(self, id: str) -> None:
        """`ContainerPause`. Raises Conflict if it does not run or is already paused."""
        await self._post("ContainerPause", id, "pause")

    async def unpause(self, id: str) -> None:
        """`ContainerUnpause`. Raises ServerError or Conflict if it is not paused."""
        await self._post("ContainerUnpause", id, "unpause")

    async def rename(self, id: str, name: str) -> None:
        """`ContainerRename`. Raises Conflict if the name is taken."""
        await self._post("ContainerRename", id, "rename", {"name": name})

    async def update(self, id: str, update: ContainerUpdate) -> Updated:
        """`ContainerUpdate`: change limits without a restart."""
        return await self._wire.ask(Call("ContainerUpdate", "POST", _path(id, "update"), body=update), Updated)

    async def wait(self, id: str, condition: str = "") -> WaitResult:
        """`ContainerWait`: wait until it does not run; or `condition` "next-exit", "removed"."""
        query = {"condition": condition or None}
        return await self._wire.ask(Call("ContainerWait", "POST", _path(id, "wait"), query, patience=UNLIMITED), WaitResult)

    async def remove(self, id: str, volumes: bool = False, force: bool = False, link: bool = False) -> None:
        """`ContainerDelete`: `volumes` removes its anonymous volumes, `force` kills it first, `link` removes only this link."""
        query = {"v": volumes or None, "force": force or None, "link": link or None}
        path = f"/containers/{segment(id)}"
        await self._wire.request(Call("ContainerDelete", "DELETE", path, query, patience=UNLIMITED))

    async def prune(self, filters: Filters | None = None) -> ContainerPrune:
        """`ContainerPrune`: remove all stopped containers."""
        query = {"filters": filters_query(filters)}
        call = Call("ContainerPrune", "POST", "/containers/prune", query, patience=UNLIMITED)
        return await self._wire.ask(call, ContainerPrune)

    async def create(self, config: ContainerCreate | Mapping[str, Any], name: str = "", platform: str = "") -> Created:
        """`ContainerCreate`; a mapping is the engine's own JSON.

        Raises NotFound if the image is missing, Conflict if the name is taken.
        """
        query = {"name": name or None, "platform": platform or None}
        call = Call("ContainerCreate", "POST", "/containers/create", query, config, UNLIMITED)
        return await self._wire.ask(call, Created)

    async def resize(self, id: str, columns: int, rows: int) -> None:
        """`ContainerResize`: resize its TTY. Raises Conflict if it does not run."""
        await self._wire.request(Call("ContainerResize", "POST", _path(id, "resize"), {"h": rows, "w": columns}))

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
        """`ContainerAttach`: open the main process's streams. `tty` is the container's `config.tty`.

        Raises HijackRefused if a proxy blocks two-way streams; `attach_websocket` may pass.
        """
        query = _attach_query(stdin, stdout, stderr, logs, stream, detach_keys)
        return await self._wire.hijack(Call("ContainerAttach", "POST", _path(id, "attach"), query), tty)

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
        """`ContainerAttachWebsocket`: attach through a WebSocket; without a TTY both outputs come as "stdout"."""
        query = _attach_query(stdin, stdout, stderr, logs, stream, detach_keys)
        return await self._wire.websocket(Call("ContainerAttachWebsocket", "GET", _path(id, "attach/ws"), query))

    async def archive_info(self, id: str, path: str) -> PathStat:
        """`ContainerArchiveInfo`: describe a path. Raises NotFound for a missing path as for a missing container."""
        call = Call("ContainerArchiveInfo", "HEAD", _path(id, "archive"), {"path": path}, patience=UNLIMITED)
        try:
            headers = (await self._wire.request(call)).headers
        except NotFound:  # an answer to HEAD has no message
            raise NotFound(f"No such container, or {path!r} does not exist in the container.", call.operation, 404) from None
        return _path_stat(headers.get("X-Docker-Container-Path-Stat", ""))

    def archive(self, id: str, path: str) -> AsyncGenerator[bytes, None]:
        """`ContainerArchive`: read a path, a folder with its contents, as a tar, to its end or less. Raises NotFound."""
        return self._wire.chunks(_archive(id, path))

    async def archive_to(self, id: str, path: str, sink: Sink) -> None:
        """`ContainerArchive`: as `archive`, to its end; `sink` takes the tar in a thread. Raises NotFound."""
        await self._wire.pour(_archive(id, path), sink)

    async def put_archive(
        self, id: str, path: str, tar: Upload, no_overwrite_dir_non_dir: bool = False, copy_uid_gid: bool = False
    ) -> None:
        """`PutContainerArchive`: unpack a tar (plain, gzip, bzip2, xz) into the folder `path`.

        Raises NotFound if the folder is missing, BadRequest or ServerError if it is no folder, Forbidden if it is read-only.
        With `no_overwrite_dir_non_dir` a folder never replaces a file nor a file a folder; with `copy_uid_gid` owners are kept.
        """
        query: dict[str, QueryValue] = {
            "path": path,
            "noOverwriteDirNonDir": no_overwrite_dir_non_dir or None,
            "copyUIDGID": copy_uid_gid or None,
        }
        call = Call("PutContainerArchive", "PUT", _path(id, "archive"), query, None, UNLIMITED, content=tar, headers=TAR)
        await self._wire.request(call)

    async def export(self, id: str, sink: Sink) -> None:
        """`ContainerExport`: read its file system, without volumes, as a tar; `sink` takes the tar in a thread."""
        await self._wire.pour(Call("ContainerExport", "GET", _path(id, "export"), patience=UNLIMITED), sink)

    async def _post(self, operation: str, id: str, verb: str, query: dict[str, QueryValue] | None = None) -> Answer:
        return await self._wire.request(Call(operation, "POST", _path(id, verb), query or {}, patience=UNLIMITED))

    def _ending(self, what: str, timeout: int | None, signal: str) -> dict[str, QueryValue]:
        if signal:  # older engines would silently send the default signal
            self._wire.require(SIGNAL_SINCE, f"{what} with a signal of your choice")
        return {"t": timeout, "signal": signal or None}


def _path(id: str, verb: str) -> str:
    return f"/containers/{segment(id)}/{verb}"


def _archive(id: str, path: str) -> Call:
    return Call("ContainerArchive", "GET", _path(id, "archive"), {"path": path}, patience=UNLIMITED)


def _path_stat(header: str) -> PathStat:
    try:
        return decode(base64.b64decode(header, validate=True), PathStat)
    except (ValueError, BrokenAnswer) as error:
        raise BrokenAnswer("The engine sent no information about the path.", "ContainerArchiveInfo") from error


def _inspect(id: str, size: bool) -> Call:
    return Call("ContainerInspect", "GET", _path(id, "json"), {"size": size or None}, patience=UNLIMITED if size else None)


def _did(answer: Answer) -> bool:
    """Whether the engine changed anything: 304 means that the state was already reached."""
    return answer.status != 304


def _attach_query(stdin: bool, stdout: bool, stderr: bool, logs: bool, stream: bool, detach_keys: str) -> dict[str, QueryValue]:
    return {
        "stdin": stdin,
        "stdout": stdout,
        "stderr": stderr,
        "logs": logs,
        "stream": stream,
        "detachKeys": detach_keys or None,
    }


def _in_columns(top: Top) -> Top:
    """Split the lines of ps, which Podman passes on as they are."""
    if len(top.titles) != 1 or len(titles := top.titles[0].split()) < 2:
        return top
    return Top(titles, [line.split(maxsplit=len(titles) - 1) for row in top.processes for line in row])
