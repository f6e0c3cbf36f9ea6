"""Tars of given members, also hostile ones."""

from __future__ import annotations

import io
import tarfile


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644, **more: int) -> tarfile.TarInfo:
    """Return a member without content."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, link, mode
    for key, value in more.items():
        setattr(made, key, value)
    return made


def packed(*members: tarfile.TarInfo | tuple[tarfile.TarInfo, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar of these members, each alone or with its content."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format, errors="surrogateescape") as archive:
        for each in members:
            info, content = each if isinstance(each, tuple) else (each, b"")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


DIRECTORY, SYMLINK, HARDLINK = tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
