"""The overview of a volume, in words."""

from __future__ import annotations

from tui.engine.objects.volumes import Volume as Found
from tui.live.users import Used
from tui.live.volumes import Volume
from tui.resources import words
from tui.resources.container_details import named_values
from tui.resources.document import Document, Link, SheetWriter
from tui.resources.shelves import users_section


def overview(found: Found, row: Used[Volume], secrets: bool = False) -> Document:
    """What a volume is and who has it (`VolumeInspect`)."""
    sheet = SheetWriter()
    sheet.section("Volume")
    sheet.field("Name", found.name, "accent")
    sheet.field("Named", "by the engine: nobody gave it a name" if row.item.anonymous else "")
    sheet.field("Driver", found.driver)
    sheet.field("Scope", found.scope)
    sheet.field("Mountpoint", found.mountpoint)
    sheet.field("Created", words.when(row.item.created))
    sheet.field("Project", row.item.project, link=Link("projects", row.item.project))
    users_section(sheet, row.users)
    named_values(sheet, "Options", found.options, secrets)
    named_values(sheet, "Status", {name: str(value) for name, value in found.status.items()}, secrets)
    named_values(sheet, "Labels", found.labels, secrets)
    return sheet.done()
