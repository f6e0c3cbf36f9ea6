"""Faults of an engine during an operation, and the client's errors."""

from __future__ import annotations

import asyncio
import os
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.scripted import ECHO, RESET, SILENCE, UPGRADED, Script, answer, chunked, refusal, scripted
from tests.waiting import until_async
from tui.engine import Engine, errors
from tui.engine.objects.events import Event
from tui.engine.transport.frames import Frame
from tui.engine.transport.wire import Timeouts

EVENT = b'{"Type":"container","Action":"start","Actor":{"ID":"a","Attributes":{"name":"\xc3\xa4 }{"}}}\n'


async def events(script: Script) -> list[str]:
    async with scripted({"/events": script}) as server, Engine.connect(server.address) as engine:
        return [event.actor.attributes["name"] async for event in engine.system.events()]


async def test_messages_arrive_whole_whatever_the_chunks() -> None:
    wire = EVENT * 2
    for cut in range(1, len(EVENT), 7):
        assert await events(chunked(wire[:cut], wire[cut:])) == ["ä }{"] * 2


async def test_one_byte_at_a_time() -> None:
    assert await events(chunked(*(EVENT[i : i + 1] for i in range(len(EVENT))))) == ["ä }{"]


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (chunked(EVENT, end=False), errors.ConnectionLost),
        (chunked(EVENT[:20]), errors.BrokenAnswer),
        ([*chunked(EVENT, end=False), b"zz\r\n"], errors.BrokenAnswer),
        (chunked(b"<html>gateway time-out</html>"), errors.BrokenAnswer),
        ([*chunked(EVENT, end=False), RESET], errors.ConnectionLost),
    ],
)
async def test_a_stream_that_breaks_gives_what_came_and_then_an_error(script: Script, kind: type[errors.EngineError]) -> None:
    seen: list[Event] = []
    async with scripted({"/events": script}, tcp=True) as server, Engine.connect(server.address) as engine:
        with pytest.raises(kind) as caught:
            await collect(engine, seen)
    assert caught.value.operation == "SystemEvents"
    assert len(seen) <= 1


async def collect(engine: Engine, seen: list[Event]) -> None:
    async for event in engine.system.events():
        seen.append(event)


async def test_leaving_a_stream_closes_its_connection_and_leaves_no_task() -> None:
    async with scripted({"/events": [*chunked(EVENT, end=False), SILENCE]}) as server, Engine.connect(server.address) as engine:
        tasks = asyncio.all_tasks()
        async with aclosing(engine.system.events()) as stream:
            assert (await anext(stream)).action == "start"
            assert server.connected == 2
        await until_async(lambda: server.connected == 1, "the stream's connection to close")
        await until_async(lambda: asyncio.all_tasks() <= tasks, "the stream's tasks to end")


async def test_cancelling_a_silent_stream_closes_its_connection_and_leaves_no_task() -> None:
    async with scripted({"/events": [*chunked(EVENT, end=False), SILENCE]}) as server, Engine.connect(server.address) as engine:
        begun = asyncio.Event()

        async def listen() -> None:
            async for _ in engine.system.events():
                begun.set()

        tasks = asyncio.all_tasks()
        listening = asyncio.create_task(listen())
        await begun.wait()
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        await until_async(lambda: server.connected == 1, "the stream's connection to close")
        await until_async(lambda: asyncio.all_tasks() <= tasks, "the stream's tasks to end")


async def test_cancelling_before_the_stream_begins_closes_its_connection() -> None:
    async with scripted({"/events": [SILENCE]}) as server, Engine.connect(server.address) as engine:
        listening = asyncio.create_task(anext(engine.system.events()))
        await until_async(lambda: server.connected == 2, "the request to arrive")
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        await until_async(lambda: server.connected == 1, "the stream's connection to close")


async def test_closing_the_engine_closes_everything() -> None:
    before = len(os.listdir("/proc/self/fd"))
    async with scripted({"/events": [*chunked(EVENT, end=False), SILENCE]}) as server:
        async with Engine.connect(server.address) as engine:
            streams = [engine.system.events() for _ in range(30)]
            for stream in streams:
                await anext(stream)
            for stream in streams:
                await stream.aclose()
        await until_async(lambda: server.connected == 0, "all connections to close")
    await until_async(lambda: len(os.listdir("/proc/self/fd")) <= before, "all sockets to close")


async def test_streams_never_stand_in_the_way_of_requests_and_connections_are_reused() -> None:
    script = {"/events": [*chunked(EVENT, end=False), SILENCE], "/containers/json": [answer("[]")]}
    async with scripted(script) as server, Engine.connect(server.address) as engine:
        streams = [engine.system.events() for _ in range(40)]
        for stream in streams:
            await anext(stream)
        for _ in range(10):
            assert await engine.containers.list() == []
        assert server.connections == 41
        for stream in streams:
            await stream.aclose()


