"""The overview of a volume."""

from __future__ import annotations

from tui.engine.objects.volumes import ClusterVolume, Topology
from tui.engine.objects.volumes import Volume as Found
from tui.live.containers.used_by import Used
from tui.live.objects.volumes import Volume
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.inspect import named_values
from tui.resources.model.text import one_line
from tui.resources.model.used_by import users_section


def _cluster(sheet: SheetWriter, found: Found, secrets: bool) -> None:
    """Add the swarm's data about a cluster volume."""
    cluster = found.cluster_volume
    if cluster is None:
        return
    access = cluster.spec.access_mode
    sheet.section("Cluster volume")
    sheet.field("Id", cluster.id)
    sheet.field("Group", cluster.spec.group)
    sheet.field("Availability", cluster.spec.availability)
    sheet.field("Access", " ".join(word for word in (access.scope, access.sharing) if word))
    sheet.field("Type", "block device" if access.mount_volume is None and access.scope else "")
    _capacity(sheet, cluster)
    needs = cluster.spec.accessibility_requirements
    for name, topologies in (("Required in", needs.requisite), ("Preferred in", needs.preferred)) if needs else ():
        for each in topologies:
            sheet.field(name, _segments(each))
    for secret in cluster.spec.secrets:
        sheet.field("Secret", f"{one_line(secret.secret)} as {one_line(secret.key)}", link=Link("secrets", secret.secret))
    if cluster.info is not None:
        sheet.field("Id at the driver", cluster.info.volume_id)
        for each in cluster.info.accessible_topology:
            sheet.field("Accessible in", _segments(each))
    if cluster.publish_status:
        sheet.section("Published on")
        links = [Link("nodes", each.node_id) for each in cluster.publish_status]
        sheet.table([(each.node_id, each.state) for each in cluster.publish_status], ("NODE", "STATE"), links)
    if cluster.info is not None:
        named_values(sheet, "Volume context", cluster.info.volume_context, secrets)


def _capacity(sheet: SheetWriter, cluster: ClusterVolume) -> None:
    """Add the present capacity, and the limits that were asked for."""
    if cluster.info is not None and cluster.info.capacity_bytes:
        sheet.field("Capacity", formats.size(cluster.info.capacity_bytes))
    if (wanted := cluster.spec.capacity_range) is not None:
        sheet.field("Least capacity", formats.size(wanted.required_bytes) if wanted.required_bytes else "")
        sheet.field("Most capacity", formats.size(wanted.limit_bytes) if wanted.limit_bytes else "")


def _segments(topology: Topology) -> str:
    """Return a topology as text: "region=north, zone=1"."""
    return ", ".join(f"{one_line(name)}={one_line(value)}" for name, value in sorted(topology.segments.items()))


def overview(found: Found, row: Used[Volume], secrets: bool = False) -> Document:
    """Return the overview of a volume, with its users (`VolumeInspect`)."""
    sheet = SheetWriter(secrets)
    sheet.section("Volume")
    sheet.field("Name", found.name, "accent")
    sheet.field("Anonymous", "yes" if row.item.anonymous else "")
    sheet.field("Driver", found.driver)
    sheet.field("Scope", found.scope)
    sheet.field("Mountpoint", found.mountpoint)
    sheet.field("Created", formats.when(row.item.created))
    sheet.field("Project", row.item.project, link=Link("projects", row.item.project))
    if row.item.size is not None:
        size = formats.size(row.item.size) if row.item.size >= 0 else "unknown to the driver"
        sheet.field("Size", f"{size}, measured at {formats.clock(row.item.measured)}")
    _cluster(sheet, found, secrets)
    users_section(sheet, row.users)
    named_values(sheet, "Options", found.options, secrets)
    named_values(sheet, "Status", {name: str(value) for name, value in found.status.items()}, secrets)
    named_values(sheet, "Labels", found.labels, secrets)
    return sheet.done()
