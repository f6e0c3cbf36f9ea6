"""The screen of a terminal for tests, based on pyte and so independent of Longshore's own emulator.

pyte has no alternate screen and fails on unknown sequences; both are handled before it gets the bytes.
"""

import re
from typing import Any

import pyte

SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*|[P\]X^_][^\x07\x1b]*)?[\x18\x1a]|"  # ended before its end by CAN or SUB
    rb"\x1b\[(?P<parameters>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~])"  # CSI
    rb"|\x1b[P\]X^_].*?(?:\x1b\\|\x07)"  # DCS, OSC, SOS, PM, APC: without a visible effect
    rb"|\x1b[ -/]*[0-OQ-WYZ\\`-~]",  # short escape sequences
    re.DOTALL,
)
PRIVATE_MODES = re.compile(rb"\?([0-9;]+)")
OTHER_SCREEN = {47, 1047, 1049}
PLAIN = re.compile(rb"[0-9;]*")


class TerminalScreen:
    """A screen: `feed` it output, then read `text`, `cursor`, `cell`, `modes`. It never raises and answers no queries."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.modes = {7, 25}  # wraps at the edge, shows a cursor
        self._screens = [pyte.Screen(columns, rows), pyte.Screen(columns, rows)]
        self._streams = [pyte.ByteStream(screen) for screen in self._screens]
        self._shown = 0
        self._rest = b""

    def feed(self, data: bytes) -> None:
        data = self._rest + data
        position = 0
        while (start := data.find(b"\x1b", position)) >= 0:
            self._streams[self._shown].feed(data[position:start])
            position = start
            sequence = SEQUENCE.match(data, start)
            if not sequence:
                if len(data) - start < 65536:  # the rest arrives later
                    break
                position += 1  # not a sequence
                continue
            self._obey(sequence)
            position = sequence.end()
        else:
            self._streams[self._shown].feed(data[position:])
            position = len(data)
        self._rest = data[position:]

    def _obey(self, sequence: re.Match[bytes]) -> None:
        final, parameters = sequence["final"], sequence["parameters"]
        if final is None:
            if sequence[0][1:2] in b"78DEHMc":
                self._streams[self._shown].feed(sequence[0])
        elif (modes := PRIVATE_MODES.fullmatch(parameters)) and final in b"hl" and not sequence["between"]:
            for mode in {int(mode) for mode in modes[1].split(b";") if mode}:
                self._set_mode(mode, final == b"h")
            if not OTHER_SCREEN & {int(mode) for mode in modes[1].split(b";") if mode}:
                self._streams[self._shown].feed(sequence[0])
        elif not sequence["between"] and PLAIN.fullmatch(parameters) and final not in b"cnt":
            self._streams[self._shown].feed(sequence[0])
        elif final == b"m" and parameters.replace(b":", b"").replace(b";", b"").isdigit():
            self._streams[self._shown].feed(b"\x1b[" + parameters.replace(b":", b";") + b"m")

    def _set_mode(self, mode: int, on: bool) -> None:
        (self.modes.add if on else self.modes.discard)(mode)
        if mode in OTHER_SCREEN:
            self._shown = int(on)
            if on:
                self._screens[1].reset()

    def resize(self, columns: int, rows: int) -> None:
        self.columns = columns
        for screen in self._screens:
            screen.resize(rows, columns)

    @property
    def text(self) -> str:
        """Return the lines without trailing blanks. pyte's own `display` raises on half a wide character."""
        screen = self._screens[self._shown]
        lines = ([screen.buffer[row][column].data for column in range(self.columns)] for row in range(screen.lines))
        return "\n".join("".join(line).rstrip() for line in lines)

    @property
    def cursor(self) -> tuple[int, int]:
        cursor = self._screens[self._shown].cursor
        return cursor.x, cursor.y

    def cell(self, column: int, row: int) -> Any:
        return self._screens[self._shown].buffer[row][column]
