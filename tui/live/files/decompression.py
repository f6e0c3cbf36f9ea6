"""Decompression of layers as they stream: plain, gzip and zstd, in pieces of bounded size."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from tui.engine.errors import BrokenAnswer

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
SKIPPABLE = tuple(bytes((number,)) + b"\x2a\x4d\x18" for number in range(0x50, 0x60))
"""The beginning of a frame of zstd without content, of which archives that can be read in parts have some."""

PIECE = 1 << 20
"""Bytes of a decompressed piece at most, however much is compressed in the data."""

MAGIC = 4
"""Bytes that tell the format."""


class Broken(Exception):
    """The data cannot be decompressed."""


class _Member(Protocol):
    """One gzip member or one zstd frame. `eof`: the end was reached, and `unused_data` follows it."""

    eof: bool
    unused_data: bytes

    def pieces(self, data: bytes | memoryview) -> Iterator[bytes]:
        """Yield what the data decompresses to. Raises Broken."""


class _Gzip:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(31)
        self.eof, self.unused_data = False, b""

    def pieces(self, data: bytes | memoryview) -> Iterator[bytes]:
        while data:
            try:
                piece = self._inflate.decompress(data, PIECE)
            except zlib.error as error:
                raise Broken(str(error)) from error
            if piece:
                yield piece
            self.eof, self.unused_data = self._inflate.eof, self._inflate.unused_data
            data = self._inflate.unconsumed_tail


class _Zstd:
    def __init__(self) -> None:
        decompressor, self._error = _zstd()
        self._frame = decompressor()
        self.eof, self.unused_data = False, b""

    def pieces(self, data: bytes | memoryview) -> Iterator[bytes]:
        while True:
            try:
                piece = self._frame.decompress(data, PIECE)
            except self._error as error:
                raise Broken(str(error)) from error
            if piece:
                yield piece
            self.eof = self._frame.eof
            if self.eof or self._frame.needs_input:
                break
            data = b""
        self.unused_data = self._frame.unused_data if self.eof else b""


def _zstd() -> tuple[Callable[[], Any], type[Exception]]:
    """Return the decompressor and its error. Imported when needed: few images have such layers."""
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdDecompressor, ZstdError
    else:
        from backports.zstd import ZstdDecompressor, ZstdError
    return ZstdDecompressor, ZstdError


class Decompressor:
    """Decompresses one stream, whose format its first bytes tell. Members and frames may follow each other."""

    def __init__(self) -> None:
        self._start = b""  # the first bytes, until the format is known
        self._known = False
        self._make: Callable[[], _Member] | None = None  # None: plain
        self._member: _Member | None = None

    def feed(self, data: bytes | memoryview) -> Iterator[bytes | memoryview]:
        """Yield what the next data decompresses to. Raises BrokenAnswer."""
        if not self._known:
            data = self._start + bytes(data)
            if len(data) < MAGIC:
                self._start = data
                return
            self._known = True
            self._make = _Gzip if data[:2] == GZIP else _Zstd if data[:MAGIC] in (ZSTD, *SKIPPABLE) else None
        if self._make is None:
            yield data
            return
        try:
            yield from self._members(self._make, data)
        except Broken as error:
            raise BrokenAnswer(f"A layer of the image cannot be decompressed: {error}.") from error

    def _members(self, make: Callable[[], _Member], data: bytes | memoryview) -> Iterator[bytes]:
        while data:
            if self._member is None:
                if not bytes(data[:1]).strip(b"\0"):  # padding after the last member
                    return
                self._member = make()
            yield from self._member.pieces(data)
            if not self._member.eof:
                return
            data, self._member = self._member.unused_data, None
