"""Problems of health checks: failing probes, probes that cannot run, a start that takes too long."""

from __future__ import annotations

import re

from tui.engine.objects.containers import ContainerInspect, HealthConfig
from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.containers.details import SECOND, interval, probe
from tui.resources.containers.last_run import failed_probes
from tui.resources.model import formats
from tui.resources.model.text import count, one_line
from tui.resources.problems.finding import problem

DEFAULT = 30.0
"""The engine's default interval and timeout of probes, in seconds."""

RETRIES = 3
"""The engine's default number of failures in a row until a container is unhealthy."""

_NO_PROBE = re.compile(
    r'exec: "([^"]+)": (?:executable file not found|stat|permission denied)|(?:^|: )(\S+): (?:command )?not found', re.MULTILINE
)
_TIMED_OUT = re.compile(r"Health check exceeded timeout \(([^)]+)\)")


def unhealthy(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a running container whose health check fails, with the output of the probe."""
    if facts.row.state != "running" or facts.row.health != "unhealthy":
        return None
    if facts.read is None or facts.read.found.state.health is None:
        return problem("health", facts, "Unhealthy.", short="Unhealthy.")
    health, config = facts.read.found.state.health, facts.read.found.config.healthcheck
    failed = failed_probes(facts.read)
    streak = max(health.failing_streak, len(failed))
    output = next((one_line(each.output.strip()) for each in failed if each.output.strip()), "")
    what = short = f"Unhealthy: {count(streak, 'probe')} in a row failed."
    advice = ["Check whether the probe or the program is wrong; press r to restart the container."]
    if match := _NO_PROBE.search(output):
        what, short = f"Unhealthy: the probe cannot run: {next(filter(None, match.groups()))} does not exist in the image.", ""
        advice = ["Correct the health check, or install its command in the image. The program itself may work."]
    elif match := _TIMED_OUT.search(output):
        what = f"Unhealthy: {count(streak, 'probe')} in a row had no answer within {match[1]}."
    return problem(
        "health",
        facts,
        what,
        evidence=[
            *([f"Output of the last probe: {output[:200]}"] if output else []),
            *([f"Probe: {one_line(probe(config.test))[:200]}, {interval(config)}."] if config and config.test else []),
        ],
        advice=advice,
        since=_since(facts.read.found, config, streak),
        short=short,
    )


def _since(found: ContainerInspect, config: HealthConfig | None, streak: int) -> float:
    """Return when the first of the failed probes was made; the engine keeps the last five."""
    log = found.state.health.log if found.state.health else []
    if not log:
        return 0.0
    before = max(0, streak - len(log)) * ((config.interval if config else 0) / SECOND or DEFAULT)
    return formats.moment(log[max(0, len(log) - streak)].start) - before


def starting(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a container whose health is not known long after its start period."""
    row, found = facts.row, facts.found
    if row.state != "running" or row.health != "starting" or found is None or found.config.healthcheck is None:
        return None
    check = found.config.healthcheck
    every = check.interval / SECOND or DEFAULT
    within = check.timeout / SECOND or DEFAULT
    most = check.start_period / SECOND + (check.retries or RETRIES) * (every + within) + 5
    start = formats.moment(found.state.started_at)
    if not start:
        return None
    log = found.state.health.log if found.state.health else []
    output = one_line(log[-1].output.strip())[:200] if log else ""
    return problem(
        "starting",
        facts,
        f"Health still starting {formats.duration(most)} after the start.",
        severity="warn",
        evidence=[f"Output of the last probe: {output}"] if output else [f"Probe: {one_line(probe(check.test))[:200]}"],
        advice=["Look at the probe in the tab overview: a probe that hangs delays the result."],
        since=start,
        not_before=start + most,
    )
