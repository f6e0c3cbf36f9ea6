"""The query and the answer that the logs of containers, services and tasks have in common."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from tui.engine.transport.frames import Demultiplexer, Frame
from tui.engine.transport.wire import Call, QueryValue, Wire


def log_query(
    *,
    follow: bool,
    timestamps: bool,
    tail: int | str,
    since: str,
    until: str = "",
    stdout: bool = True,
    stderr: bool = True,
    details: bool = False,
) -> dict[str, QueryValue]:
    """Return the query of a log. `since` and `until` in seconds since the epoch, with up to nine decimals."""
    return {
        "details": details or None,
        "follow": follow,
        "stdout": stdout,
        "stderr": stderr,
        "since": since or None,
        "until": until or None,
        "timestamps": timestamps,
        "tail": str(tail),
    }


async def log_frames(wire: Wire, call: Call, tty: bool) -> AsyncGenerator[Frame, None]:
    """Yield the frames of a log; all is "stdout" with a TTY. Raises BrokenAnswer if it ends within a frame."""
    demultiplexer = Demultiplexer()
    async with aclosing(wire.chunks(call)) as chunks:
        async for chunk in chunks:
            for frame in [Frame("stdout", chunk)] if tty else demultiplexer.feed(chunk):
                yield frame
    demultiplexer.finish()
