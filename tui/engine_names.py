"""The engines of one list and a name for each, before the interface is loaded and in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.engine.printable import one_line

if TYPE_CHECKING:
    from tui.config import Config
    from tui.engine.transport.address import Address


def named_engines(addresses: Sequence[Address], config: Config, *, read_only: bool = False) -> list[tuple[str, Address]]:
    """Return these engines, each once, with names that are all different: from the configuration, or of their hosts.

    Engines of the same name have the part of their addresses that differs instead, or else a number. `read_only`: nothing is
    changed on any of them, so that two contexts of one engine do not differ.
    """
    chosen: dict[tuple[Address, bool], Address] = {}
    for address in addresses:
        chosen.setdefault((address.connection, read_only or config.of_context(address.name).read_only), address)
    return list(zip(_names([*chosen.values()], config), chosen.values(), strict=True))


def _names(addresses: Sequence[Address], config: Config) -> list[str]:
    wanted = [config.of_context(address.name).name or one_line(address.name or "local") for address in addresses]
    names: list[str] = []
    for name, address in zip(wanted, addresses, strict=True):
        same = [other for other, called in zip(addresses, wanted, strict=True) if called == name]
        found = name if len(same) == 1 else _difference(address, same)
        names.append(found if found not in names else f"{found}-{len(names) + 1}")
    return names


def _difference(address: Address, others: Sequence[Address]) -> str:
    """Return the last part of an address that is another one in each of the others."""
    parts = [list(reversed(other.url.split("/"))) for other in others]
    own = list(reversed(address.url.split("/")))
    for number, part in enumerate(own):
        if part and sum(number < len(other) and other[number] == part for other in parts) == 1:
            return one_line(part)
    return one_line(address.url)
