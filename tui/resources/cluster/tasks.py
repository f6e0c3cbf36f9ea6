"""The tasks of a swarm: each run of a service's container on a node."""

from __future__ import annotations

from tui.engine.api.tasks import Tasks
from tui.live.cluster.rows import TaskRow
from tui.live.cluster.sources import TASKS as SOURCE
from tui.resources.cluster.formats import reason, since, state_style
from tui.resources.model import formats
from tui.resources.model.action import Action, Open
from tui.resources.model.columns import text_column
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.filter_expression import natural
from tui.resources.model.inspect import inspect_tab
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, Span, one_line


def title(row: TaskRow) -> str:
    """Return service and slot: "web.2"."""
    return one_line(row.name)


def image(row: TaskRow) -> str:
    """Return the image, without its digest."""
    container = row.task.spec.container_spec
    return container.image.partition("@")[0] if container is not None else ""


def overview(row: TaskRow, _row: TaskRow, secrets: bool = False) -> Document:
    """Return the overview of a task: states with their times, node, container, networks."""
    sheet, task = SheetWriter(secrets), row.task
    sheet.section("Task")
    sheet.field("Service", row.service, link=Link("services", task.service_id))
    sheet.field("Slot", str(task.slot or ""))
    sheet.field("State", (Span(task.status.state, state_style(task.status.state)), Span(f"  since {since(row)}", "dim")))
    sheet.field("Wanted", task.desired_state)
    sheet.field("Reason", reason(row), "bad" if row.ended else "warn")
    sheet.field("Message", task.status.message)
    sheet.field("Node", row.node, link=Link("nodes", task.node_id))
    sheet.field("Image", task.spec.container_spec.image if task.spec.container_spec else "")
    if (status := task.status.container_status) is not None:
        sheet.field("Container", status.container_id, link=Link("containers", status.container_id))
        sheet.field("Exit code", str(status.exit_code) if row.ended else "")
    sheet.field("Created", formats.when(formats.moment(task.created_at)))
    sheet.field("Id", task.id)
    networks = [each for each in task.networks_attachments if each.network is not None and each.network.spec is not None]
    if networks:
        sheet.section("Networks")
        for each in networks:
            assert each.network is not None
            assert each.network.spec is not None
            sheet.field(each.network.spec.name, " ".join(each.addresses))
    return sheet.done()


def _why_no_container(row: TaskRow) -> str:
    status = row.task.status.container_status
    return "" if status is not None and status.container_id else "no container yet"


LOGS: Action[TaskRow] = Action(
    name="logs",
    key="l",
    help="show the logs of the marked tasks, merged by time",
    do=Open("task-logs"),
    changes=False,
)
CONTAINER: Action[TaskRow] = Action(
    name="container",
    help="show the container of a task, on this or another connected engine",
    do=Open("task", single=True),
    refusal=_why_no_container,
    changes=False,
    footer=False,
)
STATE: Column[TaskRow] = Column(
    title="STATE",
    cell=lambda row: Cell(f"{row.task.status.state} {since(row)}".rstrip(), state_style(row.task.status.state)),
    key=lambda row: (row.task.status.state, row.task.status.timestamp),
    width=16,
)

TASKS: Resource[TaskRow] = Resource(
    name="tasks",
    singular="task",
    source=SOURCE,
    rows=lambda session: session.cluster.tasks,
    pulse=lambda session: session.cluster.pulse,
    id=lambda row: row.id,
    title=title,
    columns=(
        Column(
            title="NAME",
            cell=lambda row: Cell(title(row), "dim" if row.ended else "title"),
            key=lambda row: (natural(row.name), row.ended, tuple(-ord(sign) for sign in row.task.created_at)),
            width=24,
            min_width=12,
            grows=True,
        ),
        text_column("IMAGE", image, 24, min_width=10, priority=3, grows=True),
        text_column("NODE", lambda row: row.node, 16, min_width=8, priority=1),
        text_column("WANTED", lambda row: row.task.desired_state, 9, priority=2),
        STATE,
        text_column("REASON", reason, 40, styles="bad", min_width=12, priority=1, grows=True),
    ),
    actions=(LOGS, CONTAINER),
    enter="task",
    tabs=(
        Tab(name="overview", document=overview, live=True),
        inspect_tab(lambda engine, row: engine.api(Tasks).inspect_raw(row.id)),
    ),
    hidden_by_default=lambda row: not row.wanted,
    hidden_word="ended",
    sorted_by="NAME",
    empty="No tasks. A service of a swarm runs as tasks.",
)
