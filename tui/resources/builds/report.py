"""A build as text: its steps side by side by stage, the failure with its place, the output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.live.builds.build import BuildReport
from tui.live.builds.failures import Failure
from tui.live.builds.steps import Step
from tui.live.jobs.jobs import JobRow
from tui.resources.logs.ansi_text import plain
from tui.resources.model import formats
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.text import Span, cells, count, one_line, pad

LAST_LINES = 15
"""Lines of output shown of the failed step, and of those that run."""

AROUND = 2
"""Lines of the Dockerfile shown before and after the failed one."""

BAR = 20
"""Cells of the bar of a stage."""

NAME = 200
"""Characters of a step's name that are shown at most."""

STYLES = {"waiting": "dim", "running": "accent", "done": "good", "cached": "good", "failed": "bad", "cancelled": "warn"}


def build_of(row: JobRow) -> BuildReport | None:
    """Return the build of a job, or None for another job."""
    return row.detail if isinstance(row.detail, BuildReport) else None


def build_overview(sheet: SheetWriter, build: BuildReport, done: bool) -> None:
    """Add a build to the overview of its job: the failure first, then what runs, the stages, all steps. `done`: built."""
    if build.failure is not None:
        _failure(sheet, build, build.failure)
    _facts(sheet, build, done)
    steps = ordered(build.steps)
    for step in steps:
        if step.state == "running" and step.lines:
            sheet.section(f"Output of {_title(step)}")
            _output(sheet, step.lines[-LAST_LINES:])
    _stages(sheet, steps)
    _steps(sheet, steps)
    if build.warnings:
        sheet.section("Warnings of the builder")
        for warning in build.warnings:
            sheet.text(warning, "warn")


def build_output(row: JobRow, secrets: bool = False) -> Document:
    """Return the output of all steps; that of the failed one first, its end at the top of the screen."""
    sheet = SheetWriter(secrets)
    build = build_of(row)
    if build is None:
        return sheet.done()
    for step in sorted(ordered(build.steps), key=lambda step: step.state != "failed"):
        if step.lines or step.error:
            sheet.section(f"{_title(step)}  {step.state} {_took(step)}".rstrip())
            if step.dropped:
                sheet.text(f"{count(step.dropped, 'earlier line')} not kept", "dim")
            _output(sheet, step.lines)
            if step.error:
                sheet.text(step.error, "bad")
    return sheet.done()


def _facts(sheet: SheetWriter, build: BuildReport, done: bool) -> None:
    request = build.request
    sheet.section("Build")
    sheet.field("Image", build.image if done else "", "good")
    sheet.field("Tags", ", ".join(map(one_line, request.tags)))
    sheet.field("Directory", one_line(str(request.context.directory)))
    sheet.field("Dockerfile", request.context.dockerfile_shown)
    sheet.field("Target", request.target)
    sheet.field("Builder", "BuildKit" if request.buildkit else "classic")
    sheet.field("Context sent", formats.size(build.sent) if build.sent else "")
    left_out = ", ".join(count(number, kind) for kind, number in sorted(build.left_out.items()))
    sheet.field("Left out", left_out)


def _failure(sheet: SheetWriter, build: BuildReport, failure: Failure) -> None:
    sheet.section("Failure")
    step = build.steps[failure.step] if failure.step is not None else None
    if step is not None and step.lines:
        _output(sheet, step.lines[-LAST_LINES:])
    sheet.text(failure.error, "bad")
    if failure.missing:
        sheet.text(_missing_words(build, failure), "warn")
    if failure.line:
        _place(sheet, build, failure.line)


def _missing_words(build: BuildReport, failure: Failure) -> str:
    ignored_by = build.request.context.ignored_by
    path = one_line(failure.missing)
    if failure.rule is not None and ignored_by is not None:
        rule = f"line {failure.rule.line} of {one_line(ignored_by.name)}: {one_line(failure.rule.text)}"
        there = "" if failure.there else ", and does not exist"
        return f"{path} is ignored by {rule}{there}"
    if failure.there:
        return f"{path} exists in {one_line(str(build.request.context.directory))}, but not under that path for the builder"
    return f"{path} does not exist in {one_line(str(build.request.context.directory))}"


