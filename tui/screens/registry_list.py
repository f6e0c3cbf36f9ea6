"""What the lists of a registry's repositories and tags have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import TypeVar

from tui.engine.errors import Denied, EngineError
from tui.live.objects.registry_lists import MOST
from tui.live.state.collection import Collection
from tui.resources.model.advice import told
from tui.resources.model.resource import Resource
from tui.resources.model.text import Line, Span, line, one_line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView
from tui.widgets.bar import Segment

Row = TypeVar("Row")

BY_THIS_MACHINE = "asked by this machine, not the engine"
"""The header's text where the program itself connects to a registry."""


class RegistryList(ResourceView[Row]):
    """A list that a registry is asked for; `go_to` asks. `wanted_text` is what was asked for."""

    def __init__(self, context: ViewContext, resource: Resource[Row]) -> None:
        super().__init__(context, resource, Collection())
        self.wanted_text = ""
        self.said = ""
        self.notes: tuple[str, ...] = ()  # about the rows, in the header

    def go_to(self, wanted: str) -> None:
        """List what a registry has: a repository's tags, or the repositories that match a term."""
        self.wanted_text = wanted
        self.renew("registry", self._ask, wanted)

    async def ask(self, wanted: str) -> None:
        """Ask the registry and show the rows. Raises EngineError."""
        raise NotImplementedError

    async def _ask(self, wanted: str) -> None:
        self.notes = ()
        self.rows.replace({})
        try:
            await self.ask(wanted)
        except EngineError as error:
            self.tell(told(error))
            if self.listing.total:
                self.warn(told(error))
            if isinstance(error, Denied) and not self.context.read_only:
                log_in = partial(self.runner.offer_login, error, lambda: self.go_to(wanted))
                self.foreground_view.offer(told(error), f"logs in at {error.registry}", log_in)

    def this_machine_asks(self, registry: str, what: str) -> None:
        """Say that the program itself connects to a registry. Raises EngineError in the demo, which connects to nothing."""
        if self.context.program.demo:
            raise EngineError("The demo asks no registry. Start Longshore with an engine to list repositories and tags.")
        self.notes = (BY_THIS_MACHINE,)
        self.tell(f"This machine, not the engine, asks {one_line(registry)} for {what}…")

    async def show_pages(self, pages: AsyncIterator[Sequence[str]], row: Callable[[str], Row]) -> None:
        """Show the rows of names that arrive page by page, as they arrive, at most MOST. Raises EngineError."""
        async for names in pages:
            self.rows.put({self.resource.id(each): each for each in map(row, names[: MOST - len(self.rows.rows)])})
            if len(self.rows.rows) >= MOST:
                self.notes = (*self.notes, f"the first {MOST}")
                break
        self.refresh_header()

    def tell(self, text: str) -> None:
        """Show a text in place of the rows."""
        self.said = text
        if self.is_mounted:
            self.lay_out()
            self.refresh_header()

    async def reload(self) -> None:
        if self.wanted_text:
            self.go_to(self.wanted_text)

    def empty_words(self) -> str:
        return self.said or (super().empty_words() if self.rows.rows else self.resource.empty)

    def title_line(self) -> Line:
        return line(Span(f"{self.resource.name} ", "title"), Span(one_line(self.wanted_text), "accent"))

    def facts(self) -> list[Segment]:
        return [*super().facts(), *(Segment(line(Span(note, "dim")), 2) for note in self.notes)]
