"""Local images: list, inspect, history, tag, remove, prune, and the build cache's prune."""

from __future__ import annotations

import fnmatch

from tui.demo.call import Answer, Call, empty, json_reply, matches_labels, serves
from tui.demo.errors import ApiError
from tui.demo.objects import BuildRecord, Image, Json
from tui.demo.shapes import ROOT
from tui.demo.times import seconds_ago
from tui.demo.usage import image_shape
from tui.demo.world import World, with_tag

FILTERS = frozenset({"before", "dangling", "label", "reference", "since", "until"})


def passes(world: World, image: Image, filters: dict[str, list[str]]) -> bool:
    """Whether an image passes the filters."""
    if "dangling" in filters and (not image.tags) != any(value.lower() in ("1", "true") for value in filters["dangling"]):
        return False
    if "reference" in filters and not any(
        _is_reference(tag, pattern) for tag in image.tags for pattern in filters["reference"]
    ):
        return False
    if any(image.created >= world.image(value).created for value in filters.get("before", [])):
        return False
    if any(image.created <= world.image(value).created for value in filters.get("since", [])):
        return False
    if any(image.created >= world.now - seconds_ago(world, value) for value in filters.get("until", [])):
        return False
    return matches_labels(image.config.get("Labels") or {}, filters.get("label", []))


