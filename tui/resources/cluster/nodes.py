"""The nodes of a swarm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tui.engine.api.nodes import Nodes
from tui.engine.objects.nodes import Node
from tui.engine.objects.swarm import TLSInfo
from tui.live.cluster.changes import change
from tui.live.cluster.rows import NodeRow
from tui.live.cluster.sources import NODES as SOURCE
from tui.resources.cluster.formats import quorum, reason, root_expiry, state_style
from tui.resources.model import formats
from tui.resources.model.action import ANYWAY, Action, Answers, Choice, DockerCommand, Each, Field
from tui.resources.model.columns import name_column, text_column
from tui.resources.model.docker_commands import asks, operands
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.form_values import check_pairs, pair_flags, pair_text, pairs
from tui.resources.model.inspect import inspect_tab, named_values
from tui.resources.model.monitor_actions import EVENTS_OF
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, Span, count, one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session


def title(row: NodeRow) -> str:
    """Return the host name, else the beginning of the id."""
    return one_line(row.node.description.hostname) or row.id[:12]


def role(node: Node) -> str:
    """Return "worker", "leader", or "manager" with its reachability."""
    manager = node.manager_status
    return node.spec.role if manager is None else "leader" if manager.leader else f"manager, {manager.reachability}"


def overview(row: NodeRow, _row: NodeRow, secrets: bool = False) -> Document:
    """Return the overview of a node: state, role, resources and what tasks reserve of them, its tasks."""
    sheet, node, machine = SheetWriter(secrets), row.node, row.node.description
    sheet.fields(
        "Node",
        {
            "Host name": machine.hostname,
            "State": node.status.state,
            "Message": node.status.message,
            "Availability": node.spec.availability,
            "Role": role(node),
            "Address": node.status.addr,
            "Joined": formats.when(formats.moment(node.created_at)),
            "Platform": f"{machine.platform.os}/{machine.platform.architecture}",
            "Engine": machine.engine.engine_version,
            "Id": node.id,
        },
    )
    if node.manager_status is not None:
        sheet.field("Managers", *quorum(row.managers, row.reachable))
    _certificates(sheet, machine.tls_info)
    sheet.section("Resources")
    sheet.field("CPUs", f"{row.reserved.nano_cpus / 1e9:g} of {machine.resources.nano_cpus / 1e9:g} reserved")
    reserved = formats.memory(row.reserved.memory_bytes) if row.reserved.memory_bytes else "none"
    sheet.field("Memory", f"{reserved} of {formats.memory(machine.resources.memory_bytes)} reserved")
    sheet.section("Tasks")
    for task in row.tasks:
        state = task.task.status.state
        parts = Span(task.name, "accent"), Span(f"  {state}", state_style(state)), Span(f"  {reason(task)}".rstrip(), "dim")
        sheet.line(*parts, copy=task.id, link=Link("tasks", task.id))
    if not row.tasks:
        sheet.line(Span("no task", "dim"))
    named_values(sheet, "Labels", node.spec.labels, secrets)
    return sheet.done()


def _certificates(sheet: SheetWriter, found: TLSInfo) -> None:
    """Add the root certificate that the node trusts. Engines do not report the node's own certificate."""
    if not found.trust_root:
        return
    sheet.section("Certificates")
    ends = root_expiry(found.trust_root)
    sheet.field("Trusts", f"a root certificate that is valid until {formats.when(ends)}" if ends else "a root certificate")
    sheet.field("Own", "renewed by the node itself; the engine does not report its expiry", "dim")


# --- effects, told before --------------------------------------------------------------------------------------------


def _moved(rows: Sequence[NodeRow]) -> str:
    tasks = sum(row.running for row in rows)
    return f"{count(tasks, 'task')} will be stopped and started on other nodes." if tasks else "No task runs there."


def _promoted(rows: Sequence[NodeRow]) -> str:
    first = rows[0]
    return f"Then: {quorum(first.managers + len(rows), first.reachable + len(rows))[0]}."


def _demoted(rows: Sequence[NodeRow]) -> str:
    statuses = [row.node.manager_status for row in rows if row.node.manager_status is not None]
    answering = sum(status.reachability == "reachable" for status in statuses)
    first = rows[0]
    return f"Then: {quorum(first.managers - len(statuses), first.reachable - answering)[0]}."


def _asks(verb: str, effect: Callable[[Sequence[NodeRow]], str]) -> Callable[[Sequence[NodeRow], str], str]:
    return lambda rows, host: asks(verb, "node", title, effect(rows))(rows, host)


# --- actions ---------------------------------------------------------------------------------------------------------


def _update(**values: str) -> Callable[[Session, NodeRow, Answers], Any]:
    async def call(session: Session, row: NodeRow, answers: Answers) -> None:
        nodes = session.engine.api(Nodes)
        await change(nodes, row.id, row.node.spec, lambda spec: spec.update(values), ANYWAY in answers.ticked)

    return call


def _command(*words: str) -> Callable[[NodeRow, Answers], DockerCommand]:
    return lambda row, _answers: ("node", *words, *operands(row.node.description.hostname or row.id))


def _availability(name: str, value: str, help: str, doing: str, done: str, effect: str = "") -> Action[NodeRow]:
    return Action(
        name=name,
        help=help,
        do=Each(call=_update(Availability=value), command=_command("update", f"--availability={value}")),
        refusal=lambda row: f"already {done}" if row.node.spec.availability == value else "",
        question=_asks(name.capitalize(), _moved if value == "drain" else lambda _rows: effect),
        doing=doing,
        done=done,
        footer=name == "drain",
    )


