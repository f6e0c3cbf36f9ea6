"""Texts about projects that the list and the actions share."""

from __future__ import annotations

from tui.live.compose.projects import Project
from tui.resources.model.text import one_line

ONLY_ONE_OFFS = "only one-off containers"


def title(row: Project) -> str:
    """Return the project's name for users."""
    return one_line(row.name)
