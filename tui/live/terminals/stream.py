"""Terminal stream: a connection to a process in a container, opened by `tui/live/terminals/attach.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tui.engine import errors
from tui.engine.transport.frames import Frame

if TYPE_CHECKING:
    from tui.engine import Engine

RETRIES = 10  # docker's own client retries the resize that often after the start, (n+1)*10 ms apart
RETRY_STEP = 0.01


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a terminal in cells."""

    columns: int = 80
    rows: int = 24


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result at the end of a stream. `exit_code` is None if unknown or nothing ended."""

    exit_code: int | None = None
    detached: bool = False  # the program keeps running; only the connection ended
    left: str = ""  # what still runs in the container, as text
    why: str = ""  # details beyond the exit code, as text


class Stream(Protocol):
    """The engine's duplex stream, hijacked or a WebSocket."""

    def frames(self) -> AsyncIterator[Frame]:
        """Yield the output in pieces; with a TTY all of it is "stdout"."""

    async def write(self, data: bytes) -> None:
        """Send all of `data`."""

    def write_now(self, data: bytes) -> bool:
        """Send without waiting; False if that is not possible now."""

    async def half_close(self) -> None:
        """Close the program's stdin."""

    async def aclose(self) -> None:
        """Close the connection."""


class TerminalStream:
    """A connection to a process in a container. `tty`: the bytes are a terminal's, else stdout and stderr are separate."""

    def __init__(self, engine: Engine, container: str, name: str, stream: Stream, tty: bool, accepts_input: bool) -> None:
        self.engine = engine
        self.container = container
        self.name = name
        self.tty = tty
        self.accepts_input = accepts_input
        self._stream = stream
        self._frames = stream.frames()
        self.replay: tuple[Frame, ...] = ()  # output written before the stream was opened
        self._reading: asyncio.Task[Frame | None] | None = None
        self._fresh = True

    async def read(self) -> Frame | None:
        """Return the next bytes and their stream; None at the end. Raises EngineError if the connection breaks."""
        reading, self._reading = self._reading, None
        return await (self._next() if reading is None else reading)

    def begin_reading(self) -> asyncio.Task[Frame | None]:
        """Start reading ahead; the next `read` returns the result."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._next())
        return self._reading

    async def _next(self) -> Frame | None:
        return await anext(self._frames, None)

    async def write(self, data: bytes) -> None:
        """Send input; blocks while the program does not read. Raises EngineError if the connection is lost."""
        await self._stream.write(data)

    def write_now(self, data: bytes) -> bool:
        """Send input without waiting; False if that is not possible now."""
        return self._stream.write_now(data)

    async def half_close(self) -> bool:
        """Close the program's stdin. Return whether it could be closed."""
        await self._stream.half_close()
        return True

    async def close(self) -> None:
        """Close the connection; processes in the container keep running."""
        await self._stream.aclose()

    async def resize(self, size: Size) -> None:
        """Send the size to the TTY; the first time with docker's retries, because the program may not have started yet."""
        if not self.tty:
            return
        tries = RETRIES if self._fresh else 0
        for turn in range(tries + 1):
            try:
                await self._resize(size)
            except errors.EngineRefusal:
                if turn == tries:
                    return  # the program has ended or never started: see its outcome
                await asyncio.sleep((turn + 1) * RETRY_STEP)
            else:
                self._fresh = False
                return

    async def _resize(self, size: Size) -> None:
        raise NotImplementedError

    async def outcome(self) -> Outcome:
        """Return the result, after the stream has ended."""
        raise NotImplementedError

    async def end(self) -> str:
        """End the processes this stream started; returns what could not be ended, as text."""
        raise NotImplementedError
