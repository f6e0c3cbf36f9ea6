"""The networks, and which containers use them."""

from __future__ import annotations

from tui.live.containers.used_by import Used, WithUsers, networks_of
from tui.live.objects.networks import NETWORKS as LISTED
from tui.live.objects.networks import Network
from tui.resources.networks.networks import NETWORKS
from tui.screens.framework.context import Desk
from tui.screens.framework.resource_view import ResourceView


class NetworksView(ResourceView[Used[Network]]):
    """The list of networks."""

    def __init__(self, desk: Desk) -> None:
        picture = desk.session.picture
        rows = WithUsers(picture.of(LISTED), picture.containers, lambda row: row.name, networks_of)
        super().__init__(desk, NETWORKS, rows, LISTED)
