"""What long operations say while they work: pull, push, load, import, build."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import field

from tui.engine.objects.base import Object


class ProgressDetail(Object, frozen=True, rename=None):
    """How far one part has come: bytes, unless `units` says what else; a `total` of 0 is unknown."""

    current: int = 0
    total: int = 0
    units: str = ""


class ErrorDetail(Object, frozen=True, rename=None):
    """Why it failed."""

    code: int = 0
    message: str = ""


class Progress(Object, frozen=True, rename="camel"):
    """One message (`CreateImageInfo`, `PushImageInfo`, `BuildInfo`).

    `id` is the layer it is about, or empty; `status` the engine's words; `stream` is output of a build or a load; `aux`
    what a program may want to know, such as `{"ID": "sha256:..."}` of what was built.
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
        """Why the operation failed, in the engine's words; empty for a message that is none of failure."""
        return self.error or (self.error_detail.message if self.error_detail else "")


class Identified(Object, frozen=True):
    """Something that was made, and its id (`IDResponse`)."""

    id: str = msgspec.field(default="", name="Id")
