"""The files in the layers of an image, and what differs between the files of two images."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from tui.engine.errors import EngineError
from tui.live.containers.used_by import Used
from tui.live.files.image_archive import read_image
from tui.live.files.image_layers import ImageFiles
from tui.live.objects.images import Image
from tui.resources.files.image import comparison_document, layers_document
from tui.resources.images.images import IMAGES
from tui.resources.model import formats
from tui.resources.model.advice import told
from tui.resources.model.document import Document, read_text
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.routes import RouteView
from tui.widgets.bar import Segment


class ImageFilesView(DocumentView):
    """The layers of an image, or what differs between two.

    The engine sends each image whole, once; leaving the view stops that.
    """

    kind = "image-files"

    def __init__(self, context: ViewContext, rows: Sequence[Used[Image]]) -> None:
        super().__init__(context)
        self.rows = rows
        self.reading = True
        self._now = rows[0]
        self._bytes_read = 0
        self.show_document(read_text("Reading the image…"))

    def on_ready(self) -> None:
        super().on_ready()
        self.start()

    def start(self) -> None:
        """Read the images."""
        self.reading = True
        self.renew("image", self._read)

    @property
    def idle(self) -> bool:
        return not self.reading

    async def _read(self) -> None:
        found: list[ImageFiles] = []
        try:
            for row in self.rows:
                self._now = row
                found.append(await read_image(self.context.session.engine, row.item.id, self._tell))
            document = await asyncio.to_thread(self._document_of, found)
        except EngineError as error:
            document = read_text(told(error))
        self.reading = False
        self.show_document(document)
        self.reader.fold_all(1)  # the files, so that all layers are on the screen
        self.refresh_header()

    def _document_of(self, found: Sequence[ImageFiles]) -> Document:
        if len(found) == 1:
            return layers_document(found[0])
        one, other = (IMAGES.title(row) for row in self.rows)
        return comparison_document((one, other), (found[0], found[1]))

    def _tell(self, done: int) -> None:
        self._bytes_read = done
        self.refresh_header()

    def title_line(self) -> Line:
        names = [Span(IMAGES.title(row), "accent") for row in self.rows]
        if len(names) == 1:
            return line(Span("files of image ", "title"), *names)
        return line(Span("files of images ", "title"), names[0], Span(" and "), names[1])

    def facts(self) -> list[Segment]:
        if self.idle:
            return []
        of = f" of {formats.size(self._now.item.size)}" if self._now.item.size > 0 else ""
        name = f" of {IMAGES.title(self._now)}" if len(self.rows) > 1 else ""
        return [Segment(line(Span(f"read {formats.size(self._bytes_read)}{of}{name}", "accent")), 1)]

    def own_commands(self) -> Iterable[Command]:
        yield Command(name="reload", keys=("ctrl+r", "f5"), help="read the image again", run=self.start, group="text")
        yield from super().own_commands()


async def open_image(view: RouteView, rows: Sequence[Used[Image]]) -> None:
    """Open the files in the layers of an image, or what differs between two, the older one first."""
    if len(rows) > 2:
        view.warn("mark two images with space to compare their files")
        return
    await view.app.push_screen(ImageFilesView(view.context, sorted(rows, key=lambda row: row.item.created)))
