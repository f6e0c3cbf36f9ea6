"""Frames with an 8-byte header that carry stdout and stderr over one connection."""

from __future__ import annotations

import struct

MULTIPLEXED = "application/vnd.docker.multiplexed-stream"
RAW = "application/vnd.docker.raw-stream"
STDIN, STDOUT, STDERR = 0, 1, 2


def frame_of(stream: int, data: bytes) -> bytes:
    """Encode a frame: stream, three zeros, the length, the data."""
    return struct.pack(">BxxxI", stream, len(data)) + data
