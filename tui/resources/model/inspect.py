"""An object as the engine tells it, in full, and named values such as labels: secrets are masked in both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from tui.resources.model.document import Document, SheetWriter, read_json
from tui.resources.model.masking import masked
from tui.resources.model.resource import Tab

if TYPE_CHECKING:
    from tui.engine import Engine

Row = TypeVar("Row")


def named_values(sheet: SheetWriter, title: str, values: Mapping[str, str], secrets: bool) -> None:
    """Names and their values, sorted; what looks secret is masked, to be copied too, unless `secrets` are asked for."""
    if not values:
        return
    sheet.section(title)
    for name, value in sorted(values.items()):
        shown = value if secrets else masked(name, value)
        sheet.field(name, shown or '""', "dim" if shown != value or not shown else "", copy=shown)


def inspect(raw: bytes, _row: object, secrets: bool = False) -> Document:
    """Return the engine's JSON (`ContainerInspect`), with values that look secret masked unless asked for."""
    return read_json(raw, secrets)


def inspect_tab(gather: Callable[[Engine, Row], Awaitable[bytes]]) -> Tab[Row]:
    """Return the tab of the engine's own JSON; `gather` asks for it."""
    return Tab(name="inspect", key="y", gather=gather, document=inspect, live=True)
