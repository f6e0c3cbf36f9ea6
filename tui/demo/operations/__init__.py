"""Operations served by the demo engine, one module per group; each registers its handlers with `serves`."""

from __future__ import annotations

import importlib

GROUPS = (
    "containers",
    "actions",
    "streams",
    "execs",
    "archive",
    "images",
    "transfer",
    "networks",
    "volumes",
    "system",
    "cluster",
)


def load() -> None:
    """Import every group, which registers its operations."""
    for group in GROUPS:
        importlib.import_module(f"tui.demo.operations.{group}")
