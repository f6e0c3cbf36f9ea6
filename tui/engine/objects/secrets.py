"""Secrets and configs of a swarm."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

import base64

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.hostconfig import DriverConfig
from tui.engine.objects.volumes import ObjectVersion


class SecretSpec(Object, frozen=True):
    """Specification of a secret without its data, which the engine never tells (`SecretSpec`)."""

    name: str = ""
    labels: dict[str, str] = {}
    driver: DriverConfig | None = None
    templating: DriverConfig | None = None


class Secret(Object, frozen=True):
    """A secret (`Secret`). Times are as the engine writes them (RFC 3339)."""

    id: str = field(name="ID", default="")
    version: ObjectVersion = ObjectVersion()
    created_at: str = ""
    updated_at: str = ""
    spec: SecretSpec = SecretSpec()


class ConfigSpec(Object, frozen=True):
    """Specification of a config; `data` is in base64 (`ConfigSpec`)."""

    name: str = ""
    labels: dict[str, str] = {}
    data: str = ""
    templating: DriverConfig | None = None

    @property
    def content(self) -> bytes:
        """The content; empty if the engine's base64 is invalid."""
        try:
            return base64.b64decode(self.data)
        except ValueError:
            return b""


class Config(Object, frozen=True):
    """A config (`Config`). Times are as the engine writes them (RFC 3339)."""

    id: str = field(name="ID", default="")
    version: ObjectVersion = ObjectVersion()
    created_at: str = ""
    updated_at: str = ""
    spec: ConfigSpec = ConfigSpec()


class Stored(Object, frozen=True):
    """The id of a new secret or config. The specification calls it "Id"; engines send "ID"."""

    id: str = field(name="ID", default="")
