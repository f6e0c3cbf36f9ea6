"""The cause of a container's exit: from the facts to a cause with evidence and advice. Pure functions.

Each rule examines the facts and returns a cause or None. The first match wins: rules that are more certain, and causes that
come earlier in the chain of failures, stand first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tui.engine.signals import ending_signal, signal_name
from tui.live.containers.exit_facts import Facts
from tui.resources.containers.details import user
from tui.resources.containers.last_run import (
    as_it_ended,
    failed_probes,
    last_run,
    last_words,
    limit,
    signals,
    started,
    was_stopped,
    was_unhealthy,
)
from tui.resources.containers.start_errors import refused
from tui.resources.model import formats
from tui.resources.model.text import count, decode, one_line

TERM, KILL = 15, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCause:
    """The cause of an exit in a sentence, the evidence, and steps to take. `style` is the severity.

    `by_client`: a client asked the engine for the end; `general`: only the exit code is known.
    """

    what: str
    style: str = "bad"
    evidence: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    by_client: bool = False
    general: bool = False


Rule = Callable[[Facts], ExitCause | None]


def never_started(facts: Facts) -> ExitCause | None:
    """Match a container that was created and not started. A start refused for a bind mount leaves no trace."""
    state = facts.found.state
    if started(facts) or state.error or state.exit_code:
        return None
    binds = [mount.source for mount in facts.found.host_config.mounts if mount.type == "bind"]
    return ExitCause(
        what="The container was created and never started.",
        style="dim",
        evidence=tuple(f"The container mounts {one_line(path)}, which must exist on the host." for path in binds),
        advice=("Press u to start; a refusal of the engine is shown.",),
    )


def engine_refused(facts: Facts) -> ExitCause | None:
    """Match a start that the engine refused with an error (`State.Error`)."""
    error = facts.found.state.error
    if not error:
        return None
    known = refused(error, facts.found)
    rivals = tuple(f"{one_line(name)} publishes the port now." for name in facts.rivals)
    return ExitCause(what=known.what, evidence=(*rivals, *known.evidence), advice=known.advice)


def out_of_memory(facts: Facts) -> ExitCause | None:
    """Match a kill by the kernel at the memory limit: `State.OOMKilled`, or an event of the last run."""
    if facts.found.state.exit_code == 0:
        return None
    if not facts.found.state.oom_killed and not any(event.action == "oom" for event in last_run(facts)):
        return None
    most = limit(facts)
    return ExitCause(
        what=f"Out of memory: the kernel killed the container at its memory limit{f' of {most}' if most else ''}.",
        evidence=(f"Exit code {facts.found.state.exit_code}, and the engine saw the kernel's OOM killer.",),
        advice=(
            "Raise the memory limit: docker update --memory and --memory-swap, or in the Compose file.",
            "Or reduce the use of memory: JVM heap size, number of workers, cache size.",
        ),
    )


def unhealthy(facts: Facts) -> ExitCause | None:
    """Match a failed health check before the exit."""
    if not was_unhealthy(facts):
        return None
    state = facts.found.state
    probes, streak = failed_probes(facts), state.health.failing_streak if state.health else 0
    times = max(len(probes), streak)
    how = f"{count(times, 'probe')} in a row" if times else "probes"
    answered = next((one_line(probe.output.strip()) for probe in probes if probe.output.strip()), "")
    return ExitCause(
        what=f"The health check failed ({how}), then the container {_ended(facts)}.",
        evidence=(f"Output of the last probe: {answered[:200]}",) if answered else (),
        advice=(
            "Check whether the probe or the program is wrong: the probes are below.",
            "The engine does not stop unhealthy containers: another tool did, or the program exited.",
        ),
    )


def _ended(facts: Facts) -> str:
    sent = signals(facts)
    if was_stopped(facts):
        return "was stopped" if KILL not in sent else "was stopped, and killed after the stop timeout"
    if sent:
        return f"was sent {signal_name(sent[-1])}"
    return f"exited with code {facts.found.state.exit_code}"


def stop_timed_out(facts: Facts) -> ExitCause | None:
    """Match a stop that timed out: SIGTERM, then SIGKILL."""
    sent = signals(facts)
    if facts.found.state.exit_code != 128 + KILL or len(sent) < 2 or sent[-1] != KILL:
        return None
    asked = next((number for number in sent if number != KILL), 0)
    if not asked:
        return None
    patience = facts.found.config.stop_timeout
    name = signal_name(asked)
    return ExitCause(
        what=f"The container did not stop within the stop timeout and was killed: {name}, then SIGKILL.",
        evidence=(f"Time between the signals: {formats.duration(_between(facts))}.",),
        advice=(
            f"The main process does not handle {name}. A shell as PID 1 does not forward signals: use exec, or --init.",
            f"To allow more time: --stop-timeout (now {formats.duration(patience or 10)}), or docker stop --time.",
        ),
        by_client=True,
    )


def _between(facts: Facts) -> float:
    times = [event.time_nano for event in last_run(facts) if event.action == "kill"]
    return (times[-1] - times[0]) / 1e9


def killed(facts: Facts) -> ExitCause | None:
    """Match an exit by a signal that a client sent through the engine."""
    sent = [number for number in signals(facts) if number]
    if not sent or was_stopped(facts) or facts.found.state.exit_code != 128 + sent[-1]:
        return None
    name = signal_name(sent[-1])
    return ExitCause(
        what=f"The container was killed by a client: {name} was sent through the engine.",
        evidence=(f"A client asked the engine to send {name}, and the program exited by this signal.",),
        advice=(
            "Possible senders: docker kill, another tool, a script; the engine does not record the client.",
            "Press u to start.",
        ),
        by_client=True,
    )


def stopped(facts: Facts) -> ExitCause | None:
    """Match a stop requested through the engine."""
    if not was_stopped(facts):
        return None
    code = facts.found.state.exit_code
    sent = signals(facts)
    name = signal_name(sent[0]) if sent else "a signal"
    fair = code in (0, 128 + TERM, 130) or bool(sent and code == 128 + sent[0])
    ending = "and exited" if fair else f"and exited with code {code}: {formats.exit_word(code)}"
    return ExitCause(
        what=f"The container was stopped by a client: got {name} {ending}.",
        style="dim" if fair else "warn",
        advice=("Press u to start.",),
        by_client=True,
    )


def killed_from_outside(facts: Facts) -> ExitCause | None:
    """Match a SIGKILL that the engine did not send."""
    if facts.found.state.exit_code != 128 + KILL or signals(facts) or facts.found.state.oom_killed:
        return None
    if facts.no_events or not any(event.action == "die" for event in last_run(facts)):
        return ExitCause(
            what="The container was killed (SIGKILL); the sender is no longer known.",
            evidence=("The engine no longer has the events of that time: it keeps the last 256 since its own start.",),
            advice=("Possible causes: docker kill, a stop timeout, low memory on the host, or a stop of the engine.",),
        )
    if limit(facts):
        return ExitCause(
            what=f"Most likely out of memory: SIGKILL that the engine did not send, at a limit of {limit(facts)}.",
            evidence=("The engine does not always see the kernel's OOM killer: check dmesg on the host.",),
            advice=("Raise the memory limit: docker update --memory and --memory-swap, or in the Compose file.",),
        )
    return ExitCause(
        what="The container was killed from outside the engine: SIGKILL that the engine did not send.",
        evidence=("The engine saw the exit, no client asked for a kill, and the container has no memory limit.",),
        advice=(
            "Usually the host ran out of memory: look for 'Out of memory' in dmesg on the host.",
            "Otherwise: kill on the host, or the program killed itself.",
        ),
    )


WRONG_BINARY = re.compile(r"exec format error")
NOT_FOUND = re.compile(
    r"(?P<what>[^\s:]+): (?:command )?not found|(?:can't|cannot) open '?(?P<file>[^\s:']+)|"
    r"exec (?P<exec>\S+): no such file or directory"
)
IN_USE = re.compile(r"address (?:is )?already in use", re.IGNORECASE)
NO_SPACE = re.compile(r"no space left on device", re.IGNORECASE)
NO_RIGHT = re.compile(r"permission denied|operation not permitted", re.IGNORECASE)
NO_PROCESS = re.compile(
    r"(?:can't|cannot|could not|unable to) (?:fork|create (?:a )?(?:native )?thread)|fork: |pthread_create", re.IGNORECASE
)


def said(facts: Facts, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return the match of a pattern in the last lines, the latest first, or None."""
    for line in reversed(facts.logs[-10:]):
        if match := pattern.search(decode(line.data[:2000])):
            return match
    return None


