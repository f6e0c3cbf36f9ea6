"""The services of a swarm: their list and actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.engine.api.services import Services
from tui.live.cluster.rows import ServiceRow
from tui.live.cluster.sources import SERVICES as SOURCE
from tui.resources.cluster.service_actions import ANOTHER, COMPARE, CREATE, FORCE, REMOVE, ROLL_BACK, SCALE, UPDATE, title
from tui.resources.cluster.service_details import output, overview, progress, rollout, update_words
from tui.resources.cluster.service_texts import container, port_text
from tui.resources.cluster.why import why
from tui.resources.model import formats
from tui.resources.model.action import Action, Open
from tui.resources.model.columns import name_column, text_column
from tui.resources.model.inspect import inspect_tab
from tui.resources.model.monitor_actions import EVENTS_OF
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, count

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.cluster.output import TaskLine


def ports(row: ServiceRow) -> str:
    """Return the published ports."""
    return " ".join(map(port_text, row.service.endpoint.ports))


def cause(row: ServiceRow) -> str:
    """Return why it does not run as wanted, in one sentence, or ""."""
    found = why(row)
    return found.sentence if found is not None else ""


def summary(rows: Iterable[ServiceRow]) -> str:
    """Return the number of services, and how many do not run as wanted."""
    known = [*rows]
    short = sum(row.running < row.desired for row in known)
    return count(len(known), "service") + (f", {short} short of tasks" if short else "")


LOGS: Action[ServiceRow] = Action(
    name="logs",
    key="l",
    help="show the logs of all tasks, merged by time",
    do=Open("service-logs"),
    changes=False,
)
TASKS: Action[ServiceRow] = Action(
    name="list-tasks",
    help="list the tasks",
    do=Open("service-tasks"),
    changes=False,
    footer=False,
)


async def _output(engine: Engine, row: ServiceRow) -> list[TaskLine]:
    from tui.live.cluster.output import last_lines  # rarely needed, so imported late

    return await last_lines(engine, row.id, container(row.service.spec).tty)


COLUMNS: tuple[Column[ServiceRow], ...] = (
    name_column(title),
    text_column("MODE", lambda row: row.mode, 14, min_width=6, priority=3),
    Column(
        title="RUNNING",
        cell=lambda row: Cell(*progress(row)),
        key=lambda row: (row.running - row.desired, row.running),
        width=8,
        right=True,
    ),
    Column(
        title="UPDATE",
        cell=lambda row: Cell(*update_words(row)),
        key=lambda row: row.update_state or None,
        width=18,
        min_width=9,
        priority=1,
    ),
    text_column(
        "IMAGE", lambda row: formats.short_image(row.image.partition("@")[0]), 26, min_width=10, priority=2, grows=True
    ),
    text_column("PORTS", ports, 16, min_width=8, priority=4),
    text_column("STACK", lambda row: row.stack, 12, styles="accent", priority=5),
    text_column("WHY", cause, 40, styles="warn", min_width=14, priority=1, grows=True),
)

SERVICES: Resource[ServiceRow] = Resource(
    name="services",
    singular="service",
    source=SOURCE,
    rows=lambda session: session.cluster.services,
    pulse=lambda session: session.cluster.pulse,
    event_type="service",
    id=lambda row: row.id,
    title=title,
    columns=COLUMNS,
    actions=(LOGS, SCALE, CREATE, ANOTHER, UPDATE, FORCE, ROLL_BACK, COMPARE, TASKS, EVENTS_OF, REMOVE),
    tabs=(
        Tab(name="overview", document=overview, live=True),
        Tab(name="tasks", document=rollout, live=True),
        Tab(name="output", gather=_output, document=output),
        inspect_tab(lambda engine, row: engine.api(Services).inspect_raw(row.id)),
    ),
    counts=summary,
    sorted_by="NAME",
    empty="No services. c creates a service.",
)
