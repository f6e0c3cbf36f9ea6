"""The report on a container that is not running: cause, advice and all evidence on one page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace

from tui.live.containers.container import Container
from tui.live.containers.exit_facts import Facts
from tui.live.problem import Problem
from tui.resources.containers.details import command_line, probe, show_limits, show_mounts, show_probes, user
from tui.resources.containers.exit_causes import ExitCause, cause
from tui.resources.containers.formats import EXIT, has_ended
from tui.resources.containers.last_run import as_it_ended, last_words, run_unknown, started
from tui.resources.containers.restart_loop import RestartLoop, headline, loop, seconds
from tui.resources.logs.ansi_text import plain
from tui.resources.logs.formats import without_times
from tui.resources.logs.row import STDERR
from tui.resources.model import formats
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.event_words import event_words
from tui.resources.model.repeats import Run, repeats
from tui.resources.model.sentence import room, sentence
from tui.resources.model.text import Span, count, one_line

SHOWN_EVENTS = 14
SHOWN_PROBES = 3
READING = "Reading…"


UNKNOWN_END = ExitCause(
    what="The engine no longer knows how the run before ended.",
    style="warn",
    general=True,
    evidence=("The engine keeps the last 256 events since its own start.",),
    advice=("If the container exits again while Longshore runs, the cause is shown here.",),
)
READING_EVENTS = ExitCause(what="Reading how the run before ended…", style="dim")


def cause_of_run(facts: Facts) -> ExitCause:
    """Return why the last run ended, or that this is not known: the container runs again, and no event tells of the end."""
    if not run_unknown(facts):
        return cause(facts)
    if facts.events_due:
        return READING_EVENTS
    spoken = last_words(facts)
    return replace(UNKNOWN_END, evidence=(f"Last output: {spoken[:200]}", *UNKNOWN_END.evidence)) if spoken else UNKNOWN_END


def card(facts: Facts, row: Container, secrets: bool = False) -> Document:
    """Return the report on a container: why it ended, or what is wrong with it while it runs."""
    found, around = facts.found, loop(facts)
    unknown, why = run_unknown(facts), cause_of_run(facts)
    facts = as_it_ended(facts)
    policy = found.host_config.restart_policy
    sheet = SheetWriter(secrets)
    if not has_ended(row):
        return _running_card(sheet, facts, row, secrets)
    sheet.section(
        "Why the container is not running"
        if not found.state.running or found.state.restarting
        else "Why the container was restarted"
    )
    sentence(sheet, headline(why, around, policy.name), why.style)
    for text in why.evidence:
        sentence(sheet, text)
    for part in (part for found in row.problems for part in found.parts):
        show_problem(sheet, part)
    for text in why.advice:
        sentence(sheet, f"→ {text}", "accent")
    _others(sheet, [found for found in row.problems if found.rule != EXIT])
    if not unknown:
        _end(sheet, facts)
    if around is not None:
        _loop(sheet, around, formats.restart_policy(policy.name, policy.maximum_retry_count))
    _probes(sheet, facts, secrets)
    _logs(sheet, facts)
    _program(sheet, facts, secrets)
    _events(sheet, facts)
    return sheet.done()


def _running_card(sheet: SheetWriter, facts: Facts, row: Container, secrets: bool) -> Document:
    """Return the report on a container that runs: what is wrong, then the evidence."""
    found = facts.found
    sheet.section("Problems")
    for each in row.problems:
        show_problem(sheet, each)
    if not row.problems:
        sheet.text("No problem was found.", "dim")
    _probes(sheet, facts, secrets, "Health probes, latest first")
    _logs(sheet, facts, "this run")
    _program(sheet, facts, secrets)
    sheet.section("Run")
    sheet.field("Started", formats.when(formats.moment(found.state.started_at)))
    sheet.field("Restarts", str(found.restart_count), "warn" if found.restart_count else "")
    return sheet.done()


def _others(sheet: SheetWriter, problems: Sequence[Problem]) -> None:
    """Add further problems of the container."""
    if problems:
        sheet.section("Further problems")
        for each in problems:
            show_problem(sheet, each)


def show_problem(sheet: SheetWriter, problem: Problem) -> None:
    """Add what is wrong, the evidence and the next steps."""
    sentence(sheet, problem.what, problem.severity)
    for text in problem.evidence:
        sentence(sheet, text)
    for text in problem.advice:
        sentence(sheet, f"→ {text}", "accent")


def _wrapped(text: str) -> str:
    """Return the long value of a field, wrapped."""
    return "\n".join(textwrap.wrap(one_line(text), room() - 18, break_on_hyphens=False))


def _end(sheet: SheetWriter, facts: Facts) -> None:
    """Add the engine's facts about the exit."""
    found, state = facts.found, facts.found.state
    sheet.section("The run that ended")
    start, end = formats.moment(state.started_at), formats.moment(state.finished_at)
    code = state.exit_code
    if started(facts):
        sheet.field("Exit code", f"{code}: {formats.exit_word(code, state.oom_killed)}", formats.exit_style(code))
        sheet.field("Means", _wrapped(formats.exit_reason(code, state.oom_killed)))
    elif code or state.error:
        sheet.field("Exit code", f"{code}: never started", "bad")
    sheet.field("Out of memory", "yes" if state.oom_killed else "no", "bad" if state.oom_killed else "")
    if state.error:
        sheet.field("Engine error", _wrapped(sheet.masked(state.error)), "bad", copy=state.error)
    sheet.field("Started", formats.when(start))
    if end:
        sheet.field(
            "Ended", f"{formats.when(end)}, {formats.ago(end)}" if formats.now() - end < formats.DAY else formats.when(end)
        )
    if start and end > start:
        sheet.field("Ran for", formats.duration(end - start))
    policy = found.host_config.restart_policy
    sheet.field("Restart policy", formats.restart_policy(policy.name, policy.maximum_retry_count))


