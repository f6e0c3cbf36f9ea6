"""Opening the files of a container or a volume."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tui.engine.errors import EngineError
from tui.engine.objects.images import ImageSummary
from tui.live.containers.container import Container
from tui.live.containers.used_by import Used
from tui.live.files.helper import create_helper, holder_of
from tui.live.files.rows import Place
from tui.live.objects.volumes import Volume
from tui.resources.model.advice import told
from tui.resources.model.text import one_line
from tui.screens.files.browser import FilesView
from tui.screens.framework.routes import RouteView
from tui.screens.framework.waiting import ask_first
from tui.widgets.form import Filled, Form
from tui.widgets.form_field import FormField, one_of


async def open_container(view: RouteView, rows: Sequence[Container]) -> None:
    """Open the root directory of a container, running or not."""
    await view.app.push_screen(FilesView(view.context, Place(container=rows[0].id, name=rows[0].name)))


async def open_volume(view: RouteView, rows: Sequence[Used[Volume]]) -> None:
    """Open a volume through a container that has it, else offer a helper container."""
    volume = rows[0].item.name
    place = holder_of(volume, view.context.session.store.containers.rows.values())
    if place is not None:
        await view.app.push_screen(FilesView(view.context, place))
    elif why := view.context.why_read_only():
        view.warn(f"no container has the volume, and a helper container is refused: {why}")
    else:
        await _offer_helper(view, volume)


async def _offer_helper(view: RouteView, volume: str) -> None:
    """Ask for the image of a helper container."""
    await ask_first(view, f"volume {one_line(volume)}", view.context.session.engine.images.list(), partial(_ask, view, volume))


async def _ask(view: RouteView, volume: str, listed: Sequence[ImageSummary]) -> None:
    images = [name for image in sorted(listed, key=lambda each: each.size) for name in image.repo_tags if "<none>" not in name]
    field = FormField(
        "image",
        "Image",
        initial=next(iter(images), ""),
        check=lambda text: "" if text.strip() else "enter the name of an image of this engine",
        offers=one_of(images),
        hint="any image of this engine; no program of the image is run",
    )
    lines = [
        f"No container has the volume {one_line(volume)}. Create a helper container on {one_line(view.context.host)} that "
        "mounts the volume? The container is never started, and is removed when the files are left."
    ]
    await view.show(
        Form(f"Browse volume {one_line(volume)}", [field], lines=lines, submit="create"), partial(_helped, view, volume)
    )


def _helped(view: RouteView, volume: str, filled: Filled | None) -> None:
    if filled is not None:
        view.app.run_worker(_browse_by_helper(view, volume, dict(filled.typed)["image"].strip()))


async def _browse_by_helper(view: RouteView, volume: str, image: str) -> None:
    try:
        place = await create_helper(view.context.session.engine, volume, image)
    except EngineError as error:
        view.warn(f"volume {one_line(volume)}: {told(error)}")
        return
    await view.app.push_screen(FilesView(view.context, place, helper=True))
