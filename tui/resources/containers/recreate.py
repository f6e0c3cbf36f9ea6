"""The actions that create a container again with changes: in the place of the old one, or another one like it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from tui.engine import errors
from tui.engine.objects.networks import EndpointSettings
from tui.live.containers.container import Container
from tui.live.containers.recreation import WITHOUT_ENDPOINTS, Specification, create, recreate
from tui.live.jobs.jobs import record, report
from tui.resources.containers.create import FIELDS, check_name, published
from tui.resources.containers.run_line import run_lines
from tui.resources.containers.update import amount, policy_of
from tui.resources.model.action import Action, Answers, Choice, Each, Field
from tui.resources.model.docker_commands import operands
from tui.resources.model.form_values import joined, pair_text, pairs, typed
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session

Json = dict[str, Any]

MASKED = ("command", "environment", "labels")
"""Fields whose words may hold secrets."""


def values_of(specification: Specification) -> dict[str, str]:
    """Return the texts of the form's fields for a container."""
    config, host = specification.config, specification.host_config
    mode = str(host.get("NetworkMode") or "default")
    policy = host.get("RestartPolicy") or {}
    retries = f":{policy['MaximumRetryCount']}" if policy.get("MaximumRetryCount") else ""
    return {
        "image": specification.image,
        "name": specification.name,
        "command": joined(config.get("Cmd") or ()),
        "ports": " ".join(
            _port(port, each) for port, places in (host.get("PortBindings") or {}).items() for each in places or ()
        ),
        "volumes": joined([*(host.get("Binds") or ()), *(config.get("Volumes") or ())]),
        "environment": joined(config.get("Env") or ()),
        "network": next(iter(specification.networks), "" if mode in ("default", "bridge") else mode),
        "restart": f"{policy.get('Name') or 'no'}{retries}",
        "memory": _amount(host.get("Memory") or 0),
        "cpus": f"{host['NanoCpus'] / 1e9:g}" if host.get("NanoCpus") else "",
        "user": str(config.get("User") or ""),
        "directory": str(config.get("WorkingDir") or ""),
        "labels": pair_text(config.get("Labels") or {}),
    }


def _port(port: str, place: Json) -> str:
    ip, outside = place.get("HostIp") or "", place.get("HostPort") or ""
    ip = f"[{ip}]" if ":" in ip else ip
    inside = port.removesuffix("/tcp")
    return f"{ip}:{outside}:{inside}" if ip else f"{outside}:{inside}" if outside else inside


def _amount(size: int) -> str:
    """Return bytes as the form takes them: "512m"."""
    return "" if size <= 0 else f"{size >> 20}m" if size % (1 << 20) == 0 else str(size)


def changed(specification: Specification, answers: Answers) -> Specification:
    """Return the specification with the fields that were changed in the form; all else stays as it is."""
    before = values_of(specification)
    after = {name: answers.text(name).strip() for name in before}
    new = {name: text for name, text in after.items() if text != before[name].strip()}
    config, host = {**specification.config}, {**specification.host_config}
    _change_config(config, new)
    _change_host(config, host, new)
    networks = specification.networks
    if "network" in new:
        host["NetworkMode"] = new["network"] or "default"
        others = {name: endpoint for name, endpoint in [*networks.items()][1:] if name != new["network"]}
        own = {} if new["network"].startswith(WITHOUT_ENDPOINTS) else {new["network"] or "bridge": EndpointSettings(), **others}
        networks = own
    return replace(specification, image=after["image"], config=config, host_config=host, networks=networks)


def _change_config(config: Json, new: Mapping[str, str]) -> None:
    """Change the fields of the configuration; an empty text gives the image's value back."""
    values = {
        "Cmd": shlex.split(new["command"]) if "command" in new else None,
        "Env": shlex.split(new["environment"]) if "environment" in new else None,
        "User": new.get("user"),
        "WorkingDir": new.get("directory"),
        "Labels": pairs(new["labels"]) if "labels" in new else None,
    }
    for key, value in values.items():
        if value is not None:
            config.pop(key, None)
            if value:
                config[key] = value


