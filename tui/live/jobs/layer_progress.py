"""Progress of pulls, pushes, loads and imports, aggregated from the engine's messages: a state for each layer, total bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from tui.engine.objects.progress import Progress, PushedManifest
from tui.live.jobs.jobs import Part, report

REPORT_INTERVAL_SECONDS = 0.5
"""Minimum seconds between two reports: the engine sends a message for each few kilobytes of each layer."""

FETCHED = frozenset({"Download complete", "Verifying Checksum", "Extracting", "Pull complete"})
THERE = frozenset({"Pull complete", "Already exists", "Pushed", "Layer already exists"})
SENDING = frozenset({"Downloading", "Pushing", "Loading layer", "Importing"})
MOUNTED = "Mounted from"
NO_LAYER = ("Pulling from", "Digest:", "Status:")
LOADED = "Loaded image"


class Layers:
    """The layers of one transfer by id, and the engine's other messages.

    `done` and `total` count the bytes of layers whose size is known. `said` are the messages about the whole: the digest, the
    status, the loaded images. `pushed_only` is the platform of a push that left out the others: they are not on the
    engine.
    """

    def __init__(self) -> None:
        self.said: list[str] = []
        self.pushed_only = ""
        self._parts: dict[str, Part] = {}
        self._bytes: dict[str, tuple[int, int]] = {}  # bytes done and in total, by layer being transferred

    def take(self, message: Progress) -> None:
        """Apply one message."""
        status = message.status
        if message.aux is not None:
            self._data(message.aux)
        elif message.stream.strip():
            self.said.append(message.stream.strip())
        elif not message.id or status.startswith(NO_LAYER):
            if status:
                self.said.append(status)
        else:
            self._layer(message.id, status, message.progress_detail.current, message.progress_detail.total)

    def _data(self, aux: object) -> None:
        """Take a message for programs; an engine's unknown ones are ignored."""
        try:
            pushed = msgspec.convert(aux, PushedManifest)
        except msgspec.ValidationError:
            return
        if pushed.manifest_pushed_instead_of_index:
            self.pushed_only = str(pushed.selected_manifest.platform or "one platform")

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
        """The layers in the order of their first message."""
        return tuple(self._parts.values())

    @property
    def done(self) -> int:
        """Bytes transferred so far."""
        return sum(done for done, _ in self._bytes.values())

    @property
    def total(self) -> int:
        """Total bytes of the layers whose size is known."""
        return sum(total for _, total in self._bytes.values())

    @property
    def text(self) -> str:
        """The progress as text."""
        if not self._parts:
            return self.said[-1] if self.said else ""
        there = sum(part.text in THERE or part.text.startswith(MOUNTED) for part in self._parts.values())
        extracting = sum(part.text == "Extracting" for part in self._parts.values())
        return f"{there} of {len(self._parts)} layers" + (f", extracting {extracting}" if extracting else "")


async def follow(messages: AsyncGenerator[Progress, None]) -> Layers:
    """Follow a transfer's messages to the end, report progress, and return the layers. Raises EngineError if it fails.

    Cancelling closes the stream, which makes the engine stop.
    """
    layers = Layers()
    due: asyncio.TimerHandle | None = None  # pending report, which includes messages that arrive meanwhile

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
                    due = asyncio.get_running_loop().call_later(REPORT_INTERVAL_SECONDS, tell)
    finally:
        if due is not None:
            due.cancel()
    tell()
    return layers
