"""What is done with services: create, scale, update, restart, roll back, remove."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui.engine.api.services import Services
from tui.engine.objects.services import ServiceUpdated
from tui.live.cluster.changes import change
from tui.live.cluster.rows import ServiceRow
from tui.resources.cluster.service_json import MODES, Ids, write_mode, write_replicas
from tui.resources.cluster.service_settings import SETTINGS, Setting, flags
from tui.resources.cluster.service_texts import check_count, check_name
from tui.resources.model.action import ANYWAY, Action, Answers, DockerCommand, Each, Field, Whole
from tui.resources.model.docker_commands import asks, command, operands
from tui.resources.model.form_values import typed
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session


def title(row: ServiceRow) -> str:
    """Return the name of the service."""
    return one_line(row.name)


# --- texts of the forms into a specification -------------------------------------------------------------------------


def _changed(row: ServiceRow | None, answers: Answers) -> list[tuple[Setting, str]]:
    """Return the settings that the form changed, with their texts."""
    return [
        (setting, text)
        for setting in SETTINGS
        if (text := answers.text(setting.name)).split() != (setting.read(row) if row is not None else "").split()
    ]


async def _ids(session: Session, changed: Sequence[tuple[Setting, str]]) -> Ids:
    """Read the ids of the secrets and configs that the form names."""
    from tui.engine.api.configs import Configs
    from tui.engine.api.secrets import Secrets

    names = {setting.name for setting, text in changed if text.strip()}
    secrets = await session.engine.api(Secrets).list() if "secrets" in names else []
    configs = await session.engine.api(Configs).list() if "configs" in names else []
    return Ids({each.spec.name: each.id for each in secrets}, {each.spec.name: each.id for each in configs})


def _warned(updated: ServiceUpdated) -> str:
    return "".join(f"; the swarm warns: {one_line(warning)}" for warning in updated.warnings)


async def _sent(session: Session, row: ServiceRow, edit: Any, answers: Answers) -> str:
    updated = await change(session.engine.api(Services), row.id, row.service.spec, edit, ANYWAY in answers.ticked)
    return f"updated{_warned(updated)}"


# --- create ----------------------------------------------------------------------------------------------------------


def _check_job(answers: Answers) -> tuple[str, str]:
    if typed(answers, "mode").startswith("global") and typed(answers, "replicas"):
        return "replicas", "a global service runs one task on every node"
    return "", ""


async def _create(session: Session, answers: Answers) -> str:
    changed = _changed(None, answers)
    spec: dict[str, Any] = {"Name": typed(answers, "name"), "TaskTemplate": {"ContainerSpec": {}}}
    write_mode(spec, typed(answers, "mode"))
    return await _created(session, spec, changed)


async def _another(session: Session, row: ServiceRow, answers: Answers) -> str:
    spec = (await session.engine.api(Services).specification(row.id)).spec
    spec["Name"] = typed(answers, "name")
    return await _created(session, spec, _changed(row, answers))


async def _created(session: Session, spec: dict[str, Any], changed: Sequence[tuple[Setting, str]]) -> str:
    ids = await _ids(session, changed)
    for setting, text in changed:
        setting.write(spec, text, ids)
    made = await session.engine.api(Services).create(spec)
    said = "".join(f"; the swarm warns: {one_line(warning)}" for warning in made.warnings)
    return f"service {one_line(spec['Name'])} created{said}"


def _create_command(answers: Answers) -> DockerCommand:
    words = [f"--name={typed(answers, 'name')}"]
    if (mode := typed(answers, "mode")) not in ("", "replicated"):
        words.append(f"--mode={mode}")
    command_words: list[str] = []
    for setting, text in _changed(None, answers):
        if setting.name == "command":
            command_words = shlex.split(text)
        elif setting.name != "image":
            words += flags(setting, "", text, new=True)
    return ("service", "create", *words, *operands(typed(answers, "image")), *command_words)


def _fields(initial: bool) -> tuple[Field[ServiceRow], ...]:
    """Return the fields of the settings; `initial`: with the values of the row."""
    return tuple(
        Field(
            setting.name,
            setting.label,
            check=setting.check,
            hint=setting.hint,
            offers=setting.offers,
            lines="values" if setting.key is not None else "",
            initial=setting.read if initial else lambda _row: "",
            kind="masked" if initial and setting.name in ("command", "environment", "labels") else "text",
        )
        for setting in SETTINGS
    )


_NAME: Field[ServiceRow] = Field("name", "Name", check=check_name, hint="letters, digits, - and _")

CREATE: Action[ServiceRow] = Action(
    name="create",
    key="c",
    help="create a service",
    do=Whole(call=_create, command=_create_command),
    question=lambda _rows, host: f"Create a service in the swarm of {one_line(host)}.",
    fields=(_NAME, _fields(False)[0], Field("mode", "Mode", hint="replicated", offers=MODES), *_fields(False)[1:]),
    check=_check_job,
    doing="creating service",
    done="created",
)
ANOTHER: Action[ServiceRow] = Action(
    name="another",
    help="create another service like this",
    do=Each(
        call=_another,
        command=lambda row, answers: _create_command(answers),
        result=str,
        single=True,
    ),
    question=lambda rows, host: f"Create a service like {title(rows[0])} in the swarm of {one_line(host)}.",
    fields=(_NAME, *_fields(True)),
    doing="creating one like",
    done="created",
    footer=False,
)

# --- update ----------------------------------------------------------------------------------------------------------


async def _update(session: Session, row: ServiceRow, answers: Answers) -> str:
    changed = _changed(row, answers)
    ids = await _ids(session, changed)

    def edit(spec: dict[str, Any]) -> None:
        for setting, text in changed:
            setting.write(spec, text, ids)

    return await _sent(session, row, edit, answers)


def _update_command(row: ServiceRow, answers: Answers) -> DockerCommand:
    words = [word for setting, text in _changed(row, answers) for word in flags(setting, setting.read(row), text, new=False)]
    return ("service", "update", *words, *operands(row.name)) if words else ()


def _why_not_update(row: ServiceRow) -> str:
    return (
        "a service of a plugin: change the service with docker service update"
        if row.service.spec.task_template.plugin_spec
        else ""
    )


UPDATE: Action[ServiceRow] = Action(
    name="update",
    key="U",
    help="change settings; the swarm replaces the tasks one after the other",
    do=Each(call=_update, command=_update_command, result=str, single=True),
    refusal=_why_not_update,
    fields=_fields(True),
    doing="updating",
    done="updated",
)


async def _scale(session: Session, row: ServiceRow, answers: Answers) -> str:
    def edit(spec: dict[str, Any]) -> None:
        write_replicas(spec, answers.text("replicas"))

    await _sent(session, row, edit, answers)
    return f"scaled to {typed(answers, 'replicas')}"


def _check_replicas(text: str) -> str:
    return check_count(text) or ("" if text.strip() else "a whole number")


SCALE: Action[ServiceRow] = Action(
    name="scale",
    key="+",
    help="change the number of tasks",
    do=Each(
        call=_scale,
        command=lambda row, answers: ("service", "scale", f"{row.name}={typed(answers, 'replicas')}"),
        result=str,
    ),
    refusal=lambda row: "" if row.mode == "replicated" else f"a {row.mode} service is not scaled",
    fields=(Field("replicas", "Replicas", initial=lambda row: str(row.desired), check=_check_replicas, hint="3"),),
    doing="scaling",
    done="scaled",
)


async def _force(session: Session, row: ServiceRow, answers: Answers) -> str:
    def edit(spec: dict[str, Any]) -> None:
        template = spec["TaskTemplate"]
        template["ForceUpdate"] = template.get("ForceUpdate", 0) + 1

    return await _sent(session, row, edit, answers)


FORCE: Action[ServiceRow] = Action(
    name="restart",
    key="r",
    help="replace all tasks with new tasks, by the update policy",
    do=Each(call=_force, command=lambda row, _answers: ("service", "update", "--force", *operands(row.name)), result=str),
    question=asks("Replace all tasks of", "service", title),
    doing="restarting",
    done="restarting",
)


async def _roll_back(session: Session, row: ServiceRow, _answers: Answers) -> str:
    services = session.engine.api(Services)
    now = await services.specification(row.id)
    return f"rolling back{_warned(await services.roll_back(row.id, now.version.index, now.spec))}"


ROLL_BACK: Action[ServiceRow] = Action(
    name="rollback",
    help="roll back to the settings before the last update",
    do=Each(call=_roll_back, command=lambda row, _answers: ("service", "rollback", *operands(row.name)), result=str),
    refusal=lambda row: "" if row.service.previous_spec is not None else "never updated: there are no earlier settings",
    question=asks("Roll back", "service", title),
    doing="rolling back",
    done="rolled back",
    footer=False,
)


def what_goes(rows: Sequence[ServiceRow]) -> str:
    """Return what the removal of services ends."""
    tasks = sum(each.task.status.state == "running" for row in rows for each in row.tasks)
    return f"It ends {tasks} running tasks." if tasks != 1 else "It ends 1 running task."


REMOVE: Action[ServiceRow] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove the service and its tasks",
    do=Each(
        call=lambda session, row, _: session.engine.api(Services).remove(row.id),
        command=command("service rm", lambda row: row.name),
    ),
    danger=True,
    question=lambda rows, host: asks("Remove", "service", title, what_goes(rows))(rows, host),
    doing="removing",
    done="removed",
)


# --- the registry ----------------------------------------------------------------------------------------------------


async def _compare(session: Session, row: ServiceRow, _answers: Answers) -> str:
    from tui.live.objects.registry import look_up  # rarely needed, so imported late

    name, _, digest = row.image.partition("@")
    found = (await look_up(session.engine, name)).descriptor.digest
    if not digest:
        return f"{one_line(name)} is not pinned to a digest: nodes run what they pulled last; the registry has {found[:19]}"
    if digest == found:
        return f"the registry has the same image under {one_line(name)}"
    return f"the registry has another image under {one_line(name)}: press U and set the tag to update"


COMPARE: Action[ServiceRow] = Action(
    name="compare",
    key="@",
    help="compare the image with the registry's",
    do=Each(call=_compare, result=str, single=True),
    refusal=lambda row: "" if row.service.spec.task_template.container_spec else "no image of containers",
    doing="comparing",
    done="compared",
    changes=False,
    footer=False,
)
