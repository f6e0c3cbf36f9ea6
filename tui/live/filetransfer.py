"""Streams into files and out of them: whole or not at all, in the background, with little memory."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

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

    def write(self, data: bytes) -> None:
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
    """Write what comes; while a piece is being written, the next is read. The bytes."""
    written = size = 0
    told = 0.0
    pieces: list[bytes] = []
    writing: asyncio.Task[None] | None = None
    try:
        async with aclosing(chunks) as stream:
            async for chunk in stream:
                pieces.append(chunk)
                size += len(chunk)
                if size < PIECE:
                    continue
                if writing is not None:
                    await writing
                writing = asyncio.ensure_future(asyncio.to_thread(file.write, b"".join(pieces)))
                written += size
                pieces, size = [], 0
                if (now := time.monotonic()) - told >= TELL_EVERY:
                    told = now
                    report("", written)
        if writing is not None:
            await writing
        await asyncio.to_thread(file.write, b"".join(pieces))
    finally:
        if writing is not None:
            await asyncio.wait([writing])  # the file is closed next
            writing.exception()  # what was awaited has raised it; else something worse is under way
    report("", written + size)
    return written + size


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
