"""The secrets of a swarm. Their content is never shown: the engine does not tell it."""

from __future__ import annotations

from tui.engine.api.secrets import Secrets
from tui.engine.objects.secrets import Secret
from tui.live.cluster.rows import StoredRow
from tui.live.cluster.sources import SECRETS as SOURCE
from tui.resources.cluster.stored import columns, create, head, in_editor, labels, remove, rotate, title
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.inspect import inspect_tab
from tui.resources.model.monitor_actions import EVENTS_OF
from tui.resources.model.resource import Resource, Tab


def overview(row: StoredRow[Secret], _row: StoredRow[Secret], secrets: bool = False) -> Document:
    """Return the overview of a secret: times, labels, the services that use it."""
    sheet = SheetWriter(secrets)
    head(sheet, row, "Secret", secrets)
    return sheet.done()


SECRETS: Resource[StoredRow[Secret]] = Resource(
    name="secrets",
    singular="secret",
    source=SOURCE,
    rows=lambda session: session.cluster.secrets,
    event_type="secret",
    id=lambda row: row.id,
    title=title,
    columns=columns(),
    actions=(
        create("secret", Secrets, "secret"),
        in_editor("secret"),
        rotate("secret", Secrets, "secret"),
        labels("secret", Secrets),
        EVENTS_OF,
        remove("secret", Secrets),
    ),
    tabs=(
        Tab(name="overview", document=overview, live=True),
        inspect_tab(lambda engine, row: engine.api(Secrets).inspect_raw(row.id)),
    ),
    sorted_by="NAME",
    empty="No secrets. c creates a secret.",
)
