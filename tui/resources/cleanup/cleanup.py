"""The clean-up: a plan of unused objects, of which the ticked ones are removed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui.engine.objects.usage import BuildCache
from tui.live.cleanup.unused import SORTS, Candidate, Fate
from tui.live.objects.images import Image
from tui.live.objects.networks import Network
from tui.resources.cleanup.formats import NOUNS, RISKS, outcome, project, size, sort_word, state, title, totals, why
from tui.resources.cleanup.selection import created
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.filter_expression import natural
from tui.resources.model.inspect import named_values
from tui.resources.model.masking import masked
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, one_line

if TYPE_CHECKING:
    from tui.engine import Engine

NAME_STYLES = {"container": "title", "image": "title", "volume": "title", "network": "title", "cache": ""}


def _tick(row: Candidate) -> Cell:
    if row.over:
        return Cell("")
    return Cell("[x]", "accent") if row.ticked else Cell("[ ]", "dim")


def _name(row: Candidate) -> Cell:
    return Cell(title(row), "dim" if row.over else NAME_STYLES[row.sort])


def _labels(row: Candidate) -> dict[str, str]:
    return {} if isinstance(row.item, BuildCache) else dict(row.item.labels)


def _filter_words(row: Candidate) -> str:
    labels = (f"{name}={masked(name, value)}" for name, value in sorted(_labels(row).items()))
    parts = (
        title(row),
        sort_word(row),
        project(row),
        why(row),
        outcome(row),
        row.item.id.removeprefix("sha256:")[:12],
        *labels,
    )
    return "\n".join(map(one_line, parts))


async def _nothing_to_ask(_engine: Engine, _row: Candidate) -> None:
    """Return nothing: the plan has all data."""


def document(_gathered: Any, row: Candidate, secrets: bool = False) -> Document:
    """Return why an object is in the plan, the consequences of its removal, and the outcome."""
    item = row.item
    sheet = SheetWriter(secrets)
    kind = NOUNS[row.sort] if sort_word(row) == row.sort else f"{sort_word(row)} {row.sort}"
    sheet.section(kind.capitalize())
    sheet.field(
        "Name",
        "\n".join(item.references) if isinstance(item, Image) and item.references else title(row),
        "accent",
        link=_link(row),
    )
    sheet.field("Id", one_line(item.id))
    sheet.field("Project", project(row), "accent")
    sheet.field("Created", formats.when(created(row)))
    sheet.section("Why unused")
    sheet.field("Reason", why(row))
    for holder in row.holders:
        sheet.field("Used by", f"{one_line(holder)}, removed first", "warn", link=Link("containers", holder))
    sheet.field("Space freed", _frees(row))
    sheet.field("Data lost", RISKS[row.sort])
    sheet.field("Ticked", "yes" if row.chosen else "no")
    sheet.field("Outcome", outcome(row), "warn" if row.fate is not Fate.REMOVED else "good")
    named_values(sheet, "Labels", _labels(row), secrets)
    return sheet.done()


def _link(row: Candidate) -> Link | None:
    """Return a link to the object's details, or None."""
    return None if isinstance(row.item, BuildCache) or row.over else Link(f"{row.sort}s", row.item.id)


CONTENT_STAYS = "content that other images have too stays, which the engine does not measure"
"""Why less is freed from containerd's image store than the measured size."""


def _frees(row: Candidate) -> str:
    if isinstance(row.item, Network):
        return "none"
    if row.size is None:
        return "not measured: press z in the list"
    if row.at_most and row.shared is not None:
        return f"at most {formats.size(row.size)}: {CONTENT_STAYS}"
    if row.at_most:
        return f"at most {formats.size(row.size)}: press z in the list to measure the unique size"
    return formats.size(row.size) + (
        f"; {formats.size(row.shared)} are shared with other images and stay" if row.shared else ""
    )


COLUMNS: tuple[Column[Candidate], ...] = (
    Column(title="", cell=_tick, key=lambda row: not row.chosen, width=3),
    Column(
        title="KIND",
        cell=lambda row: Cell(sort_word(row), "dim"),
        key=lambda row: (SORTS.index(row.sort), sort_word(row)),
        width=9,
        priority=2,
    ),
    Column(title="NAME", cell=_name, key=lambda row: natural(title(row)), width=26, min_width=14, grows=True, middle=True),
    Column(title="SIZE", cell=size, key=lambda row: None if row.size is None else -row.size, width=9, priority=1, right=True),
    Column(
        title="AGE",
        cell=lambda row: Cell(formats.age(created(row))),
        key=lambda row: -created(row) or None,
        width=5,
        priority=3,
        right=True,
    ),
    Column(title="WHY", cell=state, key=lambda row: state(row).text, width=38, min_width=28, grows=True),
    Column(
        title="PROJECT",
        cell=lambda row: Cell(project(row), "accent"),
        key=lambda row: natural(project(row)) if project(row) else None,
        width=13,
        min_width=8,
        priority=4,
    ),
    Column(
        title="ID",
        cell=lambda row: Cell(one_line(row.item.id.removeprefix("sha256:")[:12]), "dim"),
        key=lambda row: row.item.id,
        width=12,
        priority=5,
        wide=True,
    ),
)


def _counts(rows: Iterable[Candidate]) -> str:
    return totals([*rows])


CLEANUP: Resource[Candidate] = Resource(
    name="cleanup",
    singular="object",
    id=lambda row: row.id,
    engine_id=lambda row: row.item.id,
    title=title,
    words=_filter_words,
    columns=COLUMNS,
    actions=(),
    tabs=(Tab(name="why", gather=_nothing_to_ask, document=document, live=True),),
    counts=_counts,
    hidden_by_default=lambda row: row.over,
    hidden_word="gone",
    sorted_by="KIND",
    empty="No unused objects.",
)
