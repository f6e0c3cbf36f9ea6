"""Containers: list, inspect, create, top, changes, update, prune."""

from __future__ import annotations

import re

from tui.demo.call import Answer, Call, empty, json_reply, serves
from tui.demo.creation import create
from tui.demo.errors import ApiError, not_running
from tui.demo.lifecycle import remove, rename
from tui.demo.objects import Container, Json
from tui.demo.processes import listing
from tui.demo.selection import CONTAINER_FILTERS, container_test
from tui.demo.shapes import inspection, sizes, summary
from tui.demo.times import seconds_ago

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
SMALLEST_MEMORY = 6 * 1024 * 1024
POLICIES = ("no", "always", "on-failure", "unless-stopped")


@serves("ContainerList")
async def list_containers(call: Call) -> Answer:
    """List running or all containers, newest first."""
    world = call.world
    filters = call.filters(CONTAINER_FILTERS)
    limit = call.number("limit") or -1
    everything = (
        call.flag("all")
        or limit > 0
        or bool({"status", "exited"} & filters.keys())
        or ("health" in filters and "none" in filters["health"])
    )
    passes = container_test(world, filters)
    chosen = [
        one for one in world.containers.values() if (everything or one.running or one.status == "restarting") and passes(one)
    ]
    chosen.sort(key=lambda one: one.created, reverse=True)
    if limit > 0:
        chosen = chosen[:limit]
    return json_reply([summary(world, one, call.flag("size")) for one in chosen])


@serves("ContainerInspect")
async def inspect(call: Call) -> Answer:
    """Inspect a container."""
    return json_reply(inspection(call.world, call.world.container(call.path["id"]), call.flag("size")))


@serves("ContainerCreate")
async def create_container(call: Call) -> Answer:
    """Create a container from an image."""
    body = call.json()
    name = call.text("name").removeprefix("/")
    container = create(call.world, name, body)
    return json_reply({"Id": container.id, "Warnings": []}, 201)


@serves("ContainerTop")
async def top(call: Call) -> Answer:
    """List the processes of a running container, as ps does."""
    container = call.world.container(call.path["id"])
    if not container.running:
        raise not_running(container.id)
    return json_reply(listing(call.world, container, call.text("ps_args", "-ef") or "-ef"))


@serves("ContainerChanges")
async def changes(call: Call) -> Answer:
    """List differences to the image: 0 changed, 1 added, 2 deleted."""
    container = call.world.container(call.path["id"])
    found: list[Json] = []
    if container.files is not None:
        found = [{"Path": path, "Kind": kind} for path, kind in container.files.changes()]
    elif container.runs and not container.program.shell:
        found = [
            {"Path": "/var", "Kind": 0},
            {"Path": "/var/run", "Kind": 0},
            {"Path": f"/var/run/{container.program.name}.pid", "Kind": 1},
        ]
    return json_reply(found or None)


@serves("ContainerRename")
async def rename_container(call: Call) -> Answer:
    """Rename a container."""
    container = call.world.container(call.path["id"])
    name = call.text("name").removeprefix("/")
    if not name:
        raise ApiError(400, "Neither old nor new names may be empty")
    if name == container.name:
        raise ApiError(400, "Renaming a container with the same name as its current name")
    if not NAME.fullmatch(name):
        raise ApiError(
            400, f"Error when allocating new name: Invalid container name (/{name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
        )
    taken = call.world.names.get(name)
    if taken is not None:
        raise ApiError(
            409,
            f'Error when allocating new name: Conflict. The container name "/{name}" is already in use by container "{taken}". '
            "You have to remove (or rename) that container to be able to reuse that name.",
        )
    rename(call.world, container, name)
    return empty()


@serves("ContainerUpdate")
async def update(call: Call) -> Answer:
    """Change limits or the restart policy."""
    container = call.world.container(call.path["id"])
    body = call.json()
    memory = body.get("Memory") or 0
    if 0 < memory < SMALLEST_MEMORY:
        raise ApiError(400, "Minimum memory limit allowed is 6MB")
    policy = body.pop("RestartPolicy", None) or {}
    if policy.get("Name"):
        if policy["Name"] not in POLICIES:
            raise ApiError(
                400,
                f"invalid restart policy: unknown policy '{policy['Name']}'; "
                f"use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
            )
        container.host_config["RestartPolicy"] = {
            "Name": policy["Name"],
            "MaximumRetryCount": policy.get("MaximumRetryCount", 0),
        }
    container.host_config.update({name: value for name, value in body.items() if value not in (0, "", None)})
    call.world.tell_container(container, "update")
    return json_reply({"Warnings": None})


@serves("ContainerPrune")
async def prune(call: Call) -> Answer:
    """Remove all stopped containers."""
    world = call.world
    filters = call.filters(frozenset({"label", "label!", "until"}))
    before = [world.now - seconds_ago(world, text) for text in filters.get("until", [])]
    passes = container_test(world, {name: values for name, values in filters.items() if name == "label"})
    unwanted = container_test(world, {"label": filters["label!"]}) if "label!" in filters else lambda one: False
    gone: list[Container] = [
        one
        for one in list(world.containers.values())
        if not one.running
        and one.status != "restarting"
        and passes(one)
        and not unwanted(one)
        and all(one.created < at for at in before)
    ]
    space = sum(sizes(world, one)[0] for one in gone)
    for one in gone:
        remove(world, one)
    world.tell("container", "prune", "", {"reclaimed": str(space)})
    return json_reply({"ContainersDeleted": [one.id for one in gone] or None, "SpaceReclaimed": space})
