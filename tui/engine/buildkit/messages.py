"""BuildKit's messages: files of the context (fsutil), progress (`moby.buildkit.v1.StatusResponse`), secrets, logins. Pure."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from enum import IntEnum

from tui.engine.buildkit.protobuf import Value, data, fields, message, number, signed, text

GO_MODES = {
    stat.S_IFDIR: 1 << 31,
    stat.S_IFLNK: 1 << 27,
    stat.S_ISUID: 1 << 23,
    stat.S_ISGID: 1 << 22,
    stat.S_ISVTX: 1 << 20,
}
"""Go's bits for the types of files and the special permissions."""


class PacketType(IntEnum):
    """The types of an fsutil packet."""

    STAT = 0
    REQUEST = 1
    DATA = 2
    FIN = 3
    ERROR = 4


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet of the engine: `id` is the number of a file, counted from the first STAT."""

    type: int = 0
    id: int = 0
    data: bytes = b""


def read_packet(content: bytes) -> Packet:
    """Decode a packet of the engine, which sends REQUEST, FIN and ERROR. Raises BrokenAnswer."""
    found = dict(fields(content))
    return Packet(signed(found.get(1, 0)), signed(found.get(3, 0)), _bytes(found.get(4, b"")))


def stat_packet(path: str, found_mode: int, size: int, mtime_ns: int, link: str = "") -> bytes:
    """Encode what a file is; the owner is root, as docker sends it."""
    mode = stat.S_IMODE(found_mode) & 0o777 | GO_MODES.get(stat.S_IFMT(found_mode), 0)
    mode |= sum(GO_MODES[bit] for bit in (stat.S_ISUID, stat.S_ISGID, stat.S_ISVTX) if found_mode & bit)
    size = 0 if stat.S_ISDIR(found_mode) else size
    content = data(1, path) + number(2, mode) + number(5, size) + number(6, mtime_ns) + data(7, link)
    return message(2, content)  # STAT is 0, the default


def end_of_stats() -> bytes:
    """Encode the end of the list of files."""
    return b""


def data_packet(id: int, content: bytes) -> bytes:
    """Encode a part of a file; an empty one is its end."""
    return number(1, PacketType.DATA) + number(3, id) + data(4, content)


def fin_packet() -> bytes:
    """Encode the end of the transfer."""
    return number(1, PacketType.FIN)


def error_packet(said: str) -> bytes:
    """Encode the failure of the transfer."""
    return number(1, PacketType.ERROR) + data(4, said)


@dataclass(frozen=True, slots=True)
class Vertex:
    """A step of a build. Times are wall-clock seconds of the engine, or None."""

    digest: str
    name: str = ""
    cached: bool = False
    started: float | None = None
    completed: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class VertexStatus:
    """The progress of a part of a step, such as a layer: `current` and `total` in bytes, 0 if unknown."""

    vertex: str
    id: str
    name: str = ""
    current: int = 0
    total: int = 0
    completed: bool = False


@dataclass(frozen=True, slots=True)
class VertexLog:
    """Output of a step."""

    vertex: str
    data: bytes


@dataclass(frozen=True, slots=True)
class BuildStatus:
    """What changed in a build since the message before."""

    vertexes: list[Vertex] = field(default_factory=list)
    statuses: list[VertexStatus] = field(default_factory=list)
    logs: list[VertexLog] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_status(content: bytes) -> BuildStatus:
    """Decode a StatusResponse. Raises BrokenAnswer."""
    status = BuildStatus()
    for of, value in fields(content):
        part = _bytes(value)
        if of == 1:
            status.vertexes.append(_vertex(part))
        elif of == 2:
            status.statuses.append(_vertex_status(part))
        elif of == 3:
            found = dict(fields(part))
            status.logs.append(VertexLog(text(found.get(1, b"")), _bytes(found.get(4, b""))))
        elif of == 4:
            status.warnings.append(text(dict(fields(part)).get(3, b"")))
    return status


def _vertex(content: bytes) -> Vertex:
    found = dict(fields(content))
    return Vertex(
        text(found.get(1, b"")),
        text(found.get(3, b"")),
        bool(found.get(4, 0)),
        _time(found.get(5)),
        _time(found.get(6)),
        text(found.get(7, b"")),
    )


def _vertex_status(content: bytes) -> VertexStatus:
    found = dict(fields(content))
    return VertexStatus(
        text(found.get(2, b"")),
        text(found.get(1, b"")),
        text(found.get(3, b"")),
        signed(found.get(4, 0)),
        signed(found.get(5, 0)),
        8 in found,
    )


def _time(value: Value | None) -> float | None:
    """Return a Timestamp in seconds."""
    if not isinstance(value, bytes):
        return None
    found = dict(fields(value))
    return signed(found.get(1, 0)) + signed(found.get(2, 0)) / 1e9


def _bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else b""
