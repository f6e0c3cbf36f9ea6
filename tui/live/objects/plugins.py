"""Plugins in a registry and in a folder, with docker's stored logins."""

from __future__ import annotations

import asyncio
import tarfile
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tui.engine import errors
from tui.engine.api.plugins import Plugins
from tui.engine.auth.logins import Logins
from tui.engine.objects.plugins import PluginPrivilege
from tui.live.jobs.layer_progress import follow

if TYPE_CHECKING:
    from tui.engine import Engine

CHUNK = 2**20
"""Bytes read of a tar at a time."""


async def privileges(engine: Engine, name: str) -> list[PluginPrivilege]:
    """Return what a plugin in its registry needs (`GetPluginPrivileges`). Raises EngineError, including Denied."""
    return await engine.api(Plugins).privileges(name, await Logins.find().for_image(name))


async def install(engine: Engine, name: str, agreed: Sequence[PluginPrivilege]) -> None:
    """Install a plugin with the privileges agreed to (`PluginPull`). Raises EngineError, including Denied."""
    await follow(engine.api(Plugins).pull(name, agreed, "", await Logins.find().for_image(name)))


async def upgrade(engine: Engine, installed: str, name: str, agreed: Sequence[PluginPrivilege]) -> None:
    """Replace a disabled plugin by the one of the registry (`PluginUpgrade`). Raises EngineError, including Denied."""
    await follow(engine.api(Plugins).upgrade(installed, name, agreed, await Logins.find().for_image(name)))


async def push(engine: Engine, name: str) -> None:
    """Push a plugin to the registry in its name (`PluginPush`). Raises EngineError, including Denied."""
    await follow(engine.api(Plugins).push(name, await Logins.find().for_image(name)))


async def create(engine: Engine, name: str, folder: Path) -> None:
    """Create a plugin from a folder with `config.json` and `rootfs` (`PluginCreate`). Raises EngineError."""
    for part in ("config.json", "rootfs"):
        if not (folder / part).exists():
            raise errors.Failed(f"{folder} has no {part}: a plugin's folder has config.json and rootfs.")
    with tempfile.TemporaryFile() as file:
        try:
            await asyncio.to_thread(_pack, folder, file)
        except OSError as error:
            raise errors.Failed(f"{folder} cannot be packed: {error.strerror}.") from error
        await engine.api(Plugins).create(name, _pieces(file))


def _pack(folder: Path, file: IO[bytes]) -> None:
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.add(folder / "config.json", "config.json")
        tar.add(folder / "rootfs", "rootfs")


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    file.seek(0)
    while piece := await asyncio.to_thread(file.read, CHUNK):
        yield piece
