"""The overview of a volume."""

from __future__ import annotations

from tui.engine.objects.volumes import Volume as Found
from tui.live.containers.used_by import Used
from tui.live.objects.volumes import Volume
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.inspect import named_values
from tui.resources.model.text import one_line
from tui.resources.model.used_by import users_section


def _cluster(sheet: SheetWriter, found: Found) -> None:
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
    if cluster.info and cluster.info.capacity_bytes:
        sheet.field("Capacity", formats.size(cluster.info.capacity_bytes))
    for each in cluster.publish_status:
        sheet.field("Node", f"{one_line(each.node_id)} {one_line(each.state)}")


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
    _cluster(sheet, found)
    users_section(sheet, row.users)
    named_values(sheet, "Options", found.options, secrets)
    named_values(sheet, "Status", {name: str(value) for name, value in found.status.items()}, secrets)
    named_values(sheet, "Labels", found.labels, secrets)
    return sheet.done()
