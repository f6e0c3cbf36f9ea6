"""The actions of volumes: create, measure, change the availability in a cluster, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.engine import errors
from tui.engine.objects.volumes import VolumeCreate
from tui.engine.version import ApiVersion
from tui.live.containers.used_by import Used
from tui.live.objects.volumes import VOLUMES, Volume
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field, Open, Option, Whole
from tui.resources.model.docker_commands import asks, command, operands
from tui.resources.model.form_values import check_pairs, pair_flags, pairs, typed
from tui.resources.model.text import count, one_line
from tui.resources.model.used_by import holders
from tui.resources.model.validators import NAME

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session

Row = Used[Volume]

SPARES_NAMED_SINCE = ApiVersion(1, 42)


def title(row: Row) -> str:
    """Return the volume's name for users."""
    return one_line(row.item.name)


async def drivers(engine: Engine) -> list[str]:
    """Return the drivers of which the engine can create volumes (`SystemInfo`). Raises EngineError."""
    return (await engine.system.info()).plugins.volume


def _check_name(text: str) -> str:
    return "" if not text.strip() or NAME.fullmatch(text.strip()) else "letters, digits, _ . - with a letter or digit first"


LOCAL_OPTIONS = ("type", "o", "device", "size")


def check_whole(answers: Answers) -> tuple[str, str]:
    """Return the error that the driver `local` would report: an unknown option, a mount without type or device."""
    options = pairs(answers.text("options"))
    if not options or (typed(answers, "driver") or "local") != "local":
        return "", ""
    if unknown := [one_line(name) for name in options if name not in LOCAL_OPTIONS]:
        return "options", f"the driver local has no option {unknown[0]!r}; use {', '.join(LOCAL_OPTIONS)}"
    mounts = options.keys() & {"type", "o", "device"}
    missing = [name for name in ("type", "device") if mounts and name not in options]
    return ("options", f"{' and '.join(missing)} missing: a mount is type=nfs o=addr=… device=…") if missing else ("", "")


def _why_no_availability(row: Row) -> str:
    return "" if row.item.cluster else "not a cluster volume"


async def _make_available(session: Session, row: Row, answers: Answers) -> None:
    volumes = session.engine.volumes
    present = (await volumes.inspect(row.item.name)).cluster_volume  # the current version: the engine refuses an older one
    if present is None:
        raise errors.Conflict(f"{one_line(row.item.name)} is no longer a cluster volume")
    await volumes.update(present.id, present.version.index, replace(present.spec, availability=answers.picked))
    session.store.read_again(VOLUMES, row.item.id)  # the engine sends no event


def _made(answers: Answers) -> VolumeCreate:
    return VolumeCreate(
        name=typed(answers, "name"),
        driver=typed(answers, "driver") or "local",
        driver_opts=pairs(answers.text("options")),
        labels=pairs(answers.text("labels")),
    )


async def _create(session: Session, answers: Answers) -> str:
    wanted = _made(answers)
    if wanted.name and await _exists(session.engine, wanted.name):
        raise errors.Conflict(
            f"The volume {one_line(wanted.name)} already exists and was not changed. "
            "Choose another name, or remove the existing volume first.",
            "VolumeCreate",
        )
    made = await session.engine.volumes.create(wanted)
    return f"volume {one_line(made.name)} created"


async def _exists(engine: Engine, name: str) -> bool:
    """Return whether the volume exists. The engine answers `VolumeCreate` with an existing volume as if it were new."""
    try:
        await engine.volumes.inspect(name)
    except errors.NotFound:
        return False
    return True


def _create_command(answers: Answers) -> DockerCommand:
    made = _made(answers)
    flags = [f"--driver={made.driver}", *pair_flags("--opt", made.driver_opts), *pair_flags("--label", made.labels)]
    return ("volume", "create", *flags, *(operands(made.name) if made.name else ()))


async def _prune(session: Session, answers: Answers) -> str:
    everything = "all" in answers.ticked
    spares = ApiVersion.parse(session.engine.api_version) >= SPARES_NAMED_SINCE
    if not everything and not spares:
        raise errors.UnsupportedVersion(
            f"this engine speaks API {session.engine.api_version} and also removes named volumes: tick the box to confirm"
        )
    done = await session.engine.volumes.prune({"all": ["true"]} if everything and spares else None)
    if not done.volumes_deleted:
        return "nothing to remove"
    return f"{count(len(done.volumes_deleted), 'volume')} removed, {formats.size(done.space_reclaimed)} freed"


CREATE: Action[Row] = Action(
    name="create",
    key="c",
    help="create a volume",
    do=Whole(call=_create, command=_create_command),
    question=lambda _rows, host: f"Create a volume on {host}.",
    doing="creating",
    done="created",
    check=check_whole,
    fields=(
        Field("name", "Name", check=_check_name, hint="empty: chosen by the engine"),
        Field("driver", "Driver", hint="local", asks=drivers),
        Field("options", "Driver options", check=check_pairs, hint="type=nfs o=addr=10.0.0.1,rw device=:/data", lines="values"),
        Field("labels", "Labels", check=check_pairs, hint="name=value name=value", lines="values"),
    ),
)
MEASURE: Action[Row] = Action(
    name="measure",
    key="z",
    help="measure sizes; press again to cancel",
    do=Open("measure-volumes", rows=False),
    changes=False,
)
FILES: Action[Row] = Action(
    name="files",
    key="f",
    help="browse the files",
    do=Open("volume-files", single=True),
    changes=False,
)
AVAILABILITY: Action[Row] = Action(
    name="availability",
    help="change the availability of a cluster volume: active, pause, drain",
    do=Each(
        call=_make_available,
        command=lambda row, answers: ("volume", "update", f"--availability={answers.picked}", *operands(row.item.name)),
    ),
    footer=False,
    refusal=_why_no_availability,
    question=asks("Change the availability of", "volume", title),
    options=(
        Option("active", "new tasks can use the volume"),
        Option("pause", "no new tasks; running tasks keep the volume"),
        Option("drain", "no tasks: remove the volume from all tasks"),
    ),
    doing="changing the availability of",
    done="updated",
)
REMOVE: Action[Row] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove the volume with its data",
    do=Each(
        call=lambda session, row, answers: session.engine.volumes.remove(row.item.name, force="force" in answers.ticked),
        command=command("volume rm", lambda row: row.item.name, force="--force"),
    ),
    danger=True,
    refusal=lambda row: holders(row.users, "uses the volume: remove the container first"),
    question=asks("Remove", "volume", title, "The data in the volume is lost."),
    choices=(Choice("force", "force: no error if the driver no longer has the volume"),),
    doing="removing",
    done="removed",
)
PRUNE: Action[Row] = Action(
    name="prune",
    key="",
    help="remove all unused volumes",
    do=Whole(
        call=_prune, command=lambda answers: ("volume", "prune", "--force", *(["--all"] if "all" in answers.ticked else []))
    ),
    danger=True,
    footer=False,
    question=lambda _rows, host: f"Remove all unused anonymous volumes on {host}? Their data is lost.",
    choices=(Choice("all", "also remove named volumes (always before API 1.42)"),),
    doing="pruning",
    done="pruned",
)
