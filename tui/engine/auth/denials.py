"""When a registry wants a login: which one it is, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tui.engine.auth.references import DEFAULT_REGISTRY, INDEX, Reference
from tui.engine.errors import Denied, EngineRefusal

_WORDS = re.compile(
    r"(?:^|: )denied\b"
    r"|\b(?:unauthorized|authentication required|access denied|access to the resource is denied|no basic auth credentials"
    r"|incorrect username or password|insufficient_scope|status(?: code)?:? 40[13]|40[13] (?:unauthorized|forbidden))\b",
    re.IGNORECASE,
)
"""How engines pass on what a registry said; they answer 404 and 500 as well as 401, or 200 and a stream that fails."""


@contextmanager
def from_registry(registry: str) -> Iterator[None]:
    """Refusals that mean "log in" become Denied, which names the registry."""
    try:
        yield
    except EngineRefusal as error:
        if isinstance(error, Denied) or not (error.status == 401 or _WORDS.search(error.message)):
            raise
        name = DEFAULT_REGISTRY if registry in (INDEX, "") else registry
        denied = Denied(f"{name} denies it: {error.message}", error.operation, error.status, name)
        denied.__traceback__ = None
    else:
        return
    raise denied


def about(image: str) -> str:
    """The registry an image's name means."""
    return Reference.parse(image).registry