def wrong_platform(facts: Facts) -> ExitCause | None:
    """Match a program built for another CPU, or a script without an interpreter line."""
    if facts.found.state.exit_code == 0 or not said(facts, WRONG_BINARY):
        return None
    return ExitCause(
        what="The program cannot run on this platform: exec format error.",
        evidence=(f"Output: {last_words(facts)[:200]}",),
        advice=("The image is for another platform (--platform), or the script lacks a first line such as #!/bin/sh.",),
    )


def not_found(facts: Facts) -> ExitCause | None:
    """Match a command that the shell did not find or could not execute."""
    code = facts.found.state.exit_code
    if code not in (126, 127):
        return None
    match = said(facts, NOT_FOUND)
    name = one_line(next((group for group in match.groups() if group), "")) if match else ""
    if code == 126:
        what = "The command is not executable (exit code 126)."
    else:
        what = f"Command not found in the container{f': {name}' if name else ''} (exit code 127)."
    return ExitCause(
        what=what, evidence=_quoted(facts), advice=("Check the command, the entrypoint and PATH in the tab overview.",)
    )


def finished(facts: Facts) -> ExitCause | None:
    """Match an exit with success."""
    if facts.found.state.exit_code != 0:
        return None
    return ExitCause(
        what="The program exited with success (exit code 0).",
        style="dim",
        evidence=_quoted(facts),
        advice=("A service that exits like this often lacks a terminal (-t, -i), or went into the background.",),
    )


