"""A program in a pseudo-terminal, its screen read by a terminal emulator: Longshore as its user meets it.

    with Program(["--demo"], columns=80, rows=24) as program:
        program.wait_for("web")
        program.press("j", "enter")
        program.type("nginx")

The terminal is a legacy one: it answers no query. HOME and every configuration folder are new and empty, so that nothing of the
user's decides. A thread reads the terminal, so the program never stands still for want of a reader. Methods are synchronous: an
asynchronous test that serves the program itself calls them through `asyncio.to_thread`.
"""

import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from tests.terminal_screen import TerminalScreen
from tests.waiting import SECONDS

TOP = Path(__file__).parents[1]
LONGSHORE = (sys.executable, "-m", "tui")
RAW_BYTES = 8_000_000  # maximum output kept

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    **dict(zip(("up", "down", "right", "left", "end", "home"), (f"\x1b[{letter}" for letter in "ABCDFH"), strict=True)),
    **dict(zip(("f1", "f2", "f3", "f4"), (f"\x1bO{letter}" for letter in "PQRS"), strict=True)),
    **{f"f{number}": f"\x1b[{code}~" for number, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)},
}


class Program:
    """A command in a terminal of `columns` by `rows`: `python -m tui` with `args`, or any `command`."""

    def __init__(
        self,
        args: Sequence[str] = (),
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str | None] | None = None,
        command: Sequence[str] = LONGSHORE,
    ) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="longshore-home-"))
        self.command = [*command, *args]
        self._terminal, self._line = pty.openpty()
        self._set_size(columns, rows)
        self._settings = termios.tcgetattr(self._line)
        self._emulator = TerminalScreen(columns, rows)
        self._news = threading.Condition()
        self._raw = bytearray()
        self._written = 0
        self.process = subprocess.Popen(
            # Make this the controlling terminal: ctrl+c, resize and hang-up reach the program, even in a run that ignores
            # hang-ups.
            ["env", "--default-signal=HUP,INT,TERM", "setsid", "--ctty", *self.command],
            stdin=self._line,
            stdout=self._line,
            stderr=self._line,
            cwd=TOP,
            env=self._environment(env or {}),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _environment(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        """Return the user's environment without variables that change the program, then `changes` (None removes a name)."""
        decisive = re.compile(
            r"DOCKER_|XDG_|LONGSHORE_|TEXTUAL|COLUMNS$|LINES$|NO_COLOR$|COLORTERM$|TERM|TMUX|LC_|CONTAINER_HOST$"
            r"|PYTHONDONTWRITEBYTECODE$"  # otherwise each of hundreds of starts would compile everything again
        )
        kept = {name: value for name, value in os.environ.items() if not decisive.match(name)}
        folders = {f"XDG_{kind}_HOME": str(self.home / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
        runtime = self.home / "runtime"
        runtime.mkdir(mode=0o700)
        fixed = {"HOME": str(self.home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": str(runtime)}
        everything = {**kept, **folders, **fixed, **changes}
        return {name: value for name, value in everything.items() if value is not None}

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._terminal, 65536)
            except OSError:  # the last descriptor of the other side is closed
                data = b""
            with self._news:
                self._raw += data
                del self._raw[:-RAW_BYTES]
                self._written += len(data)
                self._emulator.feed(data)
                self._news.notify_all()
            if not data:
                return

    # input

    def type(self, text: str) -> None:
        """Send the characters of `text`."""
        self.send(text.encode())

    def press(self, *keys: str) -> None:
        """Send keys by name: "j", "enter", "ctrl+c", "alt+x", "f1", "shift+tab"."""
        for key in keys:
            self.send(key_bytes(key))

    def paste(self, text: str) -> None:
        """Paste as a terminal does, bracketed if the program enabled that."""
        self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~" if 2004 in self.modes else text.encode())

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._terminal, data) :]

    def resize(self, columns: int, rows: int) -> None:
        with self._news:
            self._emulator.resize(columns, rows)
        self._set_size(columns, rows)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    # the screen

    @property
    def screen(self) -> str:
        """Return the screen's text, a line for each row, without trailing blanks."""
        with self._news:
            return self._emulator.text

    @property
    def lines(self) -> list[str]:
        return self.screen.split("\n")

    @property
    def cursor(self) -> tuple[int, int]:
        """Return column and row of the cursor, from 0."""
        with self._news:
            return self._emulator.cursor

    def cell(self, column: int, row: int) -> Any:
        """Return pyte's character at a cell: data, fg, bg, bold, reverse and so on."""
        with self._news:
            return self._emulator.cell(column, row)

    def find(self, text: str) -> tuple[int, int]:
        """Return column and row, in characters, of the first `text` on the screen. Raises LookupError if missing."""
        for row, line in enumerate(self.lines):
            if (column := line.find(text)) >= 0:
                return column, row
        raise LookupError(self._report(f"{text!r} is not on the screen"))

    @property
    def modes(self) -> set[int]:
        """Return the private modes that are on (1049: alternate screen, 1000 and more: mouse, 2004: bracketed paste)."""
        with self._news:
            return set(self._emulator.modes)

    @property
    def raw(self) -> bytes:
        """Return the program's output, at most the last 8 MB."""
        with self._news:
            return bytes(self._raw)

    @property
    def bytes_written(self) -> int:
        """Return the number of bytes written so far."""
        with self._news:
            return self._written

    def wait_for(self, wanted: str | Callable[[str], object], seconds: float = SECONDS) -> str:
        """Wait until a text is on the screen, or until `wanted(screen text)` is true; return the screen's text.

        Raises AssertionError with the whole screen after `seconds`, or as soon as the program has ended without it.
        """
        seen: Callable[[str], object] = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        end = time.monotonic() + seconds
        with self._news:
            while not seen(text := self._emulator.text):
                if not self._reader.is_alive():
                    raise AssertionError(self._report(f"the program ended with {self.process.poll()} before {_name(wanted)}"))
                if time.monotonic() > end:
                    raise AssertionError(self._report(f"waited {seconds:.0f} s for {_name(wanted)}"))
                if self.process.poll() is not None:
                    self._close_line()  # so that the reader thread ends
                self._news.wait(0.1)
            return text

    def wait_until_gone(self, text: str, seconds: float = SECONDS) -> str:
        """Wait until `text` is no longer on the screen; return the screen's text."""
        return self.wait_for(lambda screen: text not in screen, seconds)

    def _report(self, what: str) -> str:
        with self._news:
            columns, text = self._emulator.columns, self._emulator.text
        frame = "-" * columns
        return f"{what}\n{' '.join(self.command)}\n{frame}\n{text}\n{frame}"

    # exit

    @property
    def exit_status(self) -> int | None:
        """Return the exit status, negative for a signal; None while running."""
        return self.process.poll()

    def wait_for_exit(self, seconds: float = SECONDS) -> int:
        """Wait until the program has ended and its output is read; return the exit status."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(self._report(f"waited {seconds:.0f} s for the program's end")) from None
        self._close_line()
        self._reader.join(seconds)
        return status

    def not_restored(self) -> list[str]:
        """Return what the program changed in the terminal and did not restore: modes, cursor, line settings."""
        left = [f"mode {mode} is on" for mode in sorted(self.modes - {7, 25})]
        left += [] if 25 in self.modes else ["the cursor is hidden"]
        if self._settings_now != self._settings:
            left.append("the line settings (stty) differ")
        return left

    @property
    def _settings_now(self) -> list[Any]:
        return termios.tcgetattr(self._terminal)  # both ends share them, and this one stays open

    def _close_line(self) -> None:
        if self._line >= 0:
            os.close(self._line)
            self._line = -1

    def close(self) -> None:
        """End the program and all processes of its session; remove its home directory."""
        if self._terminal < 0:
            return
        _kill_session(self.process.pid)
        self.process.wait()
        self._close_line()
        self._reader.join(SECONDS)
        os.close(self._terminal)
        self._terminal = -1
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def key_bytes(key: str) -> bytes:
    """Return the bytes that a legacy terminal sends for a key."""
    if key in KEYS:
        return KEYS[key].encode()
    modifier, _, plain = key.rpartition("+") if len(key) > 1 else ("", "", key)
    if modifier == "alt":
        return b"\x1b" + key_bytes(plain)
    if modifier == "ctrl" and len(plain) == 1:
        return bytes([ord(plain.upper()) & 0x1F])
    if modifier or len(plain) != 1:
        raise ValueError(f"a legacy terminal has no key {key}")
    return plain.encode()


def _kill_session(leader: int) -> None:
    """Kill every process of the session, since jobs may have their own process groups."""
    for folder in Path("/proc").glob("[0-9]*"):
        process = int(folder.name)
        try:
            if os.getsid(process) == leader:
                os.kill(process, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _name(wanted: object) -> str:
    return repr(wanted) if isinstance(wanted, str) else getattr(wanted, "__qualname__", repr(wanted))