def _place(sheet: SheetWriter, build: BuildReport, line: int) -> None:
    """Add the failed line of the Dockerfile with those around it."""
    dockerfile = build.request.context.dockerfile
    at = next((each for each in dockerfile.instructions if each.first == line), None)
    last = at.last if at is not None else line
    sheet.section(f"{build.request.context.dockerfile_shown}, line {line}", 1)
    for number in range(max(1, line - AROUND), min(len(dockerfile.lines), last + AROUND) + 1):
        failed = line <= number <= last
        text = dockerfile.at(number)
        sheet.line(
            Span(f"{'>' if failed else ' '}{number:4} ", "dim"), Span(one_line(text), "bad" if failed else ""), copy=text
        )


def _stages(sheet: SheetWriter, steps: Sequence[Step]) -> None:
    """Add a line for each stage: how many of its steps are over, and what runs now."""
    stages: dict[str, list[Step]] = {}
    for step in steps:
        if step.stage:
            stages.setdefault(step.stage, []).append(step)
    if len(stages) < 2:
        return
    sheet.section("Stages")
    width = max(cells(one_line(name)) for name in stages)
    for name, members in stages.items():
        over = sum(step.state not in ("waiting", "running") for step in members)
        filled = BAR * over // len(members)
        state = _state_of(members)
        now = next((step for step in members if step.state in ("running", "failed")), None)
        sheet.line(
            Span(pad(one_line(name), width) + "  ", "title"),
            Span("█" * filled + "░" * (BAR - filled), STYLES[state]),
            Span(f" {over:3} of {len(members):<3} ", ""),
            Span(f"{state:9} ", STYLES[state]),
            Span(f"{_time_of(members):>8}  "),
            Span(one_line(now.name)[:NAME] if now is not None else "", "dim"),
            copy=name,
        )


def _state_of(steps: Sequence[Step]) -> str:
    states = [step.state for step in steps]
    for state in ("failed", "cancelled", "running"):
        if state in states:
            return state
    if all(state == "cached" for state in states):
        return "cached"
    return "done" if all(state in ("done", "cached") for state in states) else "waiting"


def _time_of(steps: Iterable[Step]) -> str:
    """Return the time that the ended steps of a stage took together."""
    total = sum(step.ended - step.started for step in steps if step.started is not None and step.ended is not None)
    return _seconds(total) if total else ""


def _steps(sheet: SheetWriter, steps: Sequence[Step]) -> None:
    if not steps:
        return
    sheet.section("Steps")
    width = max(cells(_where(step)) for step in steps)
    for step in steps:
        progress = f"  {one_line(step.text)} {_amount(step)}".rstrip() if step.state == "running" and step.text else ""
        sheet.line(
            Span(f"{step.state:9} ", STYLES[step.state]),
            Span(f"{_took(step):>11}  "),
            Span(pad(_where(step), width) + "  ", "dim"),
            Span(one_line(step.name)[:NAME]),
            Span(progress, "accent"),
            copy=step.name,
        )


def _where(step: Step) -> str:
    return f"{one_line(step.stage)} {step.number}/{step.of}".strip() if step.of else ""


def _title(step: Step) -> str:
    return f"{_where(step)} {one_line(step.name)[:NAME]}".strip()


def _took(step: Step) -> str:
    """Return how long a step took; of one that runs, since when."""
    if step.started is None or step.state == "cached":
        return ""
    return f"since {formats.clock(step.started)}" if step.ended is None else _seconds(step.ended - step.started)


def _seconds(seconds: float) -> str:
    return f"{max(0.0, seconds):.1f} s" if seconds < 60 else formats.duration(seconds)


def ordered(steps: Iterable[Step]) -> list[Step]:
    """Return steps as the Dockerfile has them, after those that load the context and before those that export the image."""
    return sorted(steps, key=lambda step: (_part(step), step.line, step.number))


def _part(step: Step) -> int:
    return 1 if step.stage else 0 if step.name.startswith("[internal]") else 2


def _amount(step: Step) -> str:
    if step.done <= 0:
        return ""
    return f"{formats.size(step.done)} of {formats.size(step.total)}" if step.total > 0 else formats.size(step.done)


def _output(sheet: SheetWriter, lines: Iterable[bytes]) -> None:
    for line in lines:
        sheet.text(plain(line))
