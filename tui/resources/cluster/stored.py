"""What secrets and configs share: columns, forms, rotation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.api.configs import Configs
from tui.engine.api.secrets import Secrets
from tui.engine.sealed import Sealed
from tui.engine.threads import in_thread
from tui.live.cluster.changes import change, stored
from tui.live.cluster.rows import STACK, StoredRow
from tui.resources.model import formats
from tui.resources.model.action import ANYWAY, Action, Answers, DockerCommand, Each, Field, FieldKind, Open, Whole
from tui.resources.model.columns import name_column, text_column
from tui.resources.model.docker_commands import asks, command
from tui.resources.model.document import Link, SheetWriter
from tui.resources.model.form_values import check_pairs, pair_flags, pair_text, pairs, typed
from tui.resources.model.inspect import named_values
from tui.resources.model.resource import Column
from tui.resources.model.text import Cell, Span, count, one_line
from tui.resources.model.validators import NAME

if TYPE_CHECKING:
    from tui.live.engine_session import Session

Row = StoredRow[Any]
Kind = type[Secrets | Configs]


def title(row: Row) -> str:
    """Return the name."""
    return one_line(row.name)


def users(row: Row) -> str:
    """Return the services that use it."""
    return one_line(", ".join(row.services))


def columns() -> tuple[Column[Row], ...]:
    """Return the columns of a list of secrets or configs."""
    return (
        name_column(title),
        Column(
            title="USED BY",
            cell=lambda row: Cell(users(row) or "unused", "" if row.services else "dim"),
            key=lambda row: (-len(row.services), row.services) if row.services else None,
            width=36,
            min_width=12,
            priority=1,
            grows=True,
        ),
        text_column("STACK", lambda row: row.item.spec.labels.get(STACK, ""), 12, styles="accent", priority=3),
        _age("CREATED", lambda row: row.item.created_at),
        _age("UPDATED", lambda row: row.item.updated_at),
    )


def _age(heading: str, at: Callable[[Row], str]) -> Column[Row]:
    return Column(
        title=heading,
        cell=lambda row: Cell(formats.age(formats.moment(at(row))), "dim"),
        key=lambda row: -formats.moment(at(row)),
        width=8,
        priority=2,
        right=True,
    )


def head(sheet: SheetWriter, row: Row, heading: str, secrets: bool) -> None:
    """Add name, times, labels, and the services that use it."""
    sheet.section(heading)
    sheet.field("Name", row.name, "title")
    sheet.field("Created", formats.when(formats.moment(row.item.created_at)))
    sheet.field("Updated", formats.when(formats.moment(row.item.updated_at)))
    sheet.field("Id", row.id)
    named_values(sheet, "Labels", row.item.spec.labels, secrets)
    sheet.section("Used by")
    for service in row.services:
        sheet.line(Span(service, "accent"), copy=service, link=Link("services", service))
    if not row.services:
        sheet.line(Span("no service", "dim"))


# --- forms -----------------------------------------------------------------------------------------------------------


def check_name(text: str) -> str:
    """Check the name of a secret or a config."""
    name = text.strip()
    right = NAME.fullmatch(name) and len(name) <= 64 and name[-1].isalnum()
    return "" if right else "up to 64 of letters, digits, - _ . with a letter or digit first and last"


def _content_fields(kind: FieldKind) -> tuple[Field[Row], ...]:
    return (
        Field("content", "Content", kind=kind, hint="one line; empty: from the file below"),
        Field("from-file", "File", kind="file", optional=True, hint="empty: the content above"),
    )


def check_content(answers: Answers) -> tuple[str, str]:
    """Check that there is one content."""
    content, file = answers.text("content"), typed(answers, "from-file")
    if content and file:
        return "from-file", "the content is typed above: clear the content or the file"
    return ("", "") if content or file else ("content", "type the content, or name a file")


async def content_of(answers: Answers) -> Sealed:
    """Return the content that was typed, or that the file has. Raises Failed if it cannot be read."""
    from tui.live.jobs.filenames import path_of, reason

    if not typed(answers, "from-file"):
        return Sealed(answers.text("content").encode())
    path = path_of(answers.text("from-file"))
    try:
        return await in_thread(lambda: _read(path))
    except OSError as error:
        raise errors.Failed(f"{one_line(str(path))} cannot be read: {reason(error)}.") from error


LARGEST = 2**20
"""Bytes read of a file at most: the swarm refuses secrets of 500 kB and configs of 1 MB."""


def _read(path: Path) -> Sealed:
    with path.open("rb") as file:
        return Sealed(file.read(LARGEST))


def _operand(answers: Answers) -> str:
    from tui.live.jobs.filenames import path_of

    path = typed(answers, "from-file")
    return str(path_of(path)) if path else "-"


def create(noun: str, kind: Kind, field: FieldKind) -> Action[Row]:
    """Return the action that creates a secret or a config."""

    async def call(session: Session, answers: Answers) -> str:
        name = typed(answers, "name")
        await stored(session.engine, kind).create(name, await content_of(answers), pairs(answers.text("labels")))
        return f"{noun} {one_line(name)} created"

    def written(answers: Answers) -> DockerCommand:
        flags = pair_flags("--label", pairs(answers.text("labels")))
        return (noun, "create", *flags, typed(answers, "name"), _operand(answers))

    return Action(
        name="create",
        key="c",
        help=f"create a {noun}",
        do=Whole(call=call, command=written),
        question=lambda _rows, host: f"Create a {noun} in the swarm of {one_line(host)}.",
        fields=(
            Field("name", "Name", check=check_name, hint="site-key"),
            *_content_fields(field),
            Field("labels", "Labels", check=check_pairs, hint="name=value name=value", lines="values"),
        ),
        check=check_content,
        doing=f"creating {noun}",
        done="created",
    )


def rotate(noun: str, kind: Kind, field: FieldKind) -> Action[Row]:
    """Return the action that replaces the content in all services."""

    async def call(session: Session, row: Row, answers: Answers) -> str:
        from tui.live.cluster import rotation
        from tui.live.jobs.jobs import report

        name = await rotation.rotate(session.engine, row, kind, await content_of(answers), report)
        return f"{noun} {one_line(name)} replaces {title(row)} in {count(len(row.services), 'service')}"

    return Action(
        name="rotate",
        help=f"create a new version, update the services one after the other, remove the old {noun}",
        do=Each(call=call, result=str, single=True),
        question=lambda rows, host: (
            f"Replace {noun} {title(rows[0])} in {users(rows[0]) or 'no service'} on {one_line(host)}. "
            "If a service fails with the new version, all services are rolled back."
        ),
        fields=_content_fields(field),
        check=check_content,
        doing="rotating",
        done="rotated",
        long=True,
        footer=False,
    )


def in_editor(noun: str) -> Action[Row]:
    """Return the action that creates a secret or a config from `$EDITOR`."""
    return Action(
        name="edit-new",
        help=f"create a {noun} from text typed in $EDITOR",
        do=Open("stored-editor", rows=False),
        footer=False,
    )


def labels(noun: str, kind: Kind) -> Action[Row]:
    """Return the action that changes the labels."""

    async def call(session: Session, row: Row, answers: Answers) -> None:
        wanted = pairs(answers.text("labels"))
        spec, anyway = row.item.spec, ANYWAY in answers.ticked
        await change(stored(session.engine, kind), row.id, spec, lambda now: now.update(Labels=wanted), anyway)

    return Action(
        name="labels",
        help="change the labels",
        do=Each(call=call, single=True),
        fields=(
            Field("labels", "Labels", initial=lambda row: pair_text(row.item.spec.labels), check=check_pairs, lines="values"),
        ),
        doing="labelling",
        done="labelled",
        footer=False,
    )


def remove(noun: str, kind: Kind) -> Action[Row]:
    """Return the action that removes it."""
    return Action(
        name="remove",
        key="delete",
        also=("ctrl+k",),
        help="remove",
        do=Each(
            call=lambda session, row, _: stored(session.engine, kind).remove(row.id),
            command=command(f"{noun} rm", lambda row: row.name),
        ),
        danger=True,
        refusal=lambda row: (
            f"{users(row)} {'use' if len(row.services) > 1 else 'uses'} it: update them first" if row.services else ""
        ),
        question=asks("Remove", noun, title),
        doing="removing",
        done="removed",
    )
