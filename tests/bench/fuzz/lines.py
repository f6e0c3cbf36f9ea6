"""Arbitrary bytes for the reader of log lines: as they are, and as lines in the form in which Docker sends them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tui.engine.transport.frames import Demultiplexer, Frame
from tui.live.logs.buffer import Entry
from tui.live.logs.line_parser import LineReader
from tui.live.logs.messages import MESSAGE

BASE = 1_769_860_800 * 10**9
STAMP = "2026-01-31T12:00:00.{:09d}Z "
OWN = (b"2031-05-06T07:08:09.123456789Z ", b"2026-13-01T00:00:00.000000000Z ", b"9999-12-31T23:59:59.999999999+01:00 ")
LONG = 20_000
MOST_LINES = 40


def one(data: bytes) -> None:
    """Feed the reader with what these bytes stand for. Raises AssertionError where text is lost or changed, or where it
    matters how the stream is cut; what else is raised is a fault, too."""
    tty, replaced = bool(data[:1] and data[0] & 1), bool(data[:1] and data[0] & 2)
    sizes = [1 + size * size for size in data[1:5]] or [1]
    payload = data[5:]
    arbitrary(payload, tty, sizes)
    modelled(payload, tty, replaced, sizes)


def arbitrary(payload: bytes, tty: bool, sizes: Sequence[int]) -> None:
    """The bytes themselves, as a TTY's stream or as the contents of frames as long as `sizes` say."""
    wire = payload if tty else b"".join(_frame(1 + n % 2, piece) for n, piece in enumerate(_cut(payload, sizes)))
    entries = _read([wire], tty)
    assert entries == _read(_cut(wire, sizes[::-1]), tty)
    assert all(0 <= time_ns < 2**63 for time_ns, *_ in entries)
    if b"T" not in payload and len(payload) < 10**6:  # then there is no stamp
        pieces = [(0, payload)] if tty else [(n % 2, piece) for n, piece in enumerate(_cut(payload, sizes))]
        for stream in (0, 1):
            sent = b"".join(piece for number, piece in pieces if number == stream)
            assert _bare(b"".join(entry[3] for entry in entries if entry[2] == stream)) == _bare(sent)


def modelled(payload: bytes, tty: bool, replaced: bool, sizes: Sequence[int]) -> None:
    """Lines with these bytes in them as an engine sends them. `replaced`: it stored U+FFFD for what is no UTF-8."""
    lines = _lines(payload)
    wire = bytearray()
    wanted: list[tuple[int, int, bytes]] = []
    for n, text in enumerate(lines):
        stream = 0 if tty else len(text) % 2
        stamp = STAMP.format(n).encode()
        parts = _parts(text + b"\r" if tty else text, replaced)
        for part in parts[:-1]:
            wire += _message(tty, stream, stamp + part)
        wire += _message(tty, stream, stamp + parts[-1] + b"\n")
        wanted.append((BASE + n, stream, b"".join(parts).removesuffix(b"\r" if tty else b"")))
    entries = _read([bytes(wire)], tty)
    assert [(entry[0], entry[2], entry[3]) for entry in entries] == wanted
    assert not any(entry[4] for entry in entries)
    assert entries == _read(_cut(bytes(wire), sizes), tty)


def _lines(payload: bytes) -> list[bytes]:
    """The payload's lines, in which some bytes stand for what is long or looks like a stamp."""
    lines: list[bytes] = []
    for n, line in enumerate(payload.split(b"\n")[:MOST_LINES]):
        for code, own in enumerate((*OWN, STAMP.format(max(n - 1, 0) if n else 999_999_999).encode()), 1):
            line = line.replace(bytes([code]), own)
        line = line.replace(b"\x05", b"x" * 16_300).replace(b"\x06", b"\xff" * 200).replace(b"\x07", "\ufffd".encode() * 200)
        lines.append(line[:300_000] * (LONG // max(len(line), 1) if line[:1] == b"\x08" else 1))
    return lines


def _parts(text: bytes, replaced: bool) -> list[bytes]:
    """What an engine makes of a line: full parts, and the rest, which may be empty."""
    parts = [text[at : at + MESSAGE] for at in range(0, len(text) + 1, MESSAGE)]
    return [_stored(part) for part in parts] if replaced else parts


def _stored(part: bytes) -> bytes:
    """As the json-file driver stores it: U+FFFD for each byte that is no UTF-8."""
    text = part.decode("utf-8", "surrogateescape")
    return "".join("\ufffd" if "\udc80" <= letter <= "\udcff" else letter for letter in text).encode()


def _message(tty: bool, stream: int, data: bytes) -> bytes:
    return data if tty else _frame(1 + stream, data)


def _frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxI", stream, len(data)) + data


def _cut(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    places, n = [0], 0
    while places[-1] < len(data):
        places.append(places[-1] + max(sizes[n % len(sizes)], len(data) // 5000))
        n += 1
    return (data[a:b] for a, b in pairwise(places))


def _bare(data: bytes) -> bytes:
    return data.replace(b"\n", b"").replace(b"\r", b"")


def _read(chunks: Sequence[bytes] | Iterator[bytes], tty: bool) -> list[Entry]:
    reader, demultiplexer = LineReader(0, tty), Demultiplexer()
    for chunk in chunks:
        for frame in [Frame("stdout", chunk)] if tty else demultiplexer.feed(chunk):
            reader.feed(frame)
    reader.finish()
    return reader.take()
