"""Stats frames are consistent: counters never decrease, `precpu_stats` is the previous frame, and values are plausible."""

from __future__ import annotations

import pytest

from tests.demo.asking import ask, connected
from tui.demo import DemoEngine, ManualClock
from tui.demo.stats import frame


async def test_the_first_frame_has_no_frame_before_and_each_other_has(demo: DemoEngine, clock: ManualClock) -> None:
    async with connected(demo.address) as client:
        await client.send("GET", "/containers/shop-api-1/stats")
        await client.head()
        frames = client.lines()
        first = await anext(frames)
        assert "system_cpu_usage" not in first["precpu_stats"]
        before = first
        for _ in range(5):
            clock.advance(1)
            now = await anext(frames)
            assert (now["precpu_stats"], now["preread"]) == (before["cpu_stats"], before["read"])
            assert now["cpu_stats"]["cpu_usage"]["total_usage"] > before["cpu_stats"]["cpu_usage"]["total_usage"]
            assert now["networks"]["eth0"]["rx_bytes"] > before["networks"]["eth0"]["rx_bytes"]
            before = now


def test_counters_never_fall_and_memory_stays_below_its_limit(demo: DemoEngine, clock: ManualClock) -> None:
    world = demo.world
    running = [one for one in world.containers.values() if one.status == "running"]
    last = {one.id: [0] * 6 for one in running}
    for at in range(0, 400, 3):
        for one in running:
            shape = frame(world, one, at, None)
            usage = shape["cpu_stats"]["cpu_usage"]
            assert usage["usage_in_kernelmode"] + usage["usage_in_usermode"] == usage["total_usage"]
            assert 0 < shape["memory_stats"]["usage"] <= shape["memory_stats"]["limit"]
            assert shape["memory_stats"]["stats"]["inactive_file"] < shape["memory_stats"]["usage"]
            disk = [entry["value"] for entry in shape["blkio_stats"]["io_service_bytes_recursive"]]
            traffic = [sum(each[name] for each in shape.get("networks", {}).values()) for name in ("rx_bytes", "tx_bytes")]
            counters = [usage["total_usage"], shape["cpu_stats"]["system_cpu_usage"], *disk, *traffic]
            assert all(new >= old for new, old in zip(counters, last[one.id], strict=True))
            last[one.id] = counters


async def test_cpu_percent_is_what_the_program_uses(demo: DemoEngine, clock: ManualClock) -> None:
    api = demo.world.container("shop-api-1")
    t = api.active_seconds(demo.world.now)
    now = frame(demo.world, api, demo.world.now, demo.world.now - 1)
    used = now["cpu_stats"]["cpu_usage"]["total_usage"] - now["precpu_stats"]["cpu_usage"]["total_usage"]
    system = now["cpu_stats"]["system_cpu_usage"] - now["precpu_stats"]["system_cpu_usage"]
    percent = used / system * now["cpu_stats"]["online_cpus"] * 100
    assert percent == pytest.approx(100 * (api.program.cpu.total(t) - api.program.cpu.total(t - 1)), rel=0.01)


async def test_a_stopped_container_sends_empty_frames(demo: DemoEngine) -> None:
    reply = await ask(demo.address, "GET", "/containers/mirror/stats?stream=0")
    assert (reply.json["read"], reply.json["memory_stats"], reply.json["pids_stats"]) == ("0001-01-01T00:00:00Z", {}, {})


async def test_one_shot_answers_at_once(demo: DemoEngine) -> None:
    reply = await ask(demo.address, "GET", "/containers/shop-api-1/stats?stream=0&one-shot=1")
    assert reply.json["cpu_stats"]["online_cpus"] == 8
