"""Attach to a container's main process, hijacked and through a WebSocket, on real engines."""

from __future__ import annotations

import asyncio

import pytest

from tests.docker import Docker
from tui.engine import Engine, errors
from tui.engine.transport.duplex import Duplex
from tui.engine.transport.websocket import WebSocketDuplex

ECHO_TO_BOTH = ("sh", "-c", "while read line; do echo out $line; echo err $line >&2; done; echo end of input")


async def read_until(duplex: Duplex | WebSocketDuplex, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        data = await duplex.read()
        assert data is not None, f"ended before {wanted!r}: {seen!r}"
        seen += data
    return seen


async def test_both_outputs_are_told_apart_and_input_reaches_the_program(engine: Engine, docker: Docker) -> None:
    container = docker.run(*ECHO_TO_BOTH, stdin_open=True)
    got: dict[str, bytes] = {"stdout": b"", "stderr": b""}
    async with await engine.containers.attach(container, tty=False) as duplex:
        await duplex.write(b"hello\n")
        async for frame in duplex.frames():
            got[frame.stream] += frame.data
            if all(got.values()):
                break
    assert got == {"stdout": b"out hello\n", "stderr": b"err hello\n"}


async def test_a_tty_is_raw_bytes_both_ways(engine: Engine, docker: Docker) -> None:
    container = docker.run("cat", stdin_open=True, tty=True)
    async with await engine.containers.attach(container, tty=True) as duplex:
        await duplex.write(b"hello\n")
        assert b"hello\r\nhello\r\n" in await read_until(duplex, b"hello\r\nhello\r\n")


async def test_half_closing_ends_the_input_and_the_output_goes_on(engine: Engine, docker: Docker) -> None:
    container = docker.run(*ECHO_TO_BOTH, stdin_open=True, config={"StdinOnce": True})
    async with await engine.containers.attach(container, tty=False) as duplex:
        await duplex.write(b"last\n")
        await duplex.half_close()
        seen = b"".join([frame.data async for frame in duplex.frames()])
    assert b"out last\n" in seen
    assert b"end of input\n" in seen


async def test_the_past_comes_first_when_asked_for(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "echo before; exec cat", stdin_open=True)
    await asyncio.to_thread(docker.wait_for, container, "running")
    async with await engine.containers.attach(container, tty=False, logs=True) as duplex:
        assert b"before" in await read_until(duplex, b"before\n")


async def test_the_stream_ends_when_the_container_does(engine: Engine, docker: Docker) -> None:
    container = docker.run("cat", stdin_open=True, tty=True)
    async with await engine.containers.attach(container, tty=True) as duplex:
        await engine.containers.kill(container)
        while await duplex.read() is not None:
            pass
        assert await duplex.read() is None


async def test_closing_lets_a_reader_in_another_task_go(engine: Engine, docker: Docker) -> None:
    container = docker.run("cat", stdin_open=True, tty=True)
    duplex = await engine.containers.attach(container, tty=True)
    reader = asyncio.create_task(duplex.read())
    await asyncio.sleep(0)
    await duplex.aclose()
    assert await reader is None
    assert await duplex.read() is None
    with pytest.raises(errors.ConnectionLost, match="closed"):
        await duplex.write(b"too late")
    await duplex.aclose()
    assert docker.state(container)["Running"]


async def test_a_websocket_carries_input_and_output(engine: Engine, docker: Docker) -> None:
    container = docker.run(*ECHO_TO_BOTH, stdin_open=True)
    async with await engine.containers.attach_websocket(container, tty=False) as duplex:
        await duplex.write(b"hello\n")
        seen = await read_until(duplex, b"err hello\n")
        while b"out hello\n" not in seen:
            seen += await read_until(duplex, b"\n")


@pytest.mark.not_on_demo("its programs see their input end with every connection")
async def test_closing_a_websocket_leaves_the_container_running(engine: Engine, docker: Docker) -> None:
    container = docker.run(*ECHO_TO_BOTH, stdin_open=True)
    async with await engine.containers.attach_websocket(container, tty=False) as duplex:
        await duplex.write(b"hello\n")
        await read_until(duplex, b"hello\n")
    assert docker.state(container)["Running"]


async def test_a_websocket_ends_with_its_container(engine: Engine, docker: Docker) -> None:
    container = docker.run("cat", stdin_open=True, tty=True)
    async with await engine.containers.attach_websocket(container, tty=True) as duplex:
        await engine.containers.kill(container)
        while await duplex.read() is not None:
            pass
        with pytest.raises(errors.ConnectionLost):
            await duplex.write(b"too late")


async def test_a_websocket_cannot_be_half_closed_and_says_so(engine: Engine, docker: Docker) -> None:
    container = docker.run("cat", stdin_open=True, tty=True)
    async with await engine.containers.attach_websocket(container, tty=True) as duplex:
        with pytest.raises(errors.EngineError, match="ctrl-d"):
            await duplex.half_close()


async def test_resizing_reaches_the_terminal(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", stdin_open=True, tty=True)
    async with await engine.containers.attach(container, tty=True) as duplex:
        await engine.containers.resize(container, 123, 45)
        await duplex.write(b"stty size\n")
        assert b"45 123\r\n" in await read_until(duplex, b"45 123\r\n")


async def test_a_container_that_does_not_run_has_no_terminal_to_resize(engine: Engine, docker: Docker) -> None:
    with pytest.raises(errors.Conflict, match="not running"):
        await engine.containers.resize(docker.create(tty=True), 80, 24)


@pytest.mark.not_on_demo("its cat has no disk to read from")
async def test_a_program_that_does_not_read_holds_back_only_the_writer(engine: Engine, docker: Docker) -> None:
    container = docker.run("sleep", "3600", stdin_open=True)
    async with await engine.containers.attach(container, tty=False) as duplex:
        flood = asyncio.create_task(duplex.write(b"x" * 50_000_000))
        assert (await engine.containers.inspect(container)).state.running
        assert not flood.done()
        await duplex.aclose()
        with pytest.raises(errors.ConnectionLost):
            await flood
