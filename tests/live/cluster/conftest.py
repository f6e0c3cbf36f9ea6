"""A session on a swarm, and what its tests make there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.waiting import until_async
from tui.engine.api.configs import Configs
from tui.engine.api.secrets import Secrets
from tui.engine.api.services import Services
from tui.live.engine_session import Session
from tui.resources import registry


@pytest.fixture
async def session(swarm: str) -> AsyncIterator[Session]:
    """A session on a swarm of one node, whose lists are watched; what a test made is removed after it."""
    async with Session.open(swarm, events=registry.EVENTS) as opened:
        await until_async(lambda: opened.connected, "the connection")
        await until_async(lambda: opened.cluster.services.loaded and opened.cluster.nodes.rows, "the lists")
        stop = opened.cluster.pulse.watch()
        yield opened
        stop()
        for service in await opened.engine.api(Services).list():
            await opened.engine.api(Services).remove(service.id)
        for group in (opened.engine.api(Secrets), opened.engine.api(Configs)):
            for each in await group.list():
                await group.remove(each.id)
