"""Creation of a container from a request, by the engine's rules."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

from tui.demo.curves import Curve
from tui.demo.errors import ApiError
from tui.demo.objects import Container, Endpoint, Json, Mount, Port, Volume
from tui.demo.programs import Program, program_for
from tui.demo.world import World

BUSY = re.compile(r"while\s+(:|true)\s*;\s*do\s+(:|true)\s*;\s*done|^yes\b")
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
SMALLEST_MEMORY = 6 * 1024 * 1024
POLICIES = ("", "no", "always", "on-failure", "unless-stopped")
LEFT = (
    "admiring",
    "brave",
    "calm",
    "dazzling",
    "eager",
    "festive",
    "gallant",
    "happy",
    "jolly",
    "keen",
    "lucid",
    "merry",
    "nifty",
    "quirky",
    "serene",
    "zen",
)
RIGHT = (
    "austin",
    "babbage",
    "curie",
    "darwin",
    "euler",
    "franklin",
    "gauss",
    "hopper",
    "johnson",
    "knuth",
    "lovelace",
    "mirzakhani",
    "noether",
    "turing",
)


def create(world: World, name: str, body: Json) -> Container:
    """Create a container from the API's body. Raises `ApiError` for everything the engine refuses."""
    if name and not NAME.fullmatch(name):
        raise ApiError(400, f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    image_name = body.get("Image") or ""
    command, entrypoint = _words(body.get("Cmd")), _words(body.get("Entrypoint"))
    if not image_name:
        raise ApiError(400, "no command specified" if not command else "config: image is required")
    image = world.image(image_name)
    host = {key: value for key, value in (body.get("HostConfig") or {}).items() if value is not None}
    _check(host)
    taken = world.names.get(name) if name else None
    if taken is not None:
        raise ApiError(
            409,
            f'Conflict. The container name "/{name}" is already in use by container "{taken}". '
            "You have to remove (or rename) that container to be able to reuse that name.",
        )
    config = {
        key: value
        for key, value in body.items()
        if key not in ("HostConfig", "NetworkingConfig", "Cmd", "Image") and value is not None
    }
    own_command = bool(command or entrypoint)
    if not command and not entrypoint:
        command = _words(image.config.get("Cmd"))
    if not entrypoint:
        entrypoint = _words(image.config.get("Entrypoint"))
    if not command and not entrypoint:
        raise ApiError(400, "no command specified")
    config["Entrypoint"] = entrypoint or None
    config["Env"] = _environment(image.config.get("Env") or [], config.get("Env") or [])
    config["Labels"] = {**(image.config.get("Labels") or {}), **(config.get("Labels") or {})}
    for key in ("WorkingDir", "User", "Healthcheck", "StopSignal"):
        if not config.get(key) and image.config.get(key):
            config[key] = image.config[key]
    container = Container(
        id=world.new_id("container"),
        name=name or _a_name(world),
        image=image_name,
        image_id=image.id,
        created=world.now,
        command=command,
        program=program_for(image_name, command if own_command else []),
        config=config,
        host_config=host,
    )
    container.program = _as_busy(container)
    _ports(world, container)
    _mounts(world, container)
    _networks(world, container, (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {})
    world.add(container)
    world.tell_container(container, "create")
    return container


def _as_busy(container: Container) -> Program:
    """Return a program that uses all CPU allowed."""
    if not container.program.shell or not BUSY.search(" ".join(container.command)):
        return container.program
    cores = (container.host_config.get("NanoCpus") or 0) / 1e9 or 1.0
    return replace(container.program, cpu=Curve(cores * 0.97, ((cores * 0.02, 7.0, 0.0),)))


def _words(value: Any) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else [str(word) for word in value]


def _check(host: Json) -> None:
    memory = host.get("Memory") or 0
    if 0 < memory < SMALLEST_MEMORY:
        raise ApiError(400, "Minimum memory limit allowed is 6MB")
    policy = (host.get("RestartPolicy") or {}).get("Name") or ""
    if policy not in POLICIES:
        raise ApiError(
            400,
            f"invalid restart policy: unknown policy '{policy}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
        )
    if host.get("AutoRemove") and policy not in ("", "no"):
        raise ApiError(400, "can't create 'AutoRemove' container with restart policy")


def _environment(base: list[str], own: list[str]) -> list[str]:
    names = {entry.partition("=")[0] for entry in own}
    return [*own, *(entry for entry in base if entry.partition("=")[0] not in names)]


def _a_name(world: World) -> str:
    rng = Random(world.new_id("name"))
    while True:
        name = f"{rng.choice(LEFT)}_{rng.choice(RIGHT)}"
        if name not in world.names:
            return name
        name += str(rng.randrange(10))
        if name not in world.names:
            return name


def _ports(world: World, container: Container) -> None:
    bindings = container.host_config.get("PortBindings") or {}
    exposed = {**(container.config.get("ExposedPorts") or {}), **bindings}
    for key in exposed:
        number, _, protocol = key.partition("/")
        private = int(number)
        chosen = bindings.get(key) or []
        if not chosen:
            public = 32768 + world.rng.randrange(20000) if container.host_config.get("PublishAllPorts") else None
            container.ports.append(Port(private, public, protocol or "tcp"))
        for binding in chosen:
            public = int(binding.get("HostPort") or 0) or 32768 + world.rng.randrange(20000)
            container.ports.append(Port(private, public, protocol or "tcp", binding.get("HostIp") or "0.0.0.0"))
    if exposed:
        container.config["ExposedPorts"] = {key: {} for key in exposed}


def _mounts(world: World, container: Container) -> None:
    for text in container.host_config.get("Binds") or []:
        source, destination, mode = (*text.split(":"), "", "")[:3]
        _mount(
            world, container, "bind" if source.startswith("/") else "volume", source, destination, "ro" not in mode.split(",")
        )
    for entry in container.host_config.get("Mounts") or []:
        _mount(
            world,
            container,
            entry.get("Type") or "volume",
            entry.get("Source") or "",
            entry["Target"],
            not entry.get("ReadOnly"),
        )
    taken = {mount.destination for mount in container.mounts}
    for destination in container.config.get("Volumes") or {}:
        if destination not in taken:
            _mount(world, container, "volume", "", destination, True)


def _mount(world: World, container: Container, kind: str, source: str, destination: str, writable: bool) -> None:
    if kind != "volume":
        container.mounts.append(Mount(kind, destination, source, writable=writable))
        return
    name = source or world.new_id("volume")
    if name not in world.volumes:
        world.volumes[name] = Volume(
            name, world.now, anonymous=not source, labels={} if source else {"com.docker.volume.anonymous": ""}
        )
        world.tell("volume", "create", name, {"driver": "local"})
    container.mounts.append(Mount("volume", destination, name=name, writable=writable))


def _networks(world: World, container: Container, wanted: dict[str, Json]) -> None:
    wanted = {("bridge" if name == "default" else name): place for name, place in wanted.items()}
    mode = container.host_config.get("NetworkMode") or "bridge"
    mode = container.host_config["NetworkMode"] = "bridge" if mode == "default" else mode
    names = list(wanted) or [mode]
    if mode not in names and mode not in ("bridge", "host", "none"):
        names.insert(0, mode)
    for name in names:
        if name.startswith("container:"):
            continue
        network = world.network(name)
        container.endpoints[network.name] = Endpoint(network.id, aliases=list((wanted.get(name) or {}).get("Aliases") or []))