def _is_reference(tag: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(tag, pattern) or fnmatch.fnmatchcase(tag.rsplit(":", 1)[0], pattern)


@serves("ImageList")
async def list_images(call: Call) -> Answer:
    """List images, newest first."""
    filters = call.filters(FILTERS)
    chosen = [one for one in call.world.images.values() if passes(call.world, one, filters)]
    chosen.sort(key=lambda one: one.created, reverse=True)
    return json_reply([image_shape(call.world, one) for one in chosen])


@serves("ImageInspect")
async def inspect(call: Call) -> Answer:
    """Inspect an image."""
    world, image = call.world, call.world.image(call.path["name"])
    folder = f"{ROOT}/overlay2/{image.id[7:]}"
    config: Json = {
        "Cmd": None,
        "Entrypoint": None,
        "Env": None,
        "Labels": None,
        "OnBuild": None,
        "User": "",
        "Volumes": None,
        "WorkingDir": "",
        **image.config,
    }
    return json_reply(
        {
            "Id": image.id,
            "RepoTags": image.tags,
            "RepoDigests": image.digests,
            "Parent": "",
            "Comment": "buildkit.dockerfile.v0",
            "Created": world.stamp(image.created),
            "DockerVersion": "",
            "Author": image.author,
            "Architecture": "amd64",
            "Os": "linux",
            "Size": image.size,
            "GraphDriver": {
                "Data": {"MergedDir": f"{folder}/merged", "UpperDir": f"{folder}/diff", "WorkDir": f"{folder}/work"},
                "Name": "overlay2",
            },
            "RootFS": {
                "Type": "layers",
                "Layers": [f"sha256:{image.id[7 + n :]}{'0' * n}" for n, layer in enumerate(image.layers) if layer.size],
            },
            "Metadata": {"LastTagTime": world.stamp(image.created)},
            "Config": config,
        }
    )


@serves("ImageHistory")
async def history(call: Call) -> Answer:
    """List its build steps, newest first."""
    world, image = call.world, call.world.image(call.path["name"])
    steps = []
    for number, layer in enumerate(reversed(image.layers)):
        steps.append(
            {
                "Comment": "buildkit.dockerfile.v0" if layer.created_by.endswith("# buildkit") else "",
                "Created": world.seconds(image.created - (layer.age if number else 0.0) * 0.01),
                "CreatedBy": layer.created_by,
                "Id": image.id if number == 0 else "<missing>",
                "Size": layer.size,
                "Tags": image.tags or None if number == 0 else None,
            }
        )
    return json_reply(steps)


@serves("ImageTag")
async def tag(call: Call) -> Answer:
    """Add a name."""
    world, image = call.world, call.world.image(call.path["name"])
    repository = call.text("repo")
    if not repository or repository != repository.lower():
        raise ApiError(
            400, "invalid reference format" if not repository else "invalid reference format: repository name must be lowercase"
        )
    name = with_tag(f"{repository}:{call.text('tag') or 'latest'}")
    put_tag(world, image, name)
    world.tell("image", "tag", image.id, {"name": name})
    return empty(201)


def put_tag(world: World, image: Image, name: str) -> None:
    """Move this name to the image."""
    for other in world.images.values():
        if name in other.tags:
            other.tags.remove(name)
    image.tags.append(name)


@serves("ImageDelete")
async def delete(call: Call) -> Answer:
    """Remove a name, and the image if it was its last one."""
    world, reference = call.world, call.path["name"]
    image = world.image(reference)
    force = call.flag("force")
    users = [one for one in world.containers.values() if one.image_id == image.id]
    by_name = with_tag(reference) in image.tags
    short = image.id[7:19]
    if by_name and len(image.tags) > 1:
        return json_reply(_untag(world, image, with_tag(reference)))
    if users and (not force or any(one.running for one in users)):
        one = next((one for one in users if one.running), users[0])
        if by_name and not one.running:
            raise ApiError(
                409,
                f'conflict: unable to remove repository reference "{reference}" (must '
                f"force) - container {one.id[:12]} is using its referenced image {short}",
            )
        if by_name and not force:
            raise ApiError(
                409,
                f'conflict: unable to remove repository reference "{reference}" (must '
                f"force) - container {one.id[:12]} is using its referenced image {short}",
            )
        state, how = ("running", "cannot be forced") if one.running else ("stopped", "must be forced")
        raise ApiError(
            409, f"conflict: unable to delete {short} ({how}) - image is being used by {state} container {one.id[:12]}"
        )
    if not by_name and len(image.tags) > 1 and not force:
        raise ApiError(
            409, f"conflict: unable to delete {short} (must be forced) - image is referenced in multiple repositories"
        )
    return json_reply(remove_image(world, image))


def _untag(world: World, image: Image, name: str) -> list[Json]:
    image.tags.remove(name)
    world.tell("image", "untag", image.id, {"name": image.id})
    return [{"Untagged": name}]


def remove_image(world: World, image: Image) -> list[Json]:
    """Remove all names, digests and layers of an image."""
    gone: list[Json] = []
    for name in list(image.tags):
        gone += _untag(world, image, name)
    gone += [{"Untagged": digest} for digest in image.digests]
    del world.images[image.id]
    world.tell("image", "delete", image.id, {"name": image.id})
    return [*gone, {"Deleted": image.id}]


@serves("ImagePrune")
async def prune(call: Call) -> Answer:
    """Remove untagged unused images; with the filter dangling=false tagged ones too."""
    world = call.world
    filters = call.filters(frozenset({"dangling", "label", "label!", "until"}))
    named_too = any(value.lower() in ("0", "false") for value in filters.get("dangling", []))
    used = {one.image_id for one in world.containers.values()}
    before = [world.now - seconds_ago(world, text) for text in filters.get("until", [])]
    gone = [
        one
        for one in world.images.values()
        if one.id not in used
        and (named_too or not one.tags)
        and all(one.created < at for at in before)
        and matches_labels(one.config.get("Labels") or {}, filters.get("label", []))
    ]
    space = sum(one.size for one in gone)
    deleted = [entry for one in gone for entry in remove_image(world, one)]
    world.tell("image", "prune", "", {"reclaimed": str(space)})
    return json_reply({"ImagesDeleted": deleted or None, "SpaceReclaimed": space})


@serves("BuildPrune")
async def prune_build_cache(call: Call) -> Answer:
    """Remove unused build records, shared ones only with `all`: those with the given id, until the sizes are met."""
    world = call.world
    wanted = call.filters(frozenset({"id"})).get("id", [])
    kept = call.text("reserved-space") or call.text("keep-storage")
    left = sum(one.size for one in world.build_cache)
    gone: list[BuildRecord] = []
    for one in sorted(world.build_cache, key=lambda record: record.last_used):
        free = not one.in_use and (call.flag("all") or not one.shared) and (not wanted or one.id in wanted)
        if free and left > (int(kept) if kept else 0):
            gone.append(one)
            left -= one.size
    world.build_cache = [one for one in world.build_cache if one not in gone]
    space = sum(one.size for one in gone)
    world.tell("builder", "prune", "", {"reclaimed": str(space)})
    return json_reply({"CachesDeleted": [one.id for one in gone] or None, "SpaceReclaimed": space})
