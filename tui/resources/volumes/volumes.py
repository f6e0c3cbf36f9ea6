"""The volumes: their list."""

from __future__ import annotations

from collections.abc import Iterable

from tui.live.containers.used_by import Used, WithUsers, volumes_of
from tui.live.objects.volumes import VOLUMES as SOURCE
from tui.live.objects.volumes import Volume
from tui.resources.model import formats
from tui.resources.model.cleanup_action import CLEAN_UP
from tui.resources.model.filter_expression import natural
from tui.resources.model.inspect import inspect
from tui.resources.model.masking import masked
from tui.resources.model.monitor_actions import EVENTS_OF
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, one_line
from tui.resources.model.used_by import AGE, FILTER_FIELDS, PROJECT, USED_BY, USERS, filter_values, summary, users_text
from tui.resources.volumes.actions import AVAILABILITY, CREATE, FILES, MEASURE, PRUNE, REMOVE, title
from tui.resources.volumes.details import overview

Row = Used[Volume]


def _name(row: Row) -> Cell:
    return Cell(title(row), "dim" if row.item.anonymous else "title")


def _labels(row: Row) -> str:
    return " ".join(one_line(f"{name}={masked(name, value)}") for name, value in sorted(row.item.labels.items()))


def _filter_words(row: Row) -> str:
    volume = row.item
    kind = "anonymous" if volume.anonymous else ""
    parts = (
        volume.name,
        volume.driver,
        volume.project,
        users_text(row.users) or "unused",
        kind,
        volume.mountpoint,
        _labels(row),
    )
    return "\n".join(map(one_line, parts))


def _size(row: Row) -> Cell:
    size = row.item.size
    return Cell("" if size is None else formats.size(size) if size >= 0 else "?", "" if size else "dim")


def _counts(rows: Iterable[Row]) -> str:
    known = [*rows]
    at = max((row.item.measured for row in known), default=0.0)
    total = sum(max(row.item.size or 0, 0) for row in known)
    return summary(known, "volume") + (f", {formats.size(total)} at {formats.clock(at)}" if at else "")


def _availability(row: Row) -> Cell:
    word = row.item.cluster.spec.availability if row.item.cluster else ""
    return Cell(one_line(word), "" if word == "active" else "warn")


COLUMNS: tuple[Column[Row], ...] = (
    Column(title="NAME", cell=_name, key=lambda row: natural(row.item.name), width=28, min_width=16, grows=True, middle=True),
    Column(
        title="DRIVER", cell=lambda row: Cell(one_line(row.item.driver)), key=lambda row: row.item.driver, width=8, priority=3
    ),
    Column(
        title="SIZE",
        cell=_size,
        key=lambda row: None if row.item.size is None else -row.item.size,
        width=8,
        right=True,
        priority=1,
        on_demand=True,
    ),
    Column(
        title="AVAILABILITY",
        cell=_availability,
        key=lambda row: _availability(row).text or None,
        width=12,
        priority=2,
        on_demand=True,
    ),
    USED_BY,
    PROJECT,
    AGE,
    Column(
        title="MOUNTPOINT",
        cell=lambda row: Cell(one_line(row.item.mountpoint), "dim"),
        key=lambda row: row.item.mountpoint,
        width=40,
        min_width=16,
        priority=5,
        grows=True,
    ),
    Column(
        title="LABELS",
        cell=lambda row: Cell(_labels(row), "dim"),
        key=lambda row: _labels(row) or None,
        width=30,
        min_width=12,
        priority=6,
        wide=True,
    ),
)

VOLUMES: Resource[Row] = Resource(
    name="volumes",
    singular="volume",
    source=SOURCE,
    rows=WithUsers.of(SOURCE, lambda row: row.name, volumes_of),
    event_type="volume",
    id=lambda row: row.item.name,
    title=title,
    words=_filter_words,
    filter_fields=FILTER_FIELDS,
    filter_values=filter_values,
    columns=COLUMNS,
    actions=(CREATE, FILES, MEASURE, USERS, EVENTS_OF, AVAILABILITY, REMOVE, CLEAN_UP, PRUNE),
    tabs=(
        Tab(name="overview", gather=lambda engine, row: engine.volumes.inspect(row.item.name), document=overview, live=True),
        Tab(
            name="inspect",
            key="y",
            gather=lambda engine, row: engine.volumes.inspect_raw(row.item.name),
            document=inspect,
            live=True,
        ),
    ),
    counts=_counts,
    hidden_by_default=lambda row: not row.users,
    hidden_word="unused",
    sorted_by="NAME",
    empty="No volumes. c creates a volume.",
)
