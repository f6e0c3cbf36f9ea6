"""The demo engine's world: every object, the clock it lives by, and the events that tell what happens in it."""

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
from tui.demo.objects import NEVER, BuildRecord, Container, Endpoint, Event, Exec, Image, Network, Volume

if TYPE_CHECKING:
    from tui.demo.process import Process

KEPT_EVENTS = 256
HOST_MEMORY = 16 * 1024**3
HOST_CPUS = 8

Watcher = Callable[[Event], None]


@dataclass(slots=True)
class World:
    """Everything one demo engine has. Built by `tui.demo.scenarios`, then given to a `DemoEngine`."""

    seed: int = 7
    lively: bool = False
    """Whether the shop's script of happenings runs."""
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
    """Every process of the demo shell that runs."""
    waiting: dict[str, list[asyncio.Future[None]]] = field(default_factory=dict)
    """Per container: who waits for its state to change."""
    numbers: int = 0

    def bind(self, clock: Clock) -> None:
        """Let the world begin now, by this clock."""
        self.clock = clock
        self.origin = clock.now()

    @property
    def now(self) -> float:
        """Seconds since the world began."""
        return self.clock.now() - self.origin

    def later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call `callback` after so many seconds."""
        self.clock.call_at(self.clock.now() + seconds, callback)

    def new_id(self, what: str) -> str:
        """A fresh id of 64 hexadecimal digits, the same each time for one seed and history."""
        self.numbers += 1
        return sha256(f"{self.seed}/{what}/{self.numbers}".encode()).hexdigest()

    def mac(self) -> str:
        """A fresh hardware address."""
        return ":".join(["02", *(f"{self.rng.randrange(256):02x}" for _ in range(5))])

    def stamp(self, at: float) -> str:
        """A time of the world as RFC 3339 with nanoseconds; one that has not come as the API's zero time."""
        if at == NEVER:
            return "0001-01-01T00:00:00Z"
        return rfc3339(self.origin + at)

    def seconds(self, at: float) -> int:
        """A time of the world in whole seconds since 1970."""
        return int(self.origin + at)

    # --- finding things

    def container(self, reference: str) -> Container:
        """The container with this id, name or unambiguous start of an id; 404 when there is none."""
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
        """The image with this id, tag or start of an id; 404 when there is none."""
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
        """The network with this id, name or start of an id; 404 when there is none."""
        for network in self.networks.values():
            if reference in (network.id, network.name):
                return network
        for network in self.networks.values():
            if reference and network.id.startswith(reference):
                return network
        raise ApiError(404, f"network {reference} not found")

    def volume(self, name: str) -> Volume:
        """The volume of this name; 404 when there is none."""
        if name not in self.volumes:
            raise ApiError(404, f"get {name}: no such volume")
        return self.volumes[name]

    def add(self, container: Container) -> Container:
        """Put a container into the world."""
        self.containers[container.id] = container
        self.names[container.name] = container.id
        return container

    # --- telling

    def tell(self, kind: str, action: str, actor: str, attributes: dict[str, str]) -> None:
        """Let an event happen now."""
        event = Event(self.now, kind, action, actor, attributes)
        self.events.append(event)
        for watcher in tuple(self.watchers):
            watcher(event)

    def tell_container(self, container: Container, action: str, **attributes: str) -> None:
        """Let a container's event happen: its labels, image and name go with it."""
        everything = {**container.labels, **attributes, "image": container.image, "name": container.name}
        self.tell("container", action, container.id, everything)

    def changed(self, container: Container) -> None:
        """Wake everybody who waits for this container's state."""
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
        """End every process that runs in the demo shell: the engine is going away."""
        for process in tuple(self.processes):
            await process.destroy()


def rfc3339(moment: float) -> str:
    """A time as the engine writes it, in UTC, with nine digits after the point."""
    nanoseconds = round(moment * 1e6) * 1000
    whole, rest = divmod(nanoseconds, 1_000_000_000)
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:09d}Z"


def with_tag(reference: str) -> str:
    """An image's short name with the tag that is meant when none is given: docker.io/library/redis is redis:latest."""
    reference = familiar(reference)
    if "@" in reference or ":" in reference.rsplit("/", 1)[-1]:
        return reference
    return f"{reference}:latest"


def familiar(reference: str) -> str:
    """An image's name as people write it, without the default registry."""
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
