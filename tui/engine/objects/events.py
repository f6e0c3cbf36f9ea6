"""What happened in the engine (`EventMessage`)."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object


class Actor(Object, frozen=True):
    """Whom an event is about: the id and attributes such as `name`, `image`, `exitCode` and the labels."""

    id: str = field(default="", name="ID")
    attributes: dict[str, str] = {}


class Event(Object, frozen=True):
    """One event. `type` is container, image, network ...; `action` is "start", "die", "health_status: healthy" ...

    `time` is in seconds and `time_nano` in nanoseconds since the epoch.
    """

    type: str = ""
    action: str = ""
    actor: Actor = Actor()
    scope: str = field(default="", name="scope")
    time: int = field(default=0, name="time")
    time_nano: int = field(default=0, name="timeNano")
