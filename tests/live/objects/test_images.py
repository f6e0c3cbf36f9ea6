"""Images as rows, on real engines."""

from __future__ import annotations

import asyncio

from tests.docker import Docker
from tests.engine.tars import a_name, an_image, image_id
from tests.waiting import until_async
from tui.live.engine_session import Session
from tui.live.objects.images import IMAGES, Image


async def test_images_come_are_named_and_go(session: Session, docker: Docker) -> None:
    name, other = await asyncio.to_thread(an_image, docker), a_name(docker)
    id = image_id(docker, name)
    await until_async(lambda: id in session.store.of(IMAGES).rows, "the image to be listed")
    row = session.store.of(IMAGES).rows[id]
    assert (row.references, row.names, row.dangling) == ((name,), (name,), False)
    assert row.size > 2000
    repository, _, tag = other.partition(":")
    docker.request("POST", f"/images/{name}/tag", {"repo": repository, "tag": tag})
    await until_async(lambda: set(session.store.of(IMAGES).rows[id].names) == {name, other}, "the second name")
    docker.request("DELETE", f"/images/{name}")
    await until_async(lambda: session.store.of(IMAGES).rows[id].names == (other,), "the first name to go")
    docker.request("DELETE", f"/images/{other}")
    await until_async(lambda: id not in session.store.of(IMAGES).rows, "the image to go")


def test_an_image_pulled_by_digest_is_named_by_it_and_not_dangling() -> None:
    digest = f"redis@sha256:{'02' * 32}"
    pinned = Image(id="sha256:01", digests=(digest,), labels={})
    assert (pinned.references, pinned.dangling) == ((digest,), False)
    tagged = Image(id="sha256:01", names=("redis:7",), digests=(digest,), labels={})
    assert tagged.references == ("redis:7",)
    assert Image(id="sha256:01", labels={}).dangling
