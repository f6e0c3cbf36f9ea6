"""How engines refuse a port of the host that another container publishes."""

from __future__ import annotations

import re

PORT_TAKEN = re.compile(r"bind for (\S*:(\d{1,5})) failed: port is already allocated", re.IGNORECASE)
"""Groups: the address with the port, and the port."""


def taken_port(error: str) -> str:
    """Return the port of the host that made the engine refuse a start, in digits; "" for another error."""
    found = PORT_TAKEN.search(error)
    return found[2] if found else ""
