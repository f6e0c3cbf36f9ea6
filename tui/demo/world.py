"""World of the demo engine: its objects, its clock, and its events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

from tui.demo.clock import Clock, ManualClock
from tui.demo.errors import ApiError, no_such_container, no_such_image
from tui.demo.objects import NEVER, BuildRecord, Container, Endpoint, Event, Exec, Image, Network, Swarm, Volume

if TYPE_CHECKING:
    from tui.demo.process import Process

KEPT_EVENTS = 256
HOST_MEMORY = 16 * 1024**3
HOST_CPUS = 8

Watcher = Callable[[Event], None]


@dataclass(slots=True)
class World:
    """The state of one demo engine. Built by `compose_shop`, `of` or `empty`, then passed to a `DemoEngine`."""

    seed: int = 7
    lively: bool = False
    """Whether the shop's script runs."""
    containers: dict[str, Container] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)
    build_cache: list[BuildRecord] = field(default_factory=list)
    execs: dict[str, Exec] = field(default_factory=dict)
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    watchers: set[Watcher] = field(default_factory=set)
    clock: Clock = field(default_factory=ManualClock)
    origin: float = 0.0
    rng: Random = field(default_factory=Random)
    processes: set[Process] = field(default_factory=set)
    """The running processes of the demo shell."""
    waiting: dict[str, list[asyncio.Future[None]]] = field(default_factory=dict)
    """Waiters for a change of state, by container."""
    numbers: int = 0
    swarm: Swarm | None = None

    def bind(self, clock: Clock) -> None:
        """Start the world's time now, by this clock."""
        self.clock = clock
        self.origin = clock.now()

    @property
    def now(self) -> float:
        """Return the seconds since the world's start."""
        return self.clock.now() - self.origin

    def later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call `callback` after `seconds`."""
        self.clock.call_at(self.clock.now() + seconds, callback)

    def new_id(self, what: str) -> str:
        """Return a new id of 64 hexadecimal digits, reproducible for one seed and history."""
        self.numbers += 1
        return sha256(f"{self.seed}/{what}/{self.numbers}".encode()).hexdigest()

    def mac(self) -> str:
        """Return a new MAC address."""
        return ":".join(["02", *(f"{self.rng.randrange(256):02x}" for _ in range(5))])

    def stamp(self, at: float) -> str:
        """Format a time of the world as RFC 3339 with nanoseconds; one not reached as the API's zero time."""
        if at == NEVER:
            return "0001-01-01T00:00:00Z"
        return rfc3339(self.origin + at)

    def seconds(self, at: float) -> int:
        """Convert a time of the world to whole seconds since 1970."""
        return int(self.origin + at)

    # --- lookup

    def container(self, reference: str) -> Container:
        """Return the container with this id, name or unambiguous prefix of an id. Raises ApiError (404)."""
        found = self.containers.get(reference)
        if found is not None:
            return found
        named = self.names.get(reference.removeprefix("/"))
        if named is not None:
            return self.containers[named]
        starts = [key for key in self.containers if key.startswith(reference)] if reference else []
        if len(starts) > 1:
            raise ApiError(400, f"multiple IDs found with provided prefix: {reference}")
        if not starts:
            raise no_such_container(reference)
        return self.containers[starts[0]]

    def image(self, reference: str) -> Image:
        """Return the image with this id, tag or prefix of an id. Raises ApiError (404)."""
        tagged = with_tag(reference)
        for image in self.images.values():
            if tagged in image.tags or reference in image.digests or image.id == reference:
                return image
        digits = reference.removeprefix("sha256:")
        if digits and all(letter in "0123456789abcdef" for letter in digits):
            for image in self.images.values():
                if image.id.removeprefix("sha256:").startswith(digits):
                    return image
        raise no_such_image(reference)

    def network(self, reference: str) -> Network:
        """Return the network with this id, name or prefix of an id. Raises ApiError (404)."""
        for network in self.networks.values():
            if reference in (network.id, network.name):
                return network
        for network in self.networks.values():
            if reference and network.id.startswith(reference):
                return network
        raise ApiError(404, f"network {reference} not found")

    def volume(self, name: str) -> Volume:
        """Return the volume of this name. Raises ApiError (404)."""
        if name not in self.volumes:
            raise ApiError(404, f"get {name}: no such volume")
        return self.volumes[name]

    def add(self, container: Container) -> Container:
        """Add a container."""
        self.containers[container.id] = container
        self.names[container.name] = container.id
        return container

    # --- events

    def tell(self, kind: str, action: str, actor: str, attributes: dict[str, str]) -> None:
        """Emit an event now."""
        event = Event(self.now, kind, action, actor, attributes)
        self.events.append(event)
        for watcher in tuple(self.watchers):
            watcher(event)

    def tell_container(self, container: Container, action: str, **attributes: str) -> None:
        """Emit a container's event with its labels, image and name."""
        everything = {**container.labels, **attributes, "image": container.image, "name": container.name}
        self.tell("container", action, container.id, everything)

    def changed(self, container: Container) -> None:
        """Wake all waiters for this container's state."""
        for waiter in self.waiting.pop(container.id, []):
            if not waiter.done():
                waiter.set_result(None)

    async def change_of(self, container: Container) -> None:
        """Wait until the state of this container changes."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiters = self.waiting.setdefault(container.id, [])
        waiters.append(waiter)
        try:
            await waiter
        finally:
            if waiter in waiters:
                waiters.remove(waiter)

    async def end_processes(self) -> None:
        """End every process of the demo shell, because the engine stops."""
        for process in tuple(self.processes):
            await process.destroy()


def rfc3339(moment: float) -> str:
    """Format a time as the engine does, in UTC, with nine decimals."""
    nanoseconds = round(moment * 1e6) * 1000
    whole, rest = divmod(nanoseconds, 1_000_000_000)
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:09d}Z"


def with_tag(reference: str) -> str:
    """Return an image's familiar name with the default tag: docker.io/library/redis is redis:latest."""
    reference = familiar(reference)
    if "@" in reference or ":" in reference.rsplit("/", 1)[-1]:
        return reference
    return f"{reference}:latest"


def familiar(reference: str) -> str:
    """Return an image's familiar name, without the default registry."""
    return reference.removeprefix("docker.io/").removeprefix("index.docker.io/").removeprefix("library/")


def plug_in(world: World, endpoint: Endpoint) -> None:
    """Give an endpoint its address; the host and the null network give none."""
    network = world.networks[endpoint.network_id]
    if not network.subnet:
        return
    if not endpoint.ip:
        high, low = divmod(network.next_host, 256)
        endpoint.ip = f"{network.subnet}.{high}.{low}"
        network.next_host += 1
    endpoint.mac = endpoint.mac or world.mac()
    endpoint.endpoint_id = world.new_id("endpoint")
