"""The images, and which containers use them."""

from __future__ import annotations

from tui.live.images import IMAGES as LISTED
from tui.live.images import Image
from tui.live.users import Used, WithUsers, images_of
from tui.resources.images import IMAGES
from tui.screens.desk import Desk
from tui.screens.resource import ResourceView


class ImagesView(ResourceView[Used[Image]]):
    """The list of images."""

    def __init__(self, desk: Desk) -> None:
        picture = desk.session.picture
        rows = WithUsers(picture.of(LISTED), picture.containers, lambda row: row.id, images_of)
        super().__init__(desk, IMAGES, rows, LISTED)
