"""Disk usage of the engine."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.containers import ContainerSummary
from tui.engine.objects.images import ImageSummary
from tui.engine.objects.volumes import Volume


class BuildCache(Object, frozen=True):
    """A record of the build cache (`BuildCache`); times are RFC 3339, the size is in bytes."""

    id: str = field(default="", name="ID")
    parent: str = ""
    parents: list[str] = []
    type: str = ""
    description: str = ""
    in_use: bool = False
    shared: bool = False
    size: int = 0
    created_at: str = ""
    last_used_at: str = ""
    usage_count: int = 0


class DiskUsage(Object, frozen=True):
    """Disk usage by type (`SystemDataUsage`); types not requested are empty. `layers_size` is in bytes."""

    layers_size: int = 0
    images: list[ImageSummary] = []
    containers: list[ContainerSummary] = []
    volumes: list[Volume] = []
    build_cache: list[BuildCache] = []
