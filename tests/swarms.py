"""Real swarms for tests: one of a single node for a session, and swarms of several nodes where a test needs them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.docker import Docker
from tests.engines import PrivateEngine, start, stop
from tests.engines.network import wire
from tests.images import BUSYBOX, ensure_image

PORT = 2377


@dataclass(slots=True)
class Member:
    """An engine of a swarm, with its IP address on the wire."""

    engine: PrivateEngine
    ip: str

    @property
    def address(self) -> str:
        """The engine's socket, unix:///path."""
        return self.engine.address

    @property
    def docker(self) -> Docker:
        """A plain client of the engine."""
        return Docker(self.address, "")

    @property
    def name(self) -> str:
        """The host name, which is the node's name."""
        return self.engine.name


@contextmanager
def one_node(version: str, name: str) -> Iterator[str]:
    """Start an engine that is a swarm of one node, with the image BUSYBOX; yields its address."""
    private = start(version, name, owned=True)
    try:
        docker = Docker(private.address, "")
        docker.request("POST", "/swarm/init", body={"ListenAddr": f"127.0.0.1:{PORT}", "AdvertiseAddr": "127.0.0.1"})
        ensure_image(docker, BUSYBOX)
        yield private.address
    finally:
        stop(private)


@contextmanager
def apart(version: str, name: str, count: int) -> Iterator[list[Member]]:
    """Start engines on a wire of their own that are in no swarm yet, with the image BUSYBOX."""
    with ExitStack() as stack:
        engines = []
        for number in range(1, count + 1):
            engine = start(version, f"{name}-{number}", owned=True)
            stack.callback(stop, engine)
            ensure_image(Docker(engine.address, ""), BUSYBOX)
            engines.append(engine)
        addresses = stack.enter_context(wire([engine.address for engine in engines]))
        yield [Member(engine, ip) for engine, ip in zip(engines, addresses, strict=True)]


def init(member: Member) -> None:
    """Make an engine the first manager of a new swarm."""
    addresses = {"ListenAddr": f"{member.ip}:{PORT}", "AdvertiseAddr": member.ip}
    member.docker.request("POST", "/swarm/init", body=addresses)


def join(member: Member, manager: Member, role: str = "Worker") -> None:
    """Join an engine to the swarm of a manager, as "Worker" or "Manager"."""
    token = manager.docker.request("GET", "/swarm")["JoinTokens"][role]
    addresses = {"ListenAddr": f"{member.ip}:{PORT}", "AdvertiseAddr": member.ip, "RemoteAddrs": [f"{manager.ip}:{PORT}"]}
    member.docker.request("POST", "/swarm/join", body={**addresses, "JoinToken": token})
