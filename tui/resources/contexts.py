"""Docker's contexts: the engines that can be gone to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.live.context_list import Answer, ContextRow
from tui.resources.model.action import Action, Answers, Choice, Each, Field, Whole
from tui.resources.model.docker_commands import asks, file_of, file_word
from tui.resources.model.filter_expression import natural
from tui.resources.model.form_values import typed
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, count, one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session

Result = TypeVar("Result")

_STYLES = {Answer.ASKED: "dim", Answer.YES: "good", Answer.NO: "bad"}
_DEFAULT = "default"


def title(row: ContextRow) -> str:
    """Return the name of a context."""
    return one_line(row.name)


def _answer(row: ContextRow) -> Cell:
    if row.answer is Answer.YES:
        return Cell(f"answers, {1000 * row.took:.0f} ms", "good")
    return Cell(one_line(row.problem) or row.answer.value, _STYLES[row.answer])


def _version(row: ContextRow) -> Cell:
    return Cell(one_line(f"{row.version} API {row.api}") if row.version else "")


def _number(number: int, row: ContextRow) -> Cell:
    return Cell(str(number) if row.version else "")


async def _stored(call: Callable[[], Result]) -> Result:
    """Read or change docker's contexts in a thread. Raises EngineError."""
    from tui.engine.errors import AddressError
    from tui.engine.threads import in_thread

    try:
        return await in_thread(call)
    except OSError as error:
        raise AddressError(f"Docker's contexts cannot be used: {error.strerror or error}.") from None


async def _use(_session: Session, row: ContextRow, _answers: Answers) -> str:
    import os

    from tui.engine.transport.context_store import ContextStore

    await _stored(lambda: ContextStore.of_user().use(row.name))
    variable = next((name for name in ("DOCKER_HOST", "DOCKER_CONTEXT") if os.environ.get(name)), "")
    return f"{title(row)} is docker's current context" + (f"; {variable} overrides it in this shell" if variable else "")


async def _remove(_session: Session, row: ContextRow, _answers: Answers) -> None:
    from tui.engine.transport.context_store import ContextStore

    await _stored(lambda: ContextStore.of_user().remove(row.name))


async def _export(_session: Session, row: ContextRow, answers: Answers) -> str:
    from tui.engine.transport.context_store import ContextStore
    from tui.live.jobs.file_transfer import new_file

    data = await _stored(lambda: ContextStore.of_user().export(row.name))
    path = file_of(answers)
    async with new_file(path) as file:
        await file.write(data)
    return f"{title(row)}: exported to {one_line(str(path))}, keys included"


async def _create(_session: Session, answers: Answers) -> str:
    from tui.engine.transport.address import Address
    from tui.engine.transport.context_store import ContextStore, NewContext
    from tui.live.jobs.filenames import path_of

    def file(name: str) -> Path | None:
        text = typed(answers, name)
        return path_of(text) if text else None

    host = typed(answers, "host")
    Address.parse(host)
    new = NewContext(
        name=typed(answers, "name"),
        host=host,
        description=typed(answers, "description"),
        skip_tls_verify="skip-tls-verify" in answers.ticked,
        ca=file("ca"),
        cert=file("cert"),
        key=file("key"),
    )
    await _stored(lambda: ContextStore.of_user().create(new))
    return f"created context {new.name}"


def _create_command(answers: Answers) -> tuple[str, ...]:
    parts = [f"host={typed(answers, 'host')}"]
    parts += [f"{name}={text}" for name in ("ca", "cert", "key") if (text := typed(answers, name))]
    parts += ["skip-tls-verify=true"] if "skip-tls-verify" in answers.ticked else []
    description = typed(answers, "description")
    return (
        "context",
        "create",
        *((f"--description={description}",) if description else ()),
        f"--docker={','.join(parts)}",
        typed(answers, "name"),
    )


def _check_name(text: str) -> str:
    from tui.engine.transport.context_store import NAME

    return "" if NAME.fullmatch(text.strip()) else "letters, digits and ._+-, two at least"


def _check_host(text: str) -> str:
    from tui.engine.errors import AddressError
    from tui.engine.transport.address import Address

    try:
        Address.parse(text.strip())
    except AddressError as error:
        return str(error)
    return ""


