"""A demo engine with a manual clock."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.shop import compose_shop


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def demo(clock: ManualClock) -> AsyncIterator[DemoEngine]:
    """Serve the shop, without its script, with a manual clock."""
    engine = DemoEngine(compose_shop(seed=7, lively=False), clock)
    async with engine.serve():
        yield engine
