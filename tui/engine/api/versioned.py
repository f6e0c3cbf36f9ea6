"""Updates of a swarm's objects: the whole specification is sent back with the version it is based on."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from tui.engine.errors import EngineRefusal, OutOfSequence
from tui.engine.objects.base import Object
from tui.engine.objects.volumes import ObjectVersion
from tui.engine.sealed import Sealed

Spec = Mapping[str, Any]
"""A specification in the engine's own JSON. It is sent back whole, so fields unknown to this client are kept."""


class Versioned(Object, frozen=True):
    """An object's version and its specification as the engine sent it."""

    version: ObjectVersion = ObjectVersion()
    spec: dict[str, Any] = msgspec.field(default_factory=dict)


def new_object(name: str, data: Sealed, labels: Mapping[str, str]) -> Sealed:
    """Return the body that creates a secret or a config. No caller has the content in a variable of its own."""
    spec = {"Name": name, "Labels": dict(labels), "Data": base64.b64encode(data.reveal()).decode()}
    return Sealed(msgspec.json.encode(spec))


@contextmanager
def in_sequence() -> Iterator[None]:
    """Convert the engine's refusal of an old version (a status of 500) into OutOfSequence."""
    try:
        yield
    except EngineRefusal as error:
        if "update out of sequence" not in error.message:
            raise
        outdated = OutOfSequence("Another client changed the object.", error.operation, error.status)
        outdated.__traceback__ = None
    else:
        return
    raise outdated
