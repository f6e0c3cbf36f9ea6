"""Execution of a process: its command in a shell of its own, with its first environment."""

from __future__ import annotations

from tui.demo.files import normal
from tui.demo.process import Process
from tui.demo.shell.io import BrokenPipe
from tui.demo.shell.run import BROKEN_PIPE, DEFAULT_PATH, Exit, Shell


def first_environment(process: Process) -> dict[str, str]:
    """Return the initial environment of a process."""
    user = process.user.partition(":")[0] or "root"
    user = {"0": "root", "1000": "app"}.get(user, user)
    home = {"root": "/root", "app": "/app", "postgres": "/var/lib/postgresql"}.get(user, "/")
    given = {
        "PATH": DEFAULT_PATH,
        "HOSTNAME": process.container.config.get("Hostname") or process.container.id[:12],
        "HOME": home,
    }
    return {**given, **process.env, "USER": user}


async def execute(process: Process) -> int:
    """Run a process's command to its end; returns its exit code."""
    shell = Shell(process, first_environment(process), normal(process.cwd or "/"))
    streams = shell.streams()
    try:
        return await shell.run_words(process.command, streams)
    except Exit as left:
        return left.code
    except BrokenPipe:
        return BROKEN_PIPE
    finally:
        for task in shell.background:
            task.cancel()
