"""Ends all terminal sessions when the program exits, within limited time, and reports what keeps running."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Sequence
from typing import Protocol

from tui.engine import errors
from tui.live.terminals.session_row import Home, Phase, SessionRow

ANSWERING = 10.0
"""Seconds to wait on exit for sessions to end while the engine answers."""

SILENT = 1.0
"""Seconds to wait for an engine that does not answer."""

_ENDED_WITH_IT = frozenset(("exited", "dead", "created", "removed"))


class Ending(Protocol):
    """A session that can be ended (`tui.live.terminals.sessions.TerminalSession`)."""

    @property
    def row(self) -> SessionRow:
        """What is known of it."""

    async def end(self) -> str:
        """End it; what stays behind, in words, or nothing."""


async def end_all(sessions: Sequence[Ending], home: Home, docker: str, allow: Callable[[float], object]) -> list[str]:
    """End these sessions; returns a line for each process left in a container.

    An engine that does not answer gets `SILENT` seconds; when it answers, `allow` is called with the additional seconds.
    `docker` is the docker command for this engine.
    """
    left = [_may_run(each.row, docker) for each in sessions if each.row.phase is Phase.LOST]
    ends = {asyncio.ensure_future(each.end()): each.row for each in sessions if not each.row.over}
    if ends:
        answers = asyncio.ensure_future(_answers(home))
        await asyncio.wait(ends, timeout=SILENT)
        if answers.done() and answers.result() and not all(end.done() for end in ends):
            allow(ANSWERING - SILENT)
            await asyncio.wait(ends, timeout=ANSWERING - SILENT)
        answers.cancel()
    for end, row in ends.items():
        left.append(end.result() if end.done() else _may_run(row, docker))
        end.cancel()
    return [line for line in left if line]


async def _answers(home: Home) -> bool:
    try:
        await home.engine.system.ping()
    except errors.EngineError:
        return False
    return True


def _may_run(row: SessionRow, docker: str) -> str:
    """Return what a session that could not be ended leaves behind; empty for an attach, which only detaches."""
    if row.request is None or row.container_state in _ENDED_WITH_IT:
        return ""
    name, command = errors.one_line(row.name), errors.one_line(" ".join(row.request.command)) or "a shell"
    return (
        f"an exec session in {name} may still run ({command}), because the engine did not answer; "
        f"to list its processes: {docker} top {shlex.quote(name)}"
    )
