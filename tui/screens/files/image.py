"""The files in the layers of an image."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from tui.engine.errors import EngineError
from tui.live.containers.used_by import Used
from tui.live.files.image_layers import ImageFiles, read_image
from tui.live.objects.images import Image
from tui.resources.files.image import layers_document
from tui.resources.images.images import IMAGES
from tui.resources.model import formats
from tui.resources.model.advice import told
from tui.resources.model.document import read_text
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.routes import RouteView
from tui.widgets.bar import Segment

SHOWN_EACH_SECONDS = 0.25
"""Seconds between two reports of the bytes read."""


class ImageFilesView(DocumentView):
    """The layers of an image. The engine sends the whole image once; leaving the view stops that."""

    kind = "image-files"

    def __init__(self, context: ViewContext, row: Used[Image]) -> None:
        super().__init__(context)
        self.row = row
        self.read: ImageFiles | None = None
        self.bytes_read = 0
        self.problem = ""
        self._shown = 0.0
        self.show_document(read_text("Reading the image…"))

    def on_ready(self) -> None:
        super().on_ready()
        self.start()

    def start(self) -> None:
        """Read the image."""
        self.read, self.problem = None, ""
        self.renew("image", self._read)

    @property
    def idle(self) -> bool:
        return self.read is not None or bool(self.problem)

    async def _read(self) -> None:
        try:
            self.read = await read_image(self.context.session.engine, self.row.item.id, self._tell)
        except EngineError as error:
            self.problem = told(error)
            self.show_document(read_text(self.problem))
        else:
            self.show_document(layers_document(self.read))
            self.reader.fold_all(1)  # the files of the layers, so that all layers are on the screen
        self.refresh_header()

    def _tell(self, done: int) -> None:
        self.bytes_read = done
        if (now := time.monotonic()) - self._shown >= SHOWN_EACH_SECONDS:
            self._shown = now
            self.refresh_header()

    def title_line(self) -> Line:
        return line(Span("files of image ", "title"), Span(IMAGES.title(self.row), "accent"))

    def facts(self) -> list[Segment]:
        if self.idle:
            return []
        of = f" of {formats.size(self.row.item.size)}" if self.row.item.size > 0 else ""
        return [Segment(line(Span(f"read {formats.size(self.bytes_read)}{of}", "accent")), 1)]

    def own_commands(self) -> Iterable[Command]:
        yield Command(name="reload", keys=("ctrl+r", "f5"), help="read the image again", run=self.start, group="text")
        yield from super().own_commands()


async def open_image(view: RouteView, rows: Sequence[Used[Image]]) -> None:
    """Open the files in the layers of an image."""
    await view.app.push_screen(ImageFilesView(view.context, rows[0]))
