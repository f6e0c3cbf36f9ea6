"""Incremental reader of tar archives: entries and their data are handed on as the bytes arrive, and nothing is kept.

Formats: ustar, PAX and GNU's long names, as engines and docker send them. Sparse files of GNU tar are refused.
"""

from __future__ import annotations

import re
import stat
import tarfile
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from tui.engine.digits import whole_number
from tui.engine.errors import BrokenAnswer

BLOCK = 512
"""Bytes of a header; data is padded to whole blocks."""

LONGEST_EXTENSION = 1 << 20
"""Bytes of a PAX or GNU header at most: names on Linux have at most 4096."""

_TYPES = {
    tarfile.REGTYPE: stat.S_IFREG,
    tarfile.AREGTYPE: stat.S_IFREG,
    tarfile.CONTTYPE: stat.S_IFREG,
    tarfile.LNKTYPE: stat.S_IFREG,
    tarfile.SYMTYPE: stat.S_IFLNK,
    tarfile.CHRTYPE: stat.S_IFCHR,
    tarfile.BLKTYPE: stat.S_IFBLK,
    tarfile.DIRTYPE: stat.S_IFDIR,
    tarfile.FIFOTYPE: stat.S_IFIFO,
}
_SECONDS = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{0,20})?")
_EXTENSIONS = {tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}


class TarEntry(NamedTuple):
    """An entry of a tar.

    `name` and `link` keep bytes that are not UTF-8 as surrogate escapes; `mode` is that of `stat`, with the type; `size` is in
    bytes, `mtime` in seconds since the epoch. `hard`: a hard link to the entry `link`.
    """

    name: str
    mode: int
    size: int
    uid: int
    gid: int
    user: str
    group: str
    mtime: float
    link: str = ""
    hard: bool = False
    device: tuple[int, int] = (0, 0)


class _PlainHeader(NamedTuple):
    """The fields of a plain header, by `tarfile.TarInfo`'s names."""

    name: str
    mode: int
    uid: int
    gid: int
    size: int
    mtime: float
    type: bytes
    linkname: str
    uname: str
    gname: str
    devmajor: int = 0
    devminor: int = 0


Header = _PlainHeader | tarfile.TarInfo

_PLAIN = frozenset({tarfile.REGTYPE, tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.XHDTYPE, tarfile.XGLTYPE})


def _header(block: bytes) -> _PlainHeader | None:
    """Return the fields of a plain header, as most are; None for others, which `tarfile` reads, at eight times the cost.

    The lower half of Adler-32 is one more than the sum of all bytes, modulo 65521.
    """
    kind, check = block[156:157], block[148:156]
    if kind not in _PLAIN or block[257:263] != b"ustar\0":
        return None
    try:
        if (_octal(check) + sum(check) - 8 * 32 + 1) % 65521 != zlib.adler32(block) & 0xFFFF:
            return None
        uid, gid = _ids(block[108:124])
        user, group = _owners(block[265:329])
        name = _text(block[:100])
        if block[345]:
            name = f"{_text(block[345:500])}/{name}"
        if kind == tarfile.DIRTYPE:
            name = name.rstrip("/")
        size, mtime, mode = _octal(block[124:136]), _octal(block[136:148]), _octal(block[100:108])
        return _PlainHeader(name, mode, uid, gid, size, mtime, kind, _text(block[157:257]), user, group)
    except ValueError:  # numbers in another form
        return None


def _octal(field: bytes) -> int:
    return int(field.rstrip(b"\0 "), 8)


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


@lru_cache(256)
def _ids(field: bytes) -> tuple[int, int]:
    return _octal(field[:8]), _octal(field[8:])


@lru_cache(256)
def _owners(field: bytes) -> tuple[str, str]:
    return _text(field[:32]), _text(field[32:])


def _ignore(_data: memoryview) -> None:
    """Take no notice of the data: only names are wanted."""


