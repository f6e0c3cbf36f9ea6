"""What the facts about a container say of its last run. Pure functions."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime

from msgspec.structs import replace

from tui.engine.digits import signed_number
from tui.engine.objects.containers import HealthcheckResult
from tui.engine.objects.events import Event
from tui.engine.signals import signal_number
from tui.live.containers.exit_facts import Facts
from tui.resources.model import formats
from tui.resources.model.text import decode, one_line


def started(facts: Facts) -> bool:
    """Return whether the container ever ran."""
    return formats.moment(facts.found.state.started_at) > 0


def as_it_ended(facts: Facts) -> Facts:
    """Return the facts at the last exit.

    The state of a restarted container describes the new run, so events give the old one.
    """
    state = facts.found.state
    ends = [number for number, event in enumerate(facts.events) if event.action == "die"]
    if not state.running or state.restarting or not ends:
        return facts
    code = facts.events[ends[-1]].actor.attributes.get("exitCode", "")
    before = next((n for n, event in enumerate(facts.events) if n > ends[-1] and event.action == "start"), len(facts.events))
    start = next((event for event in reversed(facts.events[: ends[-1]]) if event.action == "start"), None)
    run = facts.events[facts.events.index(start) : before] if start else facts.events[:before]
    ended = replace(
        state,
        running=False,
        exit_code=signed_number(code) or 0,
        health=None,
        oom_killed=any(event.action == "oom" for event in run),
        started_at=_stamp(start) if start else "",
        finished_at=_stamp(facts.events[ends[-1]]),
    )
    return dataclasses.replace(facts, found=replace(facts.found, state=ended), events=facts.events[:before])


def _stamp(event: Event) -> str:
    """Return an event's time as the engine writes times."""
    seconds = event.time_nano / 1e9 or float(event.time)
    return datetime.fromtimestamp(seconds, UTC).isoformat() if 0 < seconds < LATEST_SECONDS else ""


LATEST_SECONDS = 32503680000.0
"""The year 3000: later times of events are none."""


def run_unknown(facts: Facts) -> bool:
    """Return whether the container runs again, and no event tells how the run before ended."""
    state = facts.found.state
    return state.running and not state.restarting and not any(event.action == "die" for event in facts.events)


def last_run(facts: Facts) -> tuple[Event, ...]:
    """Return the events from the last start on."""
    starts = [number for number, event in enumerate(facts.events) if event.action == "start"]
    return facts.events[starts[-1] :] if starts else facts.events


def signals(facts: Facts) -> list[int]:
    """Return the signals sent through the engine during the last run, in order."""
    return [signal_number(event.actor.attributes.get("signal", "")) for event in last_run(facts) if event.action == "kill"]


def was_stopped(facts: Facts) -> bool:
    """Return whether a stop or restart was requested during the last run."""
    return any(event.action in ("stop", "restart") for event in last_run(facts))


def failed_probes(facts: Facts) -> list[HealthcheckResult]:
    """Return the probes that failed before the exit, the latest first."""
    health = facts.found.state.health
    failed: list[HealthcheckResult] = []
    for probe in reversed(health.log if health else ()):
        if probe.exit_code == 0:
            break
        failed.append(probe)
    return failed


def was_unhealthy(facts: Facts) -> bool:
    """Return whether the health check had failed at the exit, by the state the engine keeps or by an event."""
    health = facts.found.state.health
    if health and health.status == "unhealthy":
        return True
    verdicts = [event.action for event in last_run(facts) if event.action.startswith("health_status")]
    return bool(verdicts) and verdicts[-1].endswith("unhealthy")


_COMPLAINT = re.compile(
    r"\b(?:\w*(?:Error|Exception)|error|fatal|panic|failed|failure|cannot|can't|could ?n[o']t|unable|denied|refused|"
    r"not found|no such|invalid|missing)\b",
    re.IGNORECASE,
)
_FRAME = re.compile(r"at \S+ ?[(<]|at .*:[0-9]+|File \"|\.\.\. [0-9]+ more|\^+$|[|│]")  # of a stack trace


def last_words(facts: Facts) -> str:
    """Return the line of output that says most about the end.

    This is the last complaint among the last lines, else the last line that is not empty, of standard error if there is one.
    """
    said = [(one_line(decode(line.data)).strip(), line.error) for line in facts.logs]
    said = [(text, error) for text, error in said if text]
    last = [text for text, error in said[-5:] if error] or [text for text, _ in said[-1:]]
    complaints = [text for text, _ in said[-12:] if _COMPLAINT.search(text) and not _FRAME.match(text)]
    return (complaints or last or [""])[-1]


def limit(facts: Facts) -> str:
    """Return the memory limit as text, or ""."""
    memory = facts.found.host_config.memory
    return formats.memory(memory) if memory else ""
