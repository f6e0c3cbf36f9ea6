"""A tar of local files, in pieces, for sending to an engine. All functions block: they run in threads."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tui.engine import errors

PIECE = 1 << 20
"""Bytes of a piece, about."""

_TYPES = {stat.S_IFREG: tarfile.REGTYPE, stat.S_IFDIR: tarfile.DIRTYPE, stat.S_IFLNK: tarfile.SYMTYPE}


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a directory. Raises OSError."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return found.st_size if stat.S_ISREG(found.st_mode) else 0
    with os.scandir(path) as entries:
        return sum(size_of(Path(entry.path)) for entry in entries)


def pack(path: Path, name: str, owner: tuple[int, int] | None = None) -> Iterator[bytes]:
    """Yield a tar of a file or a directory under another name, with modes and times.

    `owner`: the uid and gid of all entries, else each file's own. Devices, pipes and sockets are left out; symbolic links are
    sent as links. Raises OSError; EngineError if a file became shorter meanwhile.
    """
    buffer = bytearray()
    for header, source in _members(path, name, owner):
        buffer += header
        if source is not None:
            with source:
                yield from _file(buffer, source)
        if len(buffer) >= PIECE:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer) + bytes(2 * tarfile.BLOCKSIZE)


def header_of(
    name: str, mode: int, size: int, owner: tuple[int, int], mtime: float, kind: bytes = tarfile.REGTYPE, link: str = ""
) -> bytes:
    """Return the header of an entry."""
    member = tarfile.TarInfo(name)
    member.mode, member.size, member.mtime = stat.S_IMODE(mode), size, mtime
    member.uid, member.gid = owner
    member.type, member.linkname = kind, link
    return member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


class _Source:
    """An open file with the size that its header says."""

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self.path, self.size = path, size
        self._descriptor = descriptor

    def read(self) -> bytes:
        return os.read(self._descriptor, PIECE)

    def __enter__(self) -> _Source:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def _file(buffer: bytearray, source: _Source) -> Iterator[bytes]:
    """Append a file's bytes to the buffer, which is yielded when full."""
    left = source.size
    while left:
        piece = source.read()[:left]
        if not piece:
            raise errors.EngineError(
                f"{errors.one_line(str(source.path))} became shorter during the copy: copy the file again."
            )
        left -= len(piece)
        if len(piece) == PIECE:  # without another copy
            if buffer:
                yield bytes(buffer)
                buffer.clear()
            yield piece
            continue
        buffer += piece
        if len(buffer) >= PIECE:
            yield bytes(buffer)
            buffer.clear()
    buffer += bytes(-source.size % tarfile.BLOCKSIZE)


def _members(path: Path, name: str, owner: tuple[int, int] | None) -> Iterator[tuple[bytes, _Source | None]]:
    found = path.lstat()
    kind = _TYPES.get(stat.S_IFMT(found.st_mode))
    if kind is None:
        return

    def header(of: os.stat_result, link: str = "") -> bytes:
        size = of.st_size if kind == tarfile.REGTYPE else 0
        return header_of(name, of.st_mode, size, owner or (of.st_uid, of.st_gid), of.st_mtime, kind, link)

    if kind == tarfile.REGTYPE:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        of = os.fstat(descriptor)
        yield header(of), _Source(path, descriptor, of.st_size)
        return
    yield header(found, os.readlink(path) if kind == tarfile.SYMTYPE else ""), None
    if kind == tarfile.DIRTYPE:
        with os.scandir(path) as entries:
            names = sorted(entry.name for entry in entries)
        for each in names:
            yield from _members(path / each, f"{name}/{each}", owner)
