"""The content of a file: text, JSON or bytes, in parts."""

from __future__ import annotations

from collections.abc import Iterable

from tui.engine.errors import EngineError
from tui.live.files.rows import FileRow
from tui.live.files.transfer import Part, read_part, whole_lines
from tui.resources.files.formats import content, is_binary, mode, title
from tui.resources.model import formats
from tui.resources.model.advice import told
from tui.resources.model.document import read_text
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.widgets.bar import Segment

PART_BYTES = 1 << 20
"""Bytes of a file that are shown at once."""


class FileView(DocumentView):
    """A file, a part of `PART_BYTES` at a time. To reach a later part the engine has to send all that is before it."""

    kind = "file"
    back = ("b",)

    def __init__(self, context: ViewContext, row: FileRow) -> None:
        super().__init__(context)
        self.row = row
        self.part: Part | None = None
        self.reading = True
        self._binary: bool | None = None
        self.show_document(read_text("Reading the file…"))

    def on_ready(self) -> None:
        super().on_ready()
        self.read(0)

    @property
    def idle(self) -> bool:
        return not self.reading

    def read(self, start: int, at_line: bool = True) -> None:
        """Read and show the part that begins at `start`; a negative number counts from the end.

        `at_line`: a line begins there.
        """
        self.reading = True
        self.renew("part", self._read, start, at_line)
        self.refresh_header()

    async def _read(self, start: int, at_line: bool) -> None:
        try:
            part = await read_part(self.context.session.engine, self.row, start, PART_BYTES)
        except EngineError as error:
            self.warn(told(error))
            if self.part is None:
                self.show_document(read_text(""))
        else:
            if self._binary is None:
                self._binary = is_binary(part.data)
            self.part = part if self._binary else whole_lines(part, at_line)
            self._show()
        self.reading = False
        self.refresh_header()
        self.refresh_keys()

    def _show(self) -> None:
        if self.part is not None:
            self.show_document(content(self.part.data, self.part.start, self.part.entry.size, bool(self._binary)))

    def title_line(self) -> Line:
        return line(Span("file ", "title"), Span(title(self.row), "accent"))

    def facts(self) -> list[Segment]:
        if self.reading:
            return [Segment(line(Span("reading…", "accent")), 1)]
        if self.part is None:
            return []
        part, size = self.part, self.part.entry.size
        said = f"{formats.size(size)} {mode(self.row)}"
        whole = part.start == 0 and part.end >= size
        shown = "" if whole else f" {formats.size(part.start)} to {formats.size(part.end)} shown"
        return [Segment(line(Span(said, "dim"), Span(shown, "warn")), 1)]

    def own_commands(self) -> Iterable[Command]:
        yield Command(
            name="next-part",
            keys=("right_square_bracket",),
            help="show the next part of a large file",
            run=self.next,
            refusal=self._why_not_next,
            group="file",
        )
        yield Command(
            name="previous-part",
            keys=("left_square_bracket",),
            help="show the part before",
            run=self.previous,
            refusal=lambda: "" if self.part and self.part.start else "this is the beginning of the file",
            group="file",
        )
        yield Command(
            name="last-part",
            keys=("right_parenthesis",),
            help="show the end of a large file; the engine sends the whole file",
            run=lambda: self.read(-PART_BYTES, at_line=False),
            refusal=self._why_not_next,
            group="file",
        )
        yield Command(
            name="hex", keys=("h",), help="show bytes as hexadecimal numbers, or text", run=self.toggle_hex, group="file"
        )
        yield Command(
            name="reload",
            keys=("ctrl+r", "f5"),
            help="read the file again",
            run=lambda: self.read(self.part.start if self.part else 0),
            group="file",
        )
        yield from super().own_commands()

    def _why_not_next(self) -> str:
        return "" if self.part and self.part.end < self.part.entry.size else "this is the end of the file"

    def next(self) -> None:
        """Show the next part."""
        if self.part is not None:
            self.read(self.part.end)

    def previous(self) -> None:
        """Show the part before."""
        start = max(0, (self.part.start if self.part else 0) - PART_BYTES)
        self.read(start, at_line=start == 0)

    def toggle_hex(self) -> None:
        """Show the part as bytes, or as text."""
        self._binary = not self._binary
        self._show()
