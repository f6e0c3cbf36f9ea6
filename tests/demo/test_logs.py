"""Logs are computed from the seed and the clock, so any part can be read again."""

from __future__ import annotations

import asyncio
import struct
from datetime import UTC, datetime

import pytest

from tests.demo.asking import ask, connected
from tui.demo import DemoEngine, ManualClock


def lines_of(body: bytes) -> list[tuple[int, bytes]]:
    """Return (stream, line) of multiplexed output."""
    found = []
    while body:
        stream, length = struct.unpack(">BxxxI", body[:8])
        found.append((stream, body[8 : 8 + length]))
        body = body[8 + length :]
    return found


async def lines(demo: DemoEngine, name: str, query: str) -> list[tuple[int, bytes]]:
    reply = await ask(demo.address, "GET", f"/containers/{name}/logs?{query}")
    assert reply.status == 200
    return lines_of(reply.body)


@pytest.mark.parametrize("name", ["shop-web-1", "shop-api-1", "shop-worker-1", "shop-db-1", "shop-cache-1", "watch-grafana-1"])
async def test_tail_is_the_end_of_everything(demo: DemoEngine, name: str) -> None:
    everything = await lines(demo, name, "stdout=1&stderr=1")
    assert len(everything) > 100
    assert await lines(demo, name, "stdout=1&stderr=1&tail=25") == everything[-25:]
    assert await lines(demo, name, "stdout=1&stderr=1&tail=0") == []


async def test_the_streams_are_told_apart(demo: DemoEngine) -> None:
    assert {stream for stream, _ in await lines(demo, "shop-web-1", "stdout=1&stderr=1&tail=2000")} == {1, 2}
    assert {stream for stream, _ in await lines(demo, "shop-web-1", "stderr=1&tail=5")} == {2}


async def test_since_and_until_cut_by_time(demo: DemoEngine, clock: ManualClock) -> None:
    now = clock.now()
    part = await lines(demo, "shop-api-1", f"stdout=1&stderr=1&timestamps=1&since={now - 60}&until={now - 30}")
    stamped = await lines(demo, "shop-api-1", "stdout=1&stderr=1&timestamps=1&tail=200")
    assert part
    assert part == [line for line in stamped if part[0][1][:30] <= line[1][:30] <= part[-1][1][:30]]


async def test_every_line_is_found_by_the_time_that_was_sent_with_it(demo: DemoEngine) -> None:
    for _, line in await lines(demo, "shop-worker-1", "stdout=1&stderr=1&timestamps=1&tail=40"):
        stamp = line.split(b" ")[0].decode()
        moment = datetime.fromisoformat(stamp[:26]).replace(tzinfo=UTC)
        whole = f"{int(moment.timestamp())}.{moment.microsecond:06d}000"
        query = f"stdout=1&stderr=1&timestamps=1&since={whole}&until={whole}"
        assert line in [found for _, found in await lines(demo, "shop-worker-1", query)], stamp


async def test_timestamps_rise_and_lines_are_otherwise_the_same(demo: DemoEngine) -> None:
    stamped = await lines(demo, "shop-db-1", "stdout=1&stderr=1&timestamps=1&tail=50")
    plain = await lines(demo, "shop-db-1", "stdout=1&stderr=1&tail=50")
    assert [line.partition(b" ")[2] for _, line in stamped] == [line for _, line in plain]
    times = [line[:30] for _, line in stamped]
    assert times == sorted(times)
    assert all(time.endswith(b"Z") for time in times)


async def test_following_goes_on_where_the_log_ended(demo: DemoEngine, clock: ManualClock) -> None:
    before = await lines(demo, "shop-web-1", "stdout=1&stderr=1")
    got = b""
    async with asyncio.timeout(30), connected(demo.address) as client:
        await client.send("GET", "/containers/shop-web-1/logs?stdout=1&stderr=1&follow=1&tail=0")
        await client.head()
        pieces = client.pieces()
        for _ in range(6):
            clock.advance(2)
            got += await anext(pieces)
    after = await lines(demo, "shop-web-1", "stdout=1&stderr=1")
    assert after == before + lines_of(got)


async def test_following_ends_when_the_container_does(demo: DemoEngine) -> None:
    async with asyncio.timeout(30), connected(demo.address) as client:
        await client.send("GET", "/containers/shop-web-1/logs?stdout=1&follow=1&tail=1")
        await client.head()
        pieces = client.pieces()
        await anext(pieces)
        await ask(demo.address, "POST", "/containers/shop-web-1/stop")
        assert [piece async for piece in pieces] == []


async def test_a_crash_says_why_on_stderr(demo: DemoEngine, clock: ManualClock) -> None:
    clock.advance(4)
    said = b"".join(line for _, line in await lines(demo, "shop-payments-1", "stderr=1"))
    assert b"ECONNREFUSED" in said


async def test_output_of_a_real_command_is_kept_by_line(demo: DemoEngine) -> None:
    body = {"Image": "busybox", "Cmd": ["sh", "-c", "echo out; echo err >&2; printf unfinished"]}
    made = (await ask(demo.address, "POST", "/containers/create", body)).json["Id"]
    await ask(demo.address, "POST", f"/containers/{made}/start")
    await ask(demo.address, "POST", f"/containers/{made}/wait")
    assert await lines(demo, made, "stdout=1&stderr=1") == [(1, b"out\n"), (2, b"err\n"), (1, b"unfinished")]


async def test_a_terminal_is_not_multiplexed(demo: DemoEngine) -> None:
    body = {"Image": "busybox", "Cmd": ["echo", "hello"], "Tty": True}
    made = (await ask(demo.address, "POST", "/containers/create", body)).json["Id"]
    await ask(demo.address, "POST", f"/containers/{made}/start")
    await ask(demo.address, "POST", f"/containers/{made}/wait")
    reply = await ask(demo.address, "GET", f"/containers/{made}/logs?stdout=1")
    assert (reply.body, reply.headers["content-type"]) == (b"hello\r\n", "application/vnd.docker.raw-stream")
