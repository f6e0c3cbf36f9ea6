"""The transfers of images: pull and push, save and load, import, and the comparison with the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.auth.references import DEFAULT_REGISTRY, Reference, registry_of_term
from tui.live.containers.used_by import Used
from tui.live.jobs.jobs import record
from tui.live.objects.images import Image
from tui.resources.images.compare import COMPARE, nameless
from tui.resources.model import formats
from tui.resources.model.action import Action, All, Answers, DockerCommand, Each, Field, Open, Whole
from tui.resources.model.docker_commands import LONGEST_FILE_NAME, file_of, file_word, operands
from tui.resources.model.form_values import typed
from tui.resources.model.image_names import asks_to_move
from tui.resources.model.text import count, one_line
from tui.resources.model.validators import (
    PLATFORMS,
    changes,
    check_changes,
    check_platform,
    check_reference,
    check_tag_or_nothing,
)

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session
    from tui.live.jobs.layer_progress import Layers

# Transfer code is imported when used: the first list does not need it.

Row = Used[Image]

NO_IMAGE = ("repositories: no such file or directory", "manifest.json: no such file or directory")
"""Ends of the errors by which engines report a tar without an image: the index file is missing."""


def pull_words(name: str, layers: Layers) -> str:
    """Return the result of a pull: pulled, or already up to date."""
    said = " ".join(layers.said)
    if "up to date" in said:
        return f"{one_line(name)} is up to date"
    return f"{one_line(name)} pulled" + (f", {formats.size(layers.total)}" if layers.total else "")


async def pulled(engine: Engine, name: str, platform: str = "") -> str:
    """Pull an image with the login from docker's configuration. Return the result as text. Raises EngineError."""
    from tui.live.objects.registry import pull

    return pull_words(name, await pull(engine, name, platform))


def named_command(verb: str, answers: Answers) -> DockerCommand:
    """Return the docker command that pulls or pushes the typed image."""
    platform = typed(answers, "platform")
    return (verb, *([f"--platform={platform}"] if platform else []), *operands(typed(answers, "name")))


def _pulled_before(row: Row) -> list[str]:
    """Return the tags that a registry is known to have: a private name must not be asked for at Docker Hub."""
    if row.item.by_digest:
        return [*row.item.names]  # containerd's store does not tell where an image came from
    known = {_repository(digest) for digest in row.item.digests}
    return [name for name in row.item.names if _repository(name) in known]


def _repository(name: str) -> str:
    """Return the repository of a name; an invalid name is one of its own."""
    try:
        return Reference.parse(name).repository
    except errors.BadRequest:
        return name


def remote_repositories(row: Row) -> list[str]:
    """Return the repositories of an image that a registry is known to have, or whose name says the registry."""
    known = map(_repository, row.item.digests)
    names = map(_repository, row.item.names)
    named = (name for name in names if row.item.by_digest or registry_of_term(name) != DEFAULT_REGISTRY)
    return list(dict.fromkeys([*known, *named]))


def _no_registry(row: Row) -> str:
    """Return why the tags of an image's repository cannot be listed, or ""."""
    return "" if remote_repositories(row) else "never pulled or pushed; :tags NAME lists the tags of a repository"


def _never_pulled(row: Row) -> str:
    """Return why no tag of the image can be pulled again, or ""."""
    return nameless(row) or ("" if _pulled_before(row) else "never pulled or pushed by this tag: P pulls an image by name")


async def _update(session: Session, row: Row, _answers: Answers) -> str:
    said = []
    for name in _pulled_before(row):
        said.append(await pulled(session.engine, name))
        record(("pull", *operands(name)))
    return "; ".join(said)


async def _push(session: Session, row: Row, answers: Answers) -> str:
    from tui.live.objects.compared import note_pushed
    from tui.live.objects.registry import push

    name = typed(answers, "name")
    layers = await push(session.engine, name, typed(answers, "platform"))
    digest = next((line.partition("digest: ")[2].partition(" ")[0] for line in reversed(layers.said) if "digest:" in line), "")
    if digest:
        note_pushed(session.store, name, digest)
    only = f", only for {one_line(layers.pushed_only)}: the other platforms are not on the engine" if layers.pushed_only else ""
    return f"{one_line(name)} pushed{f', {one_line(digest)}' if digest else ''}{only}"


