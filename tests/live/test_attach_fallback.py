"""Attach through a WebSocket behind a proxy that blocks hijacked connections."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docker import Docker
from tui.engine import Engine, errors
from tui.live.terminals.attach import open_attach
from tui.live.terminals.stream import Size

pytestmark = pytest.mark.not_on_demo("real programs run in the containers: shells, vi, top, and what they leave in /proc")

_ATTACH = re.compile(rb"^POST \S*/attach[? ]")


@asynccontextmanager
async def proxy(engine: str, folder: Path, status: str) -> AsyncIterator[str]:
    """Run a proxy that answers attach with `status` and passes on the rest; yields its address."""
    path = folder / "proxy.sock"
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        first = await reader.read(65536)
        if _ATTACH.match(first):
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nno".encode())
        elif first:
            await _relay(engine, first, reader, writer)
        writer.close()

    server = await asyncio.start_unix_server(serve, path)
    try:
        yield f"unix://{path}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _relay(engine: str, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    there = urlsplit(engine)
    engine_reader, engine_writer = (
        await asyncio.open_unix_connection(there.path)
        if there.scheme == "unix"
        else await asyncio.open_connection(there.hostname, there.port)
    )
    # one request per connection, so that each is checked
    engine_writer.write(first)
    pumps = [asyncio.ensure_future(_pump(reader, engine_writer)), asyncio.ensure_future(_pump(engine_reader, writer))]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        engine_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        if _ATTACH.match(data):
            return  # close a kept connection: the client retries on a new one
        writer.write(data)
        await writer.drain()


@pytest.mark.parametrize("status", ["403 Forbidden", "405 Method Not Allowed", "426 Upgrade Required", "502 Bad Gateway"])
async def test_attach_goes_through_a_websocket(engine_address: str, docker: Docker, tmp_path: Path, status: str) -> None:
    container = docker.run("sh", tty=True, stdin_open=True)
    async with proxy(engine_address, tmp_path, status) as address, Engine.connect(address) as engine:
        terminal = await open_attach(engine, container, "web", Size(90, 20))
        await terminal.write(b'echo "<$(stty size)>"\r')
        seen = b""
        while b"<20 90>" not in seen:
            frame = await terminal.read()
            assert frame is not None, seen
            seen += frame.data
        await terminal.end()
    assert docker.state(container)["Running"]


async def test_the_engines_own_refusal_is_not_taken_for_a_proxys(engine: Engine, docker: Docker) -> None:
    with pytest.raises(errors.NotFound):
        await open_attach(engine, "no-such-container", "web", Size())
