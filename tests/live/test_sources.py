"""Images, networks and volumes in the store, on real engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.docker import Docker
from tests.engine.tars import a_name, an_image, image_id
from tests.waiting import until_async
from tui.engine.objects.events import Actor, Event
from tui.live.containers.container import CONTAINERS
from tui.live.engine_session import Session
from tui.live.objects.images import IMAGES, Image
from tui.live.objects.networks import NETWORKS
from tui.live.objects.volumes import VOLUMES, Volume


@pytest.fixture
async def session(engine_address: str) -> AsyncIterator[Session]:
    async with Session.open(engine_address, kinds=(CONTAINERS, IMAGES, NETWORKS, VOLUMES)) as opened:
        await until_async(lambda: opened.connected)
        yield opened


async def test_images_come_are_named_and_go(session: Session, docker: Docker) -> None:
    name, other = await asyncio.to_thread(an_image, docker), a_name(docker)
    id = image_id(docker, name)
    await until_async(lambda: id in session.store.of(IMAGES).rows, "the image to be listed")
    row = session.store.of(IMAGES).rows[id]
    assert (row.name, row.names, row.dangling) == (name, (name,), False)
    assert row.size > 2000
    repository, _, tag = other.partition(":")
    docker.request("POST", f"/images/{name}/tag", {"repo": repository, "tag": tag})
    await until_async(lambda: set(session.store.of(IMAGES).rows[id].names) == {name, other}, "the second name")
    docker.request("DELETE", f"/images/{name}")
    await until_async(lambda: session.store.of(IMAGES).rows[id].names == (other,), "the first name to go")
    docker.request("DELETE", f"/images/{other}")
    await until_async(lambda: id not in session.store.of(IMAGES).rows, "the image to go")


async def test_networks_come_and_go(session: Session, docker: Docker) -> None:
    rows = session.store.of(NETWORKS)
    id = await asyncio.to_thread(docker.network, f"net-{docker.run_id}", {"com.docker.compose.project": "shop"}, Internal=True)
    await until_async(lambda: id in rows.rows and rows.rows[id].project == "shop", "the network to be listed")
    row = rows.rows[id]
    assert (row.name, row.driver, row.scope, row.internal, row.built_in) == (
        f"net-{docker.run_id}",
        "bridge",
        "local",
        True,
        False,
    )
    assert row.created > 1_600_000_000
    assert row.ranges[0].subnet
    assert {each.name for each in rows.rows.values() if each.built_in} == {"bridge", "host", "none"}
    docker.request("DELETE", f"/networks/{id}")
    await until_async(lambda: id not in rows.rows, "the network to go")


async def test_volumes_come_and_go(session: Session, docker: Docker) -> None:
    rows = session.store.of(VOLUMES)
    longer = await asyncio.to_thread(docker.volume, f"volume-{docker.run_id}-longer")
    name = await asyncio.to_thread(docker.volume, f"volume-{docker.run_id}", {"com.docker.compose.project": "shop"})
    await until_async(lambda: name in rows.rows and rows.rows[name].project == "shop", "the volume to be listed")
    row = rows.rows[name]
    assert (row.driver, row.scope, row.anonymous) == ("local", "local", False)
    assert row.mountpoint
    assert row.created > 1_600_000_000
    await until_async(lambda: longer in rows.rows, "the other volume")
    docker.request("DELETE", f"/volumes/{name}")
    await until_async(lambda: name not in rows.rows, "the volume to go")
    assert longer in rows.rows


def test_an_image_without_a_name_says_what_it_can() -> None:
    image = Image(id="sha256:0123456789abcdef", labels={})
    assert (image.dangling, image.name) == (True, "0123456789ab")
    assert Image(id="sha256:01", digests=("redis@sha256:02",), labels={}).name == "redis"


def test_events_may_be_told_twice() -> None:
    for kind, action in ((NETWORKS, "destroy"), (VOLUMES, "destroy"), (IMAGES, "delete")):
        gone = Event(type=kind.name.removesuffix("s"), action=action, actor=Actor(id="x"))
        assert kind.patch(None, gone) is None
    made = Event(type="volume", action="create", actor=Actor(id="data", attributes={"driver": "local"}))
    row = VOLUMES.patch(None, made)
    assert row == Volume(name="data", driver="local", options={}, labels={})
    assert VOLUMES.patch(row, made) is row


@pytest.mark.parametrize(("name", "anonymous"), [("a" * 64, True), ("data", False), ("z" * 64, False)])
def test_a_volume_nobody_named_is_told_apart(name: str, anonymous: bool) -> None:
    assert Volume(name=name, options={}, labels={}).anonymous is anonymous