def _loop(sheet: SheetWriter, around: RestartLoop, policy: str) -> None:
    sheet.section("Restarts")
    sheet.field("Total", count(around.restarts, "restart"), "warn")
    sheet.field("Last runs", seconds(around.ran))
    sheet.field("Delays between", seconds(around.paused))
    sheet.field("Policy", policy)
    if around.going_on:
        sheet.field("Next", "Restarts again, each delay twice as long, up to a minute. Press x to stop.", "warn")


def _probes(sheet: SheetWriter, facts: Facts, secrets: bool, title: str = "Health probes of that run, latest first") -> None:
    health, check = facts.found.state.health, facts.found.config.healthcheck
    if health is None or not health.log:
        return
    sheet.section(title)
    sheet.field("Health", *formats.health(health.status))
    sheet.field("Probe", probe(check.test, secrets) if check else "")
    show_probes(sheet, list(reversed(health.log))[:SHOWN_PROBES])


def _logs(sheet: SheetWriter, facts: Facts, run: str = "that run") -> None:
    mixed = len({each.error for each in facts.logs}) > 1
    sources = (
        f" ({STDERR} standard error)" if mixed else ", all on standard error" if facts.logs and facts.logs[0].error else ""
    )
    sheet.section(f"Last {count(len(facts.logs), 'line')} of {run}'s log{sources}" if facts.logs else f"Log of {run}")
    if facts.logs_due:
        sheet.text(READING, "dim")
    elif facts.no_logs:
        sentence(sheet, facts.no_logs, "warn")
    elif not facts.logs:
        sheet.text("No output." if started(facts) else "No output: never started.", "dim")
    lines = [(one_line(plain(line.data)), line.error) for line in facts.logs]
    for group in repeats([(without_times(text), error) for text, error in lines]):  # the last ones have the latest times
        for number in range(group.first, group.first + group.length):
            text, error = lines[number]
            more = Span(_times(group) if number == group.first + group.length - 1 else "", "dim")
            mark = (Span(f"{STDERR} " if error else "  ", "warn"),) if mixed else ()
            sheet.line(*mark, Span(text[:2000] or " ", "warn" if error else ""), more, copy=text)


def _times(run: Run) -> str:
    """Return how often a line or a group of lines was written in a row, if more than once."""
    if run.times == 1:
        return ""
    return f"  ×{run.times}" if run.length == 1 else f"  these {run.length} lines ×{run.times}"


def _program(sheet: SheetWriter, facts: Facts, secrets: bool) -> None:
    """Add what the cause may lie in: the command and its user, the mounts, the limits."""
    found = facts.found
    sheet.section("Program")
    sheet.field("Command", command_line([found.path, *found.args], secrets) if found.path else "")
    sheet.field("User", user(found))
    sheet.field("Directory", found.config.working_dir)
    show_mounts(sheet, found.mounts, found.host_config.tmpfs)
    show_limits(sheet, found.host_config)


def _events(sheet: SheetWriter, facts: Facts) -> None:
    """Add the latest events, the newest last."""
    sheet.section("Events")
    if facts.events_due:
        sheet.text(READING, "dim")
    elif facts.no_events:
        sentence(sheet, facts.no_events, "warn")
    elif not facts.events:
        sentence(sheet, "The engine no longer has events of this container: it keeps the last 256 since its own start.", "dim")
    if len(facts.events) > SHOWN_EVENTS:
        sheet.text(f"{count(len(facts.events) - SHOWN_EVENTS, 'earlier event')}", "dim")
    for event in facts.events[-SHOWN_EVENTS:]:
        text, style = event_words(event)
        at = formats.when(event.time_nano / 1e9 or float(event.time))
        sheet.line(Span(f"{at}  ", "dim"), Span(text, style))
