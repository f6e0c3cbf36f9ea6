"""Fixtures of the tests of live data."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tui.live.state.supervisor import is_late_data


@pytest.fixture
async def told() -> list[BaseException]:
    """The faults passed to the event loop's exception handler, which writes the crash report."""
    heard: list[BaseException] = []

    def hear(_loop: object, context: dict[str, Any]) -> None:
        if not is_late_data(context):
            heard.append(context["exception"])

    asyncio.get_running_loop().set_exception_handler(hear)
    return heard
