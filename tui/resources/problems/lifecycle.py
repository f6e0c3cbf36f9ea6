"""Problems of a container's life: exits, restart loops, starts that failed, pauses, removals that hang."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from tui.live.containers.exit_facts import Facts
from tui.live.problem import Problem, Severity
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.live.problems.suspects import FAIR_EXITS
from tui.resources.containers.exit_causes import KILL, ExitCause, cause
from tui.resources.containers.exit_report import cause_of_run
from tui.resources.containers.formats import EXIT, in_loop
from tui.resources.containers.restart_loop import RestartLoop, headline, loop
from tui.resources.containers.start_errors import start_problem
from tui.resources.model import formats
from tui.resources.problems.finding import problem

FORGOTTEN = 10 * formats.MINUTE
"""Seconds after which a paused container counts as forgotten."""

UNREAD = 3.0
"""Seconds after an exit in which its events are awaited, since a client may have asked for it."""

STUCK = formats.MINUTE
"""Seconds after which a removal counts as stuck."""


def ended(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a container that failed, was killed, or could not start; not one that a client stopped."""
    row = facts.row
    if row.state == "created" and not row.start_error and not (facts.read and facts.read.found.state.error):
        return None
    if row.state not in ("created", "exited") or (row.exit_code in FAIR_EXITS and not row.start_error):
        return None
    if facts.read is None:
        return _ended_unread(facts)
    why = cause(facts.read)
    timed_out = why.by_client and row.exit_code == 128 + KILL and "stop timeout" in why.what
    if why.style == "dim" or (why.by_client and not timed_out):
        return None
    return problem(
        EXIT,
        facts,
        why.what,
        severity="warn" if timed_out or _old(facts.read) else "bad",
        evidence=why.evidence,
        advice=why.advice,
        since=_end(facts),
        short=f"{_exited(facts)}." if why.general else "",
    )


def _ended_unread(facts: ContainerFacts) -> Problem | None:
    """Return what the row says; a SIGKILL may have been a client's, which only the events tell."""
    row = facts.row
    if row.start_error:
        return problem(EXIT, facts, f"Could not start: {start_problem(row.start_error)}.", since=_end(facts))
    if row.exit_code is None or (row.exit_code == 128 + KILL and not row.oom):
        return None
    return problem(
        EXIT,
        facts,
        f"{_exited(facts)}: {formats.exit_word(row.exit_code, row.oom)}.",
        since=_end(facts),
        not_before=facts.first_seen + UNREAD if facts.first_seen else 0.0,
        short=f"{_exited(facts)}.",
        advice=("Press l for the logs.",),
    )


def _exited(facts: ContainerFacts) -> str:
    return f"Exited with code {facts.row.exit_code}"


def _end(facts: ContainerFacts) -> float:
    """Return when the container ended, or was created if it never ran."""
    if facts.read is not None and (end := formats.moment(facts.read.found.state.finished_at)) > 0:
        return end
    return facts.row.finished or facts.row.created


def _old(read: Facts) -> bool:
    """Return whether a container without a restart policy ended more than a day ago: a job that is over."""
    policy, end = read.found.host_config.restart_policy.name, formats.moment(read.found.state.finished_at)
    return policy in ("", "no") and 0 < end < formats.now() - formats.DAY


def restart_loop(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a container that its restart policy starts again and again, with the period and what ends it."""
    row = facts.row
    if row.state != "restarting" and not in_loop(row) and not (row.state == "running" and _restarted_lately(facts)):
        return None
    if facts.read is None:
        if row.state != "restarting":
            return None
        word = formats.exit_word(row.exit_code or 0, row.oom)
        return problem(EXIT, facts, f"Restarting after exit code {row.exit_code}: {word}.", short="Restarting.")
    around = loop(facts.read)
    if around is None:
        return None
    found = facts.read.found
    why = cause_of_run(facts.read)
    policy = found.host_config.restart_policy.name
    severity: Severity = "bad" if around.looping or row.state == "restarting" else "warn"
    what = headline(why, around, policy)
    return problem(
        EXIT,
        facts,
        what,
        severity=severity,
        evidence=(*_period(around), *why.evidence),
        advice=(*why.advice, "Press x to stop the restarts."),
        since=_first_exit(facts.read),
        short=headline(replace(why, what=""), around, policy).strip() if _unknown(why) else "",
    )


def _restarted_lately(facts: ContainerFacts) -> bool:
    """Return whether the restart policy started the present run, a short time ago."""
    if facts.read is None or not facts.read.found.restart_count:
        return False
    return in_loop(replace(facts.row, restarts=facts.read.found.restart_count))


def _unknown(why: ExitCause) -> bool:
    """Return whether a cause leaves room for the explanation of another rule."""
    return why.general or why.style == "dim"


def _period(around: RestartLoop) -> tuple[str, ...]:
    """Return how long the container runs, and how long the engine waits."""
    if not around.ran or not around.paused:
        return ()
    ran, paused = formats.duration(median(around.ran)), formats.duration(around.paused[-1])
    return (f"Each run takes about {ran}; the engine waits {paused} before the next start.",)


def _first_exit(read: Facts) -> float:
    """Return the time of the first exit of the loop among the events, or 0."""
    return next((event.time_nano / 1e9 for event in read.events if event.action == "die"), 0.0)


def killed_for_memory(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a running container of which the kernel killed a process for lack of memory."""
    row = facts.row
    if row.state != "running" or not row.oom:
        return None
    limit = facts.found.host_config.memory if facts.found is not None else 0
    most = f" of {formats.memory(limit)}" if limit else ""
    return problem(
        "memory-kill",
        facts,
        f"The kernel killed a process of the container at its memory limit{most}; the container still runs.",
        advice=("Raise the memory limit (U), or reduce the use of memory: number of workers, cache size.",),
    )


def paused(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a container that was paused and forgotten."""
    row = facts.row
    if row.state != "paused" or facts.read is None:
        return None
    events = facts.read.events
    since = max((event.time_nano / 1e9 for event in events if event.action == "pause"), default=0.0)
    what = "Paused, with no sign of an unpause."
    if since:
        what = f"Paused for more than {formats.duration(FORGOTTEN)}."
    advice = ("Press p to unpause.",)
    return problem("paused", facts, what, severity="warn", advice=advice, since=since, not_before=since + FORGOTTEN)


def removal(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a container whose removal failed or hangs."""
    row = facts.row
    if row.state == "dead":
        return problem(
            "removal",
            facts,
            "Dead: the engine could not remove the container.",
            advice=("Press del to remove again. A busy mount or a process in an uninterruptible wait keeps it.",),
        )
    if row.state == "removing":
        return problem(
            "removal",
            facts,
            "The removal does not end.",
            advice=("Look at the engine's log: a mount or a process that does not end keeps the container.",),
            not_before=facts.first_seen + STUCK,
        )
    return None
