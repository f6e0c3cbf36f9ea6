"""Requests allowed in read-only mode, by method and path.

Only operations known to change nothing are allowed, so that unknown ones are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui.engine.errors import ReadOnly

_VERSION = re.compile(r"^/v[0-9.]+(?=/)")
_ATTACH = re.compile(r"^/containers/[^/]+/attach(/ws)?$")
_WAIT = re.compile(r"^/containers/[^/]+/wait$")
_FALSE = {"", "0", "no", "none", "false"}  # false in the engine's queries, ignoring case


def changes_nothing(method: str, path: str, query: Mapping[str, str]) -> bool:
    """Whether a request only reads; `path` is percent-encoded, with or without the version."""
    path = _VERSION.sub("", path)
    if _ATTACH.match(path):
        return query.get("stdin", "").strip().lower() in _FALSE
    return method in ("GET", "HEAD") or (method == "POST" and _WAIT.match(path) is not None)


def check(method: str, path: str, query: Mapping[str, str]) -> None:
    """Raise ReadOnly for a request that could change anything."""
    if not changes_nothing(method, path, query):
        raise ReadOnly("Not sent: this is read-only mode.")
