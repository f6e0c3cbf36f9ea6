"""The images: their list and actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.engine.auth.references import Reference
from tui.engine.errors import Conflict
from tui.live.containers.used_by import Used, WithUsers, images_of
from tui.live.jobs.jobs import record
from tui.live.objects.images import IMAGES as SOURCE
from tui.live.objects.images import Image
from tui.resources.containers.compare import verdict_cell, verdict_key, verdict_states
from tui.resources.containers.create import of_image
from tui.resources.images.compare import REGISTRY
from tui.resources.images.details import history, overview, short_id, unique_text
from tui.resources.images.registry_login import LOGIN, LOGOUT
from tui.resources.images.transfers import TRANSFERS
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field, Open, Whole
from tui.resources.model.cleanup_action import CLEAN_UP
from tui.resources.model.docker_commands import operands
from tui.resources.model.filter_expression import natural
from tui.resources.model.form_values import typed
from tui.resources.model.image_names import asks_to_move
from tui.resources.model.inspect import inspect
from tui.resources.model.monitor_actions import EVENTS_OF
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, count, one_line
from tui.resources.model.used_by import FILTER_FIELDS, USED_BY, USERS, filter_values, holders, summary, users_text
from tui.resources.model.validators import check_tag

if TYPE_CHECKING:
    from tui.engine.objects.images import ImageDeleted
    from tui.live.engine_session import Session

Row = Used[Image]

NAME = "name:"
"""The beginning of the boxes for names to remove."""


def title(row: Row) -> str:
    """Return the image's name for users: its first tag, else the digest it was pulled by, else the short id."""
    return one_line(row.item.references[0]) if row.item.references else short_id(row.item.id)


def counts(rows: Sequence[Row]) -> str:
    """Return the header's text: the images and the unused ones, each with their size, at most: layers may be shared."""
    if not rows:
        return summary(rows, "image")
    unused = [row for row in rows if not row.users]
    total = f"{count(len(rows), 'image')} ≤ {formats.size(sum(row.item.size for row in rows))}"
    return total + (f", {len(unused)} unused ≤ {formats.size(sum(row.item.size for row in unused))}" if unused else "")


def unique(row: Row) -> int | None:
    """Return the bytes that no other image shares, or None if not measured."""
    return None if row.item.shared is None else row.item.size - row.item.shared


def _names(row: Row) -> Cell:
    image = row.item
    if image.dangling:
        return Cell("dangling", "warn")
    return Cell(one_line(", ".join(map(formats.short_digest, image.references))), "title")


def _filter_words(row: Row) -> str:
    image = row.item
    state = "dangling" if image.dangling else ""
    parts = (*image.names, short_id(image.id), state, users_text(row.users) or "unused", *image.platforms, *image.digests)
    return "\n".join(map(one_line, parts))


def _behind(row: Row) -> bool | None:
    """Return whether the registry has another image under a tag of this one, None before they were compared."""
    return None if row.item.behind is None else bool(row.item.behind)


def _filter_values(row: Row) -> dict[str, tuple[str, ...]]:
    known = filter_values(row)
    return {**known, "state": (*known["state"], *verdict_states(_behind(row)))}


def _why_not_remove(row: Row) -> str:
    """Return why neither the image nor a name of it can be removed, or ""."""
    return "" if row.item.references else holders(row.alive, "uses the image: stop and remove the container first")


def _stays_for(row: Row) -> str:
    """Return why the image itself stays when all its names are removed, or ""."""
    if row.alive:
        return holders(row.alive, "uses the image")
    children = row.item.children
    return f"{count(len(children), 'image')} ({_named_first(children)}) built on it" if children else ""


def _named_first(names: Sequence[str]) -> str:
    """Return the first name, and how many more there are."""
    return one_line(names[0]) + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _frees(rows: Sequence[Row]) -> str:
    """Return the space that a removal frees, as exactly as known: sizes include layers that other images have."""
    sizes = [unique(row) for row in rows]
    if all(size is not None for size in sizes):
        limit = "at most " if any(row.item.by_digest for row in rows) else ""
        return f"frees {limit}{formats.size(sum(size or 0 for size in sizes))}"
    return f"frees at most {formats.size(sum(row.item.size for row in rows))}: layers of other images stay"


