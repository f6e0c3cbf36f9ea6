"""Sending the context to BuildKit: the engine asks for the files that differ from those of an earlier build."""

from __future__ import annotations

import asyncio
import fnmatch
import os
import posixpath
import stat
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote_plus

from tui.engine import errors
from tui.engine.buildkit.grpc import NOT_FOUND, GrpcCall, GrpcError
from tui.engine.buildkit.messages import (
    PacketType,
    data_packet,
    end_of_stats,
    error_packet,
    fin_packet,
    read_packet,
    stat_packet,
)
from tui.live.builds.context import IGNORE, Context, walk
from tui.live.files.packing import Member
from tui.live.jobs.filenames import reason

STATS_AT_ONCE = 512
"""Files that are looked at in one go of a thread."""

PIECE = 256 * 1024
"""Bytes of a file in one packet at most."""

READ_AT_ONCE = 1 << 20
"""Bytes, about, that are read in one go of a thread."""

MOST_LINKS = 1000
"""Paths and links that are followed at most; beyond, the whole context is offered."""


class FileSync:
    """Serves `/moby.filesync.v1.FileSync/DiffCopy`: the engine names a directory, lists it, and requests files.

    The rules of `.dockerignore` are applied here, whatever the engine asks for. `sent` is called with the bytes sent so far.
    """

    def __init__(self, context: Context, sent: Callable[[int], object] = lambda _bytes: None) -> None:
        self.left_out: Counter[str] = Counter()
        self.not_utf8 = ""  # a name that newer engines refuse
        self._context = context
        self._tell = sent
        self._sent = 0
        self._failure: errors.EngineError | None = None

    @property
    def failure(self) -> errors.EngineError | None:
        """Return why the context could not be read, in our own words; the engine's answer has others."""
        return self._failure

    async def diff_copy(self, call: GrpcCall) -> None:
        """Serve one transfer."""
        name = _option(call, "dir-name")[:1]
        if name == ["context"]:
            keep = await asyncio.to_thread(wanted, self._context.directory, _option(call, "followpaths"))
            members = self._noted(walk(self._context, self.left_out, keep))
        elif name == ["dockerfile"]:
            members = _build_files(self._context)
        else:
            raise GrpcError(NOT_FOUND, "no such directory in this build")
        try:
            await _Transfer(call, members, self._count).run()
        except OSError as error:
            where = errors.one_line(str(error.filename or self._context.directory))
            await self._fail(
                call, errors.Failed(f"{where} cannot be read: {reason(error)}. Ignore it in {IGNORE}, or change its mode.")
            )
        except errors.Failed as error:
            await self._fail(call, error)

    def _noted(self, members: Iterator[Member]) -> Iterator[Member]:
        for member in members:
            if not member.name.isascii() and any("\udc80" <= letter <= "\udcff" for letter in member.name):
                self.not_utf8 = member.name
            yield member

    async def _fail(self, call: GrpcCall, error: errors.EngineError) -> None:
        self._failure = self._failure or error
        await call.send(error_packet(str(error)))
        raise error

    def _count(self, size: int) -> None:
        self._sent += size
        self._tell(self._sent)


