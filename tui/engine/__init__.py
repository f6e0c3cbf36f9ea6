"""The async client of the Docker Engine API, usable on its own.

from tui.engine import Engine, find_address

async with Engine.connect(find_address()) as engine:
    for container in await engine.containers.list():
        print(container.names, container.status)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.transport.address import Address, find_address

if TYPE_CHECKING:
    from tui.engine.client import Engine

__all__ = ["Address", "Engine", "errors", "find_address"]


def __getattr__(name: str) -> Any:
    """Import Engine on first use: httpx is slow to import, and addresses do not need it."""
    if name == "Engine":
        from tui.engine.client import Engine

        return Engine
    raise AttributeError(name)
