"""The tags of a repository in its registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.live.objects.registry_lists import RemoteTag
from tui.resources.images.search_results import PULL
from tui.resources.model import formats
from tui.resources.model.action import Action, Open
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, count, one_line

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.images import DistributionInspect


async def _look_up(engine: Engine, row: RemoteTag) -> DistributionInspect:
    from tui.live.objects.registry import look_up

    return await look_up(engine, row.name)


def manifest(found: DistributionInspect, row: RemoteTag, secrets: bool = False) -> Document:
    """Return what the engine says of a tag: the digest and the platforms."""
    sheet = SheetWriter(secrets)
    sheet.section(row.name)
    sheet.field("On the engine", "an image with this tag" if row.here else "no image with this tag")
    sheet.field("Digest", found.descriptor.digest)
    sheet.field("Kind", found.descriptor.media_type)
    sheet.field("Manifest", formats.size(found.descriptor.size))
    sheet.field("Platforms", ", ".join(filter(None, map(str, found.platforms))))
    return sheet.done()


OTHER: Action[RemoteTag] = Action(
    name="find",
    key="F",
    help="search a registry",
    do=Open("search", rows=False),
    changes=False,
)

TAGS: Resource[RemoteTag] = Resource(
    name="tags",
    singular="tag",
    id=lambda row: row.name,
    title=lambda row: one_line(row.name),
    words=lambda row: one_line(f"{row.tag} {'here' if row.here else ''}"),
    columns=(
        Column(
            title="TAG",
            cell=lambda row: Cell(one_line(row.tag), "title"),
            key=lambda row: natural(row.tag),
            width=34,
            min_width=14,
            grows=True,
            middle=True,
        ),
        Column(
            title="ON THE ENGINE",
            cell=lambda row: Cell("here" if row.here else "", "good"),
            key=lambda row: not row.here,
            width=13,
            priority=1,
        ),
    ),
    actions=(PULL, OTHER),
    tabs=(Tab(name="manifest", gather=_look_up, document=manifest),),
    counts=lambda rows: count(len([*rows]), "tag"),
    aliases=lambda row: (one_line(row.tag),),
    sorted_by="TAG",
    hidden_word="not here",
    hidden_by_default=lambda row: not row.here,
    empty="No repository yet. :tags NAME lists the tags of a repository in its registry.",
)
