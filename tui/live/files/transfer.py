"""Copying files and directories between a container and this machine, with progress, and editing a file."""

from __future__ import annotations

import asyncio
import posixpath
import stat
import tarfile
import time
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from tui.engine import Engine
from tui.engine.errors import Conflict, EngineError, Failed, NotFound, one_line
from tui.live.files.packing import header_of, pack, size_of
from tui.live.files.rows import Changed, FileRow, Place, changed
from tui.live.files.tar_reader import TarEntry, TarReader
from tui.live.files.unpacking import Unpacker
from tui.live.jobs.file_transfer import Counted, followed
from tui.live.jobs.filenames import reason
from tui.live.jobs.jobs import add_note, alone, report


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: bytes and files, how many entries were left out and why, links that lead out of the directory."""

    path: Path
    bytes: int
    files: int
    left_out: Counter[str]
    leading_out: int


def _tell(text: str, done: int, total: int) -> None:
    """Report the bytes done, if the job is about one object."""
    if alone():
        report(text, done, max(total, done) if total else 0)


async def copy_out(engine: Engine, row: FileRow, target: Path, owners: bool = False, replace: bool = False) -> Copied:
    """Copy a file, or a directory with all in it, to a new local path (`ContainerArchive`).

    `owners`: keep owner ids, which needs root; `replace`: replace an existing file. Nothing half is left: what was written is
    removed after a failure. Raises EngineError.
    """
    try:
        unpacker = await asyncio.to_thread(Unpacker, target, owners, replace)
    except OSError as error:
        raise Failed(f"{one_line(str(target.parent))} cannot be written: {reason(error)}.") from error
    try:
        copying = engine.containers.archive_to(row.place.container, row.path, unpacker.feed)
        await followed(copying, lambda: _tell("copied", unpacker.bytes, row.size or 0))
        await asyncio.to_thread(unpacker.publish)
    except OSError as error:
        left = await _discarded(unpacker)
        raise Failed(f"{one_line(str(target))} cannot be written: {reason(error)}. {left}") from error
    except EngineError as error:
        error.message = f"{error.message.rstrip('.')}. {await _discarded(unpacker)}"
        raise
    except asyncio.CancelledError:
        add_note(await _discarded(unpacker))
        raise
    await _discarded(unpacker)
    return Copied(target, unpacker.bytes, unpacker.files, unpacker.left_out, unpacker.leading_out)


async def _discarded(unpacker: Unpacker) -> str:
    """Remove what was written and is not complete; return as a sentence what is there now."""
    remains = await asyncio.shield(asyncio.to_thread(unpacker.discard))
    if unpacker.published:
        return f"{one_line(str(unpacker.target))} was already complete and is kept."
    return remains or "The unfinished copy was removed."


async def copy_in(engine: Engine, source: Path, place: Place, directory: str, name: str, keep_owners: bool = False) -> int:
    """Copy a local file, or a directory with all in it, into a directory of a container (`PutContainerArchive`).

    Files belong to root unless `keep_owners`. A directory that exists is merged, a file that exists is replaced, but never the
    one by the other. Returns the bytes. Raises EngineError, which says what may be there in part.
    """
    try:
        total = await asyncio.to_thread(size_of, source)
        upload = Counted(pack(source, name, None if keep_owners else (0, 0)))
        path = posixpath.join(directory, name)
        try:
            sending = engine.containers.put_archive(place.container, directory, upload, no_overwrite_dir_non_dir=True)
            await followed(sending, lambda: _tell("sent", upload.sent, total))
        except EngineError as error:
            error.message = f"{error.message.rstrip('.')}. {_half(place, path)}"
            raise
        except asyncio.CancelledError:
            add_note(_half(place, path))
            raise
    except OSError as error:
        raise Failed(
            f"{one_line(str(source))} cannot be read: {reason(error)}. {_half(place, posixpath.join(directory, name))}"
        ) from error
    changed.emit(Changed(place.container, path))
    return total


def _half(place: Place, path: str) -> str:
    return f"{one_line(place.shown(path))} in the container may be incomplete."


async def exists(engine: Engine, place: Place, path: str) -> bool:
    """Return whether a path exists in a container (`ContainerArchiveInfo`). Raises EngineError."""
    try:
        await engine.containers.archive_info(place.container, path)
    except NotFound:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file: `data` begins at `start`; `entry` has the file's size and owner."""

    entry: TarEntry
    start: int
    data: bytes

    @property
    def end(self) -> int:
        """Return where the part ends."""
        return self.start + len(self.data)


