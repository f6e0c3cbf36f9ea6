"""Names in place of the 64 digits of an id, in what an engine says: of containers and networks, also of removed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from tui.engine import errors
from tui.engine.objects.events import Event
from tui.live.containers.container import Container

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.state.store import Store

REMEMBERED = 4096
"""Names of objects kept after their events."""

MOST_IDS = 4
"""Ids of one text that are looked up."""

_ID = re.compile(r"(?<![0-9A-Za-z])(?:sha256:)?([0-9a-f]{64})(?![0-9A-Za-z])")

Error = TypeVar("Error", bound=BaseException)


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Return a text with the names of ids; an id without a name is cut to twelve digits, as docker does."""
    return _ID.sub(lambda found: names.get(found[1]) or found[1][:12], text)


async def look_up(engine: Engine, text: str) -> dict[str, str]:
    """Return the names of containers and networks whose ids are in a text (`ContainerInspect`, `NetworkInspect`).

    Objects that are gone, and those that the engine does not answer about, are left out.
    """
    names: dict[str, str] = {}
    for id in dict.fromkeys(_ID.findall(text)[:MOST_IDS]):
        with suppress(errors.EngineError):
            try:
                names[id] = (await engine.containers.inspect(id)).name.removeprefix("/")
            except errors.NotFound:
                names[id] = (await engine.networks.inspect(id)).name
    return names


class Names:
    """The names that are known without a request: from the list of containers, and from events seen."""

    def __init__(self, store: Store[Container]) -> None:
        self._store = store
        self._seen: dict[str, str] = {}
        store.events.subscribe(self._note)

    def told(self, text: str) -> str:
        """Return a text with names in place of ids."""
        ids = set(_ID.findall(text))
        return with_names(text, dict(self._known(ids))) if ids else text

    def in_error(self, error: Error) -> Error:
        """Put names in place of ids into the message and the notes of an engine's error, and return it."""
        if isinstance(error, errors.EngineError):
            error.message = self.told(error.message)
            if notes := getattr(error, "__notes__", None):
                error.__notes__ = [self.told(note) for note in notes]
        return error

    def _known(self, ids: set[str]) -> Iterator[tuple[str, str]]:
        containers = self._store.containers.rows
        for id in ids:
            if name := containers[id].name if id in containers else self._seen.get(id, ""):
                yield id, name

    def _note(self, event: Event) -> None:
        name = event.actor.attributes.get("name", "")
        if event.type in ("container", "network") and name:
            self._seen.pop(event.actor.id, None)
            self._seen[event.actor.id] = name
            if len(self._seen) > REMEMBERED:
                del self._seen[next(iter(self._seen))]
