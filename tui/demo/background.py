"""The demo engine beside a program that has its own event loop: in a thread, for as long as a `with` lasts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from tui.demo.engine import DemoEngine


@contextmanager
def serve_in_background() -> Iterator[str]:
    """Serve the demo engine's shop; yields its address. The socket is gone afterwards. Raises what kept it from starting."""
    started: SimpleQueue[str | Exception] = SimpleQueue()
    over = threading.Event()
    loop = asyncio.new_event_loop()
    leave = asyncio.Event()

    async def serve() -> None:
        try:
            async with DemoEngine().serve() as address:
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
