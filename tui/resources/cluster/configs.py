"""The configs of a swarm."""

from __future__ import annotations

import difflib

from tui.engine.api.configs import Configs
from tui.engine.objects.secrets import Config
from tui.live.cluster.rows import StoredRow
from tui.live.cluster.sources import CONFIGS as SOURCE
from tui.resources.cluster.stored import columns, create, head, in_editor, labels, remove, rotate, title
from tui.resources.model import formats
from tui.resources.model.action import Action, Open
from tui.resources.model.document import Document, SheetWriter, read_text
from tui.resources.model.inspect import inspect_tab
from tui.resources.model.masking import masked_text
from tui.resources.model.monitor_actions import EVENTS_OF
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, Span, decode, one_line

Row = StoredRow[Config]

STYLES = {"+": "good", "-": "bad", "@": "accent"}


def overview(row: Row, _row: Row, secrets: bool = False) -> Document:
    """Return the overview of a config: times, size, labels, the services that use it."""
    sheet = SheetWriter(secrets)
    head(sheet, row, "Config", secrets)
    return sheet.done()


def content(row: Row, _row: Row, secrets: bool = False) -> Document:
    """Return the content of a config; what looks secret is masked unless asked for."""
    text = decode(row.item.spec.content)
    return read_text(text if secrets else masked_text(text))


def difference(one: Row, other: Row) -> Document:
    """Return the difference between two configs, as `diff -u` writes it."""
    sheet = SheetWriter()
    before, after = (masked_text(decode(row.item.spec.content)).splitlines() for row in (one, other))
    sheet.section(f"{title(one)} and {title(other)}")
    lines = [*difflib.unified_diff(before, after, title(one), title(other), lineterm="")][2:]
    for line in lines:
        sheet.line(Span(one_line(line), STYLES.get(line[:1], "")), copy=line[1:])
    if not lines:
        sheet.line(Span("no difference", "dim"))
    return sheet.done()


COMPARE: Action[Row] = Action(
    name="compare",
    help="compare the contents of two marked configs",
    do=Open("compare-configs"),
    changes=False,
    footer=False,
)
SIZE: Column[Row] = Column(
    title="SIZE",
    cell=lambda row: Cell(formats.size(len(row.item.spec.content))),
    key=lambda row: -len(row.item.spec.content),
    width=8,
    right=True,
    priority=1,
)


CONFIGS: Resource[Row] = Resource(
    name="configs",
    singular="config",
    source=SOURCE,
    rows=lambda session: session.cluster.configs,
    event_type="config",
    id=lambda row: row.id,
    title=title,
    columns=(*columns()[:2], SIZE, *columns()[2:]),
    actions=(
        create("config", Configs, "text"),
        in_editor("config"),
        rotate("config", Configs, "text"),
        COMPARE,
        labels("config", Configs),
        EVENTS_OF,
        remove("config", Configs),
    ),
    tabs=(
        Tab(name="overview", document=overview, live=True),
        Tab(name="content", document=content, live=True),
        inspect_tab(lambda engine, row: engine.api(Configs).inspect_raw(row.id)),
    ),
    sorted_by="NAME",
    empty="No configs. c creates a config.",
)
