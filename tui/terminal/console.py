"""The connection between one emulator and one stream of bytes, in both directions, whether visible or not."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from tui.crash import reported
from tui.live.state.signals import Signal
from tui.live.terminals.sessions import Output, TerminalSession
from tui.live.terminals.stream import Size
from tui.terminal.colours import ThemeColours
from tui.terminal.cooked import Cook, InputLine
from tui.terminal.emulator import Emulator

SLICE = 16 * 1024
"""Bytes that are parsed at a time, before other tasks run: keys, painting, leaving."""

SLICE_SECONDS = 0.005
"""Seconds after which other tasks run, also within a slice."""

QUEUE = 4 * 1024 * 1024
"""Maximum bytes of input queued for a program that does not read. More is refused."""


class Console:
    """The screen of one session. `changed` is emitted after a change of the screen or of the session.

    Reading follows parsing: while the emulator is busy nothing more is read, so that output is buffered in the engine and not
    in memory. Writing has its own queue and does not delay the screen.
    """

    def __init__(self, session: TerminalSession, size: Size) -> None:
        self.session = session
        self.emulator = Emulator(size.columns, size.rows)
        self.changed: Signal[None] = Signal()
        self.input_line: InputLine | None = None  # set as soon as it is known that the session has no TTY
        self.clipboard: Callable[[str], object] | None = None  # called with the text of OSC 52, if the user enabled that
        self.ring: Callable[[], object] | None = None  # called when the program rings the bell, if the user enabled that
        self._outgoing: deque[bytes] = deque()
        self._waiting = 0
        self._more = asyncio.Event()
        self._cook = Cook()
        self._old = False  # whether the output was written before the session began
        session.resize(size)
        self._tasks = (asyncio.ensure_future(self._read()), asyncio.ensure_future(self._write()))

    # --- input ---

    def send(self, data: bytes) -> bool:
        """Send input to the program, or queue it while the program does not read. Return False if the queue is full."""
        if not data:
            return True
        if not self._outgoing and not self._waiting and self.session.write_now(data):
            return True
        if self._waiting + len(data) > QUEUE:
            return False
        self._outgoing.append(data)
        self._waiting += len(data)
        self._more.set()
        return True

    def end_input(self) -> None:
        """Close standard input: the effect of ctrl+d on an empty line without a TTY."""
        self._outgoing.append(b"")
        self._more.set()

    def resize(self, size: Size) -> None:
        """Resize the emulator, then the engine's TTY."""
        self.emulator.resize(size.columns, size.rows)
        self.session.resize(size)

    def set_theme(self, theme: ThemeColours | None) -> None:
        """Set the colours that the program is told; one that asked for that is told of a change."""
        self.emulator.set_theme(theme)
        if self.session.tty and not self.session.row.over:
            self.send(self.emulator.replies())

    async def close(self) -> None:
        """Stop reading and writing; the session itself stays open."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    # --- output ---

    async def _read(self) -> None:
        while (output := await self._next()) is not None:
            await self._show(output)
        self._offer_input()
        self.changed.emit(None)

    def _offer_input(self) -> None:
        """Offer a line to type into without a TTY, as long as the program has a standard input."""
        if self.session.tty or not self.session.accepts_input:
            self.input_line = None
        elif self.input_line is None:
            self.input_line = InputLine()

    async def _next(self) -> Output | None:
        """Return the next output, or None at the end, also after an unexpected error."""
        try:
            return await self.session.read()
        except Exception as error:
            said = await reported(error, "failed to read a session")
            self.session.broke(f"The output can no longer be read: {said}.")
            return None

    async def _show(self, output: Output) -> None:
        data = output.data
        if not self.session.tty:
            self._offer_input()
            data = self._cook(data, error=output.error)
        for start in range(0, len(data), SLICE):
            self._old = output.replayed
            try:
                for _ in self.emulator.steps(data[start : start + SLICE], SLICE_SECONDS, answer=not output.replayed):
                    self._tell()
                    await asyncio.sleep(0)
                self._tell()
            except Exception as error:
                await self._drop(error)
            await asyncio.sleep(0)

    def _tell(self) -> None:
        """Pass on the emulator's answers and clipboard text, and emit `changed`."""
        replies = self.emulator.replies()
        if replies and self.session.tty:
            self.send(replies)
        self._hand_on_clipboard()
        if self.emulator.take_bell() and not self._old:
            self.session.rang()
            if self.ring is not None:
                self.ring()
        self.changed.emit(None)

    async def _drop(self, error: Exception) -> None:
        """Drop the rest of a slice after an error, and continue. Only the first error of a session is reported."""
        self.emulator.recover()
        if not self.session.row.dropped:
            self.session.dropped_output(await reported(error, "failed to show output"))

    def _hand_on_clipboard(self) -> None:
        text = self.emulator.clipboard
        if text is not None:
            self.emulator.screen.clipboard = None
            if self.clipboard is not None:
                self.clipboard(text)

    async def _write(self) -> None:
        if await self.session.opened() and not self.session.tty:
            self._offer_input()
            self.changed.emit(None)
        while True:
            while self._outgoing:
                data = self._outgoing.popleft()
                if data:
                    await self.session.write(data)
                    self._waiting -= len(data)
                else:
                    await self.session.half_close()
                    self._offer_input()
                    self.changed.emit(None)
            self._more.clear()
            await self._more.wait()