def by_signal(facts: Facts) -> ExitCause | None:
    """Match an exit by a signal that was not sent through the engine."""
    code = facts.found.state.exit_code
    if not (signal := ending_signal(code)):
        return None
    return ExitCause(
        what=f"The program exited by {signal} (exit code {code}): {formats.exit_word(code)}.",
        evidence=(formats.exit_reason(code), *_quoted(facts)),
        advice=("The last output is below; press l for all logs.",),
    )


def failed(facts: Facts) -> ExitCause:
    """Return the general cause of a failure, with the last output as evidence."""
    code = facts.found.state.exit_code
    advice = "The last output is below; press l for all logs."
    if said(facts, IN_USE):
        advice = "An address to listen on is used by another process in the same network."
    elif said(facts, NO_SPACE):
        advice = full(facts)
    elif said(facts, NO_PROCESS) and (most := facts.found.host_config.pids_limit or 0) > 0:
        advice = f"The container may have {count(most, 'process', 'processes')} and threads (--pids-limit): raise the limit."
    elif said(facts, NO_RIGHT):
        advice = (
            f"The program runs as {one_line(user(facts.found))}: check the owner of the files, and the mounts and rights below."
        )
    return ExitCause(what=f"The program failed with exit code {code}.", evidence=_quoted(facts), advice=(advice,), general=True)


def full(facts: Facts) -> str:
    """Return the advice where a file system is full: a tmpfs of the container, or a disk of the host."""
    host = facts.found.host_config
    sizes = dict(host.tmpfs)
    sizes |= {mount.target: "" for mount in host.mounts if mount.type == "tmpfs"}
    if host.shm_size:
        sizes["/dev/shm"] = f"size={host.shm_size}"
    match = said(facts, NO_SPACE)
    words = match.string if match else ""
    if full := next((path for path in sorted(sizes, key=len, reverse=True) if f"{path.rstrip('/')}/" in words), ""):
        limit = f" ({one_line(sizes[full])})" if sizes[full] else ""
        return f"The tmpfs {one_line(full)}{limit} of the container is full: give it a larger size."
    small = f"A tmpfs of the container ({', '.join(map(one_line, sizes))}) or a disk" if sizes else "A disk, or its quota,"
    return f"{small} is full: see df in the container, docker system df for the engine, df on the host."


def _quoted(facts: Facts) -> tuple[str, ...]:
    spoken = last_words(facts)
    return (f"Last output: {spoken[:200]}",) if spoken else ("No output.",) if not facts.no_logs else ()


BY_INSPECTION: tuple[Rule, ...] = (never_started, engine_refused, out_of_memory)
BY_EVENTS: tuple[Rule, ...] = (unhealthy, stop_timed_out, killed, stopped, killed_from_outside)
BY_OUTPUT: tuple[Rule, ...] = (wrong_platform, not_found, finished, by_signal)
RULES: tuple[Rule, ...] = (*BY_INSPECTION, *BY_EVENTS, *BY_OUTPUT)


def cause(facts: Facts) -> ExitCause:
    """Return the cause of the exit by the first rule that matches; before all facts have arrived, by those that can match."""
    facts = as_it_ended(facts)
    rules = BY_INSPECTION if facts.events_due else (*BY_INSPECTION, *BY_EVENTS) if facts.logs_due else RULES
    for rule in rules:
        if found := rule(facts):
            return found
    return _not_known_yet(facts) if facts.logs_due else failed(facts)


def _not_known_yet(facts: Facts) -> ExitCause:
    """Return what the exit code says, while the events or the log are still being read."""
    code, oom = facts.found.state.exit_code, facts.found.state.oom_killed
    due = "events and log" if facts.events_due else "log"
    return ExitCause(
        what=f"The program exited with code {code}: {formats.exit_word(code, oom)}.",
        style=formats.exit_style(code),
        evidence=(f"Reading the {due} for the cause…",),
    )
