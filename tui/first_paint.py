"""The first list, drawn over a plain socket while the interface is still being imported.

Importing Textual takes longer than everything else before the first container's name is shown. So the list is read and drawn
here with little more than the standard library, and the interface takes over with the same rows.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tui.engine_names import named_engines
from tui.exit_signals import before_death
from tui.first_answers import PATIENCE, Answer, FirstMember, answer_of, placed, read_all
from tui.live import clock
from tui.output import paint
from tui.terminal_background import TerminalBackground

if TYPE_CHECKING:
    from tui.config import Config
    from tui.engine.transport.address import Address
    from tui.first_keys import FirstKeys
    from tui.live.containers.container import Container
    from tui.live.merged_rows import Placed
    from tui.options import Start
    from tui.resources.model.resource import Resource
    from tui.ssh_login import Login

CURSOR = "1;48;5;24"
"""The look of the cursor's row (SGR), like that of the interface."""

_NO_KEY = b"\0"  # _POSIX_VDISABLE
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", "\x1b[?1049l\x1b[?25h"


class FirstPaint:
    """The state before the interface: the rows drawn, and the terminal to be handed over or restored."""

    def __init__(self, logins: Mapping[Address, Login]) -> None:
        self.logins = logins
        """The SSH login of each engine over SSH, done or under way."""
        self.answers: dict[Address, Answer] = {}
        """The containers of each engine that listed them in time."""
        self.keys: FirstKeys | None = None
        """The keys pressed on the list; None if no row is shown."""
        self.crash: Exception | None = None
        """An error of the program while reading or drawing: the interface starts without the first list."""
        self.background = TerminalBackground(os.environ)
        self._terminal: list[Any] | None = None
        self._entered = False

    def prepare(self) -> None:
        """Switch to the alternate screen, and ask for its background.

        Keys typed from now on wait in the terminal's buffer, without echo.
        """
        self._terminal = termios.tcgetattr(sys.stdin.fileno())
        for number in (signal.SIGTERM, signal.SIGHUP):  # until the interface handles them
            signal.signal(number, lambda *_: sys.exit())
        signal.signal(signal.SIGTSTP, lambda *_: self._stop())
        before_death(self.restore)
        silent = termios.tcgetattr(sys.stdin.fileno())
        silent[0] &= ~termios.ICRNL  # Enter stays CR
        silent[3] &= ~(termios.ECHO | termios.ICANON)
        for key in (termios.VSUSP, termios.VQUIT):  # ctrl+z and ctrl+\ wait too
            silent[6][key] = _NO_KEY
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, silent)
        self._entered = True
        paint(_ENTER + self.background.question())

    def read(self, addresses: Sequence[Address]) -> None:
        """Read the lists of the engines that answer in time."""
        late = time.monotonic() + PATIENCE
        direct = [address for address in addresses if address not in self.logins]
        self.answers.update(read_all(direct) if direct else {})
        for login in self.logins.values():
            login.wait(late - time.monotonic())
        self.take_answers()

    def take_answers(self) -> None:
        """Take over what engines have answered over SSH since."""
        for address, login in self.logins.items():
            if address not in self.answers and (answer := answer_of(login.answer)) is not None:
                self.answers[address] = answer

    def show(self, named: Sequence[tuple[str, Address]], config: Config, *, keys: bool) -> None:
        """Draw the rows, if there are any; with `keys`, obey those that move the cursor from now on. `named`: the engines."""
        if not any(answer.rows for answer in self.answers.values()):
            return
        from tui.first_keys import FirstKeys
        from tui.first_list import FirstList

        size = os.get_terminal_size(sys.stdout.fileno())
        colours = not os.environ.get("NO_COLOR")
        look = CURSOR if colours and "256color" in os.environ.get("TERM", "") else "7"
        resource, rows = self._list(named, config)
        shown = FirstList(resource, rows, size.columns, size.lines, wide=config.wide, colours=colours, cursor=look)
        paint(shown.screen())
        if keys:
            self.keys = FirstKeys(shown, sys.stdin.fileno(), self.background)

    def _list(self, named: Sequence[tuple[str, Address]], config: Config) -> tuple[Resource[Any], Sequence[Any]]:
        """Return the description and the rows of the list, of one engine or of several."""
        from tui.resources.containers.containers import CONTAINERS

        if len(named) == 1:
            (answer,) = self.answers.values()
            clock.show(answer.clock)
            return CONTAINERS, answer.rows
        from tui.resources.model.merged import merged

        rows: list[Placed[Container]] = []
        for name, address in named:
            if (found := self.answers.get(address)) is not None:
                rows += placed(FirstMember(name, config.of_context(address.name).colour, found.clock), found.rows)
        return merged(CONTAINERS), rows

    def _stop(self) -> None:
        """Handle SIGTSTP: restore the terminal for the shell until the job continues."""
        prepared = self._terminal is not None
        self.restore()
        os.kill(os.getpid(), signal.SIGSTOP)
        if prepared:
            self.prepare()

    def hand_over(self) -> list[Any] | None:
        """Hand the terminal over to the interface; return the settings it has to restore, if they were changed here.

        The settings stay until the interface changes them, so that keys typed in between are neither echoed nor lost.
        """
        self._entered = False
        settings, self._terminal = self._terminal, None
        return settings

    def restore(self) -> None:
        """Restore the terminal's screen and settings."""
        if self.keys is not None:
            self.keys.take_over()
        if self._entered:
            self._entered = False
            paint(_LEAVE)
        if self._terminal is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._terminal)
            self._terminal = None


@contextmanager
def first_list(
    addresses: Sequence[Address], logins: Mapping[Address, Login], start: Start, config: Config
) -> Iterator[FirstPaint]:
    """Draw the containers of the engines that are fast, if the program starts with those.

    The terminal is restored in any case. `logins`: the SSH logins to them, which are under way.
    """
    named = named_engines(addresses, config, read_only=start.read_only)
    first_paint = FirstPaint(logins)
    try:
        if len(named) == 1:
            for login in logins.values():
                login.ask()
        if not start.words or start.words[0] == "containers":
            first_paint.prepare()
            try:
                first_paint.read([address for _, address in named])
                first_paint.show(named, config, keys=not config.keys and not start.words[1:])
            except Exception as error:
                first_paint.answers, first_paint.crash = {}, error
        yield first_paint
    finally:
        first_paint.restore()
