"""The stacks of a swarm: services, secrets and configs with the label of one stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.live.cluster.rows import StackRow
from tui.live.cluster.sources import SERVICES as SOURCE
from tui.resources.cluster.service_details import progress
from tui.resources.cluster.why import why
from tui.resources.model.action import Action, Each, Open
from tui.resources.model.columns import name_column
from tui.resources.model.docker_commands import asks, command
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, Span, count, one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session
    from tui.resources.model.action import Answers


def title(row: StackRow) -> str:
    """Return the name of the stack."""
    return one_line(row.name)


def tasks(row: StackRow) -> tuple[str, str]:
    """Return running of wanted tasks of all services, and its style."""
    running, desired = (sum(getattr(each, name) for each in row.services) for name in ("running", "desired"))
    short = any(each.running < each.desired for each in row.services)
    return f"{running}/{desired}", "warn" if short else "good"


def short_of(row: StackRow) -> str:
    """Return the services that do not run as wanted."""
    return ", ".join(one_line(each.name) for each in row.services if each.running < each.desired)


def overview(row: StackRow, _row: StackRow, secrets: bool = False) -> Document:
    """Return the overview of a stack: its services with the reason of those that do not run, secrets, configs."""
    sheet = SheetWriter(secrets)
    sheet.section(f"Stack: {count(len(row.services), 'service')}")
    for each in row.services:
        found = why(each)
        reason = Span(f"  {found.sentence}", "dim") if found is not None else Span("")
        parts = Span(each.name, "accent"), Span("  "), Span(*progress(each)), reason
        sheet.line(*parts, copy=each.name, link=Link("services", each.id))
    for heading, screen, found_rows in (("Secrets", "secrets", row.secrets), ("Configs", "configs", row.configs)):
        if found_rows:
            sheet.section(heading)
        for stored in found_rows:
            sheet.line(Span(stored.name, "accent"), copy=stored.name, link=Link(screen, stored.id))
    return sheet.done()


def _what_goes(rows: Sequence[StackRow]) -> str:
    services = sum(len(row.services) for row in rows)
    stored = sum(len(row.secrets) + len(row.configs) for row in rows)
    more = f", {count(stored, 'secret or config', 'secrets and configs')}" if stored else ""
    return f"{count(services, 'service')}{more} and the networks of the stack are removed."


async def _remove(session: Session, row: StackRow, _answers: Answers) -> str:
    from tui.live.cluster.stacks import remove  # rarely needed, so imported late

    return await remove(session.engine, row)


LOGS: Action[StackRow] = Action(
    name="logs",
    key="l",
    help="show the logs of all tasks, merged by time",
    do=Open("stack-logs", single=True),
    changes=False,
)
SERVICES: Action[StackRow] = Action(
    name="list-services",
    help="list the services",
    do=Open("stack-services"),
    changes=False,
    footer=False,
)
REMOVE: Action[StackRow] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove the services, secrets, configs and networks of the stack",
    do=Each(call=_remove, command=command("stack rm", lambda row: row.name), result=str),
    danger=True,
    question=lambda rows, host: asks("Remove", "stack", title, _what_goes(rows))(rows, host),
    doing="removing",
    done="removed",
    long=True,
)

STACKS: Resource[StackRow] = Resource(
    name="stacks",
    singular="stack",
    source=SOURCE,
    rows=lambda session: session.cluster.stacks,
    pulse=lambda session: session.cluster.pulse,
    id=lambda row: row.name,
    title=title,
    columns=(
        name_column(title),
        Column(
            title="SERVICES",
            cell=lambda row: Cell(str(len(row.services))),
            key=lambda row: -len(row.services),
            width=8,
            right=True,
        ),
        Column(title="TASKS", cell=lambda row: Cell(*tasks(row)), key=lambda row: tasks(row)[0], width=9, right=True),
        Column(
            title="SHORT OF TASKS",
            cell=lambda row: Cell(short_of(row), "warn"),
            key=lambda row: short_of(row) or None,
            width=40,
            min_width=14,
            priority=1,
            grows=True,
        ),
    ),
    actions=(LOGS, SERVICES, REMOVE),
    tabs=(Tab(name="overview", document=overview, live=True),),
    sorted_by="NAME",
    empty="No stacks. docker stack deploy creates a stack of services.",
)
