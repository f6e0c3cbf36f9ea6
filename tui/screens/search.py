"""The screen of a registry's repositories: found by a search, or listed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from tui.engine.auth.references import DEFAULT_REGISTRY, registry_of_term
from tui.engine.errors import Denied, EngineError, EngineRefusal
from tui.engine.objects.images import SearchResult
from tui.live.objects.registry import search, stored_logins
from tui.live.objects.registry_lists import repositories
from tui.resources.images.search_results import FOUND
from tui.resources.model.text import one_line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.routes import RouteView
from tui.screens.registry_list import RegistryList
from tui.widgets.form import Filled, Form
from tui.widgets.form_field import FormField, one_of


class SearchView(RegistryList[SearchResult]):
    """The repositories that match a term: the engine searches; for registries that have no search, their list is filtered."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context, FOUND)

    async def ask(self, wanted: str) -> None:
        registry = registry_of_term(wanted)
        term = wanted.removeprefix(f"{registry}/")
        if term:
            self.tell(f"Searching for {one_line(wanted)}…")
            try:
                found = await search(self.context.session.engine, wanted)
            except Denied:
                raise
            except EngineRefusal:
                if registry == DEFAULT_REGISTRY:
                    raise
            else:
                self.tell("" if found else f"No repositories found for {one_line(wanted)}.")
                self.rows.put({each.name: each for each in found})
                return
        await self._list(registry, term)

    async def _list(self, registry: str, term: str) -> None:
        """List a registry's repositories whose names contain the term. Raises EngineError."""
        self.this_machine_asks(registry, "its repositories")
        async with aclosing(repositories(self.context.session.engine, registry)) as pages:
            await self.show_pages(_matching(pages, term), lambda name: SearchResult(name=name))
        among = f" with {one_line(term)} in the name" if term else ""
        self.tell("" if self.rows.rows else f"{one_line(registry)} has no repositories{among}.")


async def _matching(pages: AsyncIterator[Sequence[str]], term: str) -> AsyncIterator[list[str]]:
    async for names in pages:
        yield [name for name in names if term in name.partition("/")[2]]


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

    images = view.context.rows("images")

    async def offered(text: str) -> list[str]:
        """Return the registries with a login and those of the images, as beginnings of a term."""
        try:
            known = {login.registry for login in await stored_logins()}
        except EngineError:
            known = set()
        known |= {registry_of_term(name) for row in images.rows.values() for name in row.item.names}
        return [*one_of(sorted(f"{name}/" for name in known - {DEFAULT_REGISTRY}))(text)]

    field = FormField("term", "Term", check=check_term, hint="nginx, or registry.example.com/web", look_up=offered)
    lines = ["A term alone is searched at Docker Hub. A registry and a slash list its repositories."]
    await view.show(Form("Search a registry", [field], lines=lines, submit="search"), searched)
