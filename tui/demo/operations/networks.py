"""Networks."""

from __future__ import annotations

from tui.demo.call import Answer, Call, empty, json_reply, matches_labels, serves
from tui.demo.errors import ApiError
from tui.demo.objects import Container, Endpoint, Json, Network
from tui.demo.times import seconds_ago
from tui.demo.world import World, plug_in

BUILT_IN = ("bridge", "host", "none")
FILTERS = frozenset({"dangling", "driver", "id", "label", "name", "scope", "type"})


def users(world: World, network: Network) -> list[tuple[Container, Endpoint]]:
    """Return the running containers of a network with their endpoints."""
    return [
        (one, place)
        for one in world.containers.values()
        if one.running
        for place in one.endpoints.values()
        if place.network_id == network.id
    ]


def members(world: World, network: Network) -> list[Container]:
    """Return the containers of a network, running or not."""
    return [one for one in world.containers.values() if any(place.network_id == network.id for place in one.endpoints.values())]


def shape(world: World, network: Network, inspect: bool) -> Json:
    """Return a network as in the API; only an inspection includes the containers."""
    inside: Json = {}
    if inspect:
        inside = {
            one.id: {
                "Name": one.name,
                "EndpointID": place.endpoint_id,
                "MacAddress": place.mac,
                "IPv4Address": f"{place.ip}/16" if place.ip else "",
                "IPv6Address": "",
            }
            for one, place in users(world, network)
        }
    chosen = [{"Subnet": f"{network.subnet}.0.0/16", "Gateway": f"{network.subnet}.0.1"}] if network.subnet else None
    config = network.pools or chosen
    return {
        "Name": network.name,
        "Id": network.id,
        "Created": world.stamp(network.created),
        "Scope": "local",
        "Driver": network.driver,
        "EnableIPv4": True,
        "EnableIPv6": network.ipv6,
        "IPAM": {"Driver": "default", "Options": None, "Config": config},
        "Internal": network.internal,
        "Attachable": network.attachable,
        "Ingress": False,
        "ConfigFrom": {"Network": ""},
        "ConfigOnly": False,
        "Containers": inside,
        "Options": network.options,
        "Labels": network.labels,
    }


def passes(world: World, network: Network, filters: dict[str, list[str]]) -> bool:
    """Whether a network matches one of the values of each filter."""
    for name, values in filters.items():
        built_in = network.name in BUILT_IN
        tests = {
            "driver": network.driver in values,
            "scope": "local" in values,
            "label": matches_labels(network.labels, values),
            "id": any(network.id.startswith(value) for value in values),
            "name": any(value in network.name for value in values),
            "type": ("builtin" if built_in else "custom") in values,
            "dangling": (not built_in and not members(world, network))
            == any(value.lower() in ("1", "true") for value in values),
        }
        if not tests[name]:
            return False
    return True


@serves("NetworkList")
async def list_networks(call: Call) -> Answer:
    """List all networks."""
    filters = call.filters(FILTERS)
    return json_reply(
        [shape(call.world, one, False) for one in call.world.networks.values() if passes(call.world, one, filters)]
    )


@serves("NetworkInspect")
async def inspect(call: Call) -> Answer:
    """Inspect a network with its containers."""
    return json_reply(shape(call.world, call.world.network(call.path["id"]), True))


@serves("NetworkCreate")
async def create(call: Call) -> Answer:
    """Create a network."""
    world, body = call.world, call.json()
    name = body.get("Name") or ""
    if not name:
        raise ApiError(400, "network name cannot be empty")
    if any(one.name == name for one in world.networks.values()):
        raise ApiError(409, f"network with name {name} already exists")
    driver = body.get("Driver") or "bridge"
    if driver not in ("bridge", "ipvlan", "macvlan"):
        raise ApiError(404, f"could not find plugin {driver} in v1 plugin registry: plugin not found")
    pools = (body.get("IPAM") or {}).get("Config") or []
    network = Network(
        world.new_id("network"),
        name,
        world.now,
        driver,
        _subnet(world, next((pool["Subnet"] for pool in pools if "." in pool.get("Subnet", "")), "")),
        bool(body.get("Internal")),
        bool(body.get("Attachable")),
        body.get("Labels") or {},
        body.get("Options") or {},
        pools=pools,
        ipv6=bool(body.get("EnableIPv6")),
    )
    world.networks[network.id] = network
    world.tell("network", "create", network.id, {"name": name, "type": driver})
    return json_reply({"Id": network.id, "Warning": ""}, 201)


