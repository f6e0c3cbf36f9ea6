"""Images of an engine with containerd's image store: several platforms, sizes, digests among the tags, partial pushes."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.conftest import RUN_ID
from tests.docker import Docker
from tests.engines import EngineError, start, stop
from tests.engines.registry import PASSWORD, USER, registry
from tests.images import BUSYBOX, ensure_image
from tests.multiplatform import archive
from tui.engine import Engine
from tui.engine.auth.login import Login
from tui.live.cleanup.unused import Candidate
from tui.live.containers.used_by import Used
from tui.live.jobs.layer_progress import follow
from tui.live.objects.images import Image, read
from tui.resources.images.details import overview

pytestmark = [pytest.mark.starts_engine("28"), pytest.mark.timeout(180)]

WEB = "docker.io/library/web:1"


@pytest.fixture(scope="module")
def docker() -> Iterator[Docker]:
    """An engine with containerd's image store, BusyBox, and an image for two platforms."""
    try:
        private = start("28", f"containerd-{RUN_ID}", owned=True, settings='{"features": {"containerd-snapshotter": true}}')
    except EngineError as error:
        pytest.fail(f"no engine: {error}", pytrace=False)
    try:
        client = Docker(private.address, RUN_ID)
        ensure_image(client, BUSYBOX)
        client.request("POST", "/images/load", body=archive(WEB, Path(shutil.which("busybox") or "/bin/sh").read_bytes()))
        yield client
    finally:
        stop(private)


@pytest.fixture
async def engine(docker: Docker) -> AsyncIterator[Engine]:
    async with Engine.connect(docker.address) as connected:
        yield connected


async def image(engine: Engine, name: str) -> Image:
    return next(row for row in await read(engine, None) if name in row.names)


async def test_the_list_tells_platforms_and_that_ids_are_digests(engine: Engine) -> None:
    web = await image(engine, "web:1")
    assert web.by_digest
    assert web.platforms == ("linux/amd64", "linux/arm64/v8")
    assert len(web.manifests) == 3


async def test_digests_that_the_engine_lists_as_tags_are_none(engine: Engine, docker: Docker) -> None:
    with registry(docker.address) as found:
        docker.request("POST", "/images/busybox/tag", {"repo": f"{found.host}/busybox", "tag": "1"})
        login = Login(found.host, USER, PASSWORD)
        await follow(engine.images.push(f"{found.host}/busybox", "1", login))
        digest = (await engine.distribution.inspect(f"{found.host}/busybox:1", login)).descriptor.digest
        await follow(engine.images.pull(f"{found.host}/busybox@{digest}", login))
        assert any("@" in tag for row in docker.request("GET", "/images/json") for tag in row["RepoTags"])
        busybox = await image(engine, BUSYBOX)
        assert busybox.names == (f"{found.host}/busybox:1", BUSYBOX)
        assert f"{found.host}/busybox@{digest}" in busybox.digests


async def test_the_size_in_the_details_is_that_of_the_list_and_names_its_parts(engine: Engine) -> None:
    web = await image(engine, "web:1")
    found = await engine.images.inspect(web.id, manifests=True)
    assert 0 < found.size < web.size
    shown = overview(found, Used(web)).plain_text()
    assert " of compressed content, " in next(line for line in shown.split("\n") if line.strip().startswith("Size"))
    assert "attestation of " in shown


async def test_less_is_freed_than_measured_where_content_is_shared(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    made = docker.request("POST", "/commit", {"container": container, "repo": "copy", "tag": "1"})
    usage = {each.id: each for each in (await engine.system.disk_usage(["image"])).images}
    own = usage[made["Id"]].size - usage[made["Id"]].shared_size
    before = docker.request("GET", "/system/df")["LayersSize"]
    row = Candidate(sort="image", item=await image(engine, "copy:1"), size=own, shared=usage[made["Id"]].shared_size)
    docker.request("DELETE", "/images/copy:1")
    freed = before - docker.request("GET", "/system/df")["LayersSize"]
    assert freed < own
    assert row.at_most


async def test_a_push_without_all_platforms_says_which_one_was_pushed(engine: Engine, docker: Docker) -> None:
    with registry(docker.address) as found:
        name, login = f"{found.host}/web", Login(found.host, USER, PASSWORD)
        docker.request("POST", "/images/web:1/tag", {"repo": name, "tag": "1"})
        assert (await follow(engine.images.push(name, "1", login))).pushed_only == ""
        for tag in (f"{name}:1", "web:1"):
            docker.request("DELETE", f"/images/{tag}")
        await follow(engine.images.pull(f"{name}:1", login, "linux/amd64"))
        assert (await image(engine, f"{name}:1")).platforms == ("linux/amd64",)
        assert (await follow(engine.images.push(name, "1", login))).pushed_only == "linux/amd64"
        listed = docker.request("GET", "/images/json", {"filters": json.dumps({"reference": [name]})})
        assert len(listed) == 1