class _Transfer:
    """One transfer: the list of files goes out while requests for their contents come in."""

    def __init__(self, call: GrpcCall, members: Iterator[Member], count: Callable[[int], object]) -> None:
        self._call = call
        self._members = members
        self._count = count
        self._files: dict[int, Path] = {}
        self._next = 0
        self._requested: deque[tuple[int, Path]] = deque()
        self._news = asyncio.Event()
        self._finished = False

    async def run(self) -> None:
        """Serve until the engine has all it wants. Raises OSError, EngineError."""
        tasks = [asyncio.ensure_future(each) for each in (self._list(), self._send(), self._listen())]
        try:
            await _first_failure(tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._call.send(fin_packet())

    async def _list(self) -> None:
        while packets := await asyncio.to_thread(self._stats):
            await self._call.send_all(packets)
        await self._call.send(end_of_stats())

    def _stats(self) -> list[bytes]:
        packets = []
        for member in self._members:
            found = member.found
            if stat.S_ISREG(found.st_mode):
                self._files[self._next] = member.path
            self._next += 1
            link = os.readlink(member.path) if stat.S_ISLNK(found.st_mode) else ""
            packets.append(stat_packet(member.name, found.st_mode, found.st_size, found.st_mtime_ns, link))
            if len(packets) >= STATS_AT_ONCE:
                break
        return packets

    async def _listen(self) -> None:
        """Take the engine's packets until its end."""
        while (content := await self._call.receive()) is not None:
            packet = read_packet(content)
            if packet.type == PacketType.REQUEST:
                path = self._files.pop(packet.id, None)
                if path is None:
                    raise errors.BrokenAnswer("The engine asked for a file that was not offered, or a second time.")
                self._requested.append((packet.id, path))
                self._news.set()
            elif packet.type == PacketType.ERROR:
                raise errors.Failed(errors.sentence(packet.data.decode("utf-8", "replace")))
            elif packet.type == PacketType.FIN:
                break
        self._finished = True
        self._news.set()

    async def _send(self) -> None:
        while True:
            if self._requested:
                for packets in _in_threads(self._contents()):
                    ready = await packets
                    if not ready:
                        break
                    await self._call.send_all(ready)
                    self._count(sum(map(len, ready)))
            elif self._finished:
                return
            else:
                self._news.clear()
                await self._news.wait()

    def _contents(self) -> Iterator[list[bytes]]:
        """Yield the packets of the requested files, some at a time."""
        packets: list[bytes] = []
        size = 0
        while self._requested:
            id, path = self._requested.popleft()
            for piece in _pieces(path):
                packets.append(data_packet(id, piece))
                size += len(piece)
                if size >= READ_AT_ONCE:
                    yield packets
                    packets, size = [], 0
            packets.append(data_packet(id, b""))
        yield packets


def _in_threads(batches: Iterator[list[bytes]]) -> Iterator[asyncio.Future[list[bytes]]]:
    """Yield the next batch, made in a thread, again and again; an empty one is the end."""
    while True:
        yield asyncio.ensure_future(asyncio.to_thread(next, batches, []))


async def _first_failure(tasks: Sequence[asyncio.Future[None]]) -> None:
    """Wait until all tasks are done, or one has failed; raise its error."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        task.result()


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield a file's content. Raises OSError; Failed if the file is none any more."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise errors.Failed(f"{errors.one_line(str(path))} is no longer a file: build again.")
        left = found.st_size
        while left > 0:
            piece = os.read(descriptor, min(PIECE, left))
            if not piece:
                raise errors.Failed(f"{errors.one_line(str(path))} became shorter during the build: build again.")
            left -= len(piece)
            yield piece
    finally:
        os.close(descriptor)


def _build_files(context: Context) -> Iterator[Member]:
    """Yield the Dockerfile and the files of ignore rules, whatever these rules say."""
    path = context.dockerfile_path
    for name in sorted({path.name, path.name + IGNORE, IGNORE}, key=os.fsencode):
        file = path.with_name(name)
        if file.is_file():
            real = file.resolve()
            yield Member(name, real, real.stat())


def _option(call: GrpcCall, name: str) -> list[str]:
    """Return an option of a transfer, which is encoded if it is not ASCII."""
    values = call.metadata.get(name, ())
    encoded = call.metadata.get(f"{name}-encoded", ("",))[0] in ("1", "true")
    return [unquote_plus(value, errors="surrogateescape") if encoded else value for value in values]


def wanted(top: Path, paths: Sequence[str]) -> Callable[[str], bool] | None:
    """Return which paths of a context are among those that the build copies, links followed; None for all. Blocks."""
    if not paths:
        return None
    kept: set[str] = set()
    waiting = deque(_normal(path) for path in paths)
    known = set(waiting)
    while waiting:
        path = waiting.popleft()
        if path == "" or len(known) > MOST_LINKS:
            return None
        for more in _followed(top, path, kept):
            if more not in known:
                known.add(more)
                waiting.append(more)
    above = {path[:at] for path in kept for at, letter in enumerate(path) if letter == "/"}

    def keep(path: str) -> bool:
        parts = path.split("/")
        return path in above or any("/".join(parts[:depth]) in kept for depth in range(1, len(parts) + 1))

    return keep


def _followed(top: Path, path: str, kept: set[str]) -> Iterator[str]:
    """Add a path to `kept`, and yield further paths to follow: the matches of a pattern, the targets of links."""
    parts = path.split("/")
    for depth, part in enumerate(parts, 1):
        before, here, rest = "/".join(parts[: depth - 1]), "/".join(parts[:depth]), parts[depth:]
        if any(letter in part for letter in "*?[\\") and not os.path.lexists(top / here):
            for name in _matching(top / before, part):
                yield "/".join(filter(None, (before, name, *rest)))
            return
        try:
            target = os.readlink(top / here)
        except OSError:
            continue
        kept.add(here)
        joined = target if target.startswith("/") else posixpath.join("/", before, target)
        yield _normal(posixpath.join(joined, *rest))
        return
    if os.path.lexists(top / path):
        kept.add(path)


def _matching(directory: Path, pattern: str) -> list[str]:
    """Return the names in a directory that a pattern matches; all if the pattern has an escape."""
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    return names if "\\" in pattern else fnmatch.filter(names, pattern.replace("[^", "[!"))


def _normal(path: str) -> str:
    """Return a path relative to the context's top, "" for the top itself."""
    return posixpath.normpath(posixpath.join("/", path)).lstrip("/")
