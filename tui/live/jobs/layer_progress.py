"""What the engine says while it pulls, pushes, loads or imports, put together: one state for each layer, bytes in all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from tui.engine.objects.progress import Progress
from tui.live.jobs.jobs import Part, report

TELL_EVERY = 0.5
"""Seconds between two reports at least: the engine says something for each few kilobytes of each layer."""

FETCHED = frozenset({"Download complete", "Verifying Checksum", "Extracting", "Pull complete"})
THERE = frozenset({"Pull complete", "Already exists", "Pushed", "Layer already exists"})
SENDING = frozenset({"Downloading", "Pushing", "Loading layer", "Importing"})
MOUNTED = "Mounted from"
NO_LAYER = ("Pulling from", "Digest:", "Status:")
LOADED = "Loaded image"


class Layers:
    """The layers of one transfer by their ids, and what the engine said besides.

    `done` and `total` count the bytes sent over the wire, of the layers whose size is known by now. `said` are its lines
    about the whole: the digest, what became of it, what was loaded.
    """

    def __init__(self) -> None:
        self.said: list[str] = []
        self._parts: dict[str, Part] = {}
        self._bytes: dict[str, tuple[int, int]] = {}  # of each layer on the wire: how far, of how much

    def take(self, message: Progress) -> None:
        """Note one message."""
        status = message.status
        if message.stream.strip():
            self.said.append(message.stream.strip())
        elif not message.id or status.startswith(NO_LAYER):
            if status:
                self.said.append(status)
        else:
            self._layer(message.id, status, message.progress_detail.current, message.progress_detail.total)

    def _layer(self, id: str, status: str, current: int, total: int) -> None:
        known = self._bytes.get(id, (0, 0))
        if status in SENDING:
            self._bytes[id] = (current, max(total, known[1], current))
        elif status in FETCHED or status in THERE:
            self._bytes[id] = (known[1], known[1])
        done, whole = (current, total) if total else self._bytes.get(id, (0, 0))
        self._parts[id] = Part(id, status, done, whole)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The layers in the order in which the engine named them."""
        return tuple(self._parts.values())

    @property
    def done(self) -> int:
        """Bytes sent so far."""
        return sum(done for done, _ in self._bytes.values())

    @property
    def total(self) -> int:
        """Bytes to be sent, as far as they are known."""
        return sum(total for _, total in self._bytes.values())

    @property
    def text(self) -> str:
        """How far it has come, in words."""
        if not self._parts:
            return self.said[-1] if self.said else ""
        there = sum(part.text in THERE or part.text.startswith(MOUNTED) for part in self._parts.values())
        return f"{there} of {len(self._parts)} layers"


async def follow(messages: AsyncGenerator[Progress, None]) -> Layers:
    """Take a transfer's messages to their end and report on the way; what was said. Raises EngineError where it fails.

    Cancelled, it leaves the stream, which makes the engine stop.
    """
    layers = Layers()
    due: asyncio.TimerHandle | None = None  # what is said while it waits is told with it, and nothing is left untold

    def tell() -> None:
        nonlocal due
        due = None
        report(layers.text, layers.done, layers.total, layers.parts)

    try:
        async with aclosing(messages) as stream:
            async for message in stream:
                first = not layers.parts and not layers.said
                layers.take(message)
                if first:
                    tell()
                elif due is None:
                    due = asyncio.get_running_loop().call_later(TELL_EVERY, tell)
    finally:
        if due is not None:
            due.cancel()
    tell()
    return layers
