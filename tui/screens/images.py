"""The images, and which containers use them."""

from __future__ import annotations

from tui.live.containers.used_by import Used, WithUsers, images_of
from tui.live.objects.images import IMAGES as LISTED
from tui.live.objects.images import Image
from tui.resources.images.images import IMAGES
from tui.screens.framework.context import Desk
from tui.screens.framework.resource_view import ResourceView


class ImagesView(ResourceView[Used[Image]]):
    """The list of images."""

    def __init__(self, desk: Desk) -> None:
        picture = desk.session.picture
        rows = WithUsers(picture.of(LISTED), picture.containers, lambda row: row.id, images_of)
        super().__init__(desk, IMAGES, rows, LISTED)
