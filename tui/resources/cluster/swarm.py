"""The swarm that the engine is in, or the ways into one."""

from __future__ import annotations

from tui.engine.api.swarm import Swarms
from tui.live.cluster.membership import SWARM as SOURCE
from tui.live.cluster.membership import Membership, Memberships
from tui.resources.cluster.formats import quorum, root_expiry
from tui.resources.cluster.swarm_actions import ACTIONS
from tui.resources.model import formats
from tui.resources.model.columns import text_column
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.inspect import inspect_tab, named_values
from tui.resources.model.resource import Resource, Tab
from tui.resources.model.sentence import sentence
from tui.resources.model.text import Span, one_line

NO_SWARM = (
    "This engine is in no swarm. In a swarm several engines run services together: they replace tasks that fail, "
    "and move them when a node is lost."
)
WAYS = (
    "init makes this engine the first manager of a new swarm.",
    "join joins a swarm that exists, with a token that its managers show (:swarm, tokens).",
)


def role(row: Membership) -> tuple[str, str]:
    """Return the engine's role, and its style."""
    if row.state != "active":
        return row.state, "bad" if row.state in ("error", "locked") else "warn" if row.state == "pending" else "dim"
    return ("manager", "good") if row.manager else ("worker", "")


def overview(row: Membership, _row: Membership, secrets: bool = False) -> Document:
    """Return the overview of the swarm; for an engine in none an explanation."""
    sheet = SheetWriter(secrets)
    sheet.section("Swarm")
    if not row.known:
        sentence(sheet, "Waiting for the engine…", "dim")
        return sheet.done()
    if row.state == "inactive":
        sentence(sheet, NO_SWARM)
        for text in WAYS:
            sentence(sheet, f"→ {text}", "accent")
        return sheet.done()
    sheet.field("This engine", f"{row.name}: {role(row)[0]}", role(row)[1])
    sheet.field("Address", row.info.node_addr)
    if row.info.error:
        sheet.field("Error", one_line(row.info.error), "bad")
    if row.state == "locked":
        sentence(sheet, "The manager was restarted and needs the unlock key before it can read the swarm's data.", "bad")
        sentence(sheet, "→ :unlock unlocks the manager.", "accent")
        return sheet.done()
    if not row.manager:
        sentence(sheet, "Services, tasks and nodes are known to managers only: connect to a manager.")
        for peer in row.info.remote_managers or ():
            sheet.field("Manager", peer.addr)
        return sheet.done()
    if row.nodes:
        sheet.field("Managers", *quorum(row.managers, row.reachable))
    if row.problem:
        sheet.field("Problem", row.problem, "bad")
        sentence(sheet, "The services keep running and lists can be read; changes need more managers.", "warn")
        sentence(sheet, "→ Start the lost managers again. If they are lost for good: init with force-new-cluster.", "accent")
    _nodes(sheet, row)
    _settings(sheet, row, secrets)
    return sheet.done()


def _nodes(sheet: SheetWriter, row: Membership) -> None:
    sheet.section("Nodes")
    for node in row.nodes:
        status = node.manager_status
        what = node.spec.role if status is None else "leader" if status.leader else f"manager, {status.reachability}"
        style = "good" if node.status.state == "ready" else "bad"
        parts = Span(node.description.hostname, "accent"), Span(f"  {what}  "), Span(node.status.state, style)
        sheet.line(*parts, copy=node.id, link=Link("nodes", node.id))


def _settings(sheet: SheetWriter, row: Membership, secrets: bool) -> None:
    swarm = row.swarm
    if swarm is None:
        return
    spec = swarm.spec
    sheet.section("Settings")
    sheet.field("Autolock", "on: a restarted manager needs the key" if spec.encryption_config.auto_lock_managers else "off")
    limit = spec.orchestration.task_history_retention_limit
    sheet.field("Task history", "" if limit is None else f"{limit} ended tasks kept of each slot")
    sheet.field("Heartbeat", f"each node every {formats.duration(spec.dispatcher.heartbeat_period / 1e9)}")
    validity = formats.duration(spec.ca_config.node_cert_expiry / 1e9)
    sheet.field("Certificates", f"valid for {validity}, renewed by the nodes themselves")
    ends = root_expiry(swarm.tls_info.trust_root)
    sheet.field("Root certificate", f"valid until {formats.when(ends)}" if ends else "")
    sheet.field("CA rotation", "in progress" if swarm.root_rotation_in_progress else "", "warn")
    for ca in spec.ca_config.external_cas:
        sheet.field("External CA", f"{ca.protocol} {ca.url}")
    sheet.field(
        "Raft", f"a snapshot every {spec.raft.snapshot_interval} entries, {spec.raft.keep_old_snapshots or 0} old ones kept"
    )
    sheet.field("", f"{spec.raft.log_entries_for_slow_followers} entries for slow followers")
    sheet.field("", f"election after {spec.raft.election_tick} ticks, heartbeat every {spec.raft.heartbeat_tick}")
    sheet.field("Address pool", ", ".join(f"{pool}, /{swarm.subnet_size} each" for pool in swarm.default_addr_pool))
    sheet.field("Data path port", str(swarm.data_path_port or ""))
    sheet.field("Created", formats.when(formats.moment(swarm.created_at)))
    sheet.field("Id", swarm.id)
    named_values(sheet, "Labels", spec.labels, secrets)


SWARM: Resource[Membership] = Resource(
    name="swarm",
    singular="swarm",
    source=SOURCE,
    rows=lambda session: Memberships(session.store),
    id=lambda row: row.id,
    title=lambda row: one_line(row.name),
    columns=(text_column("STATE", lambda row: role(row)[0], 10),),
    actions=ACTIONS,
    tabs=(
        Tab(name="overview", document=overview, live=True),
        inspect_tab(lambda engine, _row: engine.api(Swarms).inspect_raw()),
    ),
    empty="Waiting for the engine…",
)
