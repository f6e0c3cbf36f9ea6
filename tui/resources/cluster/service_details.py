"""The details of a service: why it does not run, its settings, and its tasks as an update replaces them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tui.live.cluster.output import TaskLine
from tui.live.cluster.rows import ServiceRow, TaskRow
from tui.resources.cluster.formats import reason, since, state_style
from tui.resources.cluster.service_settings import SETTINGS
from tui.resources.cluster.why import next_step, update_message, why
from tui.resources.logs.ansi_text import plain
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.inspect import named_values
from tui.resources.model.sentence import sentence
from tui.resources.model.text import Span, cells, count, one_line, pad

NAME = 30  # cells of a task's name at most
SIDE = 34  # cells of the new task's side
HISTORY = 5  # ended tasks shown of a slot


def progress(row: ServiceRow) -> tuple[str, str]:
    """Return running of wanted, and its style."""
    right = row.running == row.desired
    style = "good" if right and row.desired else "dim" if right else "bad" if not row.running else "warn"
    return f"{row.running}/{row.desired}", style


def update_words(row: ServiceRow) -> tuple[str, str]:
    """Return the state of the last update in words, and its style."""
    status = row.service.update_status
    if status is None or not status.state:
        return "", ""
    style = {"completed": "dim", "rollback_completed": "warn", "updating": "accent", "rollback_started": "warn"}
    return status.state.replace("_", " "), style.get(status.state, "bad")


def overview(row: ServiceRow, _row: ServiceRow, secrets: bool = False) -> Document:
    """Return the overview of a service: the cause first if it does not run as wanted."""
    sheet = SheetWriter(secrets)
    if (found := why(row)) is not None:
        sheet.section("Why it does not run" if row.running < row.desired or not row.desired else "What happened")
        sentence(sheet, found.sentence, found.style)
        for text in found.advice:
            sentence(sheet, f"→ {text}", "accent")
    sheet.section("Service")
    sheet.field("Mode", row.mode)
    text, style = progress(row)
    sheet.field("Completed" if row.job else "Running", text, style)
    _update(sheet, row)
    sheet.field("Stack", row.stack)
    for setting in SETTINGS:
        if setting.name != "labels":
            sheet.field(setting.label, setting.read(row))
    _addresses(sheet, row)
    sheet.field("Created", formats.when(formats.moment(row.service.created_at)))
    sheet.field("Updated", formats.when(formats.moment(row.service.updated_at)))
    sheet.field("Id", row.id)
    named_values(sheet, "Labels", row.service.spec.labels, secrets)
    return sheet.done()


def _update(sheet: SheetWriter, row: ServiceRow) -> None:
    if row.service.update_status is None:
        return
    text, style = update_words(row)
    sheet.field("Update", f"{text}: {update_message(row)}", style)
    sheet.field("Next", next_step(row))


def _addresses(sheet: SheetWriter, row: ServiceRow) -> None:
    for address in row.service.endpoint.virtual_ips:
        name = row.network_names.get(address.network_id, address.network_id[:12])
        sheet.field("Address", f"{address.addr} on {name}", link=Link("networks", address.network_id))


def rollout(row: ServiceRow, _row: ServiceRow, secrets: bool = False) -> Document:
    """Return the tasks by slot: what is wanted now beside what it replaces, with the reason of each failure."""
    sheet = SheetWriter(secrets)
    sheet.section("Rollout")
    text, style = progress(row)
    sheet.field("Completed" if row.job else "Running", text, style)
    _update(sheet, row)
    slots = [[*tasks] for _, tasks in groupby(row.tasks, key=lambda each: each.place)]
    shown = [tasks for tasks in slots if _counts(row, tasks)] or slots
    sheet.section(f"Tasks, new and old: {count(len(shown), 'slot' if row.mode.startswith('replicated') else 'node')}")
    if not shown:
        sheet.line(Span("no task", "dim"))
    width = max((len(one_line(tasks[0].name)) for tasks in shown), default=0)
    for tasks in shown:
        _slot(sheet, tasks, min(width, NAME))
    return sheet.done()


def _counts(row: ServiceRow, tasks: list[TaskRow]) -> bool:
    """Return whether a slot is still one of the service: the others are what scaling down has left."""
    slot = tasks[0].task.slot
    return 0 < slot <= row.desired or any(each.wanted or not each.ended for each in tasks)


def _slot(sheet: SheetWriter, tasks: list[TaskRow], width: int) -> None:
    """Add a slot: its newest task, the one before beside it, then the reasons."""
    new, *old = tasks
    before = old[0] if old else None
    left = _side(new)
    gap = Span(" " * max(SIDE - sum(cells(span.text) for span in left), 2))
    right = (Span("← ", "dim"), *_side(before)) if before is not None else ()
    sheet.line(
        Span(pad(one_line(new.name), width) + "  ", "title"),
        *left,
        *((gap, *right) if right else ()),
        copy=new.id,
        link=Link("tasks", new.id),
    )
    if text := reason(new):
        sheet.line(Span(text, "bad" if new.ended else "warn"), copy=text, depth=1)
    for task in old[:HISTORY]:
        if text := reason(task):
            state = task.task.status.state
            sheet.line(
                Span(f"{state} {since(task)}: ", state_style(state)),
                Span(text, "bad"),
                copy=text,
                depth=1,
                link=Link("tasks", task.id),
            )


def _side(row: TaskRow) -> tuple[Span, ...]:
    state = row.task.status.state
    container = row.task.spec.container_spec
    image = formats.short_image(container.image.partition("@")[0]) if container is not None else ""
    return (
        Span(f"{state} {since(row)}".rstrip(), state_style(state)),
        Span(f"  {one_line(row.node) or 'no node'}", "" if row.node else "dim"),
        Span(f"  {one_line(image)}", "dim"),
    )


def output(lines: Sequence[TaskLine], row: ServiceRow, secrets: bool = False) -> Document:
    """Return the last lines that each task wrote, ended ones included (`ServiceLogs`)."""
    sheet = SheetWriter(secrets)
    written: dict[str, list[TaskLine]] = {}
    for line in lines:
        written.setdefault(line.task, []).append(line)
    for task in row.tasks:
        if found := written.pop(task.id, []):
            sheet.section(f"{one_line(task.name)}@{one_line(task.node)}  {task.task.status.state} {since(task)}")
            for line in found:
                text = plain(line.data)
                sheet.line(Span(one_line(text)[:2000] or " ", "warn" if line.error else ""), copy=text)
    if not lines:
        sheet.line(Span("nothing was written", "dim"))
    return sheet.done()
