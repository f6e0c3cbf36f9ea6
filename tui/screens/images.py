"""The images, and which containers use them."""

from __future__ import annotations

from collections.abc import Sequence

from tui.live.images import IMAGES as LISTED
from tui.live.images import Image, measure
from tui.live.users import Used, WithUsers, images_of
from tui.resources import words
from tui.resources.images import IMAGES
from tui.screens.base import View
from tui.screens.desk import Desk
from tui.screens.resource import ResourceView
from tui.screens.telling import run_long


class ImagesView(ResourceView[Used[Image]]):
    """The list of images."""

    def __init__(self, desk: Desk) -> None:
        picture = desk.session.picture
        rows = WithUsers(picture.of(LISTED), picture.containers, lambda row: row.id, images_of)
        super().__init__(desk, IMAGES, rows, LISTED)


async def measure_images(view: View, _rows: Sequence[Used[Image]]) -> None:
    """Have the engine measure what images share with each other."""
    session = view.desk.session

    async def work() -> str:
        own = await measure(session.engine, session.picture.of(LISTED))
        return f"measured: {words.size(own)} belong to one image alone"

    run_long(view, "measuring images", work)
