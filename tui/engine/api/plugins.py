"""Operations on plugins, one method each."""

from __future__ import annotations

import builtins
from collections.abc import AsyncGenerator, Sequence

from tui.engine.api.progress import progress
from tui.engine.auth import denials
from tui.engine.auth.login import ANONYMOUS, Login
from tui.engine.objects.plugins import Plugin, PluginPrivilege
from tui.engine.objects.progress import Progress
from tui.engine.transport.wire import TAR, UNLIMITED, Call, Filters, Upload, Wire, filters_query, segment


class Plugins:
    """`engine.api(Plugins)`. A plugin is given by its name, with a tag other than "latest", or by its id."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, filters: Filters | None = None) -> builtins.list[Plugin]:
        """`PluginList`: list plugins; filters are capability and enable."""
        return await self._wire.ask_list(Call("PluginList", "GET", "/plugins", {"filters": filters_query(filters)}), Plugin)

    async def inspect(self, name: str) -> Plugin:
        """`PluginInspect`: inspect a plugin. Raises NotFound."""
        return await self._wire.ask(_inspect(name), Plugin)

    async def inspect_raw(self, name: str) -> bytes:
        """`PluginInspect`: the engine's JSON, unparsed. Raises NotFound."""
        return (await self._wire.request(_inspect(name))).content

    async def privileges(self, remote: str, login: Login = ANONYMOUS) -> builtins.list[PluginPrivilege]:
        """`GetPluginPrivileges`: what a plugin in a registry needs, to be agreed to before `pull`.

        Raises Denied if the registry requires a login, NotFound or ServerError if it has no such plugin.
        """
        headers = {"X-Registry-Auth": login.header()}
        query = {"remote": remote}
        call = Call("GetPluginPrivileges", "GET", "/plugins/privileges", query, patience=UNLIMITED, headers=headers)
        with denials.from_registry(denials.about(remote)):
            return await self._wire.ask_list(call, PluginPrivilege)

    def pull(
        self, remote: str, privileges: Sequence[PluginPrivilege], name: str = "", login: Login = ANONYMOUS
    ) -> AsyncGenerator[Progress, None]:
        """`PluginPull`: install a plugin, disabled, with the privileges agreed to; `name` is a local name other than `remote`.

        Raises Forbidden if it needs other privileges, Conflict if the name is taken, Denied.
        """
        query = {"remote": remote, "name": name or None}
        headers = {"X-Registry-Auth": login.header()}
        call = Call("PluginPull", "POST", "/plugins/pull", query, [*privileges], UNLIMITED, headers=headers)
        return progress(self._wire, call, denials.about(remote))

    def upgrade(
        self, name: str, remote: str, privileges: Sequence[PluginPrivilege], login: Login = ANONYMOUS
    ) -> AsyncGenerator[Progress, None]:
        """`PluginUpgrade`: replace a disabled plugin by `remote`; its volumes and settings stay.

        Raises ServerError or BadRequest while it is enabled, Forbidden if it needs other privileges, Denied.
        """
        headers = {"X-Registry-Auth": login.header()}
        path = _path(name, "/upgrade")
        call = Call("PluginUpgrade", "POST", path, {"remote": remote}, [*privileges], UNLIMITED, headers=headers)
        return progress(self._wire, call, denials.about(remote))

    async def create(self, name: str, tar: Upload) -> None:
        """`PluginCreate`: create a plugin from a tar of a folder with `config.json` and `rootfs`.

        Raises Conflict if the name is taken, BadRequest or ServerError for a folder it refuses.
        """
        call = Call("PluginCreate", "POST", "/plugins/create", {"name": name}, patience=UNLIMITED, content=tar, headers=TAR)
        await self._wire.request(call)

    def push(self, name: str, login: Login = ANONYMOUS) -> AsyncGenerator[Progress, None]:
        """`PluginPush`: push a plugin to the registry in its name. Raises Denied, NotFound."""
        headers = {"X-Registry-Auth": login.header()}
        call = Call("PluginPush", "POST", _path(name, "/push"), patience=UNLIMITED, headers=headers)
        return progress(self._wire, call, denials.about(name))

    async def enable(self, name: str, timeout: int = 0) -> None:
        """`PluginEnable`: start a plugin; `timeout` in seconds for its socket, 0 for the engine's own.

        Raises ServerError if it does not start, Conflict if it runs already, NotFound.
        """
        call = Call("PluginEnable", "POST", _path(name, "/enable"), {"timeout": timeout}, patience=UNLIMITED)
        await self._wire.request(call)

    async def disable(self, name: str, force: bool = False) -> None:
        """`PluginDisable`: stop a plugin; with `force` even if it is in use. Raises Conflict, NotFound."""
        call = Call("PluginDisable", "POST", _path(name, "/disable"), {"force": force or None}, patience=UNLIMITED)
        await self._wire.request(call)

    async def set(self, name: str, settings: Sequence[str]) -> None:
        """`PluginSet`: change settings of a disabled plugin: `DEBUG=1`, `mount.source=/data`. Raises Conflict, BadRequest."""
        await self._wire.request(Call("PluginSet", "POST", _path(name, "/set"), body=[*settings]))

    async def remove(self, name: str, force: bool = False) -> None:
        """`PluginDelete`: remove a disabled plugin; with `force` an enabled one too. Raises Conflict, NotFound."""
        await self._wire.request(Call("PluginDelete", "DELETE", _path(name), {"force": force or None}, patience=UNLIMITED))


def _path(name: str, verb: str = "") -> str:
    return f"/plugins/{segment(name)}{verb}"


def _inspect(name: str) -> Call:
    return Call("PluginInspect", "GET", _path(name, "/json"))
