"""Progress messages of long operations: pull, push, load, import, build."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.images import Descriptor


class ProgressDetail(Object, frozen=True, rename=None):
    """Progress of one part in bytes, unless `units` says otherwise; a `total` of 0 is unknown."""

    current: int = 0
    total: int = 0
    units: str = ""


class PushedManifest(Object, frozen=True, rename="camel"):
    """Data of a push (`aux`): the manifest that was pushed alone, because other platforms are not on the engine."""

    manifest_pushed_instead_of_index: bool = False
    selected_manifest: Descriptor = field(default_factory=Descriptor)


class ErrorDetail(Object, frozen=True, rename=None):
    """Details of an error."""

    code: int = 0
    message: str = ""


class Progress(Object, frozen=True, rename="camel"):
    """A progress message (`CreateImageInfo`, `PushImageInfo`, `BuildInfo`).

    `id` is the layer, or empty; `status` the engine's text; `stream` is output of a build or a load; `aux` is data for
    programs, such as `{"ID": "sha256:..."}` of a built image.
    """

    id: str = ""
    status: str = ""
    stream: str = ""
    progress: str = ""
    progress_detail: ProgressDetail = field(default_factory=ProgressDetail)
    error: str = ""
    error_detail: ErrorDetail | None = None
    aux: Any = None

    @property
    def failure(self) -> str:
        """The engine's error message; empty if this message reports no error."""
        return self.error or (self.error_detail.message if self.error_detail else "")


class Identified(Object, frozen=True):
    """The id of a created object (`IDResponse`)."""

    id: str = msgspec.field(default="", name="Id")
