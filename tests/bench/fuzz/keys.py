"""Arbitrary bytes as what a terminal sends: the reader of keys never fails, and understands the next key."""

from __future__ import annotations

from codecs import getincrementaldecoder

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END
from textual.message import Message

from tui.terminal.keys import key_bytes
from tui.terminal.modes import Modes
from tui.widgets.textual_internals.keys import LARGEST, KeyParser, KeyReport, raw_bytes

MODES = (
    Modes(),
    Modes(application_cursor=True, application_keypad=True),
    *(Modes(kitty=flags) for flags in (1, 2, 7, 31)),
    *(Modes(other_keys=level) for level in (1, 2)),
)


def one(data: bytes) -> None:
    """Feed `data`, cut where its first byte says, as the driver does. AssertionError where the promise is broken."""
    size = data[0] % 17 + 1 if data else 1
    data = data[1:]
    parser, decode = KeyParser(), getincrementaldecoder("utf-8")("replace").decode
    for start in range(0, len(data), size):
        _look(parser.feed(decode(data[start : start + size])))
        if size % 2 and parser.waiting:
            _late(parser)
    _look(parser.feed(decode(b"", True)))
    _late(parser)
    _look(parser.feed(BRACKETED_PASTE_END))
    _late(parser)
    after = [message for message in parser.feed("a") if isinstance(message, events.Key)]
    assert [(key.key, key.character, raw_bytes(key)) for key in after] == [("a", "a", b"a")], after


def _late(parser: KeyParser) -> None:
    """Nothing has come for so long that an escape is the key."""
    if parser.waiting:
        parser._timeout_time = 0.0
        _look(parser.tick())


def _look(messages: object) -> None:
    """Take every message as the program does: a key's bytes for a terminal, a size to draw."""
    assert hasattr(messages, "__iter__")
    for message in messages:
        assert isinstance(message, Message)
        if isinstance(message, events.Key):
            for modes in MODES:
                assert isinstance(key_bytes(message.key, message.character, raw_bytes(message), modes), bytes)
        elif isinstance(message, KeyReport):
            for modes in MODES:
                assert isinstance(key_bytes("", None, message.raw, modes), bytes)
        elif isinstance(message, events.Resize):
            assert 0 < message.size.width <= LARGEST
            assert 0 < message.size.height <= LARGEST