async def _push_tags(session: Session, row: Row, _answers: Answers) -> str:
    """Push all tags of an image."""
    said = []
    for name in row.item.names:
        said.append(await _push(session, row, Answers(typed=(("name", name),))))
        record(("push", *operands(name)))
    return "; ".join(said)


def _asks_to_push(rows: Sequence[Row], host: str) -> str:
    names = [one_line(name) for row in rows for name in row.item.names]
    return f"Push {count(len(names), 'tag')} of {count(len(rows), 'image')} from {one_line(host)}: {', '.join(names)}."


def _saved_names(rows: Sequence[Row]) -> list[str]:
    """Return the references to save: each name, so that loading restores the names; the id of an image without a name."""
    return [name for row in rows for name in (row.item.names or (row.item.id,))]


async def _save(session: Session, rows: Sequence[Row], answers: Answers) -> str:
    from tui.live.jobs.file_transfer import write_file

    path, names, images = file_of(answers), _saved_names(rows), session.engine.images
    save = partial(images.save, names[0]) if len(names) == 1 else partial(images.save_all, names)
    size = await write_file(path, save, "ImageGet")
    return f"{count(len(rows), 'image')} saved to {one_line(str(path))}, {formats.size(size)}"


def _save_command(rows: Sequence[Row], answers: Answers) -> DockerCommand:
    return ("save", f"--output={file_word(answers)}", *operands(*_saved_names(rows)))


async def _load(session: Session, answers: Answers) -> str:
    from tui.live.jobs.file_transfer import send_file
    from tui.live.jobs.layer_progress import LOADED, follow

    path = file_of(answers)
    try:
        layers = await send_file(path, lambda pieces: follow(session.engine.images.load(pieces)))
    except errors.EngineRefusal as error:
        if error.message.endswith(NO_IMAGE):
            raise type(error)(f"{path} is not an archive of docker save: no image in the file.", error.operation) from error
        raise
    loaded = [line for line in layers.said if line.startswith(LOADED)]
    if not loaded:
        raise errors.Failed(f"{path} is not an archive of docker save: no image in the file.", "ImageLoad")
    return one_line("; ".join(loaded))


async def _import(session: Session, answers: Answers) -> str:
    from tui.live.jobs.file_transfer import send_file
    from tui.live.jobs.layer_progress import follow

    values = (typed(answers, "name"), typed(answers, "message"), changes(answers.text("changes")), typed(answers, "platform"))
    layers = await send_file(file_of(answers), lambda pieces: follow(session.engine.images.import_image(pieces, *values)))
    return f"imported as {one_line(typed(answers, 'name') or layers.said[-1] if layers.said else 'an image')}"


def _import_command(answers: Answers) -> DockerCommand:
    flags = [f"--change={change}" for change in changes(answers.text("changes"))]
    flags += [f"--{name}={typed(answers, name)}" for name in ("message", "platform") if typed(answers, name)]
    name = typed(answers, "name")
    return ("import", *flags, file_word(answers), *([name] if name else []))


PLATFORM: Field[Row] = Field(
    "platform", "Platform", check=check_platform, offers=PLATFORMS, hint="empty: the platform of the engine"
)

