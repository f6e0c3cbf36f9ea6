"""A session whose store hears of every type of object."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.waiting import until_async
from tui.live.engine_session import Session
from tui.resources.registry import EVENTS


@pytest.fixture
async def session(engine_address: str) -> AsyncIterator[Session]:
    """Connected to a real engine, or the demo engine."""
    async with Session.open(engine_address, events=EVENTS) as opened:
        await until_async(lambda: opened.connected)
        yield opened