def _asks_to_remove(rows: Sequence[Row], host: str) -> str:
    """Return the question before a removal: the names to untag, the images to delete, the need for force."""
    where = one_line(host)
    staying, going = [row for row in rows if _stays_for(row)], [row for row in rows if not _stays_for(row)]
    if len(rows) > 1:
        names = sum(len(row.item.references) for row in rows)
        text = f"Remove {count(len(rows), 'image')} on {where}? This untags {count(names, 'tag')}"
        text += (
            f" and deletes {'the images' if not staying else count(len(going), 'image')}, which {_frees(going)}."
            if going
            else "."
        )
        text += "".join(f" {title(row)} stays, without a tag: {_stays_for(row)}." for row in staying)
    else:
        row = rows[0]
        names_of = ", ".join(map(one_line, row.item.references))
        text = f"Remove image {title(row)} on {where}?"
        text += " Tick the tags to remove; the image is removed with the last one." if len(row.item.references) > 1 else ""
        if staying:
            text += f" This untags {names_of}; the image stays and nothing is freed: {_stays_for(row)}."
        else:
            untags = f"untags {names_of} and " if names_of else ""
            text += f" This {untags}deletes {short_id(row.item.id)}, which {_frees(rows)}."
    used = [row for row in rows if row.users]
    if not used:
        return text
    what = "to remove the last tag, tick force." if used[0].alive else "tick force."
    return f"{text} Used by {users_text(used[0].users)}: {what}"


def _names_to_tick(rows: Sequence[Row]) -> tuple[Choice, ...]:
    """Return a box for each name of a single image that has several."""
    names = rows[0].item.references if len(rows) == 1 else ()
    return tuple(Choice(f"{NAME}{name}", f"untag {name}", ticked=True) for name in names) if len(names) > 1 else ()


def _chosen(row: Row, answers: Answers) -> list[str]:
    """Return the names to remove: the ticked ones where names were offered, else all."""
    names = row.item.references
    if not any(name.startswith(NAME) for name in answers.offered):
        return [*names]
    return [name for name in names if f"{NAME}{name}" in answers.ticked]


def _targets(row: Row, answers: Answers) -> list[str]:
    """Return the references to remove: each name, or the id where all must be removed or nothing."""
    names, chosen = row.item.references, _chosen(row, answers)
    if row.alive or len(chosen) < len(names):
        return chosen
    whole = "force" in answers.ticked or row.users or not names
    return [row.item.id] if whole and len(names) != 1 else [*names]


async def _remove(session: Session, row: Row, answers: Answers) -> list[ImageDeleted]:
    done: list[ImageDeleted] = []
    force = "force" in answers.ticked
    if row.alive and not force and len(_chosen(row, answers)) == len(row.item.references):
        raise Conflict(f"{one_line(row.alive[0].name)} uses the image: leave a tag, or tick force to remove the last one too.")
    for name in _targets(row, answers):
        done += await session.engine.images.remove(name, force=force)
        record(_remove_words(answers, name))
    return done


def _removed(done: Sequence[ImageDeleted]) -> str:
    """Return what a removal untagged and deleted. A digest is named only where no tag is: it goes with its tag."""
    gone = [one_line(each.untagged) for each in done if each.untagged]
    names = [name for name in gone if "@" not in name] or gone
    deleted = sum(bool(each.deleted) for each in done)
    untagged = f"untagged {', '.join(names)}" if names else ""
    return "; ".join(filter(None, (untagged, f"{count(deleted, 'layer')} deleted" if deleted else "nothing deleted")))


def _remove_command(row: Row, answers: Answers) -> DockerCommand:
    return _remove_words(answers, *_targets(row, answers))


def _remove_words(answers: Answers, *names: str) -> DockerCommand:
    return ("rmi", *(["--force"] if "force" in answers.ticked else []), *operands(*names))


async def _tag(session: Session, row: Row, answers: Answers) -> bool:
    name = typed(answers, "name")
    tag = Reference.parse(name).tag
    await session.engine.images.tag(row.item.id, name.removesuffix(f":{tag}") if tag else name, tag)
    return name not in row.item.names


async def _prune(session: Session, answers: Answers) -> str:
    done = await session.engine.images.prune({"dangling": ["false"]} if "all" in answers.ticked else None)
    if not done.images_deleted:
        return "nothing to remove"
    untagged = sum(bool(each.untagged) for each in done.images_deleted)
    deleted = sum(bool(each.deleted) for each in done.images_deleted)
    return f"{count(untagged, 'tag')} untagged, {count(deleted, 'layer')} deleted, {formats.size(done.space_reclaimed)} freed"


