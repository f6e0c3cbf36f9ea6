"""Volumes: who has them, what can be done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.volumes import VolumeCreate
from tui.engine.version import ApiVersion
from tui.live.users import Used
from tui.live.volumes import Volume
from tui.resources import words
from tui.resources.asking import asks, command, quoted
from tui.resources.checks import NAME
from tui.resources.container_details import inspect
from tui.resources.description import Action, Answers, Choice, Column, Field, Resource, Tab
from tui.resources.matching import natural
from tui.resources.shelves import (
    AGE,
    PROJECT,
    USED_BY,
    USERS,
    check_pairs,
    holders,
    pair_flags,
    pairs,
    summary,
    typed,
    users_text,
)
from tui.resources.text import Cell, count, one_line
from tui.resources.tidying import CLEAN_UP
from tui.resources.volume_details import overview
from tui.resources.watching import EVENTS_OF

if TYPE_CHECKING:
    from tui.engine import Engine

Row = Used[Volume]

SPARES_NAMED_SINCE = ApiVersion(1, 42)


def title(row: Row) -> str:
    """What people call the volume."""
    return one_line(row.item.name)


def _name(row: Row) -> Cell:
    return Cell(title(row), "dim" if row.item.anonymous else "title")


def _labels(row: Row) -> str:
    return " ".join(one_line(f"{name}={words.masked(name, value)}") for name, value in sorted(row.item.labels.items()))


def _filter_words(row: Row) -> str:
    volume = row.item
    kind = "anonymous" if volume.anonymous else ""
    parts = (
        volume.name,
        volume.driver,
        volume.project,
        users_text(row.users) or "unused",
        kind,
        volume.mountpoint,
        _labels(row),
    )
    return "\n".join(map(one_line, parts))


def _check_name(text: str) -> str:
    return "" if not text.strip() or NAME.fullmatch(text.strip()) else "letters, digits, _ . - with a letter or digit first"


def _made(answers: Answers) -> VolumeCreate:
    return VolumeCreate(
        name=typed(answers, "name"),
        driver=typed(answers, "driver") or "local",
        driver_opts=pairs(answers.text("options")),
        labels=pairs(answers.text("labels")),
    )


async def _create(engine: Engine, answers: Answers) -> str:
    made = await engine.volumes.create(_made(answers))
    return f"volume {one_line(made.name)} created"


def _create_command(answers: Answers) -> str:
    made = _made(answers)
    flags = [f"--driver {quoted(made.driver)}", *pair_flags("--opt", made.driver_opts), *pair_flags("--label", made.labels)]
    return " ".join(["volume create", *flags, *([quoted(made.name)] if made.name else [])])


async def _prune(engine: Engine, answers: Answers) -> str:
    everything = "all" in answers.ticked
    spares = ApiVersion.parse(engine.api_version) >= SPARES_NAMED_SINCE
    if not everything and not spares:
        raise errors.UnsupportedVersion(
            f"this engine speaks API {engine.api_version} and always removes named volumes too: tick that box"
        )
    done = await engine.volumes.prune({"all": ["true"]} if everything and spares else None)
    if not done.volumes_deleted:
        return "nothing to remove"
    return f"{count(len(done.volumes_deleted), 'volume')} removed, {words.size(done.space_reclaimed)} freed"


COLUMNS: tuple[Column[Row], ...] = (
    Column(title="NAME", cell=_name, key=lambda row: natural(row.item.name), width=28, least=16, grows=True),
    Column(title="DRIVER", cell=lambda row: Cell(one_line(row.item.driver)), key=lambda row: row.item.driver, width=8, rank=3),
    USED_BY,
    PROJECT,
    AGE,
    Column(title="MOUNTPOINT", cell=lambda row: Cell(one_line(row.item.mountpoint), "dim"), key=lambda row: row.item.mountpoint,
           width=40, least=16, rank=5, grows=True),
    Column(title="LABELS", cell=lambda row: Cell(_labels(row), "dim"), key=lambda row: _labels(row) or None, width=30, least=12,
           rank=6, wide=True),
)  # fmt: skip

CREATE: Action[Row] = Action(
    name="create", key="c", help="create a volume", scope="all", call_all=_create, command_all=_create_command,
    question=lambda _rows, host: f"Create a volume on {host}.", doing="creating", done="created",
    fields=(
        Field("name", "Name", check=_check_name, hint="empty: the engine finds one"),
        Field("driver", "Driver", hint="local"),
        Field("options", "Options of the driver", check=check_pairs, hint="type=nfs o=addr=10.0.0.1,rw device=:/data"),
        Field("labels", "Labels", check=check_pairs, hint="name=value name=value"),
    ),
)  # fmt: skip
REMOVE: Action[Row] = Action(
    name="remove", key="delete", also=("D",), help="remove, with all that is in it", danger=True,
    refusal=lambda row: holders(row.users, "has it: remove the container first"),
    question=asks("Remove", "volume", title, "All that is in it is lost."),
    choices=(Choice("force", "no error if its driver no longer has it"),),
    call=lambda engine, row, answers: engine.volumes.remove(row.item.name, force="force" in answers.ticked),
    doing="removing", done="removed", command=command("volume rm", title, force="--force"),
)  # fmt: skip
PRUNE: Action[Row] = Action(
    name="prune", key="", help="remove all that no container has", scope="all", danger=True, footer=False,
    question=lambda _rows, host: f"Remove the volumes without a name that no container has on {host}? All in them is lost.",
    choices=(Choice("all", "those with a name too (engines before API 1.42 always take them)"),),
    call_all=_prune, doing="pruning", done="pruned",
    command_all=lambda answers: "volume prune --force" + (" --all" if "all" in answers.ticked else ""),
)  # fmt: skip

VOLUMES: Resource[Row] = Resource(
    name="volumes", singular="volume", id=lambda row: row.item.name, title=title, words=_filter_words, columns=COLUMNS,
    actions=(CREATE, USERS, EVENTS_OF, REMOVE, CLEAN_UP, PRUNE),
    tabs=(
        Tab(name="overview", gather=lambda engine, row: engine.volumes.inspect(row.item.name), document=overview, live=True),
        Tab(name="inspect", gather=lambda engine, row: engine.volumes.inspect_raw(row.item.name), document=inspect, live=True),
    ),
    counts=lambda rows: summary([*rows], "volume"), resting=lambda row: not row.users, resting_word="unused", sorted_by="NAME",
    empty="No volumes here. c creates one.",
)  # fmt: skip
