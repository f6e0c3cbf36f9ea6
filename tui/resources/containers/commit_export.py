"""The actions commit and export: an image or a tar file made from a container."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui.live.containers.container import Container
from tui.resources.containers.formats import gone, known_as
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field
from tui.resources.model.docker_commands import LONGEST_FILE_NAME, file_of, file_word, operands
from tui.resources.model.form_values import typed
from tui.resources.model.image_names import asks_to_move
from tui.resources.model.text import one_line
from tui.resources.model.validators import changes, check_changes, check_tag_or_nothing

if TYPE_CHECKING:
    from tui.live.engine_session import Session


async def _commit(session: Session, row: Container, answers: Answers) -> str:
    made = await session.engine.images.commit(
        row.id,
        typed(answers, "name"),
        typed(answers, "message"),
        typed(answers, "author"),
        pause="pause" in answers.ticked,
        changes=changes(answers.text("changes")),
    )
    return f"committed as image {one_line(typed(answers, 'name') or made.removeprefix('sha256:')[:12])}"


def _commit_command(row: Container, answers: Answers) -> DockerCommand:
    flags = [f"--{name}={typed(answers, name)}" for name in ("message", "author") if typed(answers, name)]
    flags += [f"--change={change}" for change in changes(answers.text("changes"))]
    flags += [] if "pause" in answers.ticked else ["--pause=false"]
    name = typed(answers, "name")
    return ("commit", *flags, *operands(known_as(row), *([name] if name else [])))


async def _export(session: Session, row: Container, answers: Answers) -> str:
    from tui.live.jobs.file_transfer import write_file

    path = file_of(answers)
    size = await write_file(path, partial(session.engine.containers.export, row.id), "ContainerExport")
    return f"exported to {one_line(str(path))}, {formats.size(size)}"


COMMIT: Action[Container] = Action(
    name="commit",
    key="M",
    help="create an image from the container",
    do=Each(call=_commit, command=_commit_command, result=str, single=True),
    refusal=gone,
    footer=False,
    second_question=lambda session, _rows, answers: asks_to_move(session, typed(answers, "name")),
    fields=(
        Field("name", "Name", check=check_tag_or_nothing, hint="shop/web:debug; empty: none"),
        Field("message", "Message"),
        Field("author", "Author"),
        Field("changes", "Changes", check=check_changes, hint='CMD ["sh"]; ENV A=1', lines="instructions"),
    ),
    choices=(Choice("pause", "pause the container during the commit", ticked=True),),
    doing="committing",
    done="committed",
    long=True,
)
EXPORT: Action[Container] = Action(
    name="export",
    key=">",
    help="export the file system to a tar file",
    do=Each(
        call=_export,
        command=lambda row, answers: ("export", f"--output={file_word(answers)}", *operands(known_as(row))),
        result=str,
        single=True,
    ),
    refusal=gone,
    footer=False,
    fields=(Field("file", "File", initial=lambda row: f"{one_line(row.name)[:LONGEST_FILE_NAME]}.tar", kind="new-file"),),
    doing="exporting",
    done="exported",
    long=True,
    changes=False,
)
