"""Where commands read and write."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

AHEAD = 16

Sink = Callable[[bytes], Awaitable[None]]


class BrokenPipe(Exception):
    """Nobody reads any more."""


class Source:
    """Input: nothing, unless somebody overrides `read`."""

    def __init__(self) -> None:
        self._rest = b""
        self._ended = False

    async def chunk(self) -> bytes | None:
        """More bytes, None at the end."""
        return None

    async def read(self) -> bytes | None:
        """What is there, None at the end."""
        if self._rest:
            rest, self._rest = self._rest, b""
            return rest
        if self._ended:
            return None
        data = await self.chunk()
        self._ended = data is None
        return data

    async def line(self) -> bytes | None:
        """The next line with its end, None at the end."""
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
        """All bytes until the end."""
        collected = b""
        while (data := await self.read()) is not None:
            collected += data
        return collected


class Given(Source):
    """Input that is known."""

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
    """Input from a terminal: its end is only the end of this once."""

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
        """Hand on; waits when the reader is slow."""
        if self._readers_gone.is_set():
            raise BrokenPipe
        await self._pipe.put(data)

    async def close(self) -> None:
        """No more comes."""
        if not self._readers_gone.is_set():
            await self._pipe.put(None)

    def leave(self) -> None:
        """Read no more."""
        self._readers_gone.set()
        while not self._pipe.empty():
            self._pipe.get_nowait()


@dataclass(slots=True)
class Streams:
    """A command's input, output and error output."""

    stdin: Source
    stdout: Sink
    stderr: Sink


async def nowhere(data: bytes) -> None:
    """/dev/null."""