PULL: Action[Row] = Action(
    name="pull",
    key="P",
    help="pull an image from a registry",
    do=Whole(
        call=lambda session, answers: pulled(session.engine, typed(answers, "name"), typed(answers, "platform")),
        command=lambda answers: named_command("pull", answers),
    ),
    question=lambda _rows, host: f"Pull an image to {host}.",
    doing="pulling",
    done="pulled",
    long=True,
    fields=(
        Field("name", "Image", check=check_reference, offers="images", hint="nginx:1.27, registry.example.com/shop/web:4"),
        PLATFORM,
    ),
)
UPDATE: Action[Row] = Action(
    name="pull-again",
    key="B",
    help="pull all tags of the image again",
    do=Each(
        call=_update,
        command=lambda row, _: ("pull", *operands((_pulled_before(row) or row.item.names)[0])),
        result=str,
        records=True,
    ),
    exclusive=True,
    refusal=_never_pulled,
    question=lambda rows, host: f"Pull {count(len(rows), 'image')} again on {one_line(host)}?" if len(rows) > 1 else "",
    doing="updating",
    done="updated",
    long=True,
    footer=False,
)
PUSH_SEVERAL: Action[Row] = Action(
    name="push",
    help="push all tags of the marked images",
    do=Each(call=_push_tags, command=lambda row, _: ("push", *operands(row.item.names[0])), result=str, records=True),
    exclusive=True,
    refusal=nameless,
    question=_asks_to_push,
    doing="pushing",
    done="pushed",
    long=True,
)
PUSH: Action[Row] = Action(
    name="push",
    key="H",
    help="push the image, or all tags of the marked images, to the registry",
    do=Each(call=_push, command=lambda _row, answers: named_command("push", answers), result=str),
    several=PUSH_SEVERAL,
    exclusive=True,
    refusal=nameless,
    question=lambda rows, host: f"Push from {host}. The tag names the registry; press T to add a tag.",
    fields=(
        Field("name", "Name", initial=lambda row: row.item.names[0], check=check_reference, offers=lambda row: row.item.names),
        replace(PLATFORM, hint="empty: all platforms of the image"),
    ),
    doing="pushing",
    done="pushed",
    long=True,
    footer=False,
)
SAVE: Action[Row] = Action(
    name="save-images",
    key="S",
    help="save images to a tar file",
    do=All(call=_save, command=_save_command),
    question=lambda rows, host: f"Save {count(len(rows), 'image')} of {host} to a tar file on this machine (docker save).",
    fields=(Field("file", "File", initial=lambda row: f"{_file_name(row)}.tar", kind="new-file"),),
    doing="saving",
    done="saved",
    long=True,
    footer=False,
    changes=False,
)
LOAD: Action[Row] = Action(
    name="load",
    key="<",
    help="load images from a tar file of docker save",
    do=Whole(call=_load, command=lambda answers: ("load", f"--input={file_word(answers)}")),
    question=lambda _rows, host: f"Load images from a tar file on this machine into {host} (docker load).",
    fields=(Field("file", "File", kind="file", hint="a tar file of docker save, also compressed"),),
    doing="loading",
    done="loaded",
    long=True,
    footer=False,
)
IMPORT: Action[Row] = Action(
    name="import",
    key="I",
    help="import a tar file of a file system as an image",
    do=Whole(call=_import, command=_import_command),
    second_question=lambda session, _rows, answers: asks_to_move(session, typed(answers, "name")),
    question=lambda _rows, host: (
        f"Create an image on {host} from a tar file of a root file system on this machine (docker import)."
    ),
    fields=(
        Field("file", "File", kind="file", hint="a tar file, also compressed"),
        Field("name", "Name", check=check_tag_or_nothing, hint="shop/base:1"),
        Field("message", "Message"),
        Field("changes", "Changes", check=check_changes, hint='CMD ["sh"]; ENV A=1', lines="instructions"),
        PLATFORM,
    ),
    doing="importing",
    done="imported",
    long=True,
    footer=False,
)


def _file_name(row: Row) -> str:
    """Return a file name derived from the image's name."""
    names = row.item.references
    name = formats.short_digest(names[0]) if names else row.item.id.removeprefix("sha256:")[:12]
    return "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in name)[:LONGEST_FILE_NAME]


SIZES: Action[Row] = Action(
    name="measure",
    key="z",
    help="measure the unique size of each image",
    do=Open("image-sizes", rows=False),
    footer=False,
    changes=False,
)
SEARCH: Action[Row] = Action(
    name="find",
    key="F",
    help="search a registry for images",
    do=Open("search", rows=False),
    footer=False,
    changes=False,
)
REMOTE_TAGS: Action[Row] = Action(
    name="tags",
    key="#",
    help="list the tags of the repository in its registry",
    do=Open("tags", single=True),
    refusal=_no_registry,
    footer=False,
    changes=False,
)
TRANSFERS: tuple[Action[Row], ...] = (PULL, UPDATE, PUSH, SEARCH, REMOTE_TAGS, COMPARE, SIZES, SAVE, LOAD, IMPORT)
