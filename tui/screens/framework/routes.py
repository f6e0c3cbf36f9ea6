"""Views that an action opens, by the name in its description (`Action.opens`): one table for all."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.screens.framework.view import View

OPENERS = {
    "shell": "entering:open_shell",
    "exec": "entering:open_exec_form",
    "attach": "entering:open_attach",
    "image-sizes": "measuring:measure_images",
    "search": "search:ask_search",
    "job-cancel": "jobs:cancel_jobs",
    "job-again": "jobs:repeat_job",
    "job-forget": "jobs:forget_jobs",
    "session": "entering:open_session",
    "session-beside": "entering:open_beside",
    "session-end": "entering:end_sessions",
    "session-reopen": "entering:reopen_session",
    "session-forget": "entering:forget_sessions",
    "users": "linking:open_users",
    "measure-volumes": "measuring:measure_volumes",
    "logs": "logopening:open_logs",
    "merged-logs": "logopening:open_merged_logs",
    "project-logs": "logopening:open_project_logs",
    "project-containers": "linking:open_members",
    "monitor": "monitor:open_monitor",
    "events": "events:open_events",
    "event-object": "events:open_object",
    "clean-up": "cleanup:open_clean_up",
}
"""Where the function of each name stands, in this folder. It is handed the view and the rows."""


async def open_view(view: View, name: str, rows: Sequence[Any]) -> None:
    """Open the view that an action names, for these rows. Loaded only now: the first screen needs none of them."""
    module, _, opener = OPENERS[name].partition(":")
    await getattr(import_module(f"tui.screens.{module}"), opener)(view, rows)
