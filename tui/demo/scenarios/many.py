"""Large worlds for tests of scale."""

from __future__ import annotations

from tui.demo.objects import Mount
from tui.demo.programs import QUIET
from tui.demo.scenarios.builders import add_container, add_image, add_network, add_volume, empty_world, put_down, put_up
from tui.demo.scenarios.swarm import add_node, add_service, add_tasks, one_node
from tui.demo.world import World

PROJECTS = 40
SERVICES = ("web", "api", "worker", "db", "cache")


def many_containers(count: int, running: int | None = None, seed: int = 7) -> World:
    """Return a world with `count` small containers, `running` of them running (None: all); nothing happens by itself."""
    return build_many(empty_world(seed), count, count if running is None else running)


def build_many(world: World, count: int, running: int, part: int = 0, parts: int = 1) -> World:
    """Add `count` containers in 40 projects of five services; the first `running` run, the others have exited.

    Of `parts` worlds, which together have these containers, this is the one with number `part`.
    """
    if not 0 <= running <= count:
        raise ValueError(f"cannot have {running} of {count} containers running")
    add_image(world, "acme/service:1", 48.0, age=86_400.0)
    add_network(world, "many", subnet="10.80")
    for number in range(part, count, parts):
        project = f"project-{number % PROJECTS:02d}"
        service = SERVICES[number % len(SERVICES)]
        labels = {
            "com.docker.compose.project": project,
            "com.docker.compose.service": service,
            "com.docker.compose.container-number": str(number // PROJECTS + 1),
            "com.docker.compose.oneoff": "False",
        }
        container = add_container(
            world,
            f"{project}-{service}-{number + 1}",
            "acme/service:1",
            program=QUIET,
            command=["/app/server"],
            age=7200.0 + number,
            networks=("many",),
            labels=labels,
        )
        if number < running:
            put_up(world, container, 7000.0 + number % 1000)
        else:
            put_down(world, container, 60.0, 600.0 + number % 5000, number % 3)
    return world


def build_unshared_objects(world: World, count: int) -> World:
    """Add `count` stopped containers, each with its own image, volume and network."""
    build_many(world, 0, 0)
    for number in range(count):
        project = f"project-{number % PROJECTS:02d}"
        name = f"{project}-{SERVICES[number % len(SERVICES)]}-{number + 1}"
        labels = {"com.docker.compose.project": project}
        age = 7200.0 + number
        add_image(world, f"acme/{name}:1", 48.0 + number % 100, age=age)
        add_network(world, name, subnet=f"{100 + number // 256}.{number % 256}", age=age, labels=labels)
        add_volume(world, f"{name}-data", size=number * 1000, age=age, labels=labels)
        mounts = (Mount("volume", "/data", name=f"{name}-data"),)
        container = add_container(
            world,
            name,
            f"acme/{name}:1",
            program=QUIET,
            command=["/app/server"],
            age=age,
            networks=(name,),
            labels=labels,
            mounts=mounts,
        )
        put_down(world, container, 60.0, 600.0 + number % 5000, number % 3)
    return world


def build_many_services(world: World, services: int, tasks: int) -> World:
    """Add a swarm of three nodes with so many services of so many tasks each, all running."""
    swarm = one_node(world, False)
    for number in (2, 3):
        add_node(world, swarm, f"node-{number}", f"10.20.0.{number}", manager=False)
    for number in range(services):
        service = add_service(world, f"service-{number:03d}", "acme/service:1", tasks)
        add_tasks(world, swarm, service)
    return world
