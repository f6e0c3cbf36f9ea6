"""The files of a container or a volume: their list, and what is done with them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.live.files.rows import Changed, FileRow, Place, changed
from tui.live.files.transfer import Copied
from tui.resources.files.formats import mode, name, notes, owner, size, title, why_no_content
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field, Whole
from tui.resources.model.docker_commands import asks, operands
from tui.resources.model.filter_expression import natural
from tui.resources.model.form_values import typed
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, count, one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session

STYLES = {"added": "good", "modified": "warn", "removed": "bad"}


def _name_cell(row: FileRow) -> Cell:
    style = "bad" if row.change == "removed" else "title" if row.is_directory else "accent" if row.is_link else ""
    return Cell(name(row), style)


def _summary(rows: Iterable[FileRow]) -> str:
    known = [*rows]
    total = sum(row.size or 0 for row in known)
    return count(len(known), "file") + (f", {formats.size(total)}" if total else "")


COLUMNS: tuple[Column[FileRow], ...] = (
    Column(
        title="NAME",
        cell=_name_cell,
        key=lambda row: (not row.is_directory, natural(row.name)),
        width=32,
        min_width=16,
        grows=True,
        middle=True,
    ),
    Column(
        title="SIZE",
        cell=lambda row: Cell(size(row)),
        key=lambda row: None if row.size is None else -row.size,
        width=8,
        right=True,
    ),
    Column(title="MODE", cell=lambda row: Cell(mode(row), "dim"), key=lambda row: mode(row) or None, width=10, priority=3),
    Column(
        title="OWNER", cell=lambda row: Cell(owner(row)), key=lambda row: owner(row) or None, width=12, min_width=9, priority=2
    ),
    Column(
        title="MODIFIED",
        cell=lambda row: Cell(formats.when(row.mtime)[:19] if row.mtime else "", "dim"),
        key=lambda row: None if row.mtime is None else -row.mtime,
        width=19,
        priority=4,
    ),
    Column(
        title="CHANGE",
        cell=lambda row: Cell(row.change, STYLES.get(row.change, "")),
        key=lambda row: row.change or None,
        width=8,
        priority=1,
        on_demand=True,
    ),
    Column(
        title="LINK, MOUNT",
        cell=lambda row: Cell(notes(row), "dim"),
        key=lambda row: notes(row) or None,
        width=20,
        min_width=8,
        priority=5,
        grows=True,
        on_demand=True,
    ),
)

# -- copying out ------------------------------------------------------------------------------------------------------


def _folder(answers: Answers) -> Path:
    from tui.live.jobs.filenames import local_path

    return local_path(answers.text("folder"))


def local_name(row: FileRow) -> str:
    """Return the name that a file gets on this machine. Raises Failed for the root, which has none."""
    if not row.name:
        raise errors.Failed("The root directory has no name: copy the files in the directory.")
    return row.name


async def _copy_out(session: Session, row: FileRow, answers: Answers) -> str:
    from tui.live.files.transfer import copy_out

    target = _folder(answers) / local_name(row)
    return copied_words(await copy_out(session.engine, row, target, "owners" in answers.ticked, replace=True))


def copied_words(done: Copied) -> str:
    """Return the result of copying out: where, how much, and what was left out."""
    said = f"copied to {one_line(str(done.path))}: {count(done.files, 'file')}, {formats.size(done.bytes)}"
    for why, number in done.left_out.items():
        said += f"; {number} left out: {why}"
    return said + (f"; {count(done.leading_out, 'symbolic link')} lead out of the directory" if done.leading_out else "")


async def _asks_to_replace(_session: Session, rows: Sequence[FileRow], answers: Answers) -> str:
    """Ask once for all files that exist already."""
    from tui.live.jobs.filenames import existing

    found = await existing(_folder(answers), [local_name(row) for row in rows])
    return (
        f"{formats.named([one_line(each) for each in found], 'file')} in {one_line(str(_folder(answers)))} will be replaced."
        if found
        else ""
    )


def _copy_out_command(row: FileRow, answers: Answers) -> DockerCommand:
    archive = ("--archive",) if "owners" in answers.ticked else ()
    return ("cp", *archive, *operands(f"{row.place.name}:{row.path}", str(_folder(answers))))


COPY_OUT: Action[FileRow] = Action(
    name="copy-out",
    key=">",
    help="copy to a directory of this machine",
    do=Each(call=_copy_out, command=_copy_out_command, result=str),
    refusal=why_no_content,
    fields=(Field("folder", "To directory", initial=lambda _row: "./", kind="directory", hint="a directory of this machine"),),
    choices=(Choice("owners", "keep owner ids; needs root on this machine"),),
    second_question=_asks_to_replace,
    doing="copying out",
    done="copied",
    long=True,
    changes=False,
)

# -- in the container -------------------------------------------------------------------------------------------------


async def _run(session: Session, row: FileRow, *command: str, paths: Sequence[str]) -> None:
    """Run a program in the container as root (`ContainerExec`), which changes these paths.

    Raises EngineError with what the program says.
    """
    if any("\ud800" <= letter <= "\udfff" for word in command for letter in word):
        raise errors.BadRequest(f"{title(row)} is no valid UTF-8, and the engine takes only valid names for a command.")
    try:
        done = await session.engine.containers.run(row.place.container, command, user="0")
    except errors.Conflict as error:
        raise errors.Conflict(
            f"This needs {command[0]} in the container {one_line(row.place.name)}, which is not running.",
            error.operation,
            error.status,
        ) from error
    if done.code:
        said = one_line((done.stderr or done.stdout).decode(errors="replace").strip())[:300]
        raise errors.Failed(f"{command[0]} in the container exited with code {done.code}: {said}", "ContainerExec")
    for path in paths:
        changed.emit(Changed(row.place.container, path))


def _new_path(row: FileRow, answers: Answers) -> str:
    return posixpath.join(posixpath.dirname(row.path), typed(answers, "name"))


async def _rename(session: Session, row: FileRow, answers: Answers) -> None:
    from tui.live.files.transfer import exists

    new = _new_path(row, answers)
    if await exists(session.engine, row.place, new):  # mv would replace a file, and move into a directory
        raise errors.Conflict(f"{one_line(row.place.shown(new))} exists already: choose another name.", "ContainerArchiveInfo")
    await _run(session, row, "mv", "--", row.path, new, paths=(row.path, new))


async def _remove(session: Session, row: FileRow, _answers: Answers) -> None:
    await _run(session, row, "rm", "-rf", "--", row.path, paths=(row.path,))


def check_new_name(text: str) -> str:
    """Check the name of a new file or directory."""
    text = text.strip()
    return "a name without a slash" if not text or "/" in text or text in (".", "..") else ""


def _gone(row: FileRow) -> str:
    return "removed: only the image has this path" if row.change == "removed" else ""


def _mounted(row: FileRow) -> str:
    return _gone(row) or (f"mounted there: {row.mount}" if row.mount else "")


RENAME: Action[FileRow] = Action(
    name="rename",
    key="R",
    help="rename, by mv in the running container",
    do=Each(
        call=_rename,
        command=lambda row, answers: ("exec", "--user=0", row.place.name, "mv", "--", row.path, _new_path(row, answers)),
        single=True,
    ),
    refusal=_mounted,
    fields=(Field("name", "New name", initial=lambda row: one_line(row.name), check=check_new_name),),
    footer=False,
    doing="renaming",
    done="renamed",
)
REMOVE: Action[FileRow] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove, by rm in the running container",
    do=Each(
        call=_remove,
        command=lambda row, _: ("exec", "--user=0", row.place.name, "rm", "-rf", "--", row.path),
    ),
    refusal=_mounted,
    question=asks("Remove", "file", title, "A directory is removed with all that is in it."),
    danger=True,
    footer=False,
    doing="removing",
    done="removed",
)


def copy_in(place: Place, directory: str) -> Action[FileRow]:
    """Return the action that copies a file or directory of this machine into a directory of a container."""

    async def call(session: Session, answers: Answers) -> str:
        from tui.live.files.transfer import copy_in

        source = _source(answers)
        size = await copy_in(session.engine, source, place, directory, source.name, "owners" in answers.ticked)
        return f"{one_line(source.name)} copied to {one_line(place.shown(directory))}, {formats.size(size)}"

    async def asks_to_replace(session: Session, _rows: Sequence[FileRow], answers: Answers) -> str:
        from tui.live.files.transfer import exists

        name = _source(answers).name
        there = await exists(session.engine, place, posixpath.join(directory, name))
        return (
            f"{one_line(name)} exists in {one_line(place.shown(directory))}: files of the same names will be replaced."
            if there
            else ""
        )

    return Action(
        name="copy-in",
        key="<",
        help="copy a file or directory of this machine into this directory",
        do=Whole(
            call=call,
            command=lambda answers: ("cp", *operands(str(_source(answers)), f"{place.name}:{directory}")),
        ),
        question=lambda _rows, host: (
            f"Copy into {one_line(place.shown(directory))} of {place_title(place)} on {one_line(host)}."
        ),
        fields=(Field("path", "Path", kind="path", hint="a file or directory of this machine"),),
        choices=(Choice("owners", "keep owner ids; otherwise the files belong to root"),),
        second_question=asks_to_replace,
        doing="copying in",
        done="copied",
        long=True,
    )


def _source(answers: Answers) -> Path:
    from tui.live.jobs.filenames import local_path

    return local_path(answers.text("path"))


def create_directory(place: Place, directory: str) -> Action[FileRow]:
    """Return the action that creates a directory."""

    async def call(session: Session, answers: Answers) -> str:
        from tui.live.files.transfer import create_directory

        name = typed(answers, "name")
        await create_directory(session.engine, place, posixpath.join(directory, name))
        return f"directory {one_line(name)} created"

    return Action(
        name="create",
        key="c",
        help="create a directory",
        do=Whole(call=call),
        question=lambda _rows, host: (
            f"Create a directory in {one_line(place.shown(directory))} of {place_title(place)} on {one_line(host)}."
        ),
        fields=(Field("name", "Name", check=check_new_name),),
        doing="creating directory",
        done="created",
        footer=False,
    )


def place_title(place: Place) -> str:
    """Return what is browsed, for users: "container web", "volume data (in web)"."""
    return (
        f"volume {one_line(place.volume)} (in {one_line(place.name)})" if place.volume else f"container {one_line(place.name)}"
    )


FILES: Resource[FileRow] = Resource(
    name="files",
    singular="file",
    id=lambda row: row.path,
    title=title,
    aliases=lambda row: (one_line(row.name),),
    columns=COLUMNS,
    actions=(COPY_OUT, RENAME, REMOVE),
    words=lambda row: "\n".join((one_line(row.name), owner(row), row.change, notes(row))),
    counts=_summary,
    hidden_by_default=lambda row: row.name.startswith("."),
    hidden_word="dotfiles",
    sorted_by="NAME",
    empty="The directory is empty.",
)