DRAIN = _availability("drain", "drain", "move all tasks to other nodes, accept no new tasks", "draining", "drained")
PAUSE = _availability(
    "pause",
    "pause",
    "accept no new tasks; running tasks stay",
    "pausing",
    "paused",
    "Its tasks stay; the node accepts no new tasks.",
)
ACTIVATE = _availability(
    "activate",
    "active",
    "accept tasks again",
    "activating",
    "active",
    "The node accepts new tasks; tasks on other nodes stay there.",
)
PROMOTE: Action[NodeRow] = Action(
    name="promote",
    help="make the node a manager",
    do=Each(call=_update(Role="manager"), command=_command("promote")),
    refusal=lambda row: "already a manager" if row.node.spec.role == "manager" else "",
    question=_asks("Promote", _promoted),
    doing="promoting",
    done="promoted",
    footer=False,
)
DEMOTE: Action[NodeRow] = Action(
    name="demote",
    help="make the manager a worker",
    do=Each(call=_update(Role="worker"), command=_command("demote")),
    refusal=lambda row: (
        "already a worker"
        if row.node.spec.role == "worker"
        else "the last manager: promote another node first"
        if row.managers == 1
        else ""
    ),
    question=_asks("Demote", _demoted),
    danger=True,
    doing="demoting",
    done="demoted",
    footer=False,
)


async def _label(session: Session, row: NodeRow, answers: Answers) -> None:
    wanted = pairs(answers.text("labels"))
    nodes = session.engine.api(Nodes)
    await change(nodes, row.id, row.node.spec, lambda spec: spec.update(Labels=wanted), ANYWAY in answers.ticked)


def _label_command(row: NodeRow, answers: Answers) -> DockerCommand:
    wanted, had = pairs(answers.text("labels")), row.node.spec.labels
    added = {name: value for name, value in wanted.items() if had.get(name) != value}
    flags = [*pair_flags("--label-add", added), *(f"--label-rm={name}" for name in had if name not in wanted)]
    return ("node", "update", *flags, *operands(row.node.description.hostname or row.id)) if flags else ()


LABELS: Action[NodeRow] = Action(
    name="labels",
    help="change the labels, which placement constraints name",
    do=Each(call=_label, command=_label_command, single=True),
    fields=(
        Field(
            "labels",
            "Labels",
            initial=lambda row: pair_text(row.node.spec.labels),
            check=check_pairs,
            hint="disk=ssd zone=north",
            lines="values",
        ),
    ),
    doing="labelling",
    done="labelled",
    footer=False,
)
REMOVE: Action[NodeRow] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove the node from the swarm",
    do=Each(
        call=lambda session, row, answers: session.engine.api(Nodes).remove(row.id, "force" in answers.ticked),
        command=lambda row, answers: (
            *("node", "rm", *(["--force"] if "force" in answers.ticked else [])),
            *operands(row.node.description.hostname or row.id),
        ),
    ),
    danger=True,
    refusal=lambda row: "a manager: demote the node first" if row.node.manager_status is not None else "",
    question=_asks("Remove", _moved),
    choices=(Choice("force", "force: also a node that is not down; its engine is not told to leave the swarm"),),
    doing="removing",
    done="removed",
)

_CPUS: Column[NodeRow] = Column(
    title="CPUS",
    cell=lambda row: Cell(f"{row.reserved.nano_cpus / 1e9:g}/{row.node.description.resources.nano_cpus / 1e9:g}"),
    key=lambda row: -row.reserved.nano_cpus,
    width=7,
    priority=4,
    right=True,
)
_MEMORY: Column[NodeRow] = Column(
    title="MEMORY",
    cell=lambda row: Cell(
        f"{formats.short_memory(row.reserved.memory_bytes)}/{formats.short_memory(row.node.description.resources.memory_bytes)}"
    ),
    key=lambda row: -row.reserved.memory_bytes,
    width=13,
    priority=4,
    right=True,
)
_TASKS: Column[NodeRow] = Column(
    title="TASKS", cell=lambda row: Cell(str(row.running)), key=lambda row: -row.running, width=5, right=True, priority=1
)

NODES: Resource[NodeRow] = Resource(
    name="nodes",
    singular="node",
    source=SOURCE,
    rows=lambda session: session.cluster.nodes,
    pulse=lambda session: session.cluster.pulse,
    event_type="node",
    id=lambda row: row.id,
    title=title,
    columns=(
        name_column(title),
        text_column("STATE", lambda row: row.node.status.state, 12, styles={"ready": "good", "down": "bad"}),
        text_column("AVAILABILITY", lambda row: row.node.spec.availability, 12, styles={"drain": "warn", "pause": "warn"}),
        text_column("ROLE", lambda row: role(row.node), 20, min_width=8, priority=1),
        _TASKS,
        _CPUS,
        _MEMORY,
        text_column("ADDRESS", lambda row: row.node.status.addr, 15, priority=5),
        text_column("ENGINE", lambda row: row.node.description.engine.engine_version, 10, priority=2),
    ),
    actions=(DRAIN, PAUSE, ACTIVATE, PROMOTE, DEMOTE, LABELS, EVENTS_OF, REMOVE),
    tabs=(
        Tab(name="overview", document=overview, live=True),
        inspect_tab(lambda engine, row: engine.api(Nodes).inspect_raw(row.id)),
    ),
    sorted_by="NAME",
    empty="No nodes: this engine is not a manager of a swarm. :swarm has the ways into one.",
)
