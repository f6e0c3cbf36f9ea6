"""All rules, and what they find together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.problems import certificates, engine, health, lifecycle, limits, mounts, network, ports, replicas

ContainerRule = Callable[[ContainerFacts, EngineFacts], Problem | Iterable[Problem] | None]
EngineRule = Callable[[EngineFacts], Iterable[Problem]]

CONTAINER_RULES: tuple[ContainerRule, ...] = (
    lifecycle.ended,
    lifecycle.restart_loop,
    lifecycle.killed_for_memory,
    lifecycle.paused,
    lifecycle.removal,
    health.unhealthy,
    health.starting,
    limits.forks,
    limits.pressure,
    network.unresolved,
    network.unreached,
    network.environment,
    mounts.directory_for_file,
    mounts.hidden_program,
    mounts.read_only,
    mounts.denied,
    mounts.no_space,
    certificates.certificate,
    ports.listens_elsewhere,
    replicas.moved_on,
)
"""The rules about one container, called with its facts and those of the engine."""

ENGINE_RULES: tuple[EngineRule, ...] = (
    engine.silent,
    engine.clock,
    engine.warnings,
    engine.storage,
    replicas.differing,
    replicas.mixed_project,
)
"""The rules about the engine, or about several containers."""


def examine(facts: EngineFacts) -> Iterator[Problem]:
    """Yield all problems of an engine. Explanations are parts of the problem that they explain."""
    others: dict[str, list[Problem]] = {}
    for rule in ENGINE_RULES:
        for found in rule(facts):
            if found.screen == "containers":
                others.setdefault(found.object_id, []).append(found)
            else:
                yield found
    for id, container in facts.containers.items():
        yield from joined([*of_container(container, facts), *others.get(id, ())])


def of_container(container: ContainerFacts, facts: EngineFacts) -> Iterator[Problem]:
    """Yield what the rules about one container find."""
    for rule in CONTAINER_RULES:
        found = rule(container, facts)
        if isinstance(found, Problem):
            yield found
        elif found is not None:
            yield from found


def joined(found: list[Problem]) -> list[Problem]:
    """Return the problems of a container, with explanations as parts of the first problem that lacks a cause."""
    explained = next((each for each in found if each.short), None)
    parts = tuple(each for each in found if each.explains)
    if explained is None or not parts:
        return found
    first = replace(
        explained,
        what=f"{explained.short.rstrip('.')}. {parts[0].what}",
        severity="bad" if any(each.severity == "bad" for each in (explained, *parts)) else "warn",
        evidence=tuple(dict.fromkeys(text for each in (*parts, explained) for text in each.evidence)),
        advice=tuple(dict.fromkeys(text for each in (*parts, explained) for text in each.advice)),
        parts=parts,
    )
    return [first, *(each for each in found if each is not explained and not each.explains)]
