"""Streams to and from files: written completely or not at all, in threads, with little memory."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Self, TypeVar

from tui.engine import errors
from tui.live.jobs.filenames import Place, being_written, place_of, reason
from tui.live.jobs.jobs import add_note, report
from tui.live.jobs.layer_progress import REPORT_INTERVAL_SECONDS

T = TypeVar("T")

PIECE = 1 << 20
"""Bytes per read or write, each in a thread, so that neither a slow disk nor a slow engine blocks the screen."""

REMOVAL_TIMEOUT_SECONDS = 0.5
"""Seconds to wait for the removal of an unfinished file: a network file system may never answer. Less than `jobs.STOPPING`, so
that a job that is cancelled when the program is left can still report what remains."""

NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})
"""Error numbers of link(2) on file systems without hard links (FAT, some of FUSE)."""

REMOVED = "The unfinished file was removed."

_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_claiming = threading.Lock()


class NewFile:
    """A file that appears under its name only when complete. Only its owner may read it (0600), as docker's.

    It is written under a random name in the same folder. An existing file is never replaced, a symbolic link never followed.
    All calls run in threads, one at a time. `remains` says what is left after a failure.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remains = ""
        self._beside = f".longshore-{secrets.token_hex(8)}.part"
        self._lock = threading.Lock()  # an abandoned call finishes before the next one
        self._folder = self._file = -1
        self._place: Place | None = None
        self._there = False  # whether the temporary file exists

    async def __aenter__(self) -> Self:
        try:
            await self._call(self._create)
        except BaseException:
            await self._discarded()
            raise
        return self

    async def write(self, data: bytes) -> None:
        """Append data. Raises OSError."""
        await asyncio.to_thread(self.write_now, data)

    def write_now(self, data: bytes | memoryview) -> None:
        """Append data in the current thread. Raises OSError."""
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self._call(self._publish)
        finally:
            await self._discarded()

    async def _call(self, call: Callable[[], object]) -> None:
        await asyncio.to_thread(self._in_turn, call)

    def _in_turn(self, call: Callable[[], object]) -> None:
        with self._lock:
            call()

    async def _discarded(self) -> None:
        """Remove the unfinished file; if the file system does not answer, set `remains` to what may be left."""
        removing = asyncio.ensure_future(self._call(self._discard))
        done, _ = await asyncio.wait([removing], timeout=REMOVAL_TIMEOUT_SECONDS)
        if not done:
            beside = errors.one_line(str(self.path.with_name(self._beside)))
            self.remains = f"The file system does not answer; {beside} may remain."

    def _create(self) -> None:
        self._folder = os.open(self.path.parent, _FOLDER)
        place = place_of(os.fstat(self._folder), self.path.name)
        with suppress(FileNotFoundError):
            os.stat(self.path.name, dir_fd=self._folder, follow_symlinks=False)
            raise FileExistsError(errno.EEXIST, "")
        with _claiming:
            if place in being_written:
                raise OSError("another job is writing the file: choose another name")
            being_written.add(place)
            self._place = place
        self._file = os.open(self._beside, _NEW, 0o600, dir_fd=self._folder)
        self._there, self.remains = True, REMOVED

    def _publish(self) -> None:
        """Link the file to its name. Raises OSError if the name exists by now."""
        self._close()
        here, there = os.fstat(self._folder), self.path.parent.stat()
        if not os.path.samestat(here, there):
            raise OSError("the directory was moved during the transfer")
        try:
            os.link(self._beside, self.path.name, src_dir_fd=self._folder, dst_dir_fd=self._folder, follow_symlinks=False)
        except OSError as error:
            if error.errno not in NO_HARD_LINKS:
                raise
            self._rename()
        self.remains = f"{errors.one_line(str(self.path))} was already complete and is kept."

    def _rename(self) -> None:
        """Rename without hard links: create an empty file first, which fails if the name exists."""
        os.close(os.open(self.path.name, _NEW, 0o600, dir_fd=self._folder))
        try:
            os.rename(self._beside, self.path.name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except OSError:
            os.unlink(self.path.name, dir_fd=self._folder)
            raise
        self._there = False

    def _close(self) -> None:
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)  # raises OSError if buffered data does not fit

    def _discard(self) -> None:
        with suppress(OSError):
            self._close()
        if self._place is not None:
            being_written.discard(self._place)
        if self._there:
            try:
                os.unlink(self._beside, dir_fd=self._folder)
            except FileNotFoundError:
                pass
            except OSError as error:
                beside = errors.one_line(str(self.path.with_name(self._beside)))
                self.remains = f"{beside} remains, because the file cannot be removed: {reason(error)}."
            self._there = False
        if self._folder >= 0:
            folder, self._folder = self._folder, -1
            os.close(folder)


