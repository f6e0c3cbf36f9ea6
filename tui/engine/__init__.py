"""The async client of the Docker Engine API, usable on its own.

from tui.engine import Engine, find_address

async with Engine.connect(find_address()) as engine:
    for container in await engine.containers.list():
        print(container.names, container.status)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.engine import errors

if TYPE_CHECKING:
    from tui.engine.client import Engine
    from tui.engine.transport.address import Address, find_address

__all__ = ["Address", "Engine", "errors", "find_address"]


def __getattr__(name: str) -> Any:
    """Import the client and addresses on demand: httpx and the reader of the configuration take long."""
    if name == "Engine":
        from tui.engine.client import Engine

        return Engine
    if name in ("Address", "find_address"):
        from tui.engine.transport import address

        return getattr(address, name)
    raise AttributeError(name)
