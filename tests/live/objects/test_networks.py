"""Networks as rows, on real engines."""

from __future__ import annotations

import asyncio

from tests.docker import Docker
from tests.waiting import until_async
from tui.live.engine_session import Session
from tui.live.objects.networks import NETWORKS


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
