"""Streams into files and out of them: whole or not at all, in the background, with little memory."""

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
from tui.live.jobs.layer_progress import TELL_EVERY

T = TypeVar("T")

PIECE = 1 << 20
"""Bytes that are written or read at once, in a thread: neither a slow disk nor a slow engine holds up the screen."""

REMOVAL_SECONDS = 0.5
"""How long removing an unfinished file is waited for: a network file system may never answer. Less than `jobs.STOPPING`, so that
a job that is cancelled when the program is left can still say what remains."""

NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})
"""What file systems without hard links (FAT, some of FUSE) answer to link(2)."""

REMOVED = "The unfinished file was removed."

_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_claiming = threading.Lock()


class NewFile:
    """A file that gets its name once all is written, and never otherwise. Only its owner may read it (0600), as docker's.

    It is written under a random name in the same folder. No file that exists is replaced, no symbolic link followed. All of
    it is done in threads, one call after the other. `remains` says what is left of it after a failure.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remains = ""
        self._beside = f".longshore-{secrets.token_hex(8)}.part"
        self._lock = threading.Lock()  # a call that was given up still comes before the next
        self._folder = self._file = -1
        self._place: Place | None = None
        self._there = False  # whether the temporary file is there

    async def __aenter__(self) -> Self:
        try:
            await self._call(self._create)
        except BaseException:
            await self._discarded()
            raise
        return self

    async def write(self, data: bytes) -> None:
        """Write some more. Raises OSError."""
        await asyncio.to_thread(self.write_now, data)

    def write_now(self, data: bytes | memoryview) -> None:
        """Write some more, in the present thread. Raises OSError."""
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
        """Remove what is not finished; of a file system that does not answer, say what may be left."""
        removing = asyncio.ensure_future(self._call(self._discard))
        done, _ = await asyncio.wait([removing], timeout=REMOVAL_SECONDS)
        if not done:
            beside = errors.one_line(str(self.path.with_name(self._beside)))
            self.remains = f"Its file system does not answer; {beside} may be left behind."

    def _create(self) -> None:
        self._folder = os.open(self.path.parent, _FOLDER)
        place = place_of(os.fstat(self._folder), self.path.name)
        with suppress(FileNotFoundError):
            os.stat(self.path.name, dir_fd=self._folder, follow_symlinks=False)
            raise FileExistsError(errno.EEXIST, "")
        with _claiming:
            if place in being_written:
                raise OSError("another job is writing it: choose another name")
            being_written.add(place)
            self._place = place
        self._file = os.open(self._beside, _NEW, 0o600, dir_fd=self._folder)
        self._there, self.remains = True, REMOVED

    def _publish(self) -> None:
        """Give the file its name, unless something has it by now."""
        self._close()
        here, there = os.fstat(self._folder), self.path.parent.stat()
        if not os.path.samestat(here, there):
            raise OSError("its folder was moved away meanwhile")
        try:
            os.link(self._beside, self.path.name, src_dir_fd=self._folder, dst_dir_fd=self._folder, follow_symlinks=False)
        except OSError as error:
            if error.errno not in NO_HARD_LINKS:
                raise
            self._rename()
        self.remains = f"{errors.one_line(str(self.path))} was complete before that and is kept."

    def _rename(self) -> None:
        """The same without hard links: an empty file takes the name first, which fails if something has it."""
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
            os.close(file)  # raises OSError where what was still to be written does not fit

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
                self.remains = f"{beside} is left behind, because it cannot be removed: {reason(error)}."
            self._there = False
        if self._folder >= 0:
            folder, self._folder = self._folder, -1
            os.close(folder)


@asynccontextmanager
async def new_file(path: Path, operation: str = "") -> AsyncIterator[NewFile]:
    """A `NewFile` whose errors are sentences that say what remains; cancelled, the job notes that. Raises EngineError."""
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
    """Write a stream into a new file and report on the way; its bytes. Raises EngineError.

    What cannot be finished is removed again, which the error says.
    """
    async with new_file(path, operation) as file:
        return await _pour(file, chunks)


async def write_text(path: Path, text: str) -> int:
    """Write a text into a new file; its bytes. What is no character (half a surrogate pair) becomes `?`. Raises EngineError."""
    data = text.encode("utf-8", "replace")
    async with new_file(path) as file:
        for start in range(0, len(data), PIECE):
            await file.write(data[start : start + PIECE])
    return len(data)


async def _pour(file: NewFile, chunks: AsyncGenerator[bytes, None]) -> int:
    """Write what comes and report on the way. The bytes."""
    told = 0.0
    async with aclosing(chunks) as stream, _Behind(file.write_now) as behind:
        async for chunk in stream:
            await behind.put(chunk)
            if (now := time.monotonic()) - told >= TELL_EVERY:
                told = now
                report("", behind.taken)
    report("", behind.taken)
    return behind.taken


class _Behind:
    """Writes what is put into it, a piece in a thread while the next is filled. `taken`: bytes put so far.

    Both pieces are memory that stays: taking it anew for each costs as much as the rest of the work.
    """

    def __init__(self, write: Callable[[memoryview], object]) -> None:
        self.taken = 0
        self._write = write
        self._filling, self._other = memoryview(bytearray(PIECE)), memoryview(bytearray(PIECE))
        self._size = 0
        self._writing: asyncio.Future[object] | None = None

    async def put(self, data: bytes) -> None:
        """Take some more. Raises OSError for what was written before."""
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
        """Have written what is filled, once what was filled before is."""
        await self._written()
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._write, self._filling[: self._size]))
        self._filling, self._other, self._size = self._other, self._filling, 0

    async def _written(self) -> None:
        if self._writing is not None:
            await asyncio.wait([self._writing])  # who is cancelled here does not cancel it: its thread goes on
            self._writing.result()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self._turn()
                await self._written()
        finally:
            if self._writing is not None:  # what waited for it has raised it; else something worse is under way
                self._writing.add_done_callback(lambda writing: writing.cancelled() or writing.exception())


def _sent(done: int, total: int) -> None:
    report("sent", done, total)


async def read_file(path: Path, tell: Callable[[int, int], object] = _sent) -> AsyncGenerator[bytes, None]:
    """A file's bytes in pieces, for sending; `tell` hears how many of how many are sent. Raises EngineError."""
    try:
        file = await asyncio.to_thread(path.open, "rb", buffering=0)  # closing a buffer would wait for a read under way
        try:
            total = (await asyncio.to_thread(os.fstat, file.fileno())).st_size
            sent, told = 0, 0.0
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece
                sent += len(piece)
                if (now := time.monotonic()) - told >= TELL_EVERY or sent == total:
                    told = now
                    tell(sent, total)
        finally:
            asyncio.get_running_loop().run_in_executor(None, file.close)  # nothing depends on its end
    except OSError as error:
        raise errors.EngineError(f"{errors.one_line(str(path))} cannot be read: {_reason(error)}.") from error


def _reason(error: OSError) -> str:
    return "the disk is full" if error.errno == errno.ENOSPC else reason(error)
