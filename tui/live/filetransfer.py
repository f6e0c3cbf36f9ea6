"""Streams into files and out of them: whole or not at all, in the background, with little memory."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Self

from tui.engine import errors
from tui.live.jobs import report
from tui.live.transfers import TELL_EVERY

PIECE = 1 << 20
"""Bytes that are written or read at once, in a thread: neither a slow disk nor a slow engine holds up the screen."""


class Unfinished:
    """A file beside `path` that takes its place when all is written, and goes away otherwise."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f".{path.name}.part")

    def __enter__(self) -> Unfinished:
        self._file = self._beside.open("wb")
        return self

    def write(self, data: bytes | memoryview) -> None:
        """Write some more. Raises OSError."""
        self._file.write(data)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._file.close()
        except OSError:  # what was still to be written does not fit either
            self._beside.unlink(missing_ok=True)
            raise
        if kind is None:
            self._beside.replace(self._path)
        else:
            self._beside.unlink(missing_ok=True)


async def write_file(path: Path, chunks: AsyncGenerator[bytes, None], operation: str) -> int:
    """Write a stream into a new file and report on the way; its bytes. Raises EngineError.

    What cannot be finished is removed again, which the error says.
    """
    try:
        with Unfinished(path) as file:
            return await _pour(file, chunks)
    except OSError as error:
        raise errors.EngineError(f"{path} cannot be written: {_reason(error)}. Nothing of it was kept.", operation) from error
    except errors.EngineError as error:
        raise type(error)(f"{error} Nothing of {path} was kept.", error.operation, error.status) from error


async def _pour(file: Unfinished, chunks: AsyncGenerator[bytes, None]) -> int:
    """Write what comes and report on the way. The bytes."""
    told = 0.0
    async with aclosing(chunks) as stream, _Behind(file.write) as behind:
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
            if self._writing is not None:
                await asyncio.wait([self._writing])  # the file is closed next
                self._writing.exception()  # what waited for it has raised it; else something worse is under way


def _sent(done: int, total: int) -> None:
    report("sent", done, total)


async def read_file(path: Path, tell: Callable[[int, int], object] = _sent) -> AsyncGenerator[bytes, None]:
    """A file's bytes in pieces, for sending; `tell` hears how many of how many are sent. Raises EngineError."""
    try:
        with await asyncio.to_thread(path.open, "rb") as file:
            total = os.fstat(file.fileno()).st_size
            sent, told = 0, 0.0
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece
                sent += len(piece)
                if (now := time.monotonic()) - told >= TELL_EVERY or sent == total:
                    told = now
                    tell(sent, total)
    except OSError as error:
        raise errors.EngineError(f"{path} cannot be read: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    return os.strerror(error.errno).lower() if error.errno else str(error)
