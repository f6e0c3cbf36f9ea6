"""Faults affect only the chosen operations."""

from __future__ import annotations

import asyncio
import json

import h11
import pytest

from tests.demo.asking import ask, connected
from tests.waiting import until_async
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.many import many_containers

LIST = "/containers/json?all=1"


async def raw(demo: DemoEngine, path: str = LIST) -> bytes:
    """Return everything received for a GET until the connection closes."""
    reader, writer = await asyncio.open_unix_connection(demo.address.removeprefix("unix://"))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(30):
        data = b""
        try:
            while piece := await reader.read(65536):
                data += piece
        except ConnectionError:
            pass
    writer.close()
    return data


async def test_refuse_closes_without_an_answer_as_often_as_asked(demo: DemoEngine) -> None:
    fault = demo.faults.add(operation="ContainerList", kind="refuse", times=1)
    assert await raw(demo) == b""
    assert fault.struck == 1
    assert (await ask(demo.address, "GET", LIST)).status == 200


async def test_only_the_chosen_operation_is_spoiled(demo: DemoEngine) -> None:
    demo.faults.add(operation="ContainerList", kind="error", status=503, message="not now")
    assert (await ask(demo.address, "GET", "/version")).status == 200
    reply = await ask(demo.address, "GET", LIST)
    assert (reply.status, reply.message) == (503, "not now")
    demo.faults.clear()
    assert (await ask(demo.address, "GET", LIST)).status == 200


async def test_stall_never_answers(demo: DemoEngine) -> None:
    demo.faults.add(operation="SystemInfo", kind="stall")
    waiting = asyncio.ensure_future(raw(demo, "/info"))
    await until_async(lambda: demo.open_streams == 1, "the stalled request")
    assert not waiting.done()
    demo.close_streams()
    assert await waiting == b""


async def test_a_stalled_request_is_answered_once_the_fault_is_removed(demo: DemoEngine) -> None:
    fault = demo.faults.add(operation="SystemInfo", kind="stall")
    waiting = asyncio.ensure_future(ask(demo.address, "GET", "/info"))
    await until_async(lambda: demo.open_streams == 1, "the stalled request")
    demo.faults.remove(fault)
    assert (await waiting).status == 200


async def test_cut_breaks_the_connection_after_so_many_bytes(demo: DemoEngine) -> None:
    demo.faults.add(operation="ContainerList", kind="cut", after=100)
    head, _, body = (await raw(demo)).partition(b"\r\n\r\n")
    assert len(body) == 100
    assert b"Content-Length: 100\r\n" not in head


async def test_split_changes_nothing_but_the_pieces(demo: DemoEngine) -> None:
    whole = (await ask(demo.address, "GET", LIST)).body
    demo.faults.add(operation="ContainerList", kind="split", size=7)
    assert (await ask(demo.address, "GET", LIST)).body == whole


async def test_half_a_json_object_comes_with_a_right_length(demo: DemoEngine) -> None:
    demo.faults.add(operation="SystemVersion", kind="half")
    reply = await ask(demo.address, "GET", "/version")
    with pytest.raises(json.JSONDecodeError):
        reply.json  # noqa: B018


async def test_garbage_is_what_was_asked_for(demo: DemoEngine) -> None:
    demo.faults.add(operation="SystemVersion", kind="garbage", data=b"<html>")
    assert (await ask(demo.address, "GET", "/version")).body == b"<html>"


async def test_a_lie_about_the_length_is_seen_by_the_client(demo: DemoEngine) -> None:
    demo.faults.add(operation="SystemVersion", kind="lie", by=5)
    with pytest.raises(h11.RemoteProtocolError):
        await ask(demo.address, "GET", "/version")


async def test_repeat_tells_each_event_twice_and_delay_holds_them_back(demo: DemoEngine, clock: ManualClock) -> None:
    demo.faults.add(operation="SystemEvents", kind="repeat", times=1)
    demo.faults.add(operation="SystemEvents", kind="delay", seconds=5)
    async with asyncio.timeout(30), connected(demo.address) as twice, connected(demo.address) as late:
        await twice.send("GET", "/events")
        await twice.head()
        await late.send("GET", "/events")
        await late.head()
        await ask(demo.address, "POST", "/containers/shop-web-1/rename?name=window")
        events = twice.lines()
        assert await anext(events) == (first := await anext(events))
        assert first["Action"] == "rename"
        delayed = asyncio.ensure_future(anext(late.lines()))
        await until_async(lambda: bool(clock._due) or None, "the alarm")
        assert not delayed.done()
        await until_async(lambda: clock.advance(5) or delayed.done(), "the late event")
        assert delayed.result() == first


async def test_streams_can_be_cut_and_closed(demo: DemoEngine, clock: ManualClock) -> None:
    demo.faults.add(operation="ContainerStats", kind="cut", after=3000)
    async with asyncio.timeout(30), connected(demo.address) as client:
        await client.send("GET", "/containers/shop-api-1/stats")
        await client.head()
        got = 0
        pieces = client.pieces()
        while got < 3000:
            got += len(await anext(pieces))
            clock.advance(1)
        with pytest.raises((h11.RemoteProtocolError, ConnectionError)):
            await anext(pieces)
        assert got == 3000


async def test_closing_all_streams_leaves_the_engine_serving(demo: DemoEngine) -> None:
    async with asyncio.timeout(30), connected(demo.address) as client:
        await client.send("GET", "/events")
        await client.head()
        await until_async(lambda: demo.open_streams == 1, "the stream")
        assert demo.close_streams() == 1
        with pytest.raises((h11.RemoteProtocolError, ConnectionError)):
            await client.event()
    assert (await ask(demo.address, "GET", LIST)).status == 200


async def test_the_engine_goes_away_and_comes_back_with_other_contents(demo: DemoEngine) -> None:
    await demo.go_away()
    with pytest.raises(OSError, match=r".*"):
        await ask(demo.address, "GET", LIST)
    await demo.come_back(world=many_containers(3))
    assert len((await ask(demo.address, "GET", LIST)).json) == 3


def test_a_fault_that_does_not_exist_is_refused(demo: DemoEngine) -> None:
    with pytest.raises(ValueError, match="no such fault: explode"):
        demo.faults.add(operation="*", kind="explode")