@asynccontextmanager
async def new_file(path: Path, operation: str = "") -> AsyncIterator[NewFile]:
    """Create a `NewFile`. Raises EngineError, which says what remains; when cancelled, adds that as a note to the job."""
    file = NewFile(path)
    try:
        async with file:
            yield file
    except OSError as error:
        shown = errors.one_line(str(path))
        raise errors.EngineError(f"{shown} cannot be written: {_reason(error)}. {file.remains}".rstrip(), operation) from error
    except errors.EngineError as error:
        error.message = f"{error.message} {file.remains}".rstrip()
        raise
    except asyncio.CancelledError:
        add_note(file.remains)
        raise


async def write_file(path: Path, chunks: AsyncGenerator[bytes, None], operation: str) -> int:
    """Write a stream into a new file, report progress, and return the bytes written. Raises EngineError.

    An unfinished file is removed, which the error says.
    """
    async with new_file(path, operation) as file:
        return await _pour(file, chunks)


async def write_text(path: Path, text: str) -> int:
    """Write a text into a new file and return the bytes written. Lone surrogates become `?`. Raises EngineError."""
    data = text.encode("utf-8", "replace")
    async with new_file(path) as file:
        for start in range(0, len(data), PIECE):
            await file.write(data[start : start + PIECE])
    return len(data)


async def _pour(file: NewFile, chunks: AsyncGenerator[bytes, None]) -> int:
    """Write the chunks, report progress, and return the bytes written."""
    told = 0.0
    async with aclosing(chunks) as stream, WriteBehind(file.write_now) as behind:
        async for chunk in stream:
            await behind.put(chunk)
            if (now := time.monotonic()) - told >= REPORT_INTERVAL_SECONDS:
                told = now
                report("", behind.taken)
    report("", behind.taken)
    return behind.taken


class WriteBehind:
    """Write-behind buffer: writes one piece in a thread while the next is filled. `taken`: bytes put so far.

    Both buffers are reused: allocating one for each piece would cost as much as the rest of the work.
    """

    def __init__(self, write: Callable[[memoryview], object]) -> None:
        self.taken = 0
        self._write = write
        self._filling, self._other = memoryview(bytearray(PIECE)), memoryview(bytearray(PIECE))
        self._size = 0
        self._writing: asyncio.Future[object] | None = None

    async def put(self, data: bytes) -> None:
        """Add data. Raises OSError of an earlier write."""
        self.taken += len(data)
        rest = memoryview(data)
        while rest:
            part = rest[: PIECE - self._size]
            self._filling[self._size : self._size + len(part)] = part
            self._size += len(part)
            rest = rest[len(part) :]
            if self._size == PIECE:
                await self._turn()

    async def _turn(self) -> None:
        """Start writing the filled buffer, after the write under way."""
        await self._written()
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._write, self._filling[: self._size]))
        self._filling, self._other, self._size = self._other, self._filling, 0

    async def _written(self) -> None:
        if self._writing is not None:
            await asyncio.wait([self._writing])  # cancelling the wait does not cancel the thread
            self._writing.result()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self._turn()
                await self._written()
        finally:
            if self._writing is not None:  # its error was raised by the wait, or another error is under way
                self._writing.add_done_callback(lambda writing: writing.cancelled() or writing.exception())


def _sent(done: int, total: int) -> None:
    report("sent", done, total)


async def read_file(path: Path, tell: Callable[[int, int], object] = _sent) -> AsyncGenerator[bytes, None]:
    """Yield a file's bytes in pieces, for sending; call `tell` with the bytes sent and the total. Raises EngineError."""
    try:
        file = await asyncio.to_thread(path.open, "rb", buffering=0)  # closing a buffer would wait for a read under way
        try:
            total = (await asyncio.to_thread(os.fstat, file.fileno())).st_size
            sent, told = 0, 0.0
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece
                sent += len(piece)
                if (now := time.monotonic()) - told >= REPORT_INTERVAL_SECONDS or sent == total:
                    told = now
                    tell(sent, total)
        finally:
            asyncio.get_running_loop().run_in_executor(None, file.close)  # its result is not needed
    except OSError as error:
        raise errors.EngineError(f"{errors.one_line(str(path))} cannot be read: {_reason(error)}.") from error


def _reason(error: OSError) -> str:
    return "the disk is full" if error.errno == errno.ENOSPC else reason(error)
