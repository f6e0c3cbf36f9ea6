"""Detection of refusals by a registry that requires a login."""

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
"""Registries' messages as engines pass them on, with status 401, 404, 500, or 200 and a stream that fails."""


@contextmanager
def from_registry(registry: str) -> Iterator[None]:
    """Convert refusals that require a login into Denied with the registry."""
    try:
        yield
    except EngineRefusal as error:
        if isinstance(error, Denied) or not (error.status == 401 or _WORDS.search(error.message)):
            raise
        name = DEFAULT_REGISTRY if registry in (INDEX, "") else registry
        denied = Denied(f"{name} denied access: {error.message}", error.operation, error.status, name)
        denied.__traceback__ = None
    else:
        return
    raise denied


def about(image: str) -> str:
    """Return the registry of an image's name."""
    return Reference.parse(image).registry
