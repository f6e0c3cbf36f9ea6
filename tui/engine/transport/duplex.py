"""Two-way stream for attach and exec."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

from tui.engine.errors import ConnectionLost
from tui.engine.transport.frames import Demultiplexer, Frame
from tui.engine.transport.streams import StreamAnswer


class Duplex:
    """A hijacked connection (`ContainerAttach`, "Hijacking").

    One task may read while another writes; `aclose` may be called from any. `async for data in duplex` reads until the end.
    With `tty` the bytes are the terminal's, else they are frames, which `frames` decodes.
    """

    def __init__(self, answer: StreamAnswer, tty: bool) -> None:
        self._answer = answer
        self._tty = tty
        self._closed = False

    async def read(self) -> bytes | None:
        """Return the next bytes, never b"": None at the end, also after `aclose`. Raises ConnectionLost."""
        if self._closed:
            return None
        try:
            return await self._answer.read() or None
        except ConnectionLost:
            if self._closed:
                return None
            raise

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        while (data := await self.read()) is not None:
            yield data

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """Yield the output in pieces; with a TTY all of it is "stdout". Raises ConnectionLost, BrokenAnswer."""
        demultiplexer = Demultiplexer()
        while (data := await self.read()) is not None:
            if self._tty:
                yield Frame("stdout", data)
                continue
            for frame in demultiplexer.feed(data):
                yield frame
        if not self._closed:
            demultiplexer.finish()

    async def write(self, data: bytes) -> None:
        """Send all of `data`; blocks while the program does not read. Raises ConnectionLost."""
        if self._closed:
            raise ConnectionLost("This stream is closed.")
        await self._answer.write(data)

    def write_now(self, data: bytes) -> bool:
        """Send without waiting; False if that is not possible now."""
        return not self._closed and self._answer.write_now(data)

    async def half_close(self) -> None:
        """Close the program's stdin; its output continues. Raises ConnectionLost, EngineError if not possible."""
        if self._closed:
            raise ConnectionLost("This stream is closed.")
        await self._answer.half_close()

    async def aclose(self) -> None:
        """Close both directions. The process in the container keeps running."""
        if not self._closed:
            self._closed = True
            await self._answer.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