def _subnet(world: World, wanted: str) -> str:
    taken = {one.subnet for one in world.networks.values()}
    chosen = (
        ".".join(wanted.split(".")[:2])
        if wanted
        else next(f"172.{n}" for n in (*range(18, 32), *range(100, 250)) if f"172.{n}" not in taken)
    )
    if chosen in taken:
        raise ApiError(403, "invalid pool request: Pool overlaps with other one on this address space")
    return chosen


@serves("NetworkDelete")
async def delete(call: Call) -> Answer:
    """Remove an unused network."""
    network = call.world.network(call.path["id"])
    if network.name in BUILT_IN:
        raise ApiError(403, f"{network.name} is a pre-defined network and cannot be removed")
    inside = users(call.world, network)
    if inside:
        words = " ".join(f'name:"{one.name}" id:"{place.endpoint_id[:12]}"' for one, place in inside)
        raise ApiError(403, f"error while removing network: network {network.name} has active endpoints ({words})")
    _destroy(call.world, network)
    return empty()


def _destroy(world: World, network: Network) -> None:
    del world.networks[network.id]
    world.tell("network", "destroy", network.id, {"name": network.name, "type": network.driver})


def _emit(world: World, action: str, network: Network, container: Container) -> None:
    said = {"container": container.id, "name": network.name, "type": network.driver}
    world.tell("network", action, network.id, said)


@serves("NetworkConnect")
async def connect(call: Call) -> Answer:
    """Connect a container to a network."""
    world, body = call.world, call.json()
    network, container = world.network(call.path["id"]), world.container(body.get("Container") or "")
    if network.name in container.endpoints:
        raise ApiError(403, f"endpoint with name {container.name} already exists in network {network.name}")
    if network.name == "host" or container.host_config.get("NetworkMode") == "host":
        raise ApiError(403, "container cannot be disconnected from host network or connected to host network")
    wanted = body.get("EndpointConfig") or {}
    place = container.endpoints[network.name] = Endpoint(
        network.id, aliases=list(wanted.get("Aliases") or []), ip=(wanted.get("IPAMConfig") or {}).get("IPv4Address") or ""
    )
    if container.running:
        plug_in(world, place)
        _emit(world, "connect", network, container)  # a real engine sends no event for a stopped container
    return empty(200)


@serves("NetworkDisconnect")
async def disconnect(call: Call) -> Answer:
    """Disconnect a container from a network."""
    world, body = call.world, call.json()
    network, container = world.network(call.path["id"]), world.container(body.get("Container") or "")
    if network.name not in container.endpoints:
        raise ApiError(403, f"container {container.id} is not connected to network {network.name}")
    del container.endpoints[network.name]
    if container.running:
        _emit(world, "disconnect", network, container)
    return empty(200)


@serves("NetworkPrune")
async def prune(call: Call) -> Answer:
    """Remove every unused network except predefined ones."""
    world = call.world
    filters = call.filters(frozenset({"until", "label", "label!"}))
    before = [world.now - seconds_ago(world, text) for text in filters.get("until", [])]
    gone = [
        one
        for one in world.networks.values()
        if one.name not in BUILT_IN
        and not members(world, one)
        and all(one.created < at for at in before)
        and matches_labels(one.labels, filters.get("label", []))
        and not ("label!" in filters and matches_labels(one.labels, filters["label!"]))
    ]
    for one in gone:
        _destroy(world, one)
    world.tell("network", "prune", "", {"reclaimed": "0"})
    return json_reply({"NetworksDeleted": [one.name for one in gone] or None})