def _change_host(config: Json, host: Json, new: Mapping[str, str]) -> None:
    if "ports" in new:
        published_before, bindings = host.get("PortBindings") or {}, msgspec.to_builtins(published(new["ports"]))
        exposed: Json = {port: {} for port in config.get("ExposedPorts") or () if port not in published_before}
        config["ExposedPorts"], host["PortBindings"] = {**exposed, **{port: {} for port in bindings}}, bindings
    if "volumes" in new:
        words = shlex.split(new["volumes"])
        host["Binds"] = [word for word in words if ":" in word]
        config["Volumes"] = {word: {} for word in words if ":" not in word}
    if "restart" in new:
        host["RestartPolicy"] = msgspec.to_builtins(policy_of(new["restart"] or "no"))
    if "memory" in new:
        host["Memory"], host["MemorySwap"] = amount(new["memory"]), 0
    if "cpus" in new:
        host["NanoCpus"] = round(float(new["cpus"] or 0) * 1e9)


async def _image(engine: Engine, name: str, pull_first: bool) -> None:
    """Pull an image if asked for, or if the engine lacks the image. Raises EngineError."""
    from tui.live.objects.registry import pull

    if not pull_first:
        try:
            await engine.images.inspect_raw(name)
        except errors.NotFound:
            pull_first = True
    if pull_first:
        await pull(engine, name)
        record(("pull", *operands(name)))


def _record_line(engine: Engine, specification: Specification, name: str) -> None:
    for words in run_lines(specification, name, networks_at_once=engine.serves("1.44")):
        record(words)


def recreate_action(specification: Specification) -> Action[Container]:
    """Return the action that replaces a container, with a form of its settings."""

    async def call(session: Session, row: Container, answers: Answers) -> str:
        new, name = changed(specification, answers).with_its_volumes(), typed(answers, "name") or specification.name
        await _image(session.engine, new.image, "pull" in answers.ticked)
        await recreate(session.engine, row.id, new, name, "start" in answers.ticked, report)
        record(("rm", "--force", *operands(specification.name)))
        _record_line(session.engine, new, name)
        return f"container {one_line(name)} recreated" + (" and started" if "start" in answers.ticked else "")

    return Action(
        name="recreate",
        help="recreate with changes",
        do=Each(call=call, result=str, single=True, records=True),
        question=lambda _rows, host: (
            f"Recreate container {one_line(specification.name)} on {one_line(host)}. The old container is renamed, and removed "
            "once the new container runs; after a failure the old container is put back. Data outside of volumes is lost."
        ),
        fields=_fields(specification),
        choices=(
            Choice("pull", "pull the image first"),
            Choice("start", "start the new container", ticked=specification.running),
        ),
        exclusive=True,
        doing="recreating",
        done="recreated",
        long=True,
    )


def another_action(specification: Specification) -> Action[Container]:
    """Return the action that creates another container, with a form of the settings of this one."""
    suggested = replace(specification, name="")

    async def call(session: Session, _row: Container, answers: Answers) -> str:
        new, name = changed(suggested, answers), typed(answers, "name")
        await _image(session.engine, new.image, "pull" in answers.ticked)
        made = await create(session.engine, new, name)
        given = name or (await session.engine.containers.inspect(made)).name.removeprefix("/")
        if "start" in answers.ticked:
            try:
                await session.engine.containers.start(made)
            except errors.EngineError as error:
                error.message = f"container {one_line(given)} was created but did not start: {error.message}"
                raise
        _record_line(session.engine, new, given)
        return f"container {one_line(given)} created" + (" and started" if "start" in answers.ticked else "")

    return Action(
        name="another",
        help="create another container like this",
        do=Each(call=call, result=str, single=True, records=True),
        question=lambda _rows, host: f"Create another container like {one_line(specification.name)} on {one_line(host)}.",
        fields=_fields(suggested),
        choices=(Choice("pull", "pull the image first"), Choice("start", "start the new container", ticked=True)),
        doing="creating another",
        done="created",
        long=True,
    )


def _fields(specification: Specification) -> tuple[Field[Any], ...]:
    """Return the fields of the form for a new container, with the values of this one."""
    values = values_of(specification)

    def initial(name: str) -> Any:
        return lambda _row: values[name]

    def like_this(field: Field[Any]) -> Field[Any]:
        check = check_name if field.name == "name" else field.check
        return replace(field, initial=initial(field.name), check=check, kind="masked" if field.name in MASKED else field.kind)

    return tuple(map(like_this, FIELDS))
