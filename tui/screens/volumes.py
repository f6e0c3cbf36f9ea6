"""The volumes, and which containers use them."""

from __future__ import annotations

from tui.live.containers.used_by import Used, WithUsers, volumes_of
from tui.live.objects.volumes import VOLUMES as LISTED
from tui.live.objects.volumes import Volume
from tui.resources.volumes.volumes import VOLUMES
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView


class VolumesView(ResourceView[Used[Volume]]):
    """The list of volumes."""

    def __init__(self, context: ViewContext) -> None:
        store = context.session.store
        rows = WithUsers(store.of(LISTED), store.containers, lambda row: row.name, volumes_of)
        super().__init__(context, VOLUMES, rows, LISTED)
