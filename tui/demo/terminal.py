"""Terminal between a client and a process: a line discipline like Linux's, and the shell's line editor.

While a program runs, lines are collected, echoed and erased here (cooked mode), unless it sets raw mode. While the shell
prompts, the editor processes the keys: arrows, history, ctrl+a e u k w l, and completion with tab.
"""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from tui.demo.editor import Editor
from tui.demo.signals import SIGINT, SIGQUIT

if TYPE_CHECKING:
    from tui.demo.process import Process
    from tui.demo.shell.run import Shell

CTRL_C, CTRL_D, CTRL_U, CTRL_W, CTRL_BACKSLASH, ERASE, BACKSPACE = 0x03, 0x04, 0x15, 0x17, 0x1C, 0x7F, 0x08


class Terminal:
    """A process's terminal."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.echo = True
        self.raw = False
        self.size_changed = asyncio.Event()
        self._line = bytearray()
        self._echoed = b""
        self._taking = asyncio.Lock()
        """Keys are processed in the order of arrival from all clients."""
        self._editor: Editor | None = None
        self._edited: asyncio.Future[str | None] | None = None
        self._job: asyncio.Task[int] | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def shown(self, data: bytes) -> bytes:
        """Return output as sent to the terminal: newlines become CR LF."""
        return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def resized(self) -> None:
        """Handle a new window size."""
        self.size_changed.set()

    def hang_up(self) -> None:
        """Handle the end of the process: ends a wait at the prompt."""
        if self._edited is not None and not self._edited.done():
            self._edited.set_result(None)

    # --- input

    async def typed(self, data: bytes) -> None:
        """Process keys from the client."""
        async with self._taking:
            await self._take(data)

    async def _take(self, data: bytes) -> None:
        while data:
            if self._editor is not None:
                data = self._edit(data)
            elif self.raw:
                self.process.input.put_nowait(data)
                data = b""
            else:
                await self._cook(data[0])
                data = data[1:]
        await self._show_echo()

    def _edit(self, data: bytes) -> bytes:
        """Pass keys to the editor up to the end of its line; returns the rest."""
        editor = self._editor
        assert editor is not None
        for number in range(len(data)):
            for letter in self._decoder.decode(data[number : number + 1]):
                editor.key(letter)
            if editor.finished:
                self._echoed += editor.drawn().encode()
                self._editor = None
                if self._edited is not None and not self._edited.done():
                    self._edited.set_result(editor.result)
                return data[number + 1 :]
        self._echoed += editor.drawn().encode()
        return b""

    async def _cook(self, key: int) -> None:
        if key == 0x0D:
            key = 0x0A
        if key in (CTRL_C, CTRL_BACKSLASH):
            self._line.clear()
            self._show(b"^C" if key == CTRL_C else b"^\\")
            await self._show_echo()
            self._interrupt(SIGINT if key == CTRL_C else SIGQUIT)
        elif key == CTRL_D:
            self.process.input.put_nowait(bytes(self._line) or None)
            self._line.clear()
        elif key in (ERASE, BACKSPACE, CTRL_U, CTRL_W):
            self._erase(key)
        else:
            self._line.append(key)
            self._show(b"\r\n" if key == 0x0A else bytes([key]) if key >= 0x20 or key == 0x09 else b"^" + bytes([key + 64]))
            if key == 0x0A:
                self.process.input.put_nowait(bytes(self._line))
                self._line.clear()

    def _show(self, data: bytes) -> None:
        if self.echo:
            self._echoed += data

    async def _show_echo(self) -> None:
        echoed, self._echoed = self._echoed, b""
        await self.process.deliver(1, echoed)

    def _erase(self, key: int) -> None:
        text = self._line.decode("utf-8", "replace")
        if key == CTRL_U:
            kept = ""
        elif key == CTRL_W:
            kept = text.rstrip()[: text.rstrip().rfind(" ") + 1]
        else:
            kept = text[:-1]
        self._line = bytearray(kept.encode())
        self._show(b"\b \b" * (len(text) - len(kept)))

    def _interrupt(self, number: int) -> None:
        """Handle Ctrl+C: end the shell's running command; without a shell send the process the signal."""
        if self._job is not None:
            self._job.cancel()
        else:
            self.process.signal(number)

    # --- for the shell

    async def read_line(self, prompt: str, shell: Shell) -> str | None:
        """Read a line at the prompt; None for Ctrl+D on an empty line, "" after Ctrl+C."""
        async with self._taking:
            self._edited = asyncio.get_running_loop().create_future()
            self._editor = Editor(prompt, shell)
            self._echoed += self._editor.drawn().encode()
            ahead = bytearray()
            while not self.process.input.empty():
                ahead += self.process.input.get_nowait() or bytes([CTRL_D])
            ahead += self._line
            self._line.clear()
            await self._take(bytes(ahead).replace(b"\n", b"\r"))
        return await self._edited

    async def interruptible(self, work: Coroutine[None, None, int]) -> int:
        """Run a command that Ctrl+C ends with 130."""
        job = self._job = asyncio.ensure_future(work)
        try:
            return await job
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self.process.killed_by or (task is not None and task.cancelling()):
                raise
            await self.process.deliver(1, b"\r\n")
            return 130
        finally:
            job.cancel()
            self._job, self.raw, self.echo = None, False, True
