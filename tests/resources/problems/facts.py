"""Facts for the rules, made of what a test says of some containers."""

from __future__ import annotations

from typing import Any

from tui.engine.objects.containers import ContainerConfig, ContainerInspect, ContainerState
from tui.engine.objects.hostconfig import HostConfig, MountPoint
from tui.engine.objects.networks import Port
from tui.live.containers.container import PROJECT, SERVICE, Container, Endpoint
from tui.live.containers.exit_facts import Facts, LastLine
from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.problems.rules import examine

NOW = 1_800_000_000.0


def container(
    name: str,
    state: str = "running",
    *,
    log: tuple[str, ...] = (),
    networks: tuple[str, ...] = ("net",),
    exposes: tuple[int, ...] = (),
    publishes: tuple[tuple[int, int], ...] = (),
    project: str = "",
    service: str = "",
    env: tuple[str, ...] = (),
    mounts: tuple[MountPoint, ...] = (),
    host: HostConfig | None = None,
    status: ContainerState | None = None,
    config: dict[str, Any] | None = None,
    read: bool = True,
    **row: Any,
) -> ContainerFacts:
    """Return a container with a log; `project` makes it the service of its name there."""
    labels = {PROJECT: project, SERVICE: service or name} if project else {}
    ports = [Port(private_port=port, type="tcp") for port in exposes]
    ports += [Port(private_port=inside, public_port=outside, type="tcp") for outside, inside in publishes]
    code = row.pop("exit_code", 1 if state in ("exited", "restarting") else None)
    known = Container(
        id=(name * 64)[:64],
        name=f"{project}-{name}-1" if project else name,
        state=state,
        labels=labels | row.pop("labels", {}),
        project=project,
        service=service or (name if project else ""),
        networks=tuple(Endpoint(network, f"172.18.0.{len(name)}") for network in networks),
        ports=tuple(ports),
        exit_code=code,
        started=row.pop("started", NOW - 3600 if state in ("running", "paused") else None),
        created=NOW - 7200,
        **row,
    )
    found = ContainerInspect(
        id=known.id,
        name=f"/{known.name}",
        path="/app/run",
        state=status
        or ContainerState(status=state, running=state == "running", exit_code=code or 0, started_at="2026-01-01T00:00:00Z"),
        config=ContainerConfig(env=list(env), **(config or {})),
        host_config=host or HostConfig(),
        mounts=list(mounts),
    )
    lines = tuple(LastLine(data=line.encode(), error=True) for line in log)
    return ContainerFacts(row=known, found=found, read=Facts(found=found, logs=lines) if read else None)


def problems(*containers: ContainerFacts, **engine: Any) -> list[Problem]:
    """Return all that the rules find."""
    return [*examine(EngineFacts(now=NOW, containers={each.row.id: each for each in containers}, **engine))]


def about(name: str, *containers: ContainerFacts) -> list[str]:
    """Return what the rules find of the first container of this name."""
    return [each.what for each in problems(*containers) if each.name == name]
