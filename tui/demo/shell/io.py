"""Input and output of commands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

AHEAD = 16

Sink = Callable[[bytes], Awaitable[None]]


class BrokenPipe(Exception):
    """The reader of a pipe has closed it."""


class Source:
    """Input; empty unless `read` is overridden."""

    def __init__(self) -> None:
        self._rest = b""
        self._ended = False

    async def chunk(self) -> bytes | None:
        """Return more bytes, None at the end."""
        return None

    async def read(self) -> bytes | None:
        """Return the available bytes, None at the end."""
        if self._rest:
            rest, self._rest = self._rest, b""
            return rest
        if self._ended:
            return None
        data = await self.chunk()
        self._ended = data is None
        return data

    async def line(self) -> bytes | None:
        """Return the next line with its newline, None at the end."""
        collected = b""
        while True:
            data = await self.read()
            if data is None:
                return collected or None
            head, newline, tail = data.partition(b"\n")
            collected += head + newline
            if newline:
                self._rest = tail
                return collected

    async def everything(self) -> bytes:
        """Return all bytes until the end."""
        collected = b""
        while (data := await self.read()) is not None:
            collected += data
        return collected


class Given(Source):
    """Input from given bytes."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._rest = data


class Queued(Source):
    """Input from a queue where None is the end."""

    def __init__(self, queue: asyncio.Queue[bytes | None]) -> None:
        super().__init__()
        self._queue = queue

    async def chunk(self) -> bytes | None:
        return await self._queue.get()


class TypedIn(Queued):
    """Input from a terminal: continues after an end of file."""

    async def read(self) -> bytes | None:
        self._ended = False
        return await super().read()


class Pipe(Queued):
    """A pipe between two commands."""

    def __init__(self) -> None:
        self._pipe: asyncio.Queue[bytes | None] = asyncio.Queue(AHEAD)
        super().__init__(self._pipe)
        self._readers_gone = asyncio.Event()

    async def write(self, data: bytes) -> None:
        """Write; waits while the reader is slow."""
        if self._readers_gone.is_set():
            raise BrokenPipe
        await self._pipe.put(data)

    async def close(self) -> None:
        """Close the writing end."""
        if not self._readers_gone.is_set():
            await self._pipe.put(None)

    def leave(self) -> None:
        """Close the reading end."""
        self._readers_gone.set()
        while not self._pipe.empty():
            self._pipe.get_nowait()


@dataclass(slots=True)
class Streams:
    """A command's stdin, stdout and stderr."""

    stdin: Source
    stdout: Sink
    stderr: Sink


async def nowhere(data: bytes) -> None:
    """/dev/null."""
