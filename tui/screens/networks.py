"""The networks, and which containers use them."""

from __future__ import annotations

from tui.live.networks import NETWORKS as LISTED
from tui.live.networks import Network
from tui.live.users import Used, WithUsers, networks_of
from tui.resources.networks import NETWORKS
from tui.screens.desk import Desk
from tui.screens.resource import ResourceView


class NetworksView(ResourceView[Used[Network]]):
    """The list of networks."""

    def __init__(self, desk: Desk) -> None:
        picture = desk.session.picture
        rows = WithUsers(picture.of(LISTED), picture.containers, lambda row: row.name, networks_of)
        super().__init__(desk, NETWORKS, rows, LISTED)
