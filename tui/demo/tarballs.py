"""Tar archives of simulated files."""

from __future__ import annotations

import io
import posixpath
import tarfile

from tui.demo.errors import ApiError
from tui.demo.files import FILE, FileProblem, FileSystem, Node, normal

HIDDEN = ("/dev", "/proc", "/sys")


def pack(files: FileSystem, path: str, origin: float, rename: str | None = None) -> bytes:
    """Return a tar of this path and everything below it; names begin with its last part, or `rename`."""
    top = rename if rename is not None else (posixpath.basename(path) or "./")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for inner in files.walk(path):
            node = files.look(inner)
            if node is not None and not (path == "/" and inner.startswith(HIDDEN)):
                below = inner[len(path) :].lstrip("/")
                _add(archive, posixpath.join(top, below) if below and top else below or top, node, origin)
    return buffer.getvalue()


def _add(archive: tarfile.TarFile, name: str, node: Node, origin: float) -> None:
    if not name:
        return
    entry = tarfile.TarInfo(name)
    entry.mode, entry.mtime, entry.uname = node.mode, int(origin + node.mtime), node.owner
    if node.is_folder:
        entry.type = tarfile.DIRTYPE
        archive.addfile(entry)
    elif node.kind == FILE:
        entry.size = len(node.data)
        archive.addfile(entry, io.BytesIO(node.data))
    else:
        entry.type, entry.linkname = tarfile.SYMTYPE, node.data.decode()
        archive.addfile(entry)


def unpack(files: FileSystem, folder: str, data: bytes, origin: float) -> None:
    """Unpack a tar into a folder of a simulated file system. Names are normalised first and cannot leave it."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
            for entry in archive:
                path = normal(normal(entry.name).lstrip("/"), folder)
                now = entry.mtime - origin
                files.make_parents(path, now)
                if entry.issym():
                    files.link(path, entry.linkname, now)
                elif entry.isdir() and files.look(path) is None:
                    files.make_folder(path, now, entry.mode)
                elif entry.isfile():
                    content = archive.extractfile(entry)
                    files.write(path, content.read() if content else b"", now, mode=entry.mode)
    except (tarfile.TarError, FileProblem, EOFError) as problem:
        raise ApiError(500, f"Error processing tar file: {problem}") from None
