"""Taking and giving back the terminal: at start and end, for a pager or an editor, for the shell's job control.

The driver knows whether it has the terminal, so that taking or giving back twice has no effect. After any end (exception,
cancelled worker or signal) the terminal has its old settings and its own screen, and mouse, bracketed paste and the keyboard
protocol are off.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from subprocess import Popen
from threading import Thread
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported
from textual.drivers.linux_driver import LinuxDriver

from tui.engine.threads import in_thread
from tui.exit_signals import before_death, delayed_death

if TYPE_CHECKING:
    from textual.app import App

PATIENCE = 1.0  # seconds that another program has to end after a signal
CANCEL = "\x18"  # ends a control sequence of which only a part was written
MODES_OFF = "\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?1l\x1b>\x1b[?7h\x1b[>4m\x1b[m"
OWN_KEYBOARD = "\x1b[<u"  # the keyboard protocol is a stack: pop once for each push
OWN_SCREEN = "\x1b[?1049l\x1b[?25h"


class ModeDriver(LinuxDriver):
    """Textual's driver for Unix, extended to take and give back the terminal any number of times, in any order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_terminal = False
        self._given_away = False
        self._guest: Popen[bytes] | None = None  # the program that has the terminal
        self._woken = False  # the next SIGCONT ends a stop made here
        self._loop.add_signal_handler(
            signal.SIGTSTP, self.stop_job
        )  # in place of Textual's handlers, which run within any line
        self._loop.add_signal_handler(signal.SIGCONT, self._continued)

    # -- taking and giving back ---------------------------------------------------------------------------------------

    def start_application_mode(self) -> None:
        if self._has_terminal:
            return
        with delayed_death():
            self._has_terminal = True
            settings = self.take_over()
            self.enable_input()
            super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual has no return type there
            self.attrs_before = settings or self.attrs_before
            self.ask_terminal()
            before_death(self._restore_at_once)

    def stop_application_mode(self) -> None:
        if self._has_terminal:
            self._has_terminal = False
            self.leave_terminal()
            super().stop_application_mode()

    def _restore_at_once(self) -> None:
        """Give the terminal back without another thread, since the process dies next."""
        if not self._has_terminal and not self._given_away:
            return
        if self._guest is not None:
            end_at_once(self._guest)
        text = CANCEL + MODES_OFF + (OWN_KEYBOARD if self._has_terminal else "") + OWN_SCREEN
        self.drop_output()
        self._set_settings(self.attrs_before)
        self._write_now(text)

    def take_over(self) -> list[Any] | None:
        """Return the settings to restore, if a part of the program has the terminal already. To be overridden."""

    def enable_input(self) -> None:
        """Prepare reading from the terminal. To be overridden."""

    def ask_terminal(self) -> None:
        """Ask what the terminal can do, which it answers as input. To be overridden."""

    def leave_terminal(self) -> None:
        """Turn off what `ask_terminal` and others turned on. To be overridden."""

    def drop_output(self) -> None:
        """Drop the output that is not written yet. To be overridden."""

    def _write_now(self, text: str) -> None:
        """Write to the terminal without the writer thread; give up after `PATIENCE` seconds."""
        assert self._file is not None  # the program refuses to start without a terminal
        thread = Thread(target=os.write, args=(self._file.fileno(), text.encode()), daemon=True)
        thread.start()
        thread.join(PATIENCE)

    def _set_settings(self, settings: list[Any] | None) -> None:
        if settings is not None:
            try:
                termios.tcsetattr(self.fileno, termios.TCSANOW, settings)
            except termios.error:  # the terminal is gone
                return

    # -- another program ----------------------------------------------------------------------------------------------

    @contextmanager
    def given_away(self) -> Iterator[None]:
        """Give the terminal to another program inside the context, and take it back after, unless the program is ending."""
        self._given_away = True
        self.suspend_application_mode()
        try:
            yield
        finally:
            self._given_away = False
            self._set_settings(self.attrs_before)  # what the other program left does not count
            if self._app.is_running and not self._app._exit:
                self.start_application_mode()
                self._app.refresh(layout=True)

    async def run(self, command: Sequence[str]) -> int:
        """Run a command in the terminal; return its exit status, negative for a signal.

        ctrl+c goes to the command. Raises OSError if it cannot be started. On cancellation the command is ended first.
        """
        found = await in_thread(lambda: shutil.which(command[0]))
        if found is None:  # checked before the screen changes
            raise FileNotFoundError(2, "no such program", command[0])
        with self.given_away():
            interrupt = signal.signal(signal.SIGINT, lambda *_: None)
            try:
                status = await asyncio.to_thread(self._start_guest(found, *command[1:]).wait)
            finally:
                if self._guest is not None and (self._guest.returncode is None or self._guest.returncode < 0):
                    end_at_once(self._guest)
                    self._write_now(CANCEL + MODES_OFF + OWN_SCREEN)  # the command could not leave its screen
                self._guest = None
                signal.signal(signal.SIGINT, interrupt)
            return status

    def _start_guest(self, *command: str) -> Popen[bytes]:
        """Start the program that gets the terminal; stored immediately, for signals that arrive next."""
        self._guest = Popen(command)
        return self._guest

    # -- the shell's job control --------------------------------------------------------------------------------------

    def stop_job(self) -> None:
        """Stop like any job of the shell (SIGTSTP); returns when the job continues in the foreground."""
        had_it = self._has_terminal
        if had_it:
            self.suspend_application_mode()
        self._woken = True
        os.kill(os.getpid(), signal.SIGSTOP)
        if had_it:
            self._until_foreground()
            self.start_application_mode()

    def _continued(self) -> None:
        """Handle SIGCONT. After SIGSTOP, which cannot be handled, the shell had the terminal: take it again."""
        woken, self._woken = self._woken, False
        if self._has_terminal and not woken:
            self._until_foreground()
            self.suspend_application_mode()
            self.start_application_mode()

    def _until_foreground(self) -> None:
        """Stay stopped while another job has the terminal (`bg` in the shell)."""
        try:
            while os.tcgetpgrp(self.fileno) != os.getpgrp():
                os.kill(os.getpid(), signal.SIGSTOP)
        except OSError:  # the terminal is gone
            return


def end_at_once(process: Popen[bytes]) -> None:
    """End a program and wait for its end, without the event loop: SIGTERM, then SIGKILL."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(process.pid, number)
            os.kill(process.pid, signal.SIGCONT)  # the program may be stopped
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                    return
                time.sleep(0.01)
        except (ProcessLookupError, ChildProcessError):  # the program has ended, and the event loop has reaped it
            return


def why_not_stop(app: App[Any]) -> str:
    """Return why the program cannot go to the background, or ""."""
    if not isinstance(app._driver, ModeDriver):
        return "this terminal cannot be released"
    return "" if os.getpgrp() != os.getsid(0) else "no shell to return to"


def stop_job() -> None:
    """Stop the program as ctrl+z does; `fg` in the shell continues it."""
    os.kill(os.getpid(), signal.SIGTSTP)


async def run_outside(app: App[Any], command: Sequence[str]) -> int:
    """Run a command in the terminal without drawing until its end. See `ModeDriver.run`.

    Raises SuspendNotSupported where the terminal cannot be given away.
    """
    driver = app._driver
    if not isinstance(driver, ModeDriver):
        raise SuspendNotSupported(f"{sys.platform} cannot release the terminal")
    with app.batch_update():
        return await driver.run(command)
