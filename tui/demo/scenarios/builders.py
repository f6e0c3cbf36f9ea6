"""Content of every world, and helpers to build worlds."""

from __future__ import annotations

from random import Random

from tui.demo.objects import Container, Endpoint, Health, Image, Json, Layer, Mount, Network, Port, Volume
from tui.demo.programs import Program, program_for
from tui.demo.world import World, plug_in, with_tag

DAY = 86_400.0


def empty_world(seed: int = 7, lively: bool = False) -> World:
    """Return a world of the three built-in networks, the image busybox and nothing else."""
    return build_basics(World(seed=seed, lively=lively, rng=Random(seed)))


def build_basics(world: World) -> World:
    """Add the predefined networks and the image busybox."""
    bridge_options = {
        "com.docker.network.bridge.default_bridge": "true",
        "com.docker.network.bridge.enable_icc": "true",
        "com.docker.network.bridge.enable_ip_masquerade": "true",
        "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
        "com.docker.network.bridge.name": "docker0",
        "com.docker.network.driver.mtu": "1500",
    }
    add_network(world, "bridge", subnet="172.17", age=40 * DAY, options=bridge_options)
    add_network(world, "host", driver="host", age=40 * DAY)
    add_network(world, "none", driver="null", age=40 * DAY)
    add_image(
        world,
        "busybox:latest",
        4.3,
        age=30 * DAY,
        config={"Cmd": ["sh"], "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
    )
    return world


def add_network(
    world: World,
    name: str,
    *,
    driver: str = "bridge",
    subnet: str = "",
    age: float = 0.0,
    internal: bool = False,
    labels: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> Network:
    """Add a network."""
    network = Network(
        world.new_id("network"), name, world_age(world, age), driver, subnet, internal, False, labels or {}, options or {}
    )
    world.networks[network.id] = network
    return network


def add_volume(world: World, name: str, *, size: int = 0, age: float = 0.0, labels: dict[str, str] | None = None) -> Volume:
    """Add a volume."""
    volume = world.volumes[name] = Volume(name, world_age(world, age), "local", size, labels or {})
    return volume


def add_image(
    world: World,
    tag: str,
    megabytes: float,
    *,
    age: float = 0.0,
    config: Json | None = None,
    steps: tuple[str, ...] = (),
    base: str = "debian:bookworm-slim",
    tagged: bool = True,
) -> Image:
    """Add an image: `steps` are the lines of its Dockerfile after the base's own."""
    size = int(megabytes * 1_000_000)
    last = with_tag(tag).rsplit(":", 1)
    config = {"Cmd": None, "Entrypoint": None, "Env": None, "Labels": None, **(config or {})}
    layers = [
        Layer(f"/bin/sh -c #(nop) ADD file:{world.new_id('layer')[:40]} in / ", int(size * (0.55 if steps else 1)), age + DAY)
    ]
    layers += [
        Layer(
            f"{step} # buildkit",
            0 if step.startswith(("ENV", "CMD", "EXPOSE", "WORKDIR", "USER")) else int(size * 0.45 / len(steps)),
            age,
        )
        for step in steps
    ]
    layers.append(Layer("CMD [" + " ".join(f'"{word}"' for word in config["Cmd"] or []) + "]", 0, age))
    image = Image(
        "sha256:" + world.new_id("image"),
        [":".join(last)] if tagged else [],
        world_age(world, age),
        size,
        layers,
        config,
        [f"{last[0]}@sha256:{world.new_id('digest')}"] if tagged else [],
    )
    world.images[image.id] = image
    return image


def world_age(world: World, age: float) -> float:
    """Return the time `age` seconds ago, in seconds of the world."""
    return (world.now if world.origin else 0.0) - age


def add_container(
    world: World,
    name: str,
    image: str,
    *,
    program: Program | None = None,
    command: list[str] | None = None,
    age: float = 3600.0,
    networks: tuple[str, ...] = ("bridge",),
    aliases: tuple[str, ...] = (),
    config: Json | None = None,
    host_config: Json | None = None,
    ports: tuple[Port, ...] = (),
    mounts: tuple[Mount, ...] = (),
    labels: dict[str, str] | None = None,
    check: str = "",
) -> Container:
    """Add a created container. It is not started; `put_up` and `put_down` give it a past."""
    found = world.image(image)
    everything: Json = {**(config or {}), "Labels": labels or {}}
    if check:
        everything["Healthcheck"] = {
            "Test": ["CMD-SHELL", check],
            "Interval": 10_000_000_000,
            "Timeout": 3_000_000_000,
            "Retries": 3,
        }
    if ports:
        everything["ExposedPorts"] = {f"{port.private}/{port.protocol}": {} for port in ports}
    chosen = command if command is not None else list(found.config.get("Cmd") or [])
    container = Container(
        id=world.new_id("container"),
        name=name,
        image=image,
        image_id=found.id,
        created=world_age(world, age),
        command=chosen,
        program=program or program_for(image, command or []),
        config=everything,
        host_config=host_config or {},
        ports=list(ports),
        mounts=list(mounts),
    )
    container.host_config.setdefault("NetworkMode", networks[0] if networks else "none")
    bindings = {
        f"{port.private}/{port.protocol}": [{"HostIp": "", "HostPort": str(port.public)}] for port in ports if port.public
    }
    if bindings:
        container.host_config["PortBindings"] = bindings
    for network in networks:
        container.endpoints[network] = Endpoint(world.network(network).id, aliases=list(aliases))
    return world.add(container)


def put_up(world: World, container: Container, since: float, health: str = "") -> Container:
    """Mark a container as running for `since` seconds."""
    now = world.now if world.origin else 0.0
    container.status = "running"
    container.started = now - since
    container.pid = 2000 + world.rng.randrange(60_000)
    if health:
        container.health = Health(health)
    for endpoint in container.endpoints.values():
        plug_in(world, endpoint)
    return container


def put_down(world: World, container: Container, ran: float, ago: float, exit_code: int, oom: bool = False) -> Container:
    """Mark a container as exited `ago` seconds ago, after a run of `ran` seconds."""
    now = world.now if world.origin else 0.0
    container.status = "exited"
    container.started, container.finished = now - ago - ran, now - ago
    container.runs.append((container.started, container.finished))
    container.exit_code, container.oom_killed = exit_code, oom
    return container
