"""The forwarded ports: their list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.live.forwards import ForwardRow
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Each
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session


async def _end(session: Session, row: ForwardRow, _answers: Answers) -> None:
    await session.forwards.end(row.id)


def title(row: ForwardRow) -> str:
    """Return the address of a forwarded port on this machine."""
    return one_line(row.address)


def overview(_answer: object, row: ForwardRow, secrets: bool = False) -> Document:
    """Return the details of a forwarded port."""
    sheet = SheetWriter(secrets)
    sheet.section("Forwarded port")
    sheet.field("Address", title(row), "title")
    sheet.field("Container", f"{one_line(row.container)}, port {row.port}", "accent")
    sheet.field("Engine", one_line(row.host))
    sheet.field("Target", f"{one_line(row.target)}, as seen from the engine's host")
    sheet.section("Traffic")
    sheet.field("Received", formats.size(row.received))
    sheet.field("Sent", formats.size(row.sent))
    sheet.field("Connections", f"{row.connections} open, {row.opened} in all")
    return sheet.done()


FORWARDS: Resource[ForwardRow] = Resource(
    name="forwards",
    singular="forwarded port",
    rows=lambda session: session.forwards.rows,
    id=lambda row: row.id,
    title=title,
    columns=(
        Column(title="ADDRESS", cell=lambda row: Cell(title(row), "title"), key=lambda row: natural(row.address), width=21),
        Column(
            title="CONTAINER",
            cell=lambda row: Cell(one_line(row.container), "accent"),
            key=lambda row: natural(row.container),
            width=24,
            min_width=12,
            grows=True,
        ),
        Column(title="PORT", cell=lambda row: Cell(str(row.port)), key=lambda row: row.port, width=5, right=True),
        Column(
            title="ENGINE",
            cell=lambda row: Cell(one_line(row.host)),
            key=lambda row: natural(row.host),
            width=18,
            min_width=8,
            priority=1,
        ),
        Column(
            title="TARGET",
            cell=lambda row: Cell(one_line(row.target), "dim"),
            key=lambda row: natural(row.target),
            width=21,
            priority=3,
        ),
        Column(
            title="CONNECTIONS",
            cell=lambda row: Cell(f"{row.connections} of {row.opened}"),
            key=lambda row: -row.opened,
            width=11,
            priority=2,
            right=True,
        ),
        Column(
            title="TRAFFIC",
            cell=lambda row: Cell(f"{formats.size(row.received)} / {formats.size(row.sent)}"),
            key=lambda row: -(row.received + row.sent),
            width=19,
            min_width=15,
            right=True,
        ),
    ),
    actions=(
        Action(
            name="stop",
            key="x",
            help="end the forwarded port and its connections",
            do=Each(call=_end),
            doing="ending",
            done="ended",
            changes=False,
        ),
    ),
    tabs=(Tab(name="overview", document=overview, live=True),),
    sorted_by="ADDRESS",
    empty="No forwarded ports. V on a container forwards a port over SSH.",
)
