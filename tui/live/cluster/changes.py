"""Changes of a swarm's objects: read, changed, and sent back whole, so that nobody's change in between is lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from tui.engine.api.configs import Configs
from tui.engine.api.secrets import Secrets
from tui.engine.api.versioned import Spec, Versioned
from tui.engine.errors import OutOfSequence
from tui.live.outcomes import ChangedMeanwhile

if TYPE_CHECKING:
    from tui.engine import Engine

Sent = TypeVar("Sent", covariant=True)

TRIES = 5
"""Times that a change is sent while the swarm itself changes the object's version, as it does during a rollout."""

Edit = Callable[[dict[str, Any]], None]
"""Changes a specification, in the engine's own JSON, in place."""


class Group(Protocol[Sent]):
    """Operations on objects with versions: `Services`, `Nodes`, `Secrets`, `Configs`."""

    async def specification(self, id: str) -> Versioned:
        """Read version and specification."""

    async def update(self, id: str, version: int, spec: Spec) -> Sent:
        """Replace the specification of that version."""


def stored(engine: Engine, kind: type[Secrets | Configs]) -> Secrets | Configs:
    """Return the operations on secrets or on configs."""
    return engine.api(Secrets) if kind is Secrets else engine.api(Configs)


async def change(group: Group[Sent], id: str, known: msgspec.Struct, edit: Edit, anyway: bool = False) -> Sent:
    """Change an object's specification, of which the user has seen `known`.

    Raises ChangedMeanwhile if it is another one now, unless `anyway`: then the change is made to the one of now.
    """
    seen = msgspec.to_builtins(known)
    for _ in range(TRIES):
        now = await group.specification(id)
        typed = msgspec.to_builtins(msgspec.convert(now.spec, type(known)))
        if not anyway and (found := [*differences(seen, typed)]):
            raise ChangedMeanwhile(found)
        wanted = copy.deepcopy(now.spec)
        edit(wanted)
        try:
            return await group.update(id, now.version.index, wanted)
        except OutOfSequence:
            seen = typed
    raise OutOfSequence("Its version changes all the time; try again.")


def differences(before: object, after: object, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield the path, the value before and the value after of every field that differs."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from differences(before.get(name), after.get(name), f"{path}.{name}" if path else str(name))
    else:
        yield path, _text(before), _text(after)


def _text(value: object) -> str:
    return "not set" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
