"""The screen of a repository's tags in its registry."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from tui.engine.auth.references import Reference
from tui.engine.objects.images import SearchResult
from tui.live.containers.used_by import Used
from tui.live.objects.images import Image
from tui.live.objects.registry_lists import RemoteTag, tags
from tui.resources.images.tags import TAGS
from tui.resources.images.transfers import remote_repositories
from tui.resources.model.text import one_line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.routes import RouteView
from tui.screens.registry_list import RegistryList
from tui.widgets.dialogs import Entry, Pick


class TagsView(RegistryList[RemoteTag]):
    """The tags of a repository; `go_to` reads them from the registry."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context, TAGS)
        self.images = context.rows("images")

    def on_ready(self) -> None:
        self.follow(self.images.changed, lambda _changes: self._compare())
        super().on_ready()

    async def ask(self, wanted: str) -> None:
        reference = Reference.parse(wanted)
        repository = reference.repository
        self.this_machine_asks(reference.registry, f"the tags of {one_line(repository)}")
        here = self._here()

        def row(tag: str) -> RemoteTag:
            return RemoteTag(repository, tag, f"{repository}:{tag}" in here)

        async with aclosing(tags(self.context.session.engine, repository)) as pages:
            await self.show_pages(pages, row)
        self.tell("" if self.rows.rows else f"{one_line(repository)} has no tags.")

    def _here(self) -> frozenset[str]:
        """Return the names of the engine's images."""
        return frozenset(name for row in self.images.rows.values() for name in row.item.names)

    def _compare(self) -> None:
        """Mark the tags that the engine has now."""
        here = self._here()
        self.rows.put({key: row._replace(here=key in here) for key, row in self.rows.rows.items()})


async def open_tags(view: RouteView, rows: Sequence[Any]) -> None:
    """Show the tags of the repository of an image, or of one that was found; ask which if an image is in several."""
    repositories = repositories_of(rows[0])

    def picked(repository: str | None) -> None:
        if repository is not None:
            view.context.go("tags", repository)

    if len(repositories) == 1:
        picked(repositories[0])
    else:
        entries = [Entry(repository, one_line(repository)) for repository in repositories]
        await view.show(Pick("Tags of which repository?", entries), picked)


def repositories_of(row: Used[Image] | SearchResult) -> list[str]:
    """Return the repositories of a row of the images or of a search."""
    return [row.name] if isinstance(row, SearchResult) else remote_repositories(row)
