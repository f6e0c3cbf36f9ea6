"""The monitor on real engines: real usage, findings, and no requests after it is closed."""

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.docker import Docker
from tests.live.relay import Relay
from tests.program import Program
from tests.waiting import until_async

BUSY = ("sh", "-c", "while :; do :; done")

Opened = Callable[..., Program]


@pytest.fixture
def opened(engine_address: str, program: Callable[..., Program]) -> Opened:
    """Return a function that starts Longshore, filters containers by name, marks them all, and presses `m`."""

    def start(name: str, number: int = 1, address: str = "", **options: Any) -> Program:
        screen = program("--host", address or engine_address, **{"columns": 100, "rows": 40, **options})
        screen.wait_for("help")
        screen.type(f"/{name}\r")
        screen.wait_for(lambda text: f"/{name} {number} of " in text and f"\n /{name}" not in text)
        screen.wait_for(lambda text: "running" in text.partition(f"\n{name}")[2])
        screen.press("ctrl+a")
        screen.wait_for(f"{number} marked")
        screen.press("m")
        return screen

    return start


@pytest.fixture
def name() -> str:
    return f"monitor-{secrets.token_hex(4)}"


@pytest.mark.not_on_demo("the load of its containers is invented")
def test_limits_that_press_are_said_in_words(docker: Docker, opened: Opened, name: str) -> None:
    docker.run(*BUSY, name=name, memory=64 * 2**20, host={"NanoCpus": 100_000_000, "PidsLimit": 1})
    program = opened(name)
    program.wait_for("throttled in")
    program.wait_for("PIDs at 100 % of the limit: 1 of 1")
    program.wait_for("limit 64.0MiB")
    screen = program.wait_for("⣿")
    assert "of periods" in screen


def test_marked_containers_share_the_plots_and_the_host_is_summed(docker: Docker, opened: Opened, name: str) -> None:
    for number in range(2):
        docker.run(name=f"{name}-{number}")
    program = opened(name, 2)
    program.wait_for(lambda screen: f"● {name}-0" in screen and f"● {name}-1" in screen)
    program.wait_for("running containers  CPU")
    program.press("=")
    program.wait_for("last 15 min")
    program.press("q")
    program.wait_for("2 marked")


def test_it_works_in_a_terminal_without_braille(docker: Docker, opened: Opened, name: str) -> None:
    docker.run(name=name)
    program = opened(name, columns=80, rows=24, env={"TERM": "linux"})
    screen = program.wait_for("working set")
    program.wait_for("0%|")
    assert "⣿" not in screen


def test_what_ends_while_it_is_watched_keeps_its_plots_and_is_said(docker: Docker, opened: Opened, name: str) -> None:
    docker.run(name=name)
    program = opened(name)
    program.wait_for(lambda screen: "working set" in screen and "⣀" in screen)
    docker.kill(name)
    program.wait_for("Not running: the plots show the past.")
    docker.remove(name)
    program.wait_for("Removed: the plots show the past.")
    assert "⣀" in program.screen


async def test_leaving_it_ends_its_streams(
    engine_address: str, docker: Docker, opened: Opened, name: str, tmp_path: Path
) -> None:
    docker.run(name=name)
    other = f"other-{secrets.token_hex(4)}"
    docker.run(name=other)
    async with Relay(engine_address, tmp_path) as relay:
        program = await asyncio.to_thread(opened, name, 1, relay.url)
        await asyncio.to_thread(program.wait_for, "working set")
        await until_async(lambda: relay.asked["stats"] >= 2, "the others to be sampled for the host's sum")
        open_before = relay.open
        await asyncio.to_thread(program.press, "q")
        await asyncio.to_thread(program.wait_for, "1 marked")
        await until_async(lambda: relay.open < open_before, "streams to be closed")
