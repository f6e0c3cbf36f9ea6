"""The terminal's answers to queries of a program, one for each query.

Source: xterm control sequences (DA, DSR, DECRQM, XTVERSION, DECRQSS, XTGETTCAP), VT510 reference manual.
"""

import re
from collections.abc import Callable

from tui.terminal import modes
from tui.terminal.capabilities import CAPABILITIES
from tui.terminal.colours import written
from tui.terminal.screen import OTHER_KEYS, Screen
from tui.terminal.style import PALETTE, Style

NAME = "Longshore"
MAX_WAITING = 16384  # maximum bytes kept for a program that does not read its answers

#: VT220 with ANSI colour.
PRIMARY = "\x1b[?62;22c"
#: Programs compare the middle number with xterm's versions: 277 is the first that they trust with SGR mouse reports.
SECONDARY = "\x1b[>0;277;0c"
TERTIARY = "\x1bP!|00000000\x1b\\"

MAX_NAMES = 64  # capabilities in one query
_HEX_NAME = re.compile("(?:[0-9a-fA-F]{2}){1,16}")


class Replies:
    """Collector of answers; with `send` each is passed on immediately.

    While `muted` no query is answered: the output is old.
    """

    def __init__(self, screen: Screen, send: Callable[[bytes], None] | None, version: str) -> None:
        self._screen = screen
        self._send = send
        self._version = version
        self._waiting = bytearray()
        self.muted = False

    def take(self) -> bytes:
        """Return the pending answers, and clear them."""
        waiting = bytes(self._waiting)
        self._waiting.clear()
        return waiting

    def _answer(self, text: str) -> None:
        if self.muted:
            return
        data = text.encode()
        if self._send is not None:
            self._send(data)
        elif len(self._waiting) + len(data) <= MAX_WAITING:
            self._waiting += data

    def attributes(self, _kind: int = 0) -> None:
        """DA1: primary device attributes."""
        if _kind == 0:
            self._answer(PRIMARY)

    def secondary_attributes(self, kind: int = 0) -> None:
        """DA2: secondary device attributes."""
        if kind == 0:
            self._answer(SECONDARY)

    def tertiary_attributes(self, kind: int = 0) -> None:
        """DA3: tertiary device attributes."""
        if kind == 0:
            self._answer(TERTIARY)

    def version(self, kind: int = 0) -> None:
        """XTVERSION: name and version."""
        if kind == 0:
            self._answer(f"\x1bP>|{NAME}({self._version})\x1b\\")

    def status(self, kind: int = 0) -> None:
        """DSR: 5 asks for the status, 6 for the cursor position."""
        if kind == 5:
            self._answer("\x1b[0n")
        elif kind == 6:
            line, column = self._position()
            self._answer(f"\x1b[{line};{column}R")

    def private_status(self, kind: int = 0) -> None:
        """DSR with a question mark: DECXCPR; 996 asks whether the theme is dark."""
        if kind == 6:
            line, column = self._position()
            self._answer(f"\x1b[?{line};{column}R")
        elif kind == 996:
            self._theme()

    def theme_changed(self) -> None:
        """Report another theme to a program that asked for that (mode 2031)."""
        if modes.THEME_REPORTS in self._screen.mode:
            self._theme()

    def _theme(self) -> None:
        theme = self._screen.colours.theme
        if theme is not None:
            self._answer(f"\x1b[?997;{1 if theme.dark else 2}n")

    def _position(self) -> tuple[int, int]:
        screen = self._screen
        top, left = screen.origin
        return screen.cursor.y - top + 1, screen.column - left + 1

    def private_mode(self, number: int = 0) -> None:
        """DECRQM for a private mode."""
        self._answer(f"\x1b[?{number};{self._state(number << modes.PRIVATE_SHIFT)}$y")

    def ansi_mode(self, number: int = 0) -> None:
        """DECRQM for an ANSI mode."""
        self._answer(f"\x1b[{number};{self._state(number)}$y")

    def _state(self, code: int) -> int:
        """Return 0 for unknown, 1 set, 2 reset, 3 permanently set, 4 permanently reset."""
        if code in modes.ALTERNATES or code in modes.SETTABLE or code == modes.SAVED_CURSOR_1048:
            return 1 if self._screen.is_set(code) else 2
        return modes.FIXED.get(code, 0)

    def keyboard(self) -> None:
        """Query of the kitty protocol: the flags in force. A terminal without the protocol does not answer."""
        if self._screen.reported.flags:
            self._answer(f"\x1b[?{self._screen.kitty}u")

    def key_format(self, which: int = 0) -> None:
        """XTQMODKEYS: the level of modifyOtherKeys."""
        if which == OTHER_KEYS:
            self._answer(f"\x1b[>{OTHER_KEYS};{self._screen.other_keys}m")

    def window(self, kind: int = 0, which: int = 0) -> None:
        """XTWINOPS: the size in characters, and the stack of titles. Titles are never reported."""
        screen = self._screen
        if kind == 18:
            self._answer(f"\x1b[8;{screen.lines};{screen.columns}t")
        elif kind == 22 and which in (0, 2):
            screen.push_title()
        elif kind == 23 and which in (0, 2):
            screen.pop_title()

    def setting(self, name: str) -> None:
        """DECRQSS: SGR, margins, cursor shape, protection."""
        screen = self._screen
        top, bottom = screen.margins or (0, screen.lines - 1)
        left, right = screen.sides or (0, screen.columns - 1)
        settings = {
            "m": f"{sgr_of(screen.pen.style)}m",
            "r": f"{top + 1};{bottom + 1}r",
            "s": f"{left + 1};{right + 1}s",
            " q": f"{screen.cursor_shape} q",
            '"q': f'{int(screen.pen.style.protected)}"q',
            "*x": f"{1 if screen.stream_extent else 2}*x",
        }
        value = settings.get(name)
        self._answer(f"\x1bP1$r{value}\x1b\\" if value else "\x1bP0$r\x1b\\")

    def capabilities(self, names: str) -> None:
        """XTGETTCAP: answer for each name of a terminfo or termcap capability, in hexadecimal digits.

        What is not known or not true is refused.
        """
        for name in names.split(";", MAX_NAMES)[:MAX_NAMES]:
            value = CAPABILITIES.get(_text(name))
            if value is None:
                self._answer(f"\x1bP0+r{name if _HEX_NAME.fullmatch(name) else ''}\x1b\\")
            else:
                self._answer(f"\x1bP1+r{name}{'=' if value else ''}{value.encode().hex().upper()}\x1b\\")

    def default_colour(self, which: int, end: str) -> None:
        """OSC 10, 11 and 12 with a question mark. Unknown colours are not answered."""
        colour = self._screen.colours.default(which)
        if colour is not None:
            self._answer(f"\x1b]{which};{written(colour)}{end}")

    def palette_colour(self, number: int, end: str) -> None:
        """OSC 4 with a question mark."""
        colour = self._screen.colours.palette(number)
        if colour is not None:
            self._answer(f"\x1b]4;{number};{written(colour)}{end}")

    def focus(self, gained: bool) -> None:
        """Report a focus change (mode 1004)."""
        if modes.FOCUS in self._screen.mode:
            self._answer("\x1b[I" if gained else "\x1b[O")


def _text(digits: str) -> str:
    return bytes.fromhex(digits).decode("latin-1") if _HEX_NAME.fullmatch(digits) else ""


def sgr_of(style: Style) -> str:
    """Return the SGR parameters of `style`, starting from a reset."""
    flags = {
        "1": style.bold,
        "2": style.dim,
        "3": style.italic,
        "4": style.underline == "single",
        "5": style.blink,
        "7": style.reverse,
        "8": style.conceal,
        "9": style.strike,
        "21": style.underline == "double",
        "53": style.overline,
    }
    parts = ["0", *(code for code, on in flags.items() if on)]
    for colour, base in ((style.fg, 30), (style.bg, 40)):
        if colour in PALETTE:
            at = PALETTE.index(colour)
            parts.append(str(base + at if at < 8 else base + 52 + at))
        elif colour != "default":
            red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
            parts.append(f"{base + 8}:2::{red}:{green}:{blue}")
    return ";".join(parts)
