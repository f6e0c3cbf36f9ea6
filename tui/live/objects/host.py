"""The engine itself as a row: its name, and what was measured of its disk."""

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
    """The engine. `measuring` says how far a measurement of the disk has come; empty while there is none."""

    id: str = "engine"
    name: str
    disk: Disk = field(default_factory=Disk)
    measuring: str = ""


class About(NamedTuple):
    """What an engine says of itself."""

    version: Version
    info: SystemInfo


class RawAbout(NamedTuple):
    """The same as JSON."""

    version: bytes
    info: bytes


class Greeting(NamedTuple):
    """The engine's greeting, and how long it took, in seconds, with a body and without."""

    ping: Ping
    get: float
    head: float


async def about(engine: Engine) -> About:
    """`SystemVersion` and `SystemInfo`."""
    return About(*await asyncio.gather(engine.system.version(), engine.system.info()))


async def raw_about(engine: Engine) -> RawAbout:
    """`SystemVersion` and `SystemInfo` as they came."""
    return RawAbout(*await asyncio.gather(engine.system.version_raw(), engine.system.info_raw()))


async def greet(engine: Engine) -> Greeting:
    """`SystemPing` and `SystemPingHead`, once each, one after the other."""
    begin = time.perf_counter()
    ping = await engine.system.ping()
    between = time.perf_counter()
    await engine.system.ping_head()
    return Greeting(ping, between - begin, time.perf_counter() - between)