class TarReader:
    """Reader of one tar.

    `on_entry` is called with each entry, then `on_data` with each piece of its data, which is valid during the call only.
    `ended` is set at the end of the archive; what follows is ignored.
    """

    def __init__(self, on_entry: Callable[[TarEntry], None], on_data: Callable[[memoryview], None] = _ignore) -> None:
        self.ended = False
        self.bytes_read = 0
        self._on_entry, self._on_data = on_entry, on_data
        self._header = bytearray()  # of the header that is being read
        self._data_left = 0  # bytes of the current entry's data
        self._padding = 0  # bytes to skip after the data
        self._extension: bytes | None = None  # type of the extension that is being read
        self._extended = bytearray()
        self._next: dict[str, str] = {}  # what extensions say about the next entry
        self._always: dict[str, str] = {}  # what a global PAX header says about all

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Read the next bytes. Raises BrokenAnswer if they are no tar."""
        view = memoryview(data)
        self.bytes_read += len(view)
        at, size = 0, len(view)
        while at < size and not self.ended:
            if self._data_left:
                step = min(self._data_left, size - at)
                self._take(view[at : at + step])
                self._data_left -= step
                at += step
                if not self._data_left and self._extension is not None:
                    self._extend()
            elif self._padding:
                step = min(self._padding, size - at)
                self._padding -= step
                at += step
            else:
                step = min(BLOCK - len(self._header), size - at)
                self._header += view[at : at + step]
                at += step
                if len(self._header) == BLOCK:
                    block, self._header = bytes(self._header), bytearray()
                    self._begin(block)

    def finish(self) -> None:
        """Check that the archive is complete. Raises BrokenAnswer if it lacks its end."""
        if not self.ended:
            raise BrokenAnswer("The tar archive is not complete: the end mark is missing.")

    def _take(self, piece: memoryview) -> None:
        if self._extension is not None:
            self._extended += piece
        else:
            self._on_data(piece)

    def _begin(self, block: bytes) -> None:
        try:
            found = _header(block) or tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # typeshed lacks it
            self.ended = True
            return
        except (tarfile.HeaderError, ValueError) as error:
            raise BrokenAnswer("The engine's tar archive has an invalid header.") from error
        if found.type == tarfile.GNUTYPE_SPARSE:
            raise BrokenAnswer("The tar archive has a sparse file in GNU's format, which is not supported.")
        if found.size < 0:
            raise BrokenAnswer("The tar archive has an entry of negative size.")
        if found.type in _EXTENSIONS:
            if found.size > LONGEST_EXTENSION:
                raise BrokenAnswer(f"The tar archive has a header of {found.size} bytes, which is too long.")
            self._extension, self._extended = found.type, bytearray()
            self._expect(found.size)
            if not found.size:
                self._extend()
            return
        self._announce(found)

    def _announce(self, found: Header) -> None:
        said = {**self._always, **self._next}
        self._next = {}
        if any(key.startswith("GNU.sparse.") for key in said):
            raise BrokenAnswer("The tar archive has a sparse file in GNU's format, which is not supported.")
        try:
            entry, size = _entry(found, said)
        except ValueError as error:
            raise BrokenAnswer("The tar archive has an invalid PAX header.") from error
        self._expect(size)
        self._on_entry(entry)

    def _expect(self, size: int) -> None:
        self._data_left, self._padding = size, -size % BLOCK

    def _extend(self) -> None:
        """Note what a complete extension says."""
        kind, data = self._extension, bytes(self._extended)
        self._extension = None
        if kind in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK):
            name = "path" if kind == tarfile.GNUTYPE_LONGNAME else "linkpath"
            self._next[name] = data.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
        else:
            (self._always if kind == tarfile.XGLTYPE else self._next).update(_pax_records(data))


def _pax_records(data: bytes) -> dict[str, str]:
    """Return the records `length key=value\\n` of a PAX header. Raises BrokenAnswer."""
    records: dict[str, str] = {}
    at = 0
    while at < len(data) and data[at] != 0:
        digits, blank, _ = data[at : at + 12].partition(b" ")
        length = whole_number(digits)
        if not blank or length is None or length <= len(digits) + 1:
            raise BrokenAnswer("The tar archive has an invalid PAX header.")
        record = data[at + len(digits) + 1 : at + length - 1]
        key, _, value = record.partition(b"=")
        records[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        at += length
    return records


def _number(said: dict[str, str], name: str, otherwise: int) -> int:
    """Return the number of a PAX record, else that of the header. Raises ValueError."""
    number = whole_number(said[name]) if name in said else otherwise
    if number is None:
        raise ValueError(f"{name} is no number")
    return number


def _time(said: dict[str, str], otherwise: float) -> float:
    """Return the time of a PAX record, else that of the header. Raises ValueError."""
    text = said.get("mtime")
    if text is None:
        return otherwise
    if not _SECONDS.fullmatch(text):
        raise ValueError("mtime is no time")
    return float(text)


def _entry(found: Header, said: dict[str, str]) -> tuple[TarEntry, int]:
    """Return the entry of a header with what extensions say, and the bytes of data that follow. Raises ValueError."""
    hard = found.type == tarfile.LNKTYPE
    kind = _TYPES.get(found.type, stat.S_IFREG)
    size = _number(said, "size", found.size)
    name = said.get("path", found.name)
    if found.type == tarfile.AREGTYPE and name.endswith("/"):
        kind = stat.S_IFDIR
    data = size if kind == stat.S_IFREG and not hard else 0
    entry = TarEntry(
        name=name,
        mode=kind | stat.S_IMODE(found.mode),
        size=data,
        uid=_number(said, "uid", found.uid),
        gid=_number(said, "gid", found.gid),
        user=said.get("uname", found.uname),
        group=said.get("gname", found.gname),
        mtime=_time(said, found.mtime),
        link=said.get("linkpath", found.linkname),
        hard=hard,
        device=(found.devmajor, found.devminor),
    )
    return entry, data
