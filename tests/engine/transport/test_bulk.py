"""Bodies handed to a sink in a thread: complete or an error, over every kind of connection."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from functools import partial

import pytest

from tests.engine.conftest import collected
from tests.engine.scripted import RESET, SILENCE, Step, answer, chunked, refusal, scripted
from tests.waiting import until_async
from tui.engine import Engine, errors
from tui.engine.transport.address import Address
from tui.engine.transport.sockets import READ

EXPORT = "/containers/web/export"
LARGE = [bytes([number]) * 40_000 for number in range(60)]


async def exported(script: Sequence[Step], tcp: bool = False) -> bytes:
    async with scripted({EXPORT: script}, tcp=tcp) as server, Engine.connect(Address.parse(server.address)) as engine:
        return await collected(partial(engine.containers.export, "web"))


@pytest.mark.parametrize("tcp", [False, True], ids=["unix", "tcp"])
@pytest.mark.parametrize(
    ("script", "body"),
    [
        (chunked(*LARGE), b"".join(LARGE)),
        ([b"".join(map(bytes, chunked(*LARGE)))], b"".join(LARGE)),  # type: ignore[arg-type]
        (chunked(), b""),
        ([answer(b"short", "200 OK", "application/x-tar")], b"short"),
        ([b"HTTP/1.1 200 OK\r\n\r\n", b"until the end"], b"until the end"),
    ],
    ids=["pieces", "at once", "empty", "with a length", "until the end"],
)
async def test_the_whole_body_is_handed_over(script: Sequence[Step], body: bytes, tcp: bool) -> None:
    assert await exported(script, tcp) == body


@pytest.mark.parametrize("tcp", [False, True], ids=["unix", "tcp"])
async def test_a_body_that_ends_early_is_an_error(tcp: bool) -> None:
    for script in (chunked(b"half", end=False), [*chunked(end=False), b"ff\r\nhalf"], [*chunked(end=False), b"f"]):
        with pytest.raises(errors.ConnectionLost) as caught:
            await exported([*script, RESET], tcp)
        assert caught.value.operation == "ContainerExport"


async def test_a_refusal_is_raised_as_such() -> None:
    with pytest.raises(errors.NotFound, match="No such container: web"):
        await exported([refusal("404 Not Found", "No such container: web")])


@pytest.mark.parametrize("size", [b"zz\r\n", b"\r\n", b"-1\r\n", b"1" * 20_000, b"f" * 16 + b"\r\n"])
async def test_what_is_no_chunk_is_refused(size: bytes) -> None:
    with pytest.raises(errors.BrokenAnswer):
        await exported([*chunked(b"good", end=False), size, RESET])


@pytest.mark.parametrize("tcp", [False, True], ids=["unix", "tcp"])
async def test_what_the_sink_raises_ends_the_stream(tcp: bool) -> None:
    def full(_data: bytes | memoryview) -> None:
        raise OSError("the disk is full")

    script = chunked(*LARGE)
    async with scripted({EXPORT: script}, tcp=tcp) as server, Engine.connect(Address.parse(server.address)) as engine:
        with pytest.raises(OSError, match="the disk is full"):
            await engine.containers.export("web", full)
        await until_async(lambda: server.connected <= 1, "the connection to close")  # the requests' own stays


@pytest.mark.parametrize("tcp", [False, True], ids=["unix", "tcp"])
async def test_cancelled_it_ends_at_once_and_takes_nothing_more(tcp: bool) -> None:
    taken: list[int] = []
    script = [*chunked(bytes(6 * READ), bytes(3 << 20), end=False), SILENCE]
    async with scripted({EXPORT: script}, tcp=tcp) as server, Engine.connect(Address.parse(server.address)) as engine:
        task = asyncio.ensure_future(engine.containers.export("web", lambda data: taken.append(len(data))))
        await until_async(lambda: bool(taken), "the first bytes")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until_async(lambda: server.connected <= 1, "the connection to close")
        before = sum(taken)
        assert before < 6 << 20
        await asyncio.to_thread(lambda: None)
        assert sum(taken) == before


async def test_the_sink_is_called_in_a_thread() -> None:
    threads: set[int] = set()
    async with scripted({EXPORT: chunked(*LARGE)}) as server, Engine.connect(Address.parse(server.address)) as engine:
        await engine.containers.export("web", lambda _data: threads.add(threading.get_ident()))
    assert len(threads) == 1
    assert threading.get_ident() not in threads
