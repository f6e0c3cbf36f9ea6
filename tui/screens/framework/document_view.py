"""A view of a document, with folding, search and copying."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from tui.resources.model.document import Document
from tui.resources.model.text import count, plain
from tui.screens.framework.commands import Command, moving
from tui.screens.framework.context import ViewContext
from tui.screens.framework.view import View
from tui.widgets.reader import Reader


class DocumentView(View):
    """A view of a document.

    A subclass provides the document by `show_document`. `wrapped`: whether long lines are wrapped at first.
    """

    wrapped: ClassVar[bool] = False
    back: ClassVar[tuple[str, ...]] = ()  # further keys for a page up

    def __init__(self, context: ViewContext) -> None:
        self.reader = Reader(wrapped=self.wrapped, id="reader")
        self._document: Document | None = None
        super().__init__(context)

    def body(self) -> Iterable[Widget]:
        yield self.reader
        yield self.prompt

    def on_ready(self) -> None:
        self.take_focus(self.reader)
        if self._document is not None:
            self.reader.show(self._document)
        super().on_ready()

    def show_document(self, document: Document, *, again: bool = False) -> None:
        """Show a document; `again`: a newer version of the same, so that the position is kept."""
        self._document = document
        if self.reader.is_mounted:
            self.reader.show(document, again=again)

    def own_commands(self) -> Iterable[Command]:
        reader = self.reader
        yield Command(
            name="search", keys=("slash",), help="search for an expression", run=self.ask_search, group="text", footer=True
        )
        yield Command(name="next", keys=("n",), help="next match", run=reader.action_next, refusal=self._searched, group="text")
        yield Command(
            name="previous",
            keys=("N",),
            help="previous match",
            run=reader.action_previous,
            refusal=self._searched,
            group="text",
        )
        yield Command(
            name="open",
            keys=("enter",),
            help="open the link of the line; else fold or unfold the section",
            run=reader.action_fold,
            group="text",
            footer=True,
        )
        yield Command(
            name="fold-all", keys=("left_curly_bracket",), help="fold all sections", run=reader.fold_all, group="text"
        )
        yield Command(
            name="unfold-all", keys=("right_curly_bracket",), help="unfold all sections", run=reader.unfold_all, group="text"
        )
        yield Command(name="wrap", keys=("w",), help="wrap long lines or not", run=reader.action_wrap, group="text")
        yield Command(name="copy", keys=("Y",), help="copy the line's value", run=reader.action_copy, group="text", footer=True)
        yield Command(
            name="save",
            keys=("ctrl+s",),
            help="save the whole text to a file",
            run=self.save,
            refusal=lambda: "" if len(reader.reading) else "nothing to save yet",
            group="text",
        )
        yield from moving(
            reader.action_move,
            reader.action_page,
            reader.action_first,
            reader.action_last,
            reader.action_sideways,
            "line",
            turns=("space",),
            back=self.back,
        )

    def _searched(self) -> str:
        return "" if self.reader.reading.searched else "no search yet: press /"

    def ask_search(self) -> None:
        """Search while the expression is typed."""
        self.prompt.ask("/", accept=self._search, typed=self.reader.search, cancelled=lambda: self.reader.search(""))

    def _search(self, text: str) -> None:
        self.reader.search(text)
        if self.reader.waiting:
            self.say(f"/{text}: waiting for the text")

    @on(Reader.Searched)
    def _found(self, event: Reader.Searched) -> None:
        said = event.problem or (count(event.lines, "line") if event.lines else "not found")
        if self.prompt.is_open:
            self.prompt.note(said if event.text else "")
        elif event.text:
            self.say(f"/{event.text}: {said}")

    @on(Reader.Copied)
    def _copied(self, event: Reader.Copied) -> None:
        self.tell_copied(event.text, count(len(event.text), "character"), self.all_of_it())

    @on(Reader.Followed)
    def _lead(self, event: Reader.Followed) -> None:
        from tui.screens.framework.links import follow_link

        follow_link(self, event.link)

    def all_of_it(self) -> str:
        """Return how to get a text that is too long for the clipboard."""
        return f"{self.commands.signs('save')} saves the whole text to a file"

    async def save(self) -> None:
        """Ask for a file and write the whole text to it."""
        from tui.screens.framework.table_export import ask_and_save_text

        await ask_and_save_text(self, plain(self.title_line()), self.reader.reading.document.plain_text())

    def escape(self) -> None:
        """End the search, else go back."""
        if self.reader.reading.searched:
            self.reader.search("")
        else:
            self.leave()
