"""Streams to and from files: written completely or not at all, in threads, with little memory."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self, TypeVar

from tui.engine import errors
from tui.engine.transport.bulk import Sink
from tui.live.jobs.filenames import Place, being_written, place_of, reason
from tui.live.jobs.jobs import add_note, report
from tui.live.jobs.layer_progress import REPORT_INTERVAL_SECONDS

T = TypeVar("T")

Source = Callable[[Sink], Awaitable[None]]
"""Hands a stream's bytes to a sink."""

PIECE = 512 << 10
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
    All calls run in threads, one at a time. `size` counts the bytes of `take`; `remains` says what is left after a failure.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remains = ""
        self.size = 0
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

    def take(self, data: bytes | memoryview) -> None:
        """Append data in the current thread, and count the bytes. Raises OSError."""
        self.write_now(data)
        self.size += len(data)

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


async def write_file(path: Path, source: Source, operation: str) -> int:
    """Write what a source hands over into a new file, report progress, and return the bytes written. Raises EngineError.

    An unfinished file is removed, which the error says.
    """
    async with new_file(path, operation) as file:
        await followed(source(file.take), lambda: report("", file.size))
    return file.size


async def followed(work: Awaitable[T], tell: Callable[[], object]) -> T:
    """Do the work; call `tell` every `REPORT_INTERVAL_SECONDS` and at the end."""
    telling = asyncio.ensure_future(_repeated(tell))
    try:
        return await work
    finally:
        telling.cancel()
        tell()


async def _repeated(call: Callable[[], object]) -> None:
    while True:
        await asyncio.sleep(REPORT_INTERVAL_SECONDS)
        call()


async def write_text(path: Path, text: str) -> int:
    """Write a text into a new file and return the bytes written. Lone surrogates become `?`. Raises EngineError."""
    data = text.encode("utf-8", "replace")
    async with new_file(path) as file:
        for start in range(0, len(data), PIECE):
            await file.write(data[start : start + PIECE])
    return len(data)


class Counted:
    """Pieces for an upload, made in a thread; `sent` counts the bytes of those that were sent."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.sent = 0
        self._pieces = self._counting(pieces)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def _counting(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            yield piece
            self.sent += len(piece)


async def send_file(path: Path, send: Callable[[Counted], Awaitable[T]]) -> T:
    """Send a local file by `send`, and report the progress of the job until all is sent. Raises EngineError."""
    pieces, told = Counted(_read(path)), 0

    def tell() -> None:
        nonlocal told
        if told != pieces.sent:
            told = pieces.sent
            report("sent", told, max(total, told))

    try:
        total = (await asyncio.to_thread(path.stat)).st_size
        return await followed(send(pieces), tell)
    except OSError as error:
        raise errors.EngineError(f"{errors.one_line(str(path))} cannot be read: {_reason(error)}.") from error


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while piece := file.read(PIECE):
            yield piece


def _reason(error: OSError) -> str:
    return "the disk is full" if error.errno == errno.ENOSPC else reason(error)
