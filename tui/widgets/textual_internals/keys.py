"""What the terminal sends as keys: each key event knows the bytes that it came as, for programs in a terminal.

The release of a key, and a modifier alone, are no key press: they are a `KeyReport`, for programs in a terminal only. An
unknown sequence of the terminal is no key press either, and a broken character does not end the program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from textual import constants, events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.keys import Keys, _character_to_key
from textual.message import Message

from tui.engine.digits import whole_number

ESCAPE_DELAY = 0.03  # seconds after which an ESC alone is the key; a sequence arrives in one piece, over SSH too
LARGEST = 10_000  # columns or rows of a terminal


class Key(events.Key):
    """A key with the bytes that it came as; None if unknown."""

    __slots__ = ("raw",)

    def __init__(self, key: str, character: str | None, raw: bytes | None = None) -> None:
        super().__init__(key, character)
        self.raw = raw

    def copy(self) -> Key:
        return Key(self.key, self.character, self.raw)


class KeyReport(events.Event, bubble=False):
    """The release of a key, or a modifier alone, as the bytes `raw`."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self.raw = raw


def raw_bytes(event: events.Key) -> bytes | None:
    """Return the bytes that a key came as; None if unknown."""
    return getattr(event, "raw", None)


def key_name(key: str) -> str:
    """Textual's name of a key, which may be given as the character itself."""
    return _character_to_key(key) if len(key) == 1 else key


#: A key in the kitty protocol: its number, with those of its other characters, modifiers and kind of event, text.
_KITTY = re.compile(r"\x1b\[(\d*)(?::[\d:]*)?(?:;(\d*)(?::(\d*))?)?(;[\d:]*)?([u~A-HPQRS])")
_OTHER_KEYS = re.compile(r"\x1b\[27;(\d+);(\d+)~")  # a key in xterm's modifyOtherKeys
_MODIFIERS = frozenset(map(str, (*range(57358, 57361), *range(57441, 57455))))  # and locks
_RELEASED = "3"
_SHIFT = 1
_REPORT = "key_report"
_COMPLETE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-Z\\^-~]")  # a whole control sequence; `[` as its end begins a key of the console
_NOT_OURS = re.compile(r"\x1b\[(M|<?[-\d;]+[mM]|\?\d+;\d\$y|\d+;\d+R|48;.*t|20[01]~|[IO])")  # what the parser itself looks for


class KeyParser(XTermParser):
    """Textual's parser of what a terminal sends; its keys know their bytes, and no unknown sequence becomes keys.

    `is_answer` takes sequences that answer a question of the program, `is_position` reported positions of the cursor (column
    and row from 0); they return whether one did.
    """

    def __init__(
        self,
        is_answer: Callable[[str], bool] = lambda _sequence: False,
        is_position: Callable[[int, int], bool] = lambda _column, _row: False,
    ) -> None:
        constants.ESCAPE_DELAY = ESCAPE_DELAY  # type: ignore[misc]  # read anew at each ESC
        super().__init__(False)
        self._paste: str | None = None  # what came of a paste so far
        self._begun = ""  # the beginning of a paste's opening sequence that came in pieces, which Textual's parser holds
        self._is_answer = is_answer
        self._is_position = is_position

    @property
    def waiting(self) -> bool:
        """Whether it depends on what comes next, or on nothing coming, what was meant."""
        return self._timeout_time is not None

    def feed(self, data: str) -> Iterable[Message]:
        """Keys, and pastes whole: an ESC in a paste is text, and no part of it becomes a key."""
        while data:
            if self._paste is None and self._begun and (missing := BRACKETED_PASTE_START.removeprefix(self._begun)):
                if not data.startswith(missing):
                    given, data = data[: len(missing)], data[len(missing) :]
                    whole = self._begun + given
                    self._begun = _beginning(whole) if len(_beginning(whole)) == len(whole) else ""
                    if self._begun:
                        yield from self._keys(given)
                        continue
                    data, self._begun = given + data, ""
                else:  # Textual's parser takes it for a paste of its own: end that, and take what follows here
                    yield from self._keys(missing + BRACKETED_PASTE_END)
                    data, self._paste, self._begun = data[len(missing) :], "", ""
                    continue
            if self._paste is None:
                before, start, data = data.partition(BRACKETED_PASTE_START)
                if before:
                    yield from self._keys(before)
                self._paste = "" if start else None
                self._begun = "" if start else _beginning(before)
            else:
                text, end, rest = (self._paste + data).partition(BRACKETED_PASTE_END)
                self._paste, data = (None, rest) if end else (text, "")
                if end:
                    yield events.Paste(text.replace("\0", ""))

    def _keys(self, data: str) -> Iterable[Message]:
        """Return the events that Textual's parser makes of data that is not a paste."""
        for message in filter(_possible, super().feed(data)):
            if isinstance(message, events.CursorPosition):
                yield from self._position(message.x, message.y)
            elif not isinstance(message, events.Paste):
                yield _with_bytes(message)

    def _position(self, column: int, row: int) -> Iterable[Message]:
        """Yield F3 with modifiers, which xterm sends as a position of the cursor, unless a position was asked for."""
        if not self._is_position(column, row) and row == 0 and 0 < column < 16:
            sequence = f"\x1b[1;{column + 1}R"
            for key in super()._parse_extended_key(sequence) or ():
                yield Key(key.key, key.character, sequence.encode())

    def tick(self) -> Iterable[Message]:
        late = [_with_bytes(message) for message in super().tick() if _possible(message)]
        if late:
            self._begun = ""  # it was no opening sequence: its beginning became keys
        return late

    def parse_mouse_code(self, code: str) -> Message | None:
        """Textual's, which divides by the size that the terminal told, be it none."""
        try:
            return super().parse_mouse_code(code)
        except ArithmeticError:
            return None

    def _parse_extended_key(  # type: ignore[override]  # Textual's is wrapped in a cache
        self, sequence: str
    ) -> list[events.Key] | None:
        """Textual's, which takes every number for that of a character; what is none is no key."""
        try:
            return super()._parse_extended_key(sequence)
        except (ValueError, OverflowError):
            return None

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        raw = ("\x1b" * alt + sequence).encode("utf-8", "replace")
        if self._is_answer(sequence):
            yield Key(Keys.Ignore, sequence)
            return
        usual = _usual(sequence)
        if not usual:
            yield Key(_REPORT, None, raw)
            return
        known = False
        for key in super()._sequence_to_key_events(usual, alt):
            yield Key(key.key, key.character, raw)
            known, raw = True, b""  # several keys from one sequence: the first has it
        if not known and len(sequence) > 2 and _COMPLETE.fullmatch(sequence) and not _NOT_OURS.match(sequence):
            yield Key(Keys.Ignore, sequence)


