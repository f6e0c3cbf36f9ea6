"""The actions that stop and restart a container. The time until SIGKILL is shown, and whether SIGKILL was needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.engine.digits import signed_number
from tui.live.containers.container import Container
from tui.resources.containers.formats import gone, known_as, title, why_not_stop
from tui.resources.model.action import Action, Answers, DockerCommand, Each, Field
from tui.resources.model.docker_commands import asks, command, operands
from tui.resources.model.form_values import typed

if TYPE_CHECKING:
    from tui.live.engine_session import Session

_SECONDS = re.compile(r"-1|[0-9]{1,6}")
_SIGNAL = re.compile(r"(?:SIG)?[A-Z][A-Z0-9+-]{1,11}|[0-9]{1,2}", re.IGNORECASE)
STOP_SIGNALS = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGKILL")


BY_KILL = "by SIGKILL: it did not end before its stop time-out"


def _asks_to_stop(rows: Sequence[Container], host: str) -> str:
    """Return the question before a stop: a container with --rm does not stay."""
    going = [title(row) for row in rows if row.auto_remove]
    what = "The container is" if len(rows) == 1 else f"{', '.join(going)} {'is' if len(going) == 1 else 'are'}"
    warning = f"{what} removed when stopped (--rm), anonymous volumes too." if going else ""
    return asks("Stop", "container", title, warning)(rows, host)


def check_seconds(text: str) -> str:
    """Return the error in a time-out, or ""."""
    return "" if not text.strip() or _SECONDS.fullmatch(text.strip()) else "enter seconds, or -1 to wait without a limit"


def check_signal(text: str) -> str:
    """Return the error in a signal's name or number, or ""."""
    return "" if not text.strip() or _SIGNAL.fullmatch(text.strip()) else "enter a signal such as SIGINT or 2"


async def restart(session: Session, row: Container, _answers: Answers) -> str:
    """Restart (`ContainerRestart`). Return how it ended before."""
    from tui.live.containers.deaths import ended_by_kill
    from tui.live.containers.grace import grace

    async with grace(session.engine, session.store, row.id, tell=_tell):
        killed = await ended_by_kill(session.store, row.id, lambda: session.engine.containers.restart(row.id)) and row.alive
    return f"{title(row)} restarted; stopped {BY_KILL}" if killed else f"{title(row)} restarted"


async def stop(session: Session, row: Container, answers: Answers) -> bool | str:
    """Stop a container (`ContainerStop`). Return False if it was stopped already, else how it ended. Raises EngineError.

    The time-out and the signal are those typed, else the container's own.
    """
    from tui.live.containers.deaths import ended_by_kill  # with asyncio, which the first list does without
    from tui.live.containers.grace import grace

    seconds = signed_number(typed(answers, "timeout")) if typed(answers, "timeout") else None
    changed = True

    async def stopping() -> None:
        nonlocal changed
        changed = await session.engine.containers.stop(row.id, timeout=seconds, signal=typed(answers, "signal"))

    async with grace(session.engine, session.store, row.id, seconds, _tell):
        killed = await ended_by_kill(session.store, row.id, stopping)
    wanted = typed(answers, "signal").upper().removeprefix("SIG") in ("KILL", "9")
    return changed and f"{title(row)} stopped{f' {BY_KILL}' if killed and not wanted else ''}"


def _tell(left: int) -> None:
    """Report the seconds until SIGKILL as the progress of a job for one container."""
    from tui.live.jobs.jobs import alone, report

    if alone():
        report(f"SIGKILL in {left} s" if left else "SIGKILL")


def stop_command(row: Container, answers: Answers) -> DockerCommand:
    """Return the docker command that does the same."""
    seconds, signal = typed(answers, "timeout"), typed(answers, "signal")
    flags = [f"--signal={signal}"] if signal else []
    flags += [f"--time={seconds}"] if seconds else []
    return ("stop", *flags, *operands(known_as(row)))


STOP: Action[Container] = Action(
    name="stop",
    key="x",
    help="stop",
    do=Each(call=stop, command=stop_command, already="is already stopped", result=str),
    exclusive=True,
    refusal=why_not_stop,
    question=_asks_to_stop,
    doing="stopping",
    done="stopped",
)
STOP_WITH: Action[Container] = Action(
    name="stop-with",
    help="stop with another time-out or signal",
    do=Each(call=stop, command=stop_command, already="is already stopped", result=str),
    exclusive=True,
    refusal=why_not_stop,
    question=lambda rows, host: f"{_asks_to_stop(rows, host)} The engine sends the signal, and SIGKILL after the time-out.",
    fields=(
        Field("timeout", "Time-out in seconds", check=check_seconds, hint="empty: the container's own, else 10; -1: no limit"),
        Field("signal", "Signal", check=check_signal, offers=STOP_SIGNALS, hint="empty: the container's own, else SIGTERM"),
    ),
    doing="stopping",
    done="stopped",
    footer=False,
)
RESTART: Action[Container] = Action(
    name="restart",
    key="r",
    help="restart",
    do=Each(call=restart, command=command("restart", known_as), result=str),
    exclusive=True,
    refusal=gone,
    question=asks("Restart", "container", title),
    doing="restarting",
    done="restarted",
)
