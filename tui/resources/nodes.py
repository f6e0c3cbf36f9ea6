"""The nodes of a swarm."""

from __future__ import annotations

from tui.engine.api.nodes import Nodes
from tui.engine.objects.nodes import Node
from tui.live.clock import moment
from tui.live.state.source import Source
from tui.resources.model import formats
from tui.resources.model.columns import name_column, text_column
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.inspect import inspect_tab, named_values
from tui.resources.model.monitor_actions import EVENTS_OF
from tui.resources.model.resource import Resource, Tab
from tui.resources.model.text import one_line


def title(node: Node) -> str:
    """Return the host name, else the beginning of the id."""
    return one_line(node.description.hostname) or node.id[:12]


def role(node: Node) -> str:
    """Return "worker", "leader", or "manager" with its reachability."""
    manager = node.manager_status
    return node.spec.role if manager is None else "leader" if manager.leader else f"manager, {manager.reachability}"


def overview(found: Node, _row: Node, secrets: bool = False) -> Document:
    """Return the overview of a node: state, role, resources (`NodeInspect`)."""
    sheet, machine = SheetWriter(secrets), found.description
    sheet.fields(
        "Node",
        {
            "Host name": machine.hostname,
            "State": found.status.state,
            "Message": found.status.message,
            "Availability": found.spec.availability,
            "Role": role(found),
            "Address": found.status.addr,
            "Joined": formats.when(moment(found.created_at)),
            "Platform": f"{machine.platform.os}/{machine.platform.architecture}",
            "CPUs": f"{machine.resources.nano_cpus / 1e9:g}",
            "Memory": formats.memory(machine.resources.memory_bytes),
            "Engine": machine.engine.engine_version,
            "Id": found.id,
        },
    )
    named_values(sheet, "Labels", found.spec.labels, secrets)
    return sheet.done()


NODES: Resource[Node] = Resource(
    name="nodes",
    singular="node",
    source=Source(
        name="nodes",
        events={"node": frozenset({"create", "update", "remove"})},
        list=lambda engine, ids: engine.api(Nodes).list(None if ids is None else {"id": sorted(ids)}),
    ),
    event_type="node",
    id=lambda node: node.id,
    title=title,
    columns=(
        name_column(title),
        text_column("STATE", lambda node: node.status.state, 12, styles={"ready": "good", "down": "bad"}),
        text_column("AVAILABILITY", lambda node: node.spec.availability, 12, styles={"drain": "warn", "pause": "warn"}),
        text_column("ROLE", role, 20, min_width=8, priority=1),
        text_column("ENGINE", lambda node: node.description.engine.engine_version, 10, priority=2),
    ),
    actions=(EVENTS_OF,),
    tabs=(
        Tab(name="overview", gather=lambda engine, node: engine.api(Nodes).inspect(node.id), document=overview),
        inspect_tab(lambda engine, node: engine.api(Nodes).inspect_raw(node.id)),
    ),
    sorted_by="NAME",
    empty="No nodes: this engine is not a swarm manager.",
)
