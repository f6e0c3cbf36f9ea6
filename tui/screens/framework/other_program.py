"""Another program in the terminal: the user's pager or editor, named by an environment variable."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tui.widgets.textual_internals.terminal_mode import run_outside

if TYPE_CHECKING:
    from tui.screens.framework.service_view import ServiceView

EDITORS = ("VISUAL", "EDITOR")
"""The environment's names of the user's editor."""


def command_in(view: ServiceView, variables: Sequence[str], usual: str) -> list[str]:
    """Return the command of the first of the environment's `variables` that is set, else `usual`; [] after a warning."""
    named = next((name for name in variables if os.environ.get(name, "").strip()), "")
    try:
        return shlex.split(os.environ.get(named, "")) or [usual]
    except ValueError as error:  # unbalanced quotation marks
        view.warn(f"{named} is not a valid command: {error}; set a command such as {usual}")
        return []


async def run_on(view: ServiceView, command: Sequence[str], file: Path, variables: Sequence[str]) -> bool:
    """Run the command on a file, with the terminal, until its exit. Return whether it succeeded; warn if not."""
    try:
        status = await run_outside(view.app, [*command, str(file)])
    except SuspendNotSupported:
        view.warn(f"{command[0]} cannot be shown in this terminal")
    except OSError as error:
        view.warn(f"{command[0]} was not started: {error.strerror}; set {' or '.join(variables)} in the environment")
    else:
        if status:
            view.warn(f"{command[0]} ended with status {status}")
        return not status
    return False