def _usual(sequence: str) -> str:
    """Return a key's sequence as Textual's parser knows it; "" for a release or a modifier alone."""
    if other := _OTHER_KEYS.fullmatch(sequence):
        return _usual_of_other((whole_number(other[1]) or 1) - 1, whole_number(other[2]) or 0)
    found = _KITTY.fullmatch(sequence)
    if found is None:
        return sequence
    code, modifiers, event, text, final = found[1], found[2], found[3], found[4] or "", found[5]
    if event == _RELEASED or (final == "u" and code in _MODIFIERS):
        return ""
    if ":" not in sequence.removesuffix(f"{text}{final}"):
        return sequence
    return f"\x1b[{code}{'' if modifiers is None else f';{modifiers}'}{text}{final}"


def _usual_of_other(bits: int, number: int) -> str:
    """Return a key of modifyOtherKeys as Textual's parser knows it. The character has shift applied already."""
    character = chr(number) if number < 0x110000 else ""
    if not bits & _SHIFT or number <= 32 or not character.isprintable():
        return f"\x1b[{number};{bits + 1}u"
    if bits == _SHIFT:
        return character
    lower = character.lower()
    return f"\x1b[{ord(lower)};{bits + 1}u" if len(lower) == 1 and lower != character else f"\x1b[{number};{bits}u"


def _beginning(data: str) -> str:
    """Return the longest end of `data` with which a paste's opening sequence could begin."""
    lengths = range(min(len(data), len(BRACKETED_PASTE_START) - 1), 0, -1)
    return next((data[-n:] for n in lengths if BRACKETED_PASTE_START.startswith(data[-n:])), "")


def _possible(message: Message) -> bool:
    """Whether a terminal can say that: none has a size of nothing, or one that would take all memory to draw."""
    return not isinstance(message, events.Resize) or (0 < message.size.width <= LARGEST and 0 < message.size.height <= LARGEST)


def _with_bytes(message: Message) -> Message:
    """Set the bytes of a key that the parser made itself, ESC or its substitute, and make reports of what is no key press."""
    if isinstance(message, Key) and message.key == _REPORT:
        return KeyReport(message.raw or b"")
    if type(message) is events.Key:
        escape = message.key in ("escape", "circumflex_accent")
        raw = b"\x1b" if escape else (message.character or "").encode("utf-8", "replace")
        return Key(message.key, message.character, raw)
    return message
