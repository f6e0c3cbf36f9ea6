"""The jobs in the background: their list, and the progress of each as text."""

from __future__ import annotations

from collections.abc import Iterable

from tui.live.jobs.jobs import JobRow, Part
from tui.resources.builds.report import build_of, build_output, build_overview
from tui.resources.model import formats
from tui.resources.model.action import Action, Open, Route
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, Span, count, one_line

BAR = 20  # cells

_STYLES = {"running": "accent", "done": "good", "failed": "bad", "cancelled": "warn"}


def bar(done: int, total: int, width: int = BAR) -> str:
    """Return progress as a bar, or "" if the total is unknown."""
    filled = min(width, width * done // total) if total > 0 else 0
    return "█" * filled + "░" * (width - filled) if total > 0 else ""


def share(done: int, total: int, over: bool = True) -> str:
    """Return progress in percent, or "" if the total is unknown.

    Unless it is `over`, work remains after the last byte, such as the extraction of layers: 99 % at most.
    """
    return f"{min(100 if over else 99, 100 * done // total)}%" if total > 0 else ""


def amount(done: int, total: int) -> str:
    """Return done and total bytes."""
    if not done and not total:
        return ""
    return f"{formats.size(done)} of {formats.size(total)}" if total else formats.size(done)


def rate(row: JobRow) -> str:
    """Return the current rate, or the mean rate of a finished job."""
    if row.over:
        took = (row.ended or row.started) - row.started
        return f"{formats.size(int(row.done / took))}/s" if row.state == "done" and row.done and took > 0 else ""
    return f"{formats.size(int(row.rate))}/s" if row.rate else ""


def progress(row: JobRow) -> Cell:
    """Return the progress of a job, or the result of a finished job."""
    if row.over:
        return Cell(one_line(row.said) or row.state, "bad" if row.state == "failed" else "")
    parts = (share(row.done, row.total, over=False), row.text, amount(row.done, row.total))
    return Cell(one_line("  ".join(part for part in parts if part)))


def summary(rows: Iterable[JobRow]) -> str:
    """Return the number of jobs, and how many are running."""
    rows = list(rows)
    running = sum(not row.over for row in rows)
    return count(len(rows), "job") + (f": {running} running" if rows else "")


def under_way(rows: Iterable[JobRow]) -> str:
    """Return the running long jobs for the header of every view: "1 job 45%", or ""."""
    running = [row for row in rows if row.long and not row.over]
    if not running:
        return ""
    known = [row for row in running if row.total]
    sums = sum(row.done for row in known), sum(row.total for row in known)
    part = share(*sums, over=False) if len(known) == len(running) else ""
    return f"{count(len(running), 'job')} {part}".rstrip()


def story(_answer: object, row: JobRow, secrets: bool = False) -> Document:
    """Return the details of a job: subject, progress, parts, result."""
    sheet = SheetWriter(secrets)
    sheet.section("Job")
    sheet.field("What", row.name, "title")
    sheet.field("State", row.state, _STYLES[row.state])
    sheet.field("Progress", f"{bar(row.done, row.total)} {share(row.done, row.total, row.over)}".strip())
    sheet.field("", row.text if not row.over else "")
    sheet.field("Amount", amount(row.done, row.total))
    sheet.field("Rate", rate(row))
    sheet.field("Started", formats.when(row.started))
    sheet.field("Took", formats.duration(row.ended - row.started) if row.ended else "")
    build = build_of(row)
    if build is not None:
        build_overview(sheet, build, row.state == "done")
    if row.said and (build is None or build.failure is None):
        sheet.section("Error" if row.state == "failed" else "Result")
        sheet.text(row.said, "bad" if row.state == "failed" else "")
    if row.parts:
        sheet.section("Layers")
        for part in row.parts:
            sheet.line(*_part(part), copy=one_line(part.name))
    return sheet.done()


def _part(part: Part) -> tuple[Span, ...]:
    text = f"{one_line(part.name)[:12].ljust(13)}{one_line(part.text).ljust(22)}"
    drawn = f"{bar(part.done, part.total)} {share(part.done, part.total).rjust(4)}  {amount(part.done, part.total)}"
    return Span(text), Span(drawn if part.total else "", "accent")


def _why_no_image(row: JobRow) -> str:
    """Return why a job has no built image, or ""."""
    build = build_of(row)
    if build is None:
        return "this job is no build"
    return "" if row.state == "done" and build.image else "the build has no image" if row.over else "still running"


def _of_built(name: str, key: str, help: str, route: Route) -> Action[JobRow]:
    """Return an action of images for the image that a job built."""
    do: Open = Open(route, single=True)
    return Action(name=name, key=key, help=help, do=do, refusal=_why_no_image, footer=False, changes=name != "files")


def _why_not_cancel(row: JobRow) -> str:
    return "already over" if row.over else ""


def _why_not_again(row: JobRow) -> str:
    if not row.over:
        return "still running"
    return "" if row.again else "this job cannot be repeated"


JOBS: Resource[JobRow] = Resource(
    name="jobs",
    singular="job",
    rows=lambda session: session.jobs.rows,
    id=lambda row: row.id,
    title=lambda row: one_line(row.name),
    words=lambda row: one_line(f"{row.name} {row.state} {row.said}"),
    columns=(
        Column(
            title="#",
            cell=lambda row: Cell(row.id, "dim"),
            key=lambda row: (int(row.id), row.reports),  # each report is a change that the details show
            width=3,
            right=True,
        ),
        Column(
            title="JOB",
            cell=lambda row: Cell(one_line(row.name), "title"),
            key=lambda row: row.name,
            width=34,
            min_width=14,
            grows=True,
        ),
        Column(title="STATE", cell=lambda row: Cell(row.state, _STYLES[row.state]), key=lambda row: row.state, width=9),
        Column(
            title="PROGRESS",
            cell=progress,
            key=lambda row: (row.done, row.total, row.text, row.said),
            width=40,
            min_width=12,
            grows=True,
        ),
        Column(title="RATE", cell=lambda row: Cell(rate(row)), key=lambda row: -row.rate, width=10, priority=1, right=True),
        Column(
            title="STARTED",
            cell=lambda row: Cell(formats.clock(row.started), "dim"),
            key=lambda row: -row.started,
            width=8,
            priority=2,
            right=True,
        ),
    ),
    actions=(
        Action(
            name="stop",
            key="x",
            help="cancel the job",
            do=Open("job-cancel"),
            refusal=_why_not_cancel,
            changes=False,
        ),
        Action(
            name="restart",
            key="r",
            help="run the job again",
            do=Open("job-again", single=True),
            refusal=_why_not_again,
        ),
        Action(
            name="edit",
            key=",",
            help="edit the Dockerfile of a build in $EDITOR, at the line of the failure",
            do=Open("build-edit", single=True),
            refusal=lambda row: "" if build_of(row) is not None else "this job is no build",
            footer=False,
            changes=False,
        ),
        _of_built("create", "c", "create a container from the built image and start it", "built-create"),
        _of_built("tag", "T", "add a tag to the built image", "built-tag"),
        _of_built("push", "H", "push the built image to the registry", "built-push"),
        _of_built("files", "f", "show the files of each layer of the built image", "built-files"),
        Action(
            name="remove",
            key="delete",
            also=("ctrl+k",),
            help="remove the job from the list",
            do=Open("job-forget"),
            changes=False,
            refusal=lambda row: "" if row.over else "still running: press x to cancel",
        ),
    ),
    tabs=(
        Tab(name="overview", document=story, live=True),
        Tab(
            name="logs",
            key="l",
            document=lambda _answer, row, secrets: build_output(row, secrets),
            refusal=lambda row: "" if build_of(row) is not None else "this job is no build",
            live=True,
        ),
    ),
    counts=summary,
    hidden_by_default=lambda row: row.over,
    hidden_word="over",
    sorted_by="STARTED",
    empty="No jobs yet. Long actions such as a pull are listed here.",
)
