"""Problems of limits: what the statistics of containers on the screen say, and forks that fail."""

from __future__ import annotations

from collections.abc import Iterator

from tui.live.problem import Problem, Severity
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.containers.exit_causes import NO_PROCESS
from tui.resources.containers.pressure import drops, errors, memory, processes, readings, throttling
from tui.resources.model.text import count
from tui.resources.problems.finding import problem, quoted, said

WORST_ONLY = {"cpu": throttling, "drops": drops, "errors": errors}
"""Rules of which only findings that need action are problems: a busy container is throttled now and then."""

ALL = {"memory": memory, "processes": processes}

_ADVICE = {
    "cpu": "Press U to raise the CPU limit, m for the course of the last minutes.",
    "memory": "Press U to raise the memory limit, m for the course of the last minutes.",
    "processes": "Press U to raise the limit of processes, t for the processes.",
    "drops": "Press m for the course of the last minutes.",
    "errors": "Press m for the course of the last minutes.",
}


def pressure(facts: ContainerFacts, engine: EngineFacts) -> Iterator[Problem]:
    """Find limits that a container has reached or is close to."""
    seen = readings(facts.track, engine.info.mem_total if engine.info else None) if facts.track is not None else None
    if seen is None or facts.row.state != "running" or seen.now.read < engine.now - 60:
        return
    for name, rule in (ALL | WORST_ONLY).items():
        finding = rule(seen)
        if finding is not None and (name in ALL or finding.style == "bad"):
            severity: Severity = "bad" if finding.style == "bad" else "warn"
            advice = (_ADVICE[name],)
            yield problem(f"limit-{name}", facts, f"{finding.text}.", severity=severity, advice=advice)


def forks(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a container whose log says that no process or thread can be created."""
    if facts.found is None or not (match := said(facts, NO_PROCESS)):
        return None
    most = facts.found.host_config.pids_limit or 0
    limit = f": the limit is {count(most, 'process', 'processes')} and threads" if most > 0 else ""
    return problem(
        "forks",
        facts,
        f"No further process or thread can be created{limit}.",
        evidence=(quoted(match),),
        advice=("Press U to raise the limit of processes, t for the processes.",),
        explains=True,
    )
