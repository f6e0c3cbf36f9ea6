"""A terminal stream of a container: read, written, resized and closed. `exec.py` and `attach.py` open them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tui.engine import errors
from tui.engine.transport.frames import Frame

if TYPE_CHECKING:
    from tui.engine import Engine

RETRIES = 10  # docker's own client tries to resize that often after the start, (n+1)*10 ms apart
RETRY_STEP = 0.01


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a terminal in cells."""

    columns: int = 80
    rows: int = 24


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it when the stream ended. `exit_code` is None where it cannot be known or nothing ended."""

    exit_code: int | None = None
    detached: bool = False  # the program runs on; only the connection is over
    left: str = ""  # what still runs in the container, in words
    why: str = ""  # more than the exit code tells


class Stream(Protocol):
    """The engine's duplex stream, hijacked or a WebSocket."""

    def frames(self) -> AsyncIterator[Frame]:
        """The output piece by piece; with a TTY all of it is "stdout"."""

    async def write(self, data: bytes) -> None:
        """Send all of `data`."""

    async def half_close(self) -> None:
        """No more input."""

    async def aclose(self) -> None:
        """Drop the connection."""


class TerminalStream:
    """An open way into a container. `tty` decides whether the bytes are a terminal's or two separate streams."""

    def __init__(self, engine: Engine, container: str, name: str, stream: Stream, tty: bool, accepts_input: bool) -> None:
        self.engine = engine
        self.container = container
        self.name = name
        self.tty = tty
        self.accepts_input = accepts_input
        self._stream = stream
        self._frames = stream.frames()
        self.replay: tuple[Frame, ...] = ()  # what was said before the door was opened
        self._reading: asyncio.Task[Frame | None] | None = None
        self._fresh = True

    async def read(self) -> Frame | None:
        """The next bytes and the stream they came on; None at the end. Raises EngineError when the connection breaks."""
        reading = self.begin_reading()
        self._reading = None
        return await reading

    def begin_reading(self) -> asyncio.Task[Frame | None]:
        """Start the next `read` before it is asked for; its result is that of the read to come."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._next())
        return self._reading

    async def _next(self) -> Frame | None:
        return await anext(self._frames, None)

    async def write(self, data: bytes) -> None:
        """Send input. Waits as long as the program does not read. Raises EngineError when the connection is gone."""
        await self._stream.write(data)

    async def half_close(self) -> None:
        """End the program's standard input."""
        await self._stream.half_close()

    async def close(self) -> None:
        """Drop the connection; what runs in the container stays as it is."""
        await self._stream.aclose()

    async def resize(self, size: Size) -> None:
        """Tell the TTY its size; the first time with docker's retries, because the program may not have started yet."""
        if not self.tty:
            return
        tries = RETRIES if self._fresh else 0
        for turn in range(tries + 1):
            try:
                await self._resize(size)
            except errors.EngineRefusal:
                if turn == tries:
                    return  # the program is gone, or never came: its outcome tells
                await asyncio.sleep((turn + 1) * RETRY_STEP)
            else:
                self._fresh = False
                return

    async def _resize(self, size: Size) -> None:
        raise NotImplementedError

    async def outcome(self) -> Outcome:
        """What came of it, asked when the stream has ended."""
        raise NotImplementedError

    async def end(self) -> str:
        """End what this door started; what could not be ended, in words."""
        raise NotImplementedError
