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
from tui.engine.auth.references import Reference
from tui.engine.objects.plugins import PluginPrivilege
from tui.engine.threads import in_thread
from tui.live.jobs.filenames import reason
from tui.live.jobs.layer_progress import follow

if TYPE_CHECKING:
    from tui.engine import Engine

HIDES_LOGIN = "server gave HTTP response to HTTPS client"
"""The message where a registry without TLS wants a login: the engine tries with and without TLS, and tells of the first."""

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
    login = await Logins.find().for_image(name)
    try:
        await follow(engine.api(Plugins).push(name, login))
    except errors.EngineRefusal as refusal:
        if not login.anonymous or HIDES_LOGIN not in refusal.message:
            raise
        registry = Reference.parse(name).registry
        message = f"{registry} was not reached over TLS, and without TLS it may require a login: {refusal.message}"
        raise errors.Denied(message, refusal.operation, refusal.status, registry) from refusal


async def create(engine: Engine, name: str, folder: Path) -> None:
    """Create a plugin from a folder with `config.json` and `rootfs` (`PluginCreate`). Raises EngineError."""
    shown = errors.one_line(str(folder))
    try:
        if missing := await in_thread(lambda: _missing(folder)):
            raise errors.Failed(f"{shown} has no {missing}: a plugin needs config.json and rootfs.")
        file = await in_thread(tempfile.TemporaryFile)
    except OSError as error:
        raise errors.Failed(f"{shown} cannot be packed: {reason(error)}.") from error
    with file:
        try:
            await asyncio.to_thread(_pack, folder, file)
        except OSError as error:
            raise errors.Failed(f"{shown} cannot be packed: {reason(error)}.") from error
        await engine.api(Plugins).create(name, _pieces(file))


def _missing(folder: Path) -> str:
    """Return the name of the part that the folder of a plugin has not, or ""."""
    return next((part for part in ("config.json", "rootfs") if not (folder / part).exists()), "")


def _pack(folder: Path, file: IO[bytes]) -> None:
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.add(folder / "config.json", "config.json")
        tar.add(folder / "rootfs", "rootfs")


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    file.seek(0)
    while piece := await asyncio.to_thread(file.read, CHUNK):
        yield piece
