"""Creating a container again from what the engine tells of it: another one like it, or in its place.

The specification of a container is read from its inspection and from that of its image: only what differs from the image is
kept, so that a newer image brings its own command, environment and labels.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from tui.engine import Engine
from tui.engine.errors import BrokenAnswer, Conflict, EngineError, Failed, NotFound, one_line
from tui.engine.objects.networks import EndpointIPAMConfig, EndpointSettings

Json = dict[str, Any]
Tell = Callable[[str], object]

SETTLING_SECONDS = 3.0
"""Seconds that a recreated container has to run before the old one is removed."""

MISFITS = (KeyError, IndexError, AttributeError, TypeError, ValueError, msgspec.MsgspecError)
"""Errors of a description that is not as the API promises."""

FROM_IMAGE = ("User", "WorkingDir", "StopSignal", "StopTimeout", "Healthcheck", "Shell", "OnBuild", "ArgsEscaped")
"""Fields of the configuration that come from the image as a whole."""

NOT_KEPT = ("AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce", "MacAddress")
"""Fields that belong to one `docker run` or to one endpoint."""

WITHOUT_ENDPOINTS = ("host", "none", "container:")
"""Network modes without networks of their own."""


@dataclass(frozen=True, kw_only=True)
class Specification:
    """What a container is created from.

    `config` is the engine's configuration without what comes from the image; `networks` are the endpoints as they were asked
    for; `anonymous` are its anonymous volumes by path.
    """

    name: str
    image: str
    config: Json
    host_config: Json
    networks: Mapping[str, EndpointSettings] = field(default_factory=dict)
    anonymous: Mapping[str, str] = field(default_factory=dict)
    running: bool = False

    @property
    def mac_address(self) -> str:
        """Return the MAC address that was asked for on the first network, or ""."""
        return next(iter(self.networks.values())).mac_address if self.networks else ""

    def body(self, mac_by_network: bool = True) -> Json:
        """Return the body of `ContainerCreate`; the first network is part of it, the others are connected afterwards.

        `mac_by_network`: whether the engine takes MAC addresses by network, which it does since API 1.44.
        """
        found: Json = {**self.config, "Image": self.image, "HostConfig": self.host_config}
        if self.mac_address and not mac_by_network:
            found["MacAddress"] = self.mac_address
        if self.networks:
            name, endpoint = next(iter(self.networks.items()))
            found["NetworkingConfig"] = {"EndpointsConfig": {name: msgspec.to_builtins(endpoint)}}
        return found

    def with_its_volumes(self) -> Specification:
        """Return the specification with the anonymous volumes by their names, so that their data is kept."""
        binds = [f"{name}:{path}" for path, name in self.anonymous.items()]
        return replace(self, host_config={**self.host_config, "Binds": [*(self.host_config.get("Binds") or ()), *binds]})


async def read_specification(engine: Engine, id: str) -> Specification:
    """Read the specification of a container (`ContainerInspect`, `ImageInspect`). Raises EngineError."""
    raw, image = await engine.containers.inspect_raw(id), b"{}"
    try:
        found: Json = json.loads(raw)
        with suppress(NotFound):  # removed by force: nothing can be told from the container's own settings
            image = await engine.images.inspect_raw(found["Image"])
        return specification_of(found, json.loads(image))
    except MISFITS as error:
        raise BrokenAnswer("The engine's description of the container cannot be read.", "ContainerInspect") from error


def specification_of(found: Json, image: Json) -> Specification:
    """Return the specification from the inspections of a container and of its image."""
    config, host = found["Config"], {**found["HostConfig"]}
    host.pop("ContainerIDFile", None)
    host["Links"] = [_link(link) for link in host.get("Links") or ()]
    mode = str(host.get("NetworkMode") or "default")
    networks = {} if mode.startswith(WITHOUT_ENDPOINTS) else _networks(found, mode)
    own = _own_config(config, image.get("Config") or {}, found["Id"])
    if mode.startswith(WITHOUT_ENDPOINTS):
        own.pop("Hostname", None)
    return Specification(
        name=found["Name"].removeprefix("/"),
        image=config["Image"],
        config=own,
        host_config=host,
        networks=networks,
        anonymous=_anonymous(found),
        running=bool(found["State"].get("Running")),
    )


def _own_config(config: Json, image: Json, id: str) -> Json:
    """Return the configuration without what comes from the image, and without the defaults of the engine."""
    own = {key: value for key, value in config.items() if value not in (None, "", [], {}, False) and key not in NOT_KEPT}
    own.pop("Image", None)
    if own.get("Hostname") == id[:12]:
        own.pop("Hostname")
    for key in FROM_IMAGE:
        if key in own and own[key] == image.get(key):
            own.pop(key)
    for key in ("Labels", "ExposedPorts", "Volumes"):
        theirs = image.get(key) or {}
        own[key] = {name: value for name, value in (own.get(key) or {}).items() if name not in theirs or theirs[name] != value}
    own["Env"] = [pair for pair in own.get("Env") or () if pair not in (image.get("Env") or ())]
    if (config.get("Entrypoint") or []) == (image.get("Entrypoint") or []):
        own.pop("Entrypoint", None)
        if (config.get("Cmd") or []) == (image.get("Cmd") or []):
            own.pop("Cmd", None)
    return {key: value for key, value in own.items() if value not in ({}, [])}


def _networks(found: Json, mode: str) -> dict[str, EndpointSettings]:
    """Return the endpoints as they were asked for, that of the network mode first."""
    listed = found["NetworkSettings"].get("Networks") or {}
    first = "bridge" if mode == "default" else mode
    names = sorted(listed, key=lambda name: (name != first and listed[name].get("NetworkID") != mode, name))
    endpoints = {name: _endpoint(listed[name], found["Id"]) for name in names}
    if names and (mac := found["Config"].get("MacAddress")):  # one that was asked for; that of an endpoint may be made up
        endpoints[names[0]] = msgspec.structs.replace(endpoints[names[0]], mac_address=mac)
    return endpoints


def _endpoint(listed: Json, id: str) -> EndpointSettings:
    ipam = listed.get("IPAMConfig")
    return EndpointSettings(
        ipam_config=msgspec.convert(ipam, EndpointIPAMConfig) if ipam else None,
        links=[_link(link) for link in listed.get("Links") or ()] or None,
        aliases=[alias for alias in listed.get("Aliases") or () if alias != id[:12]] or None,
        driver_opts=listed.get("DriverOpts") or None,
        gw_priority=listed.get("GwPriority") or 0,
    )


def _link(text: str) -> str:
    """Return a link as it is asked for: the engine tells "/db:/web/database", and takes "db:database"."""
    target, _, alias = text.partition(":")
    return f"{target.removeprefix('/')}:{alias.rpartition('/')[2]}" if alias else text


def _anonymous(found: Json) -> dict[str, str]:
    """Return the volumes that no bind and no mount of the configuration names, by path."""
    host = found["HostConfig"]
    named = {bind.split(":")[1] for bind in host.get("Binds") or () if ":" in bind}
    named |= {mount.get("Target") for mount in host.get("Mounts") or ()}
    volumes = (mount for mount in found.get("Mounts") or () if mount.get("Type") == "volume")
    return {mount["Destination"]: mount["Name"] for mount in volumes if mount["Destination"] not in named}


async def create(engine: Engine, specification: Specification, name: str) -> str:
    """Create a container and connect it to all its networks (`ContainerCreate`, `NetworkConnect`); return its id.

    A container that cannot be connected is removed. Raises EngineError.
    """
    made = await engine.containers.create(specification.body(engine.serves("1.44")), name)
    try:
        for network, endpoint in [*specification.networks.items()][1:]:
            await engine.networks.connect(network, made.id, endpoint)
    except BaseException:
        await asyncio.shield(engine.containers.remove(made.id, force=True))
        raise
    return made.id


async def recreate(engine: Engine, id: str, specification: Specification, name: str, start: bool, tell: Tell) -> str:
    """Replace a container by a new one of this specification; return the new id.

    `tell` is called with each step. The old container is renamed, and removed once the new one has run for `SETTLING_SECONDS`,
    or has ended with code 0. If anything fails before, the new one is removed, and the old one gets its name back and is
    started if it ran. Raises EngineError, which says what was put back.
    """
    old = await engine.containers.inspect(id)
    if old.host_config.auto_remove and old.state.running:
        raise Conflict(
            f"{one_line(old.name.removeprefix('/'))} would be removed when stopped (--rm): create another one like it."
        )
    own_name = old.name.removeprefix("/")
    aside = f"{own_name}-before-{secrets.token_hex(3)}"
    exchange = _Exchange(engine, id, own_name, aside, old.state.running, tell)
    try:
        return await exchange.do(specification, name, start)
    except EngineError as error:
        error.message = f"{error.message.rstrip('.')}. {await exchange.undo()}"
        raise
    except asyncio.CancelledError:
        await asyncio.shield(exchange.undo())
        raise


class _Exchange:
    """One exchange of a container, step by step; `undo` takes back the steps that were done."""

    def __init__(self, engine: Engine, old: str, name: str, aside: str, ran: bool, tell: Tell) -> None:
        self._engine, self._old, self._name, self._aside = engine, old, name, aside
        self._ran, self._tell = ran, tell
        self._new = ""
        self._renamed = self._stopped = False

    async def do(self, specification: Specification, name: str, start: bool) -> str:
        """Exchange the containers; return the new id. Raises EngineError."""
        containers = self._engine.containers
        self._tell("creating")
        await containers.rename(self._old, self._aside)
        self._renamed = True
        self._new = await create(self._engine, specification, name)
        if self._ran:
            self._tell("stopping the old container")
            self._stopped = True
            await containers.stop(self._old)
        if start:
            self._tell("starting")
            await containers.start(self._new)
            await self._settle()
        self._tell("removing the old container")
        await asyncio.shield(containers.remove(self._old))
        return self._new

    async def _settle(self) -> None:
        """Wait until the new container has run for a while. Raises Failed if it ends with an error."""
        try:
            async with asyncio.timeout(SETTLING_SECONDS):
                ended = await self._engine.containers.wait(self._new)
        except TimeoutError:
            return
        if ended.status_code:
            raise Failed(f"the new container exited with code {ended.status_code} within {SETTLING_SECONDS:g} s")

    async def undo(self) -> str:
        """Take back what was done; return as a sentence what is there now."""
        if not self._renamed:
            return "Nothing was changed."
        containers = self._engine.containers
        try:
            if self._new:
                await containers.remove(self._new, force=True)
            await containers.rename(self._old, self._name)
            self._aside = self._name
            if self._stopped:
                await containers.start(self._old)
        except EngineError as error:
            return f"The old container is {one_line(self._aside)} and was not put back completely: {error}"
        return "The old container was put back" + (" and started." if self._stopped else ".")