async def test_a_plain_request_that_is_not_answered_is_a_time_out_with_its_name() -> None:
    async with (
        scripted({"/info": [SILENCE]}) as server,
        Engine.connect(server.address, timeouts=Timeouts(answer=0.05)) as engine,
    ):
        with pytest.raises(errors.TimedOut, match=r"0\.05 s .SystemInfo.") as caught:
            await engine.system.info()
        assert caught.value.operation == "SystemInfo"
        await until_async(lambda: server.connected == 0, "the connection to close")


async def test_an_answer_that_stops_half_way_is_a_time_out() -> None:
    half = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", SILENCE]
    async with scripted({"/info": half}) as server, Engine.connect(server.address, timeouts=Timeouts(answer=0.05)) as engine:
        with pytest.raises(errors.TimedOut):
            await engine.system.info()


async def test_a_stream_may_be_silent_longer_than_an_answer() -> None:
    async with (
        scripted({"/events": [*chunked(EVENT, end=False), SILENCE]}) as server,
        Engine.connect(server.address, timeouts=Timeouts(answer=0.05)) as engine,
    ):
        stream = engine.system.events()
        await anext(stream)
        waiting = asyncio.create_task(anext(stream))
        await asyncio.wait([waiting], timeout=0.2)
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_stopping_may_take_longer_than_an_answer() -> None:
    late = [b"HTTP/1.1 204 No ", b"Content\r\n", b"X: " + b"x" * 50, *[b"x"] * 60, b"\r\n\r\n"]
    async with (
        scripted({"/containers/web/stop": late}) as server,
        Engine.connect(server.address, timeouts=Timeouts(answer=0.05)) as engine,
    ):
        assert await engine.containers.stop("web")


async def test_a_connection_the_engine_closed_meanwhile_is_not_used_again() -> None:
    script: dict[str, Script] = {"/containers/json": [answer("[]"), b""]}  # two steps: the connection ends after them
    async with scripted(script) as server, Engine.connect(server.address) as engine:
        for _ in range(3):
            assert await engine.containers.list() == []
            await until_async(lambda: server.connected == 0, "the engine to close")
        assert server.connections == 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad Request", errors.BadRequest),
        ("401 Unauthorized", errors.Unauthorized),
        ("403 Forbidden", errors.Forbidden),
        ("404 Not Found", errors.NotFound),
        ("409 Conflict", errors.Conflict),
        ("418 Teapot", errors.EngineRefusal),
        ("500 Internal Server Error", errors.ServerError),
        ("501 Not Implemented", errors.NotImplemented),
        ("503 Service Unavailable", errors.ServerError),
    ],
)
async def test_a_refusal_has_its_kind_the_engines_words_status_and_operation(
    status: str, kind: type[errors.EngineError]
) -> None:
    script = {"/containers/web/start": [refusal(status, "because\nof \x1b[31mred \u202e things")]}
    async with scripted(script) as server, Engine.connect(server.address) as engine:
        with pytest.raises(kind) as caught:
            await engine.containers.start("web")
    error = caught.value
    assert type(error) is kind
    assert str(error) == "because of [31mred things"
    assert (error.status, error.operation) == (int(status[:3]), "ContainerStart")


@pytest.mark.parametrize("body", ["", "<html><body>502</body></html>", "null", '{"message": 3}', "plain words", "[" * 9999])
async def test_a_refusal_without_the_engines_words_is_still_a_line(body: str) -> None:
    script = {"/info": [answer(body, "502 Bad Gateway", "text/html")]}
    async with scripted(script) as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.ServerError, match="answered 502") as caught:
            await engine.system.info()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


async def test_a_redirect_is_no_answer() -> None:
    script = {"/info": [answer("", "301 Moved Permanently", "text/html", "Location: http://elsewhere/")]}
    async with scripted(script) as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.EngineRefusal, match="answered 301"):
            await engine.system.info()


@pytest.mark.parametrize("body", ["", "OK", "[]", '{"Containers": "many"}'])
async def test_a_body_that_is_not_the_object_is_broken(body: str) -> None:
    async with scripted({"/info": [answer(body)]}) as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.BrokenAnswer) as caught:
            await engine.system.info()
        assert caught.value.operation == "SystemInfo"


async def test_bytes_right_after_the_upgrade_are_not_lost() -> None:
    script: dict[str, Script] = {"/containers/web/attach": [UPGRADED + b"already here ", ECHO]}
    async with scripted(script) as server, Engine.connect(server.address) as engine:
        async with await engine.containers.attach("web", tty=True) as duplex:
            await duplex.write(b"and back")
            await duplex.half_close()
            assert b"".join([frame.data async for frame in duplex.frames()]) == b"already here and back"
        await until_async(lambda: server.connected == 1, "the connection to close")


