"""Exec and attach over the hijacked connection, with a TTY and without."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, TextMessage

from tests.demo.asking import Client, ask, connected
from tests.waiting import until_async
from tui.demo import DemoEngine, ManualClock

PROMPT = b"# "


async def created(demo: DemoEngine, container: str, command: list[str], **more: Any) -> str:
    body = {"Cmd": command, "AttachStdin": True, "AttachStdout": True, "AttachStderr": True, **more}
    return (await ask(demo.address, "POST", f"/containers/{container}/exec", body)).json["Id"]


async def inspected(demo: DemoEngine, run: str) -> dict[str, Any]:
    return (await ask(demo.address, "GET", f"/exec/{run}/json")).json


@asynccontextmanager
async def started(demo: DemoEngine, run: str) -> AsyncIterator[tuple[Client, bytes]]:
    async with asyncio.timeout(60), connected(demo.address) as client:
        yield client, await client.hijacked(f"/exec/{run}/start", {})


async def typed(client: Client, text: bytes) -> None:
    client.writer.write(text)
    await client.writer.drain()


async def test_streams_and_exit_code_of_a_command(demo: DemoEngine) -> None:
    run = await created(demo, "shop-api-1", ["sh", "-c", "echo out; echo err >&2; exit 4"])
    async with started(demo, run) as (client, early):
        data = early + await client.reader.read()
    assert data == struct.pack(">BxxxI", 1, 4) + b"out\n" + struct.pack(">BxxxI", 2, 4) + b"err\n"
    await until_async(lambda: not demo.world.execs[run].running)
    assert ((found := await inspected(demo, run))["ExitCode"], found["Running"]) == (4, False)
    again = await ask(demo.address, "POST", f"/exec/{run}/start", {})
    assert (again.status, again.message) == (409, f"exec command {run} has already run")


async def test_input_reaches_the_command_and_its_end_too(demo: DemoEngine) -> None:
    run = await created(demo, "shop-api-1", ["cat"])
    async with started(demo, run) as (client, early):
        await typed(client, b"hello\n")
        client.writer.write_eof()
        assert early + await client.reader.read() == struct.pack(">BxxxI", 1, 6) + b"hello\n"


async def test_a_missing_command_is_127_in_runc_s_words(demo: DemoEngine) -> None:
    run = await created(demo, "shop-api-1", ["nosuch"])
    async with started(demo, run) as (client, early):
        assert b'exec: "nosuch": executable file not found in $PATH' in early + await client.reader.read()
    assert (await inspected(demo, run))["ExitCode"] == 127


async def test_a_shell_at_a_terminal_echoes_edits_and_remembers(demo: DemoEngine) -> None:
    run = await created(demo, "shop-api-1", ["sh"], Tty=True, User="root")
    async with started(demo, run) as (client, got):
        await client.until(PROMPT, got)
        await typed(client, b"ecko\x7f\x7fho hi\r")
        assert b"\r\nhi\r\n" in await client.until(b"hi\r\n/app # ")
        await typed(client, b"\x1b[A\r")  # the previous line
        assert b"\r\nhi\r\n" in await client.until(b"hi\r\n/app # ")
        await typed(client, b"exit 5\r")
        await client.reader.read()
    assert (await inspected(demo, run))["ExitCode"] == 5


async def test_ctrl_c_ends_the_command_and_ctrl_d_the_shell(demo: DemoEngine) -> None:
    run = await created(demo, "shop-api-1", ["sh"], Tty=True, User="root")
    async with started(demo, run) as (client, got):
        await client.until(PROMPT, got)
        await typed(client, b"sleep 1000\r")
        await until_async(lambda: "sleep 1000" in demo.world.execs[run].process.children(), "the sleep")
        await typed(client, b"\x03")
        await client.until(PROMPT)
        await typed(client, b"echo $?\r")
        assert b"130" in await client.until(b"130\r\n/app # ")
        await typed(client, b"\x04")
        await client.reader.read()
    assert (await inspected(demo, run))["ExitCode"] == 0


async def test_what_is_typed_ahead_is_not_lost(demo: DemoEngine) -> None:
    run = await created(demo, "console", ["sh"], Tty=True)
    async with started(demo, run) as (client, got):
        await typed(client, b"echo one\recho two\rexit 3\r")
        said = got + await client.reader.read()
    assert said.count(b"one\r\n") == 2  # echoed and printed
    assert said.count(b"two\r\n") == 3  # echoed, drawn at the next prompt and printed
    assert (await inspected(demo, run))["ExitCode"] == 3


async def test_top_fills_the_screen_and_follows_its_size(demo: DemoEngine, clock: ManualClock) -> None:
    run = await created(demo, "shop-db-1", ["top"], Tty=True, ConsoleSize=[12, 60])
    async with started(demo, run) as (client, got):
        assert b"\x1b[?1049h" in await client.until(b"60x12", got)
        assert (await ask(demo.address, "POST", f"/exec/{run}/resize?h=30&w=90")).status == 200
        await client.until(b"90x30")
        clock.advance(1)
        await client.until(b"90x30")
        await typed(client, b"q")
        assert (await client.reader.read()).endswith(b"\x1b[?1049l\x1b[?25h")
    assert (await inspected(demo, run))["ExitCode"] == 0


async def test_leaving_a_terminal_hangs_its_command_up(demo: DemoEngine) -> None:
    run = await created(demo, "console", ["sh"], Tty=True)
    async with started(demo, run) as (client, got):
        await client.until(PROMPT, got)
    await until_async(lambda: not demo.world.execs[run].running, "the shell to end")


async def test_attach_shares_the_main_process_and_detaches_by_keys(demo: DemoEngine) -> None:
    path = "/containers/console/attach?stream=1&stdin=1&stdout=1&stderr=1"
    async with asyncio.timeout(60), connected(demo.address) as one, connected(demo.address) as other:
        await one.hijacked(path)
        await other.hijacked(path)
        await until_async(lambda: len(demo.world.container("console").listeners) == 2, "both")
        await typed(one, b"echo shared\r")
        await one.until(b"shared\r\n/ # ")
        await other.until(b"shared\r\n/ # ")
        await typed(one, b"\x10\x11")
        assert await one.reader.read() == b""
        assert demo.world.container("console").running
        await typed(other, b"exit 6\r")
        await other.reader.read()
    assert demo.world.container("console").exit_code == 6


async def test_attach_before_start_gets_the_first_output(demo: DemoEngine) -> None:
    made = (await ask(demo.address, "POST", "/containers/create", {"Image": "busybox", "Cmd": ["echo", "first"]})).json["Id"]
    async with asyncio.timeout(60), connected(demo.address) as client:
        got = await client.hijacked(f"/containers/{made}/attach?stream=1&stdout=1&stderr=1")
        await until_async(lambda: demo.world.container(made).listeners, "the attachment")
        await ask(demo.address, "POST", f"/containers/{made}/start")
        assert got + await client.reader.read() == struct.pack(">BxxxI", 1, 6) + b"first\n"


async def test_attach_over_a_websocket(demo: DemoEngine) -> None:
    async with asyncio.timeout(60), connected(demo.address) as client:
        await client.send(
            "GET",
            "/containers/console/attach/ws?stream=1&stdin=1&stdout=1",
            None,
            Connection="Upgrade",
            Upgrade="websocket",
            Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
            Sec_WebSocket_Version="13",
        )
        head = await client.head()
        assert dict(head.headers)[b"sec-websocket-accept"] == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        socket = Connection(ConnectionType.CLIENT)
        await until_async(lambda: demo.world.container("console").listeners, "the attachment")
        await typed(client, socket.send(TextMessage("echo over a socket\r")))
        said = b""
        while b"over a socket\r\n/ # " not in said:
            socket.receive_data(await client.reader.read(65536))
            said += b"".join(bytes(event.data) for event in socket.events() if isinstance(event, BytesMessage))


async def test_exec_is_refused_where_nothing_runs(demo: DemoEngine) -> None:
    body = {"Cmd": ["ls"]}
    mirror = demo.world.container("mirror").id
    assert (await ask(demo.address, "POST", "/containers/mirror/exec", body)).message == f"container {mirror} is not running"
    paused = await ask(demo.address, "POST", "/containers/catalogue-import/exec", body)
    assert paused.message == "Container catalogue-import is paused, unpause the container before exec"
    assert (await ask(demo.address, "POST", "/containers/console/exec", {"Cmd": []})).message == "No exec command specified"
