"""Containers with their networks and ports, as plain objects for tests."""

from tui.engine.objects.networks import Port
from tui.live.containers.container import Container, Endpoint
from tui.live.containers.network_inspector import Binding, ContainerNetworks, End, InspectedNetworks


def wired(
    name: str,
    *ends: End,
    state: str = "running",
    ports: tuple[Port, ...] = (),
    bindings: tuple[Binding, ...] = (),
    mode: str = "",
    exposed: tuple[str, ...] = (),
    publish_all: bool = False,
) -> ContainerNetworks:
    """Return a container with its networks, published ports (running) and configured ports (stopped)."""
    row = Container(
        id=f"id-{name}",
        name=name,
        state=state,
        labels={},
        ports=ports,
        networks=tuple(Endpoint(end.network, end.ipv4 or end.ipv6) for end in ends),
        network_mode=mode or (ends[0].network if ends else "bridge"),
    )
    return ContainerNetworks(row, InspectedNetworks(ends, bindings, exposed, publish_all))


def on_all(private: int, public: int, kind: str = "tcp") -> tuple[Port, Port]:
    """Return the ports of a port published on every address, as in the list."""
    return Port("0.0.0.0", private, public, kind), Port("::", private, public, kind)
