"""What differs between two containers, or between a container and its image."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.images import ImageInspect
from tui.live.containers.container import Container
from tui.resources.containers.difference import OF_CONTAINERS, Settings, document, image_settings, settings
from tui.resources.model.formats import familiar_image
from tui.resources.model.text import Line, Span, line, one_line
from tui.screens.framework.commands import Command, secrets_said, secrets_verb
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.routes import RouteView
from tui.screens.framework.waiting import ask_first

if TYPE_CHECKING:
    from tui.engine import Engine

Inspected = tuple[list[ContainerInspect], ImageInspect | None]
"""The inspected containers, and the image of a single one."""


class ContainerDifferenceView(DocumentView):
    """The settings in which two containers differ, or a container and its image."""

    kind = "container-difference"

    def __init__(self, context: ViewContext, one: Settings, other: Settings, names: tuple[str, str]) -> None:
        super().__init__(context)
        self.both = one, other
        self.names_of_both = names
        self.secrets = False
        self.show_document(document(*self.both, names))

    def title_line(self) -> Line:
        return line(Span("difference ", "title"), Span(" and ".join(self.names_of_both), "accent"))

    def own_commands(self) -> Iterable[Command]:
        yield secrets_verb(self.toggle_secrets)
        yield from super().own_commands()

    def toggle_secrets(self) -> None:
        """Show or mask secrets."""
        self.secrets = not self.secrets
        self.show_document(document(*self.both, self.names_of_both, self.secrets), again=True)
        self.say(secrets_said(self.secrets))


async def open_difference(view: RouteView, rows: Sequence[Container]) -> None:
    """Open what differs between two marked containers, or between one container and its image."""
    if len(rows) > 2:
        view.warn("mark two containers to compare them")
        return
    read = _read(view.context.session.engine, sorted(rows, key=lambda row: row.created))
    await ask_first(view, "difference", read, partial(_show, view), "shows what differs")


async def _read(engine: Engine, rows: Sequence[Container]) -> Inspected:
    """Inspect the containers, and the image of a single one. Raises EngineError."""
    found = [await engine.containers.inspect(row.id) for row in rows]
    return found, await engine.images.inspect(found[0].image) if len(found) == 1 else None


async def _show(view: RouteView, read: Inspected) -> None:
    found, image = read
    first = settings(found[0])
    if image is not None:
        own = {key: value for key, value in first.items() if key not in OF_CONTAINERS}
        names = (_image_name(image), one_line(found[0].name.removeprefix("/")))
        made = ContainerDifferenceView(view.context, image_settings(image), own, names)
    else:
        names = (one_line(found[0].name.removeprefix("/")), one_line(found[1].name.removeprefix("/")))
        made = ContainerDifferenceView(view.context, first, settings(found[1]), names)
    await view.app.push_screen(made)


def _image_name(image: ImageInspect) -> str:
    return one_line(familiar_image(next(iter(image.repo_tags), image.id)))
