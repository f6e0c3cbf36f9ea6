"""The bytes of one connection: output, modified by an injected fault if any, and input."""

from __future__ import annotations

import asyncio
import contextlib
import select
from collections.abc import Coroutine

from tui.demo.clock import Clock
from tui.demo.faults import Fault

CLIENT_CHECK_SECONDS = 0.5
"""Seconds between two checks whether a silent client is still connected."""


class Cut(Exception):
    """The fault has cut the connection."""


class Wire:
    """A connection after the head of the answer: `send` for the body or the hijacked stream, `receive` for input."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, clock: Clock, early: bytes = b"") -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._early = early
        self._sent = 0
        self.fault: Fault | None = None

    async def send(self, data: bytes) -> None:
        """Send a piece of the body, modified by the fault if any."""
        for piece in self._spoiled(data):
            await self._send(piece)

    def _spoiled(self, data: bytes) -> list[bytes]:
        fault = self.fault
        if fault is None or not data:
            return [data]
        if fault.kind == "split":
            return [data[start : start + fault.size] for start in range(0, len(data), fault.size)]
        if fault.kind == "repeat":
            return [data, data]
        if fault.kind == "garbage":
            return [fault.data]
        return [data]

    async def _send(self, data: bytes) -> None:
        fault = self.fault
        if fault is not None and fault.kind == "delay":
            await self._clock.sleep(fault.seconds)
        if fault is not None and fault.kind == "cut" and self._sent + len(data) > fault.after:
            await self.raw(self.framed(data[: fault.after - self._sent]))
            self.break_off()
            raise Cut
        self._sent += len(data)
        await self.raw(self.framed(data))
        if fault is not None and fault.kind == "split":
            await asyncio.sleep(0)

    def framed(self, data: bytes) -> bytes:
        """Return a piece as sent; overridden for HTTP chunks."""
        return data

    async def raw(self, data: bytes) -> None:
        """Send bytes unchanged."""
        if data:
            self._writer.write(data)
            await self._writer.drain()

    async def receive(self) -> bytes:
        """Return the next input; b"" if the client has closed its side or disconnected."""
        early, self._early = self._early, b""
        if early:
            return early
        try:
            return await self._reader.read(65536)
        except ConnectionError:
            return b""

    async def while_there(self, work: Coroutine[None, None, None]) -> None:
        """Do the work, but stop if the client disconnects. A half-closed connection does not count."""
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                await asyncio.wait((task,), timeout=CLIENT_CHECK_SECONDS)
                if self._left():
                    break
            if task.done():
                task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _left(self) -> bool:
        handle = self._writer.get_extra_info("socket")
        if self._writer.is_closing() or handle is None or handle.fileno() < 0:
            return True
        look = select.poll()
        look.register(handle.fileno(), select.POLLHUP)
        return any(event & select.POLLHUP for _, event in look.poll(0))

    def end_output(self) -> None:
        """Close the output; input can still arrive."""
        with contextlib.suppress(OSError, RuntimeError):
            if self._writer.can_write_eof():
                self._writer.write_eof()

    def break_off(self) -> None:
        """Abort the connection."""
        self._writer.transport.abort()


class Chunked(Wire):
    """A body in HTTP chunks."""

    def framed(self, data: bytes) -> bytes:
        return b"%x\r\n%s\r\n" % (len(data), data) if data else b""
