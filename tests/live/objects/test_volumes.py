"""Volumes as rows, on real engines."""

from __future__ import annotations

import asyncio

import pytest

from tests.docker import Docker
from tests.waiting import until_async
from tui.engine.objects.events import Actor, Event
from tui.live.engine_session import Session
from tui.live.objects.images import IMAGES
from tui.live.objects.networks import NETWORKS
from tui.live.objects.volumes import VOLUMES, Volume


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