def _summary(rows: Iterable[ContextRow]) -> str:
    listed = list(rows)
    answering = sum(row.answer is Answer.YES for row in listed)
    return f"{count(len(listed), 'context')}: {answering} answer"


CONTEXTS: Resource[ContextRow] = Resource(
    name="contexts",
    singular="context",
    id=lambda row: row.name,
    title=title,
    words=lambda row: one_line(f"{row.name} {row.host} {row.description}"),
    columns=(
        Column(
            title="NAME",
            cell=lambda row: Cell(f"{title(row)}{' *' if row.current else ''}", "title"),
            key=lambda row: natural(row.name),
            width=20,
            min_width=12,
            grows=True,
        ),
        Column(
            title="ENGINE",
            cell=lambda row: Cell(one_line(row.host)),
            key=lambda row: natural(row.host),
            width=36,
            min_width=16,
            grows=True,
        ),
        Column(
            title="ANSWER",
            cell=_answer,
            key=lambda row: (row.answer is not Answer.YES, row.took),
            width=22,
            min_width=16,
            grows=True,
        ),
        Column(title="VERSION", cell=_version, key=lambda row: natural(row.version), width=16, min_width=10, priority=1),
        Column(
            title="RUNNING",
            cell=lambda row: Cell(f"{row.running} of {row.containers}" if row.version else ""),
            key=lambda row: -row.running if row.version else None,
            width=11,
            min_width=8,
            priority=2,
            right=True,
        ),
        Column(
            title="IMAGES",
            cell=lambda row: _number(row.images, row),
            key=lambda row: -row.images if row.version else None,
            width=6,
            priority=3,
            right=True,
        ),
        Column(
            title="DESCRIPTION",
            cell=lambda row: Cell(one_line(row.description), "dim"),
            key=lambda row: natural(row.description) if row.description else None,
            width=24,
            min_width=10,
            priority=3,
            grows=True,
        ),
    ),
    actions=(
        Action(
            name="use",
            key="^",
            help="make the context docker's current context",
            do=Each(call=_use, command=lambda row, _answers: ("context", "use", row.name), result=str, single=True),
            refusal=lambda row: "already docker's current context" if row.current else "",
            doing="switching to",
            done="is docker's current context",
            changes=False,
        ),
        Action(
            name="create",
            key="c",
            help="create a context",
            do=Whole(call=_create, command=_create_command),
            question=lambda _rows, _host: "The context is stored in docker's configuration, with copies of the files.",
            fields=(
                Field("name", "Name", check=_check_name, hint="web1"),
                Field("host", "Engine", check=_check_host, hint="ssh://user@host, tcp://host:2376"),
                Field("description", "Description", hint="empty: none"),
                Field("ca", "CA", hint="empty: none", kind="file", optional=True),
                Field("cert", "Certificate", hint="empty: none", kind="file", optional=True),
                Field("key", "Key", hint="empty: none", kind="file", optional=True),
            ),
            choices=(Choice("skip-tls-verify", "accept any certificate of the engine"),),
            doing="creating context",
            done="created",
            changes=False,
        ),
        Action(
            name="export",
            key=">",
            help="export the context with its keys to a file",
            do=Each(
                call=_export,
                command=lambda row, answers: ("context", "export", row.name, file_word(answers)),
                result=str,
                single=True,
            ),
            fields=(
                Field("file", "File", initial=lambda row: f"{row.name}.dockercontext", kind="new-file", hint="a new file"),
            ),
            doing="exporting",
            done="exported",
            changes=False,
        ),
        Action(
            name="remove",
            key="delete",
            also=("ctrl+k",),
            help="remove the context and its keys",
            do=Each(call=_remove, command=lambda row, _answers: ("context", "rm", row.name)),
            refusal=lambda row: (
                "default is built in: DOCKER_HOST or the usual socket"
                if row.name == _DEFAULT
                else "docker's current context: press h on another context"
                if row.current
                else ""
            ),
            question=asks("Remove", "context", title, "The keys of the context are removed too; the engine is not changed."),
            danger=True,
            doing="removing",
            done="removed",
            changes=False,
        ),
    ),
    counts=_summary,
    sorted_by="NAME",
    hidden_word="without an answer",
    hidden_by_default=lambda row: row.answer is Answer.NO,
    empty="No contexts.",
)
