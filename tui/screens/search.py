"""The screen of a registry search."""

from __future__ import annotations

from collections.abc import Sequence

from tui.engine.errors import Denied, EngineError
from tui.engine.objects.images import SearchResult
from tui.live.objects.registry import search
from tui.live.state.collection import Collection
from tui.resources.images.search_results import FOUND
from tui.resources.model.advice import told
from tui.resources.model.text import Line, Span, line, one_line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView
from tui.screens.framework.routes import RouteView
from tui.widgets.form import Filled, Form
from tui.widgets.form_field import FormField


class SearchView(ResourceView[SearchResult]):
    """The results of a search in a registry; `go_to` searches."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context, FOUND, Collection())
        self.term = ""
        self.said = ""

    def go_to(self, wanted: str) -> None:
        """Search for a term: "nginx", "registry.example.com/web"."""
        self.term = wanted
        self.renew("search", self._search, wanted)

    async def _search(self, term: str) -> None:
        self.rows.replace({})
        self._say(f"Searching for {one_line(term)}…")
        try:
            found = await search(self.context.session.engine, term)
        except EngineError as error:
            self._say(told(error))
            if isinstance(error, Denied) and self.is_current:
                await self.runner.offer_login(error, lambda: self.go_to(term))
            return
        self._say("" if found else f"No repositories found for {one_line(term)}.")
        self.rows.replace({each.name: each for each in found})

    def _say(self, text: str) -> None:
        self.said = text
        if self.is_mounted:
            self.lay_out()
            self.refresh_header()

    async def reload(self) -> None:
        if self.term:
            self.go_to(self.term)

    def empty_words(self) -> str:
        return self.said or (super().empty_words() if self.rows.rows else FOUND.empty)

    def title_line(self) -> Line:
        return line(Span("search ", "title"), Span(one_line(self.term), "accent"))


def check_term(text: str) -> str:
    """Return the error in a search term, or "". Engines search the registry whose host the term begins with, if any."""
    if "://" in text:
        return "without a scheme: registry.example.com/web"
    return "" if text.strip() else "enter a search term"


async def ask_search(view: RouteView, _rows: Sequence[object]) -> None:
    """Ask for a term and show the results."""

    def searched(filled: Filled | None) -> None:
        if filled is not None:
            view.context.go("search", dict(filled.typed)["term"].strip())

    field = FormField("term", "Term", check=check_term, hint="nginx")
    await view.show(Form("Search a registry", [field], submit="search"), searched)
