"""Restart loops: how often a restart policy restarted a container, and at what intervals. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.live.containers.exit_facts import Facts
from tui.resources.containers.exit_causes import ExitCause
from tui.resources.containers.formats import LOOP, SHORT
from tui.resources.model import formats
from tui.resources.model.text import count


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartLoop:
    """Repeated exits and restarts: the number of restarts, and the lengths of the last runs and pauses in seconds."""

    restarts: int
    ran: tuple[float, ...] = ()
    paused: tuple[float, ...] = ()
    going_on: bool = False  # the engine will start it again

    @property
    def looping(self) -> bool:
        """Whether the container does not stay up: at least `LOOP` restarts, after short runs."""
        return self.restarts >= LOOP and (not self.ran or self.ran[-1] < SHORT)


def loop(facts: Facts) -> RestartLoop | None:
    """Return the restarts by the restart policy, or None if there were none."""
    found = facts.found
    if not found.restart_count and not found.state.restarting:
        return None
    ran: list[float] = []
    paused: list[float] = []
    last = ("", 0)
    for event in facts.events:
        if event.action not in ("start", "die"):
            continue
        action, at = last
        if action == "start" and event.action == "die":
            ran.append((event.time_nano - at) / 1e9)
        elif action == "die" and event.action == "start":
            paused.append((event.time_nano - at) / 1e9)
        last = (event.action, event.time_nano)
    return RestartLoop(
        restarts=found.restart_count, ran=tuple(ran[-8:]), paused=tuple(paused[-8:]), going_on=found.state.restarting
    )


def headline(why: ExitCause, around: RestartLoop | None, policy: str) -> str:
    """Return the headline of the report: a restart loop first, then the cause of each exit."""
    if around is None:
        return why.what
    word = "Restart loop: restarted" if around.looping else "Restarted"
    times = f"{word} {count(around.restarts, 'time')}"
    rest = "" if around.going_on else ", then given up" if policy == "on-failure" else ""
    return f"{times}{rest}. {why.what}"


def seconds(values: Sequence[float]) -> str:
    """Return lengths of time as a list: "0.4 s, 1.2 s, 4 s"."""
    return ", ".join(formats.duration(value) for value in values)
