"""The comparison of an image with its registries: the action, and the tab registry of the details."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.live.containers.used_by import Used
from tui.live.jobs.jobs import record
from tui.live.objects.images import Image
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Each
from tui.resources.model.docker_commands import operands
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.resource import Tab
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session
    from tui.live.objects.registry import Remote

# Registry code is imported when used: the first list does not need it.

Row = Used[Image]

NAMED = 2
"""Tags with the same result that a message names."""


def nameless(row: Row) -> str:
    """Return why an image has nothing that a registry could have changed, or ""."""
    return "" if row.item.names else "the image has no tag: press T to add a tag"


async def _compare(session: Session, row: Row, _answers: Answers) -> list[Remote]:
    from tui.live.objects.compared import compare_image

    remotes = await compare_image(session.engine, session.store, row.item.id)
    for remote in remotes:
        if remote.there is not None:
            record(("manifest", "inspect", *operands(remote.name)))
    return remotes


async def _look_up(engine: Engine, row: Row) -> list[Remote]:
    from tui.live.objects.registry import compare

    return await compare(engine, row.item.id)


def in_registry(found: Sequence[Remote], _row: Row, secrets: bool = False) -> Document:
    """Return the registry's digest and platforms for each name, and whether the local image is outdated."""
    sheet = SheetWriter(secrets)
    for remote in found:
        sheet.section(remote.name)
        sheet.field("Verdict", verdict(remote), _style(remote))
        sheet.field("Here", ", ".join(remote.here))
        if remote.there is not None:
            sheet.field("There", remote.there.descriptor.digest)
            sheet.field("Kind", remote.there.descriptor.media_type)
            sheet.field("Manifest", formats.size(remote.there.descriptor.size))
            sheet.field("Platforms", ", ".join(filter(None, map(str, remote.there.platforms))))
    return sheet.done()


def _style(remote: Remote) -> str:
    if remote.behind or remote.refusal is not None:
        return "warn"
    return "good" if remote.there is not None else "dim"


def verdict(remote: Remote) -> str:
    """Return whether the local image is the registry's current one."""
    if remote.refusal is not None:
        return str(remote.refusal)
    if remote.there is None:
        return "never pushed or pulled by this name"
    return "the registry has another image under this tag; B pulls it" if remote.behind else "the same as in the registry"


def verdicts(found: Sequence[Remote]) -> str:
    """Return the verdicts with the tags of each, those with another image first."""
    names: dict[str, list[str]] = {}
    for remote in sorted(found, key=lambda remote: (not remote.behind, remote.refusal is None)):
        names.setdefault(verdict(remote), []).append(one_line(remote.name))
    return "; ".join(f"{_first(tags)}: {said}" for said, tags in names.items())


def _first(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


COMPARE: Action[Row] = Action(
    name="compare",
    key="@",
    help="compare with the registry",
    do=Each(
        call=_compare,
        command=lambda row, _: ("manifest", "inspect", *operands(row.item.names[0])),
        result=verdicts,
        records=True,
    ),
    refusal=nameless,
    doing="comparing",
    done="compared",
    footer=False,
    changes=False,
)
REGISTRY: Tab[Row] = Tab(name="registry", gather=_look_up, document=in_registry, refusal=nameless)