async def test_what_is_sent_without_waiting_keeps_its_order_with_what_waits() -> None:
    script: dict[str, Script] = {"/containers/web/attach": [UPGRADED, SILENCE]}
    async with (
        scripted(script) as server,
        Engine.connect(server.address) as engine,
        await engine.containers.attach("web", tty=True) as duplex,
    ):
        assert duplex.write_now(b"a key")
        waiting = asyncio.create_task(duplex.write(bytes(8_000_000)))  # more than the engine reads
        await asyncio.sleep(0)
        assert not waiting.done()
        assert not duplex.write_now(b"another key")
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await duplex.aclose()
        assert not duplex.write_now(b"too late")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_frames_may_be_cut_anywhere(sizes: list[int]) -> None:
    wire = b"\1\0\0\0\0\0\0\3out" + b"\2\0\0\0\0\0\0\5error" + b"\1\0\0\0\0\0\0\0" + b"\1\0\0\0\0\0\0\1!"
    pieces, rest = [], wire
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]

    async def attach() -> list[Frame]:
        script: dict[str, Script] = {"/containers/web/attach": [UPGRADED, *filter(None, [*pieces, rest])]}
        async with (
            scripted(script) as server,
            Engine.connect(server.address) as engine,
            await engine.containers.attach("web", tty=False) as duplex,
        ):
            return [frame async for frame in duplex.frames()]

    got = asyncio.run(attach())
    assert b"".join(frame.data for frame in got if frame.stream == "stdout") == b"out!"
    assert b"".join(frame.data for frame in got if frame.stream == "stderr") == b"error"


@pytest.mark.parametrize(
    "reply",
    [
        answer("<html>403</html>", "403 Forbidden", "text/html"),
        answer("", "200 OK", "application/vnd.docker.raw-stream"),
        answer("upgrade not supported", "502 Bad Gateway", "text/plain"),
    ],
)
async def test_a_proxy_that_forbids_two_way_streams_is_told_from_the_engine(reply: bytes) -> None:
    script: dict[str, Script] = {"/containers/web/attach": [reply], "/exec/1/start": [reply]}
    async with scripted(script) as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.HijackRefused, match="two-way streams"):
            await engine.containers.attach("web", tty=True)
        with pytest.raises(errors.HijackRefused, match="two-way streams"):
            await engine.execs.start("1", tty=True)


async def test_the_engines_own_refusal_of_an_attach_stays_what_it_is() -> None:
    plain = answer("No such container: web\r\n", "404 Not Found", "application/vnd.docker.raw-stream")
    async with scripted({"/containers/web/attach": [plain]}) as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.NotFound, match=r"^No such container: web$"):
            await engine.containers.attach("web", tty=True)


@pytest.mark.parametrize("accept", ["", "Sec-WebSocket-Accept: c3RvbGVu"])
async def test_a_websocket_with_the_wrong_key_is_refused(accept: str) -> None:
    head = f"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{accept}\r\n\r\n".encode()
    head = head.replace(b"\r\n\r\n\r\n", b"\r\n\r\n")
    async with scripted({"/containers/web/attach/ws": [head, SILENCE]}) as server, Engine.connect(server.address) as engine:
        with pytest.raises(errors.BrokenAnswer, match="wrong key"):
            await engine.containers.attach_websocket("web", tty=True)
        await until_async(lambda: server.connected == 1, "the connection to close")


async def test_a_reset_under_an_attached_terminal_is_a_lost_connection() -> None:
    script: dict[str, Script] = {"/containers/web/attach": [UPGRADED, RESET]}
    async with (
        scripted(script, tcp=True) as server,
        Engine.connect(server.address) as engine,
        await engine.containers.attach("web", tty=True) as duplex,
    ):
        with pytest.raises(errors.ConnectionLost, match="broke"):
            await duplex.read()


async def test_names_are_percent_encoded_and_filters_are_json() -> None:
    script: dict[str, Any] = {"/containers/json": [answer("[]")]}
    async with scripted(script) as server, Engine.connect(server.address) as engine:
        await engine.containers.list(all=False, filters={"label": ["a=b c"], "status": ["running", "paused"]})
        with pytest.raises(errors.NotFound):
            await engine.containers.inspect("a?b#c/d e")
        assert server.requests[1:] == [
            "GET /v1.51/containers/json?all=0&filters=%7B%22label%22%3A+%5B%22a%3Db+c%22%5D%2C+"
            "%22status%22%3A+%5B%22running%22%2C+%22paused%22%5D%7D",
            "GET /v1.51/containers/a%3Fb%23c%2Fd%20e/json",
        ]
