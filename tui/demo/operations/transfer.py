"""Transfer of images: pull, push, search, save, load, import, commit, build.

Nothing leaves the machine: the registry is simulated.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import AsyncGenerator
from random import Random
from typing import Any

from tui.demo.call import Answer, Call, Reply, Stream, encoder, json_reply, serves
from tui.demo.errors import ApiError
from tui.demo.objects import Image, Json, Layer
from tui.demo.operations.images import put_tag
from tui.demo.scenarios.builders import add_image
from tui.demo.world import World, with_tag

STEP = 0.08
STEPS = 6
REGISTRY = {
    "alpine": ("A minimal image of 5 MB", 11_200),
    "nginx": ("Official build of Nginx.", 20_800),
    "postgres": ("The PostgreSQL object-relational database.", 13_900),
    "redis": ("Redis is the world's fastest data platform.", 13_400),
    "busybox": ("Busybox base image.", 3_500),
    "python": ("Python is an interpreted language.", 10_100),
    "grafana/grafana": ("The official Grafana container", 3_100),
    "prom/prometheus": ("Prometheus", 1_900),
    "restic/restic": ("Fast, secure backup", 120),
}


def message(**parts: object) -> bytes:
    """Encode one message of a progress stream."""
    return encoder.encode(parts) + b"\r\n"


def _megabytes(count: float) -> str:
    return f"{count / 1e6:.2f}MB"


async def _layers(world: World, name: str, verb: str, done: str) -> AsyncGenerator[bytes]:
    """Yield the progress of a few layers, one after another, by the world's clock."""
    rng = Random(f"{world.seed}/{name}")
    for _ in range(3):
        layer, size = f"{rng.getrandbits(48):012x}", rng.randrange(2, 60) * 1_000_000
        for step in range(STEPS + 1):
            current = size * step // STEPS
            bar = ("=" * (50 * step // STEPS) + ">").ljust(51)[:51]
            yield message(
                status=verb,
                progressDetail={"current": current, "total": size},
                progress=f"[{bar}] {_megabytes(current)}/{_megabytes(size)}",
                id=layer,
            )
            await world.clock.sleep(STEP)
        yield message(status=done, progressDetail={}, id=layer)


@serves("ImageCreate")
async def pull(call: Call) -> Answer:
    """Pull from the simulated registry, or import a tar."""
    world = call.world
    if call.text("fromSrc"):
        return _import(call)
    reference = call.text("fromImage")
    if not reference:
        raise ApiError(400, "invalid reference format")
    tag = call.text("tag")
    name = with_tag(f"{reference}{'@' if tag.startswith('sha256:') else ':'}{tag}" if tag else reference)
    if not re.fullmatch(r"[a-z0-9._/:@-]+(:[\w.-]+)?", name):
        raise ApiError(400, "invalid reference format")
    if re.search(r"nosuch|missing|private", name):
        raise ApiError(
            404,
            f"pull access denied for {reference}, repository does not exist or may "
            f"require 'docker login': denied: requested access to the resource is denied",
        )
    return Stream(_pulled(world, name))


async def _pulled(world: World, name: str) -> AsyncGenerator[bytes]:
    repository, _, tag = name.rpartition(":")
    yield message(status=f"Pulling from {repository if '/' in repository else f'library/{repository}'}", id=tag)
    known = any(name in image.tags for image in world.images.values())
    if not known:
        async for piece in _layers(world, name, "Downloading", "Pull complete"):
            yield piece
    image = world.image(name) if known else add_image(world, name, Random(name).uniform(5, 180), config={"Cmd": ["sh"]})
    yield message(status=f"Digest: {image.digests[0].partition('@')[2] if image.digests else image.id}")
    yield message(status=f"Status: {'Image is up to date for' if known else 'Downloaded newer image for'} {name}")
    world.tell("image", "pull", name, {"name": name.rsplit(":", 1)[0]})


def _import(call: Call) -> Answer:
    name = f"{call.text('repo')}:{call.text('tag') or 'latest'}" if call.text("repo") else ""
    image = add_image(call.world, name or "import", max(1, len(call.body)) / 1e6, tagged=bool(name))
    call.world.tell("image", "import", image.id, {"name": image.id})
    return Reply(message(status=image.id))


@serves("ImagePush")
async def push(call: Call) -> Answer:
    """Push to the simulated registry."""
    world, name = call.world, call.path["name"]
    tagged = f"{name}:{call.text('tag')}" if call.text("tag") else with_tag(name)
    try:
        image = world.image(tagged)
    except ApiError:
        raise ApiError(404, f"An image does not exist locally with the tag: {name}") from None
    if "x-registry-auth" not in call.headers:
        raise ApiError(400, "Bad parameters and missing X-Registry-Auth: invalid X-Registry-Auth header: EOF")

    async def pushed() -> AsyncGenerator[bytes]:
        yield message(status=f"The push refers to repository [docker.io/{name}]")
        async for piece in _layers(world, tagged, "Pushing", "Pushed"):
            yield piece
        yield message(status=f"{tagged.rsplit(':', 1)[-1]}: digest: {image.id} size: 1570")
        world.tell("image", "push", tagged, {"name": name})

    return Stream(pushed())


@serves("ImageSearch")
async def search(call: Call) -> Answer:
    """Search the simulated registry."""
    term = call.text("term")
    if not term:
        raise ApiError(400, "invalid search term")
    found = [
        {"star_count": stars, "is_official": "/" not in name, "name": name, "is_automated": False, "description": description}
        for name, (description, stars) in REGISTRY.items()
        if term in name or term in description.lower()
    ]
    return json_reply(found[: call.number("limit") or 25])


@serves("DistributionInspect")
async def distribution(call: Call) -> Answer:
    """Return the simulated registry's data of an image."""
    name = call.path["name"].rsplit(":", 1)[0]
    if name not in REGISTRY:
        raise ApiError(401, "unauthorized: authentication required")
    digest = f"{Random(name).getrandbits(256):064x}"
    return json_reply(
        {
            "Descriptor": {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": f"sha256:{digest}", "size": 9218},
            "Platforms": [{"architecture": "amd64", "os": "linux"}, {"architecture": "arm64", "os": "linux", "variant": "v8"}],
        }
    )


def _saved(images: list[Image]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:

        def add(name: str, data: bytes) -> None:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))

        manifest: list[Json] = []
        for image in images:
            config = f"{image.id[7:]}.json"
            add(
                config,
                json.dumps(
                    {"architecture": "amd64", "os": "linux", "config": image.config, "demo": {"size": image.size}}
                ).encode(),
            )
            manifest.append({"Config": config, "RepoTags": image.tags or None, "Layers": []})
        add("manifest.json", json.dumps(manifest).encode())
    return buffer.getvalue()


@serves("ImageGet")
async def save(call: Call) -> Answer:
    """Return an image as a tar without its layers, which do not exist."""
    image = call.world.image(call.path["name"])
    call.world.tell("image", "save", image.id, {"name": image.id})
    return Reply(_saved([image]), 200, "application/x-tar")


@serves("ImageGetAll")
async def save_all(call: Call) -> Answer:
    """Return several images as one tar."""
    names = [name for value in call.query.get("names", []) for name in value.split(",") if name]
    if not names:
        raise ApiError(400, "no images specified")
    return Reply(_saved([call.world.image(name) for name in names]), 200, "application/x-tar")


@serves("ImageLoad")
async def load(call: Call) -> Answer:
    """Load images from a tar."""
    world = call.world
    try:
        with tarfile.open(fileobj=io.BytesIO(call.body), mode="r:*") as archive:

            def read(name: str) -> Any:
                content = archive.extractfile(name)
                return json.loads(content.read()) if content else {}

            entries = [(entry, read(entry["Config"])) for entry in read("manifest.json")]
    except (tarfile.TarError, KeyError, ValueError, TypeError) as problem:
        raise ApiError(500, f"invalid archive: {problem}") from None
    said = b""
    for entry, config in entries:
        identity = "sha256:" + entry["Config"].removesuffix(".json").rsplit("/", 1)[-1]
        image = world.images.get(identity)
        if image is None:
            image = add_image(world, "loaded", 1.0, config=config.get("config") or {}, tagged=False)
            del world.images[image.id]
            image.id, image.size = identity, (config.get("demo") or {}).get("size", len(call.body))
            world.images[identity] = image
        for name in entry.get("RepoTags") or []:
            put_tag(world, image, name)
            said += message(stream=f"Loaded image: {name}\n")
        said = said or message(stream=f"Loaded image ID: {identity}\n")
        world.tell("image", "load", identity, {"name": identity})
    return Reply(said)


@serves("ImageCommit")
async def commit(call: Call) -> Answer:
    """Create an image from a container."""
    world = call.world
    container = world.container(call.text("container"))
    base = world.images.get(container.image_id)
    name = f"{call.text('repo')}:{call.text('tag') or 'latest'}" if call.text("repo") else ""
    config = {**container.config, "Cmd": container.command, "Image": container.image}
    image = add_image(world, name or "commit", (base.size if base else 1_000_000) / 1e6, config=config, tagged=False)
    image.author = call.text("author")
    image.layers = [*(base.layers if base else []), Layer(call.text("comment") or "sh", 4096)]
    if name:
        put_tag(world, image, name)
    world.tell_container(container, "commit", comment=call.text("comment"), imageID=image.id, imageRef=name)
    return json_reply({"Id": image.id}, 201)


@serves("ImageBuild")
async def build(call: Call) -> Answer:
    """Print a Dockerfile's steps as the classic builder does; their effects are simulated."""
    if call.text("version") == "2":
        raise ApiError(501, "The demo engine has no BuildKit: build with version=1, or use a real engine.")
    dockerfile = call.text("dockerfile") or "Dockerfile"
    try:
        with tarfile.open(fileobj=io.BytesIO(call.body), mode="r:*") as archive:
            content = archive.extractfile(next(name for name in archive.getnames() if name.removeprefix("./") == dockerfile))
            lines = content.read().decode(errors="replace").splitlines() if content else []
    except (tarfile.TarError, StopIteration, EOFError):
        raise ApiError(500, f"Cannot locate specified Dockerfile: {dockerfile}") from None
    steps = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not steps:
        raise ApiError(400, f"the Dockerfile ({dockerfile}) cannot be empty")
    return Stream(_built(call.world, steps, call.query.get("t", [])))


async def _built(world: World, steps: list[str], names: list[str]) -> AsyncGenerator[bytes]:
    for number, step in enumerate(steps, 1):
        yield message(stream=f"Step {number}/{len(steps)} : {step}")
        yield message(stream="\n")
        await world.clock.sleep(STEP * 3)
        if step.upper().startswith("RUN") and "false" in step.split():
            text = f"The command '/bin/sh -c {step[4:]}' returned a non-zero code: 1"
            yield message(errorDetail={"code": 1, "message": text}, error=text)
            return
        yield message(stream=f" ---> {world.new_id('step')[:12]}\n")
    image = add_image(world, names[0] if names else "built", 60.0, steps=tuple(steps), config={"Cmd": ["sh"]}, tagged=False)
    yield message(aux={"ID": image.id})
    yield message(stream=f"Successfully built {image.id[7:19]}\n")
    for name in names:
        put_tag(world, image, with_tag(name))
        yield message(stream=f"Successfully tagged {with_tag(name)}\n")
        world.tell("image", "tag", image.id, {"name": with_tag(name)})
