"""The networks, and which containers use them."""

from __future__ import annotations

from tui.live.containers.used_by import Used, WithUsers, networks_of
from tui.live.objects.networks import NETWORKS as LISTED
from tui.live.objects.networks import Network
from tui.resources.networks.networks import NETWORKS
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView


class NetworksView(ResourceView[Used[Network]]):
    """The list of networks."""

    def __init__(self, context: ViewContext) -> None:
        store = context.session.store
        rows = WithUsers(store.of(LISTED), store.containers, lambda row: row.name, networks_of)
        super().__init__(context, NETWORKS, rows, LISTED)