async def read_part(engine: Engine, row: FileRow, start: int, size: int) -> Part:
    """Read `size` bytes of a file from `start` (`ContainerArchive`); a negative `start` counts from the end, as for slices.

    The API has no ranges: the bytes before are received and dropped, those after are not. Raises EngineError.
    """
    collector = _Collector(start, size)
    async with aclosing(engine.containers.archive(row.place.container, row.path)) as chunks:
        async for chunk in chunks:
            collector.feed(chunk)
            report("", collector.reader.bytes_read)
            if collector.done:
                break
    if collector.entry is None:
        raise Failed(f"The engine sent no content of {one_line(row.path)}: no regular file.", "ContainerArchive")
    return Part(collector.entry, collector.start, bytes(collector.data))


def whole_lines(part: Part, at_line: bool) -> Part:
    """Return a part of a text without the lines that are cut at its beginning, unless it begins `at_line`, and at its end.

    A line that is longer than the part stays cut.
    """
    data = part.data
    first = 0 if at_line or part.start == 0 else data.find(b"\n") + 1
    last = data.rfind(b"\n") + 1 if part.end < part.entry.size else len(data)
    if last <= first:
        return part
    return Part(part.entry, part.start + first, data[first:last])


class _Collector:
    """Collects a part of the first file of a tar."""

    def __init__(self, start: int, size: int) -> None:
        self.start, self._size = start, size
        self.data = bytearray()
        self.entry: TarEntry | None = None
        self.done = False
        self._at = 0
        self.reader = TarReader(self._found, self._piece)

    def feed(self, chunk: bytes) -> None:
        self.reader.feed(chunk)
        self.done = self.done or (self.entry is not None and self._at >= min(self.start + self._size, self.entry.size))

    def _found(self, entry: TarEntry) -> None:
        if self.entry is None and stat.S_ISREG(entry.mode):
            self.entry = entry
            if self.start < 0:
                self.start = max(0, entry.size + self.start)
            self.start = min(self.start, entry.size)
        else:
            self.done = True

    def _piece(self, piece: memoryview) -> None:
        if self.entry is not None and not self.done:
            low, high = max(self.start - self._at, 0), self.start + self._size - self._at
            if low < len(piece) and high > 0:
                self.data += piece[low:high]
            self._at += len(piece)


async def put_back(engine: Engine, place: Place, path: str, entry: TarEntry, content: bytes) -> None:
    """Replace a file by new content (`PutContainerArchive`), with the owner and the mode of `entry`. Raises EngineError."""
    directory, name = posixpath.split(path)
    header = header_of(name, entry.mode, len(content), (entry.uid, entry.gid), time.time())
    tar = header + content + bytes(-len(content) % 512) + bytes(1024)
    await engine.containers.put_archive(place.container, directory, tar, no_overwrite_dir_non_dir=True)
    changed.emit(Changed(place.container, path))


def version_of(row: FileRow) -> tuple[float | None, int | None, int]:
    """Return what tells whether a file changed: time of modification, size and mode."""
    return row.mtime, row.size, row.mode


async def create_directory(engine: Engine, place: Place, path: str) -> None:
    """Create a directory that belongs to root (`PutContainerArchive`). Raises Conflict if the path exists, EngineError."""
    if await exists(engine, place, path):
        raise Conflict(f"{one_line(place.shown(path))} exists already: choose another name.", "PutContainerArchive")
    directory, name = posixpath.split(path)
    tar = header_of(name, 0o755, 0, (0, 0), time.time(), tarfile.DIRTYPE) + bytes(1024)
    await engine.containers.put_archive(place.container, directory, tar)
    changed.emit(Changed(place.container, path))
