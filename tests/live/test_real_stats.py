"""Statistics of real engines, compared with the kernel's and the engine's own values."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.engines.packages import CACHE
from tests.live.relay import Relay
from tests.waiting import until_async
from tui.live.containers.stats_math import Usage
from tui.live.engine_session import Session

MIB = 2**20
HELD = 20 * MIB
BUSY = ("sh", "-c", "while :; do :; done")


@pytest.fixture
async def session(engine_address: str) -> AsyncIterator[Session]:
    async with Session.open(engine_address) as opened:
        await until_async(lambda: opened.connected)
        yield opened


def usage(session: Session, id: str) -> Usage | None:
    row = session.store.containers.rows.get(id)
    return row.usage if row else None


async def sampled(session: Session, id: str) -> Usage:
    await until_async(lambda: usage(session, id) is not None, f"numbers of {id[:12]}")
    found = usage(session, id)
    assert found is not None
    return found


@pytest.mark.not_on_demo("the load of its containers is invented")
async def test_limits_processes_and_load_are_what_was_asked_for(session: Session, docker: Docker) -> None:
    """The limit is so low that a busy loop reaches it on a machine that has little time for it, too."""
    id = await asyncio.to_thread(docker.run, *BUSY, memory=64 * 2**20, host={"NanoCpus": 20_000_000, "PidsLimit": 50})
    session.sampler.watch([id])

    def busy() -> bool:
        read = usage(session, id)
        # its start has more processes, and takes its share of time too
        return read is not None and read.pids == 1 and read.throttled_periods > 0 and 0 < (read.cpu_percent or 0) < 10

    await until_async(busy, "a fiftieth of one CPU")
    read = await sampled(session, id)
    assert read.memory_limit == 64 * 2**20
    assert 0 < read.memory < 64 * 2**20
    assert read.memory_percent == pytest.approx(read.memory / read.memory_limit * 100)
    assert read.pids_limit == 50


@pytest.mark.not_on_demo("the memory of its containers is invented")
async def test_the_numbers_are_those_of_docker_stats(session: Session, docker: Docker, engine_address: str) -> None:
    id = await asyncio.to_thread(docker.run, "sh", "-c", f"dd if=/dev/zero of=/dev/shm/x bs=1M count={HELD // MIB}; sleep 3600")
    session.sampler.watch([id])
    await until_async(lambda: (read := usage(session, id)) is not None and read.memory > HELD)
    shown = await asyncio.to_thread(docker_stats, engine_address, id)
    read = await sampled(session, id)
    used, _, limit = shown["MemUsage"].partition(" / ")
    assert read.memory == pytest.approx(size(used), abs=0.3 * MIB)
    assert read.memory_limit == pytest.approx(size(limit), rel=0.001)
    assert read.memory_percent == pytest.approx(percent(shown["MemPerc"]), abs=0.011)
    assert read.cpu_percent == pytest.approx(percent(shown["CPUPerc"]), abs=5)  # the container sleeps
    assert read.pids == int(shown["PIDs"])
    received, _, sent = shown["NetIO"].partition(" / ")
    assert read.network_rx == pytest.approx(size(received), abs=300)  # another container's broadcast may arrive in between
    assert read.network_tx == pytest.approx(size(sent), abs=300)


def docker_stats(address: str, id: str) -> dict[str, str]:
    """Return docker's statistics of this container."""
    installed = shutil.which("docker") or next(map(str, CACHE.glob("*/bin/docker")), None)
    if installed is None:
        pytest.fail("this test compares with the docker command: install it (Debian: docker-cli)", pytrace=False)
    command = [installed, "--host", address, "stats", "--no-stream", "--format", "{{json .}}", id]
    answer: dict[str, str] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return answer


def size(text: str) -> float:
    """Parse "20.13MiB" or "1.2kB" into bytes."""
    number, unit = re.fullmatch(r"([\d.]+)([a-zA-Z]+)", text).groups()  # type: ignore[union-attr]
    binary = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
    return float(number) * (binary | {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9})[unit]


def percent(text: str) -> float:
    return float(text.removesuffix("%"))


@pytest.mark.not_on_demo("its containers have no network of their own to send through")
async def test_traffic_is_counted_over_all_networks(session: Session, docker: Docker) -> None:
    network = await asyncio.to_thread(docker.network, f"live-{docker.run_id}")
    id = await asyncio.to_thread(docker.run)
    await asyncio.to_thread(docker.request, "POST", f"/networks/{network}/connect", body={"Container": id})
    session.sampler.watch([id])
    before = (await sampled(session, id)).network_tx or 0
    ends = (await asyncio.to_thread(docker.inspect, id))["NetworkSettings"]["Networks"].values()
    assert len(ends) == 2
    for end in ends:
        await asyncio.to_thread(docker.exec, id, "ping", "-c", "1", "-W", "1", "-s", "20000", end["Gateway"])
    await until_async(lambda: (read := usage(session, id)) is not None and (read.network_tx or 0) >= before + 40000)


async def test_streams_follow_what_is_on_the_screen_and_what_runs(engine_address: str, docker: Docker, tmp_path: Path) -> None:
    ids = [docker.run() for _ in range(3)]
    async with Relay(engine_address, tmp_path) as relay, Session.open(relay.url) as session:
        await until_async(lambda: session.store.containers.rows.keys() >= set(ids))
        assert relay.asked["stats"] == 0
        session.sampler.watch(ids[:2])
        for id in ids[:2]:
            await sampled(session, id)
        assert usage(session, ids[2]) is None
        await asyncio.to_thread(docker.kill, ids[0])
        await until_async(lambda: usage(session, ids[0]) is None)
        session.sampler.watch([ids[2]])
        await sampled(session, ids[2])
        await until_async(lambda: usage(session, ids[1]) is None)
        assert relay.asked["stats"] == 2 * 3  # of each a single sample first, and the stream
