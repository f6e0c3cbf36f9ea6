"""Events of the engine (`EventMessage`)."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from tui.engine.objects.base import Object

Moment = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""A time limited to a signed 64-bit number."""


class Actor(Object, frozen=True):
    """The object of an event: its id and attributes such as `name`, `image`, `exitCode` and the labels."""

    id: str = field(default="", name="ID")
    attributes: dict[str, str] = {}


class Event(Object, frozen=True):
    """An event. `type` is container, image, network ...; `action` is "start", "die", "health_status: healthy" ...

    `time` is in seconds and `time_nano` in nanoseconds since the epoch.
    """

    type: str = ""
    action: str = ""
    actor: Actor = Actor()
    scope: str = field(default="", name="scope")
    time: Moment = field(default=0, name="time")
    time_nano: Moment = field(default=0, name="timeNano")
