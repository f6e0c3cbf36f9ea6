"""Protocol buffers' wire format, as far as BuildKit's messages need it: varints, and fields with a length. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tui.engine.errors import BrokenAnswer

Value = int | bytes
"""The value of a field: a varint or a fixed number, or bytes."""

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT = 10
_FIXED = {FIXED64: 8, FIXED32: 4}


def fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """Yield the number and the value of each field of a message. Raises BrokenAnswer."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == LENGTH:
            size, at = _varint(data, at)
        elif kind in _FIXED:
            size = _FIXED[kind]
        else:
            raise BrokenAnswer(f"A message of the build has a field of the unknown type {kind}.")
        if at + size > len(data):
            raise BrokenAnswer("A message of the build ends in the middle of a field.")
        part = data[at : at + size]
        at += size
        yield number, part if kind == LENGTH else int.from_bytes(part, "little")


def number(of: int, value: int) -> bytes:
    """Return a field with a number; nothing for 0, which is the default."""
    return encoded(of << 3 | VARINT) + encoded(value % (1 << 64)) if value else b""


def data(of: int, value: bytes | str) -> bytes:
    """Return a field with bytes, a text or a message; nothing for an empty one, which is the default."""
    content = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return message(of, content) if content else b""


def message(of: int, content: bytes) -> bytes:
    """Return a field with a message, which may be empty."""
    return encoded(of << 3 | LENGTH) + encoded(len(content)) + content


def encoded(value: int) -> bytes:
    """Return a varint."""
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)


def signed(value: Value) -> int:
    """Return a varint as an int64."""
    found = value if isinstance(value, int) else 0
    return found - (1 << 64) if found >= 1 << 63 else found


def text(value: Value) -> str:
    """Return a field's text; what is not UTF-8 is replaced."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(data[at : at + LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value & (1 << 64) - 1, at + place + 1
    raise BrokenAnswer("A message of the build contains an invalid number.")
