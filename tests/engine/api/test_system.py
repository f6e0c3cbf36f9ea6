"""Information about the engine, and its events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

from tests.docker import Docker
from tui.engine import Engine
from tui.engine.objects.events import Event


async def test_the_greeting_tells_version_and_system(engine: Engine) -> None:
    assert engine.ping_info.os_type == "linux"
    assert engine.ping_info.api_version == (await engine.system.ping()).api_version
    assert engine.api_version == min(engine.ping_info.api_version, "1.51")
    assert engine.serves("1.40")
    assert not engine.serves("1.99")


async def test_version_and_info(engine: Engine, docker: Docker) -> None:
    version = await engine.system.version()
    assert version.api_version == engine.ping_info.api_version
    assert version.components[0].name
    docker.run()
    info = await engine.system.info()
    assert info.containers_running >= 1
    assert info.ncpu > 0
    assert info.mem_total > 0
    assert info.server_version == version.version


async def test_events_come_as_they_happen_and_only_those_asked_for(engine: Engine, docker: Docker) -> None:
    filters = {"type": ["container"], "label": [f"longshore.test={docker.run_id}"], "event": ["start", "die"]}
    async with aclosing(engine.system.events(since=str(time.time()), filters=filters)) as stream:
        collecting = asyncio.create_task(collect(stream, 2))
        container = docker.run("sh", "-c", "exit 6")
        first, second = await collecting
    assert [(event.type, event.action, event.actor.id) for event in (first, second)] == [
        ("container", "start", container),
        ("container", "die", container),
    ]
    assert second.actor.attributes["exitCode"] == "6"
    assert second.time_nano // 10**9 == second.time


async def test_events_of_the_past_end_by_themselves(engine: Engine, docker: Docker) -> None:
    begin = time.time()
    container = docker.create()
    stream = engine.system.events(f"{begin - 1:.9f}", f"{time.time() + 0.001:.9f}", {"container": [container]})
    assert [event.action async for event in stream] == ["create"]


async def collect(stream: AsyncIterator[Event], count: int) -> list[Event]:
    found: list[Event] = []
    async for event in stream:
        found.append(event)
        if len(found) == count:
            break
    return found


async def test_the_greeting_has_the_same_headers_without_a_body(engine: Engine) -> None:
    assert await engine.system.ping_head() == engine.ping_info


async def test_disk_usage_by_kind(engine: Engine, docker: Docker) -> None:
    volume = docker.volume(f"volume-{docker.run_id}")
    container = docker.run(volumes=[f"{volume}:/data"])
    usage = await engine.system.disk_usage()
    assert usage.layers_size > 0
    assert "busybox:latest" in {tag for image in usage.images for tag in image.repo_tags}
    (measured,) = [each for each in usage.containers if each.id == container]
    assert measured.size_root_fs
    (mounted,) = [each for each in usage.volumes if each.name == volume]
    assert mounted.usage_data is not None
    assert (mounted.usage_data.ref_count, mounted.usage_data.size >= 0) == (1, True)
    if engine.serves("1.42"):
        only = await engine.system.disk_usage(["volume"])
        assert volume in {each.name for each in only.volumes}
        assert (only.images, only.containers, only.build_cache) == ([], [], [])
