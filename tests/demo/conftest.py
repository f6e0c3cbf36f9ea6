"""A demo engine whose time stands still until a test moves it."""

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
    """The shop, without its script, by a clock that stands still."""
    engine = DemoEngine(compose_shop(seed=7, lively=False), clock)
    async with engine.serve():
        yield engine
