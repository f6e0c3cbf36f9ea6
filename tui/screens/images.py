"""The images, and which containers use them."""

from __future__ import annotations

from tui.live.containers.used_by import Used, WithUsers, images_of
from tui.live.objects.images import IMAGES as LISTED
from tui.live.objects.images import Image
from tui.resources.images.images import IMAGES
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView


class ImagesView(ResourceView[Used[Image]]):
    """The list of images."""

    def __init__(self, context: ViewContext) -> None:
        store = context.session.store
        rows = WithUsers(store.of(LISTED), store.containers, lambda row: row.id, images_of)
        super().__init__(context, IMAGES, rows, LISTED)
