"""Texts about files: names, modes, owners, and documents of contents."""

from __future__ import annotations

import json
import stat

from tui.engine.printable import one_line
from tui.live.files.rows import FileRow
from tui.resources.model import formats
from tui.resources.model.document import Document, JsonDocument, read_text
from tui.resources.model.text import Line, Span, decode, line

HEX_WIDTH = 16
"""Bytes of a line of a binary file."""

BINARY_SAMPLE = 8192
"""Bytes at the beginning that decide whether a file is text."""

_SUFFIXES = {stat.S_IFDIR: "/", stat.S_IFLNK: "@", stat.S_IFIFO: "|", stat.S_IFSOCK: "="}


def title(row: FileRow) -> str:
    """Return the path as users see it, cleaned."""
    return one_line(row.place.shown(row.path))


def name(row: FileRow) -> str:
    """Return the name with a sign of the type, as `ls -F` shows it."""
    return one_line(row.name) + _SUFFIXES.get(stat.S_IFMT(row.mode), "")


def mode(row: FileRow) -> str:
    """Return the type and the permissions: "-rw-r--r--"."""
    return stat.filemode(row.mode) if row.mode else ""


def owner(row: FileRow) -> str:
    """Return the owner and the group, by name where the archive says it."""
    if row.uid is None:
        return ""
    return one_line(f"{row.user or row.uid}:{row.group or row.gid}")


def size(row: FileRow) -> str:
    """Return the size, of a directory that of all files in it; of a device its numbers."""
    if stat.S_ISCHR(row.mode) or stat.S_ISBLK(row.mode):
        return f"{row.device[0]},{row.device[1]}"
    return "" if row.size is None or row.is_link else formats.size(row.size)


def notes(row: FileRow) -> str:
    """Return the target of a link, and what is mounted there."""
    target = f"→ {row.link}" if row.link and row.is_link else ""
    return one_line("  ".join(filter(None, (target, row.mount))))


def why_no_content(row: FileRow) -> str:
    """Return why a file has no content that could be copied or shown, or ""."""
    if row.change == "removed":
        return "removed: only the image has this path"
    if stat.S_ISCHR(row.mode) or stat.S_ISBLK(row.mode):
        return "a device has no content"
    return "a named pipe or a socket has no content" if stat.S_IFMT(row.mode) in (stat.S_IFIFO, stat.S_IFSOCK) else ""


def is_binary(data: bytes) -> bool:
    """Return whether data is no text: it has NUL, or is not UTF-8 for the most part."""
    sample = data[:BINARY_SAMPLE]
    if b"\0" in sample:
        return True
    wrong = sample.decode("utf-8", "replace").count("\ufffd")
    return wrong > len(sample) // 10 + 1


def content(data: bytes, start: int, size: int, binary: bool) -> Document:
    """Return a part of a file as a document: complete JSON folds, a binary file is shown as hexadecimal numbers."""
    if binary:
        return HexDocument(data, start)
    if len(data) == size and data[:1].strip() and data.lstrip()[:1] in (b"{", b"["):
        try:
            return JsonDocument(json.loads(data))
        except (ValueError, RecursionError):
            return read_text(decode(data))
    return read_text(decode(data))


class HexDocument(Document):
    """Bytes as lines of hexadecimal numbers with their position and the printable characters. Lines are made when shown."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        super().__init__([0] * max(1, -(-len(data) // HEX_WIDTH)))
        self._data, self._start = data, start

    def spans(self, number: int) -> Line:
        at = number * HEX_WIDTH
        piece = self._data[at : at + HEX_WIDTH]
        numbers = f"{piece[:8].hex(' '):<23}  {piece[8:].hex(' '):<23}"
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in piece)
        return line(Span(f"{self._start + at:08x}  ", "dim"), Span(f"{numbers}  "), Span(letters, "accent"))

    def copy(self, number: int) -> str:
        return self._data[number * HEX_WIDTH : (number + 1) * HEX_WIDTH].hex(" ")