COLUMNS: tuple[Column[Row], ...] = (
    Column(
        title="TAGS",
        cell=_names,
        middle=True,
        key=lambda row: natural(row.item.references[0]) if row.item.references else None,
        width=34,
        min_width=18,
        grows=True,
    ),
    Column(title="ID", cell=lambda row: Cell(short_id(row.item.id), "dim"), key=lambda row: row.item.id, width=12, priority=3),
    Column(
        title="SIZE", cell=lambda row: Cell(formats.size(row.item.size)), key=lambda row: -row.item.size, width=8, right=True
    ),
    Column(
        title="UNIQUE",
        cell=lambda row: Cell("" if unique(row) is None else unique_text(row.item)),
        key=lambda row: None if unique(row) is None else -(unique(row) or 0),
        width=10,
        priority=4,
        right=True,
        on_demand=True,
    ),
    Column(
        title="SHARED",
        cell=lambda row: Cell("" if row.item.shared is None else formats.size(row.item.shared)),
        key=lambda row: None if row.item.shared is None else -row.item.shared,
        width=8,
        priority=5,
        right=True,
        on_demand=True,
        wide=True,
    ),
    Column(
        title="AGE",
        cell=lambda row: Cell(formats.age(row.item.created)),
        key=lambda row: -row.item.created,
        width=5,
        priority=1,
        right=True,
    ),
    Column(
        title="REGISTRY",
        cell=lambda row: verdict_cell(_behind(row)),
        key=lambda row: verdict_key(_behind(row)),
        width=8,
        priority=2,
        on_demand=True,
    ),
    USED_BY,
    Column(
        title="PLATFORMS",
        cell=lambda row: Cell(one_line(" ".join(row.item.platforms))),
        key=lambda row: row.item.platforms or None,
        width=22,
        min_width=12,
        priority=5,
        wide=True,
    ),
)

TAG: Action[Row] = Action(
    name="tag",
    key="T",
    help="add a tag",
    do=Each(
        call=_tag,
        command=lambda row, answers: ("tag", *operands(next(iter(row.item.names), row.item.id), typed(answers, "name"))),
        already="already has this tag",
        single=True,
    ),
    second_question=lambda session, rows, answers: asks_to_move(session, typed(answers, "name"), rows[0].item.id),
    doing="tagging",
    done="tagged",
    fields=(Field("name", "Tag", initial=lambda row: next(iter(row.item.names), ""), check=check_tag),),
)
REMOVE: Action[Row] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove the image with all its tags",
    do=Each(call=_remove, command=_remove_command, result=_removed, records=True),
    exclusive=True,
    danger=True,
    refusal=_why_not_remove,
    question=_asks_to_remove,
    choices=(Choice("force", "force: remove even if containers use the image"),),
    choices_for=_names_to_tick,
    doing="removing",
    done="removed",
)
PRUNE: Action[Row] = Action(
    name="prune",
    key="",
    help="remove all unused images without a tag",
    do=Whole(
        call=_prune, command=lambda answers: ("image", "prune", "--force", *(["--all"] if "all" in answers.ticked else []))
    ),
    danger=True,
    footer=False,
    question=lambda _rows, host: (
        f"Remove all images without a tag on {host} that no container uses, including those pulled by digest?"
    ),
    choices=(Choice("all", "also remove unused images with a tag"),),
    doing="pruning",
    done="pruned",
)

CREATE: Action[Row] = of_image(lambda row: next(iter(row.item.references), row.item.id))

FILES: Action[Row] = Action(
    name="files",
    key="f",
    help="show the files of each layer, and wasted space; of two marked images what differs",
    do=Open("image-files"),
    footer=False,
    changes=False,
)

BUILD: Action[Row] = Action(
    name="build",
    key="b",
    help="build an image from a directory with a Dockerfile",
    do=Open("build", rows=False),
)

IMAGES: Resource[Row] = Resource(
    name="images",
    singular="image",
    source=SOURCE,
    rows=WithUsers.of(SOURCE, lambda row: row.id, images_of),
    event_type="image",
    event_filter=lambda rows: {"image": [each for row in rows for each in (row.item.id, *row.item.names)]},
    id=lambda row: row.item.id,
    title=title,
    words=_filter_words,
    filter_fields=FILTER_FIELDS,
    filter_values=_filter_values,
    columns=COLUMNS,
    actions=(BUILD, *TRANSFERS, TAG, CREATE, FILES, USERS, EVENTS_OF, REMOVE, LOGIN, LOGOUT, CLEAN_UP, PRUNE),
    tabs=(
        Tab(
            name="overview",
            gather=lambda engine, row: engine.images.inspect(row.item.id, manifests=True),
            document=overview,
            live=True,
        ),
        Tab(name="history", gather=lambda engine, row: engine.images.history(row.item.id), document=history),
        Tab(
            name="inspect",
            key="y",
            gather=lambda engine, row: engine.images.inspect_raw(row.item.id),
            document=inspect,
            live=True,
        ),
        REGISTRY,
    ),
    aliases=lambda row: tuple(map(one_line, row.item.references)),
    counts=lambda rows: counts([*rows]),
    hidden_by_default=lambda row: not row.users,
    hidden_word="unused",
    sorted_by="TAGS",
    empty="No images. P pulls an image, b builds one.",
)
