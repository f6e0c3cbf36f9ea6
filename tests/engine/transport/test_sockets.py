"""Streams over sockets: what was received is read before an end or a loss, a slow reader holds the sender up, closing wakes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from tests.waiting import until_async
from tui.engine.transport.sockets import MOST_UNREAD, READ, SocketStream, StreamAttribute, connect_tcp, connect_unix


@contextlib.asynccontextmanager
async def connected(tmp_path: Path, *, tcp: bool = False) -> AsyncIterator[tuple[SocketStream, socket.socket]]:
    """Yield a stream and the socket at its other side, which does not block."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET if tcp else socket.AF_UNIX) as listener:
        listener.bind(("127.0.0.1", 0) if tcp else str(tmp_path / "a.sock"))
        listener.listen()
        listener.setblocking(False)
        accepting = asyncio.create_task(loop.sock_accept(listener))
        made = connect_tcp(*listener.getsockname()) if tcp else connect_unix(str(tmp_path / "a.sock"))
        stream = await made
        other = (await accepting)[0]
        with other:
            yield stream, other
        await stream.aclose()


async def test_what_came_before_the_end_is_read_first(tmp_path: Path) -> None:
    async with connected(tmp_path) as (stream, other):
        other.send(b"last words")
        other.close()
        await until_async(lambda: stream.extra(StreamAttribute.readable), "the data")
        assert await stream.receive(4) == b"last"
        assert await stream.receive() == b" words"
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()


async def test_a_reset_is_a_broken_stream_for_readers_and_writers(tmp_path: Path) -> None:
    async with connected(tmp_path, tcp=True) as (stream, other):
        reading = asyncio.create_task(stream.receive())
        await asyncio.sleep(0)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        other.close()
        with pytest.raises(anyio.BrokenResourceError) as caught:
            await reading
        assert isinstance(caught.value.__cause__, ConnectionResetError)
        with pytest.raises(anyio.BrokenResourceError):
            await stream.send(b"hello?")


async def test_sending_to_a_closed_side_is_a_broken_stream(tmp_path: Path) -> None:
    async with connected(tmp_path) as (stream, other):
        other.close()
        with pytest.raises(anyio.BrokenResourceError):
            await stream.send(b"hello?")


async def test_the_other_side_waits_while_nobody_reads(tmp_path: Path) -> None:
    async with connected(tmp_path) as (stream, other):
        loop, data = asyncio.get_running_loop(), bytes(32 * MOST_UNREAD)
        sending = asyncio.create_task(loop.sock_sendall(other, data))
        await asyncio.wait([sending], timeout=0.2)
        assert not sending.done()
        assert stream._unread < MOST_UNREAD + READ
        received = 0
        while received < len(data):
            received += len(await stream.receive())
        await sending


async def test_a_sender_waits_while_the_other_side_does_not_read(tmp_path: Path) -> None:
    async with connected(tmp_path) as (stream, other):
        sending = asyncio.create_task(stream.send(bytes(8_000_000)))
        await asyncio.wait([sending], timeout=0.1)
        assert not sending.done()
        other.setblocking(False)
        loop, received = asyncio.get_running_loop(), 0
        while received < 8_000_000:
            received += len(await loop.sock_recv(other, 1_000_000))
        await sending


async def test_closing_ends_a_reader_and_a_sender(tmp_path: Path) -> None:
    async with connected(tmp_path) as (stream, _other):
        tasks = [asyncio.create_task(stream.receive()), asyncio.create_task(stream.send(bytes(8_000_000)))]
        await asyncio.wait(tasks, timeout=0.1)
        await stream.aclose()
        for task in tasks:
            with pytest.raises(anyio.ClosedResourceError):
                await task


async def test_one_direction_can_be_closed_alone(tmp_path: Path) -> None:
    async with connected(tmp_path) as (stream, other):
        loop = asyncio.get_running_loop()
        await stream.send_eof()
        assert await loop.sock_recv(other, 10) == b""
        other.send(b"still here")
        assert await stream.receive() == b"still here"


async def test_two_readers_are_a_mistake(tmp_path: Path) -> None:
    async with connected(tmp_path) as (stream, _other):
        reading = asyncio.create_task(stream.receive())
        await asyncio.sleep(0)
        with pytest.raises(anyio.BusyResourceError):
            await stream.receive()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading


async def test_a_cancelled_reader_loses_nothing(tmp_path: Path) -> None:
    async with connected(tmp_path) as (stream, other):
        reading = asyncio.create_task(stream.receive())
        await asyncio.sleep(0)
        other.send(b"data")
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await stream.receive() == b"data"


async def test_connecting_waits_for_room_in_a_full_backlog(tmp_path: Path) -> None:
    path = str(tmp_path / "busy.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(0)
        first = await connect_unix(path)
        second = asyncio.create_task(connect_unix(path))
        await asyncio.wait([second], timeout=0.05)
        assert not second.done()
        listener.setblocking(False)
        accepted, _ = await asyncio.get_running_loop().sock_accept(listener)
        await (await second).aclose()
        await first.aclose()
        accepted.close()
