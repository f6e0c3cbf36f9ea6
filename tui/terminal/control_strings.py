"""What control strings of a program mean: titles, links, notifications, marks of a shell, colours, the clipboard, queries.

Source: xterm control sequences, "Operating System Commands"; the commands 8, 9, 133 and 777 of other terminals.
"""

import base64
import binascii

from tui.engine.digits import whole_number
from tui.terminal import tokens
from tui.terminal.colours import CURSOR
from tui.terminal.replies import Replies
from tui.terminal.rows import OUTPUT, OUTPUT_END, PROMPT
from tui.terminal.screen import Screen

#: Shell integration (OSC 133): a prompt begins, which ends the output before; a command's output begins or ends.
_SHELL_MARKS = {"A": (OUTPUT_END, PROMPT), "N": (OUTPUT_END, PROMPT), "C": (OUTPUT,), "D": (OUTPUT_END,)}


class ControlStrings:
    """The control strings for one screen."""

    def __init__(self, screen: Screen, replies: Replies) -> None:
        self._screen = screen
        self._replies = replies

    def process(self, kind: str, body: str, end: str) -> None:
        """Process OSC (`]`) and DCS (`P`); SOS, PM and APC are ignored. `end` is what ended it."""
        if kind == "]":
            self._system_command(*body.partition(";")[::2], end="\x07" if end == "\x07" else "\x1b\\")
        elif kind == "P" and body.startswith("$q"):
            self._replies.setting(body[2:])
        elif kind == "P" and body.startswith("+q"):
            self._replies.capabilities(body[2:])

    def _system_command(self, command: str, text: str, end: str) -> None:
        if command in ("0", "2"):
            self._screen.set_title(text)
        elif command == "52":
            self._clipboard(text.partition(";")[2])
        elif command == "8":
            self._screen.set_link(text.partition(";")[2])
        elif (command == "9" and not text.startswith("4;")) or (command == "777" and text.startswith("notify;")):
            self._screen.bell()  # a notification; 9;4 is a progress bar
        elif command == "133":
            for mark in _SHELL_MARKS.get(text[:1], ()):
                self._screen.mark(mark)
        elif command in ("4", "10", "11", "12", "104", "110", "111", "112"):
            self._colours(int(command), text.split(";", tokens.MAX_PARAMETERS) if text else [], end)

    def _colours(self, command: int, values: list[str], end: str) -> None:
        """OSC 4, 10, 11, 12, 104, 110, 111, 112: set, tell or reset colours."""
        if command == 4:
            for which, value in zip(values[::2], values[1::2], strict=False):
                self._palette(which, value, end)
        elif command == 104:
            self._screen.reset_palette_colours([colour for value in values if (colour := whole_number(value)) is not None])
        elif command >= 110:
            self._screen.reset_default_colour(command - 100)
        else:
            for default, value in zip(range(command, CURSOR + 1), values, strict=False):  # further values are for the next ones
                if value == "?":
                    self._replies.default_colour(default, end)
                else:
                    self._screen.set_default_colour(default, value)

    def _palette(self, which: str, value: str, end: str) -> None:
        colour = whole_number(which)
        if colour is None:
            return
        if value == "?":
            self._replies.palette_colour(colour, end)
        else:
            self._screen.set_palette_colour(colour, value)

    def _clipboard(self, payload: str) -> None:
        """OSC 52: store the text for the console; the user's clipboard is never reported to the program."""
        try:
            data = base64.b64decode(payload, validate=True)
        except (binascii.Error, ValueError):
            return
        self._screen.clipboard = data.decode("utf-8", "replace")
