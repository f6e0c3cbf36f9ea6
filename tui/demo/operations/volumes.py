"""Volumes."""

from __future__ import annotations

import re

from tui.demo.call import Answer, Call, empty, json_reply, matches_labels, serves
from tui.demo.errors import ApiError
from tui.demo.lifecycle import users_of_volume
from tui.demo.objects import Volume
from tui.demo.usage import volume_shape
from tui.demo.world import World

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
FILTERS = frozenset({"dangling", "driver", "label", "name"})


def passes(world: World, volume: Volume, filters: dict[str, list[str]]) -> bool:
    """Whether a volume passes the filters."""
    if "dangling" in filters:
        wanted = any(value.lower() in ("1", "true") for value in filters["dangling"])
        if wanted != (not users_of_volume(world, volume.name)):
            return False
    if "driver" in filters and volume.driver not in filters["driver"]:
        return False
    if "name" in filters and not any(value in volume.name for value in filters["name"]):
        return False
    return matches_labels(volume.labels, filters.get("label", []))


@serves("VolumeList")
async def list_volumes(call: Call) -> Answer:
    """List all volumes."""
    filters = call.filters(FILTERS)
    return json_reply(
        {
            "Volumes": [
                volume_shape(call.world, one) for one in call.world.volumes.values() if passes(call.world, one, filters)
            ],
            "Warnings": None,
        }
    )


@serves("VolumeInspect")
async def inspect(call: Call) -> Answer:
    """Inspect a volume."""
    return json_reply(volume_shape(call.world, call.world.volume(call.path["name"])))


@serves("VolumeCreate")
async def create(call: Call) -> Answer:
    """Create a volume, or return the one of that name."""
    world, body = call.world, call.json(required=False)
    name = body.get("Name") or ""
    if name and not NAME.fullmatch(name):
        raise ApiError(
            400,
            f'create {name}: "{name}" includes invalid characters for a '
            f'local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. '
            "If you intended to pass a host directory, use absolute path",
        )
    driver = body.get("Driver") or "local"
    if driver != "local":
        raise ApiError(404, f'create {name}: error looking up volume plugin {driver}: plugin "{driver}" not found')
    if name in world.volumes:
        return json_reply(volume_shape(world, world.volumes[name]), 201)
    labels = dict(body.get("Labels") or {})
    anonymous = not name
    if anonymous:
        name = world.new_id("volume")
        labels["com.docker.volume.anonymous"] = ""
    volume = world.volumes[name] = Volume(name, world.now, driver, 0, labels, body.get("DriverOpts") or {}, anonymous)
    world.tell("volume", "create", name, {"driver": driver})
    return json_reply(volume_shape(world, volume), 201)


@serves("VolumeDelete")
async def delete(call: Call) -> Answer:
    """Remove an unused volume; with `force` a missing one is no error."""
    world, name = call.world, call.path["name"]
    if name not in world.volumes and call.flag("force"):
        return empty()
    volume = world.volume(name)
    used = users_of_volume(world, name)
    if used:
        raise ApiError(409, f"remove {name}: volume is in use - [{', '.join(used)}]")
    _destroy(world, volume)
    return empty()


def _destroy(world: World, volume: Volume) -> None:
    del world.volumes[volume.name]
    world.tell("volume", "destroy", volume.name, {"driver": volume.driver})


@serves("VolumePrune")
async def prune(call: Call) -> Answer:
    """Remove unused anonymous volumes; with the filter all=true named ones too."""
    world = call.world
    filters = call.filters(frozenset({"all", "label", "label!"}))
    named_too = call.version < (1, 42) or any(value.lower() in ("1", "true") for value in filters.get("all", []))
    gone = [
        one
        for one in world.volumes.values()
        if (named_too or one.anonymous)
        and not users_of_volume(world, one.name)
        and matches_labels(one.labels, filters.get("label", []))
        and not ("label!" in filters and matches_labels(one.labels, filters["label!"]))
    ]
    for one in gone:
        _destroy(world, one)
    space = sum(one.size for one in gone)
    world.tell("volume", "prune", "", {"reclaimed": str(space)})
    return json_reply({"VolumesDeleted": [one.name for one in gone], "SpaceReclaimed": space})
