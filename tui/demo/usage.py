"""Images, volumes and build records in the form of lists and disk usage."""

from __future__ import annotations

from tui.demo.lifecycle import users_of_volume
from tui.demo.objects import BuildRecord, Image, Json, Volume
from tui.demo.shapes import ROOT
from tui.demo.world import World, rfc3339


def containers_of_image(world: World, image: Image) -> int:
    """Return the number of containers created from the image."""
    return sum(container.image_id == image.id for container in world.containers.values())


def image_shape(world: World, image: Image, usage: bool = False) -> Json:
    """Return an image in the form of the list; with `usage` as in disk usage."""
    return {
        "Containers": containers_of_image(world, image) if usage else -1,
        "Created": world.seconds(image.created),
        "Id": image.id,
        "Labels": image.config.get("Labels"),
        "ParentId": "",
        "RepoDigests": image.digests,
        "RepoTags": image.tags,
        "SharedSize": int(image.size * 0.4) if usage and len(image.layers) > 2 else (0 if usage else -1),
        "Size": image.size,
    }


def image_usage(world: World) -> list[Json]:
    """All images."""
    return [image_shape(world, image, True) for image in world.images.values()]


def layers_size(world: World) -> int:
    """Return the bytes of all layers, shared ones once."""
    return sum(image.size for image in world.images.values())


def volume_shape(world: World, volume: Volume, usage: bool = False) -> Json:
    """Return a volume; with `usage` its size and the number of its users."""
    shape: Json = {
        "CreatedAt": rfc3339(world.origin + volume.created).partition(".")[0] + "Z",
        "Driver": volume.driver,
        "Labels": volume.labels or None,
        "Mountpoint": f"{ROOT}/volumes/{volume.name}/_data",
        "Name": volume.name,
        "Options": volume.options or None,
        "Scope": "local",
    }
    if usage:
        shape["UsageData"] = {"RefCount": len(users_of_volume(world, volume.name)), "Size": volume.size}
    return shape


def volume_usage(world: World) -> list[Json]:
    """All volumes with their usage."""
    return [volume_shape(world, volume, True) for volume in world.volumes.values()]


def record_shape(world: World, record: BuildRecord) -> Json:
    """Return a record of the build cache."""
    return {
        "ID": record.id,
        "Type": record.kind,
        "Description": record.description,
        "InUse": record.in_use,
        "Shared": record.shared,
        "Size": record.size,
        "CreatedAt": world.stamp(record.created),
        "LastUsedAt": world.stamp(record.last_used),
        "UsageCount": record.uses,
    }


def build_cache_usage(world: World) -> list[Json]:
    """Return the whole build cache."""
    return [record_shape(world, record) for record in world.build_cache]
