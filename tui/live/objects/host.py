"""Row of the engine itself: its name and its disk usage."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tui.engine.objects.system import Ping, SystemInfo, Version
from tui.live.objects.disk_usage import Disk

if TYPE_CHECKING:
    from tui.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The engine. `measuring` is the progress of a disk measurement as text; empty while there is none."""

    id: str = "engine"
    name: str
    disk: Disk = field(default_factory=Disk)
    measuring: str = ""


class About(NamedTuple):
    """The engine's version and information."""

    version: Version
    info: SystemInfo


class RawAbout(NamedTuple):
    """The engine's version and information as JSON."""

    version: bytes
    info: bytes


class Greeting(NamedTuple):
    """The answer to a ping, and its duration in seconds, with a body and without."""

    ping: Ping
    get: float
    head: float


async def about(engine: Engine) -> About:
    """Read version and information (`SystemVersion`, `SystemInfo`)."""
    return About(*await asyncio.gather(engine.system.version(), engine.system.info()))


async def raw_about(engine: Engine) -> RawAbout:
    """Read version and information as raw JSON (`SystemVersion`, `SystemInfo`)."""
    return RawAbout(*await asyncio.gather(engine.system.version_raw(), engine.system.info_raw()))


async def greet(engine: Engine) -> Greeting:
    """Ping with and without a body, one after the other (`SystemPing`, `SystemPingHead`)."""
    begin = time.perf_counter()
    ping = await engine.system.ping()
    between = time.perf_counter()
    await engine.system.ping_head()
    return Greeting(ping, between - begin, time.perf_counter() - between)
