"""A tar of local files, in pieces, for sending to an engine. All functions block: they run in threads."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tui.engine import errors
from tui.live.jobs.file_transfer import PIECE

TYPES = {stat.S_IFREG: tarfile.REGTYPE, stat.S_IFDIR: tarfile.DIRTYPE, stat.S_IFLNK: tarfile.SYMTYPE}
"""The kinds of files that are packed, and their types in a tar."""


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a directory. Raises OSError."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return found.st_size if stat.S_ISREG(found.st_mode) else 0
    with os.scandir(path) as entries:
        return sum(size_of(Path(entry.path)) for entry in entries)


class Member(NamedTuple):
    """A file, directory or symbolic link to pack: its name in the tar, its path, and what `lstat` said."""

    name: str
    path: Path
    found: os.stat_result


def pack(path: Path, name: str, owner: tuple[int, int] | None = None) -> Iterator[bytes]:
    """Yield a tar of a file or a directory under another name, with modes, and times in whole seconds as docker sends them.

    `owner`: the uid and gid of all entries, else each file's own. Devices, pipes and sockets are left out; symbolic links are
    sent as links. Raises OSError; EngineError if a file became shorter meanwhile.
    """
    return tar_of(_members(path, name), owner)


def tar_of(members: Iterable[Member], owner: tuple[int, int] | None = None) -> Iterator[bytes]:
    """Yield a tar of these files, as `pack`."""
    buffer = bytearray()
    for member in members:
        header, source = _opened(member, owner)
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


def _opened(member: Member, owner: tuple[int, int] | None) -> tuple[bytes, _Source | None]:
    """Return the header of a member, and the open file if the member is one."""
    name, path, found = member
    kind = TYPES[stat.S_IFMT(found.st_mode)]
    if kind == tarfile.REGTYPE:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        found = os.fstat(descriptor)
        source = _Source(path, descriptor, found.st_size)
        if not stat.S_ISREG(found.st_mode):
            with source:
                raise errors.EngineError(f"{errors.one_line(str(path))} is no longer a file: copy the file again.")
        return header_of(name, found.st_mode, found.st_size, owner or (found.st_uid, found.st_gid), int(found.st_mtime)), source
    link = os.readlink(path) if kind == tarfile.SYMTYPE else ""
    return header_of(name, found.st_mode, 0, owner or (found.st_uid, found.st_gid), int(found.st_mtime), kind, link), None


def _members(path: Path, name: str) -> Iterator[Member]:
    found = path.lstat()
    if stat.S_IFMT(found.st_mode) not in TYPES:
        return
    yield Member(name, path, found)
    if stat.S_ISDIR(found.st_mode):
        with os.scandir(path) as entries:
            names = sorted(entry.name for entry in entries)
        for each in names:
            yield from _members(path / each, f"{name}/{each}")
