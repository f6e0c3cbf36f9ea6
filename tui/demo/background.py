"""The demo engine in a thread, beside a program with its own event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from tui.demo.engine import DemoEngine
from tui.demo.scenarios.swarm import compose_swarm


@contextmanager
def serve_in_background() -> Iterator[str]:
    """Serve the demo engine in a thread; yields its address. Removes the socket afterwards. Raises its start errors."""
    started: SimpleQueue[str | Exception] = SimpleQueue()
    over = threading.Event()
    loop = asyncio.new_event_loop()
    leave = asyncio.Event()

    async def serve() -> None:
        try:
            async with DemoEngine(compose_swarm()).serve() as address:
                started.put(address)
                await leave.wait()
        except OSError as error:
            started.put(error)

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())
        over.set()

    threading.Thread(target=run, name="demo-engine", daemon=True).start()
    address = started.get()
    if isinstance(address, Exception):
        raise address
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(leave.set)
        over.wait()
