"""The operations that the demo engine serves, one module per group; each registers itself with `serves`."""

from __future__ import annotations

import importlib

GROUPS = ("containers", "actions", "streams", "execs", "archive", "images", "transfer", "networks", "volumes", "system")


def load() -> None:
    """Import every group, so that its operations are registered."""
    for group in GROUPS:
        importlib.import_module(f"tui.demo.operations.{group}")
