"""Problems of a set of containers: one replica that differs, containers on an image that has moved on, mixed projects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.containers.difference import differences, settings
from tui.resources.containers.formats import title
from tui.resources.model import formats
from tui.resources.model.masking import masked
from tui.resources.model.text import one_line
from tui.resources.problems.finding import problem

_HASH = "com.docker.compose.config-hash"
_FILES = "com.docker.compose.project.config_files"
_ONE_OFF = "com.docker.compose.oneoff"


def moved_on(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a running container whose image's tag names another image by now."""
    if facts.row.state != "running" or not facts.row.moved_on:
        return None
    name = one_line(formats.familiar_image(facts.row.image_name))
    return problem(
        "old-image",
        facts,
        f"The container uses an older image: {name} is another image now, or none.",
        severity="warn",
        advice=("Press D to recreate the container with the new image.",),
    )


def _replicas(engine: EngineFacts) -> Iterator[list[ContainerFacts]]:
    """Yield the running containers of each service of a Compose project that has several."""
    found: dict[tuple[str, str], list[ContainerFacts]] = defaultdict(list)
    for facts in engine.containers.values():
        row = facts.row
        if row.project and row.service and row.state == "running" and row.labels.get(_ONE_OFF, "").lower() != "true":
            found[row.project, row.service].append(facts)
    yield from (replicas for replicas in found.values() if len(replicas) > 1)


def differing(engine: EngineFacts) -> Iterator[Problem]:
    """Find replicas that differ from most of their service, and say in what."""
    for replicas in _replicas(engine):
        common = Counter(_identity(each) for each in replicas).most_common()
        if len(common) < 2:
            continue
        usual = next(each for each in replicas if _identity(each) == common[0][0])
        for each in replicas:
            if _identity(each) != common[0][0]:
                others = f"{title(usual.row)}" if len(replicas) == 2 else "the other replicas"
                yield problem(
                    "replica",
                    each,
                    f"Differs from {others} in {_difference(each, usual)}.",
                    severity="warn",
                    advice=("Recreate the service, so that all replicas are alike: docker compose up -d.",),
                )


def _identity(facts: ContainerFacts) -> tuple[str, str]:
    return facts.row.image_id, facts.row.labels.get(_HASH, "")


def _difference(one: ContainerFacts, usual: ContainerFacts) -> str:
    """Return in what two replicas differ, as far as that is known."""
    parts = []
    if one.row.image_id != usual.row.image_id:
        names = [one_line(formats.short_image(each.row.image_name or each.row.image)) for each in (one, usual)]
        ids = [each.row.image_id.removeprefix("sha256:")[:12] for each in (one, usual)]
        this, that = ids if names[0] == names[1] else names
        parts.append(f"the image ({this}, not {that})")
    if one.found is not None and usual.found is not None:
        parts += _settings(one, usual)
    return ", ".join(parts[:4]) or "the configuration"


def _settings(one: ContainerFacts, usual: ContainerFacts) -> Iterator[str]:
    """Yield the differences of two inspections: environment, mounts, limits, rights."""
    assert one.found is not None
    assert usual.found is not None
    for each in differences(settings(one.found), settings(usual.found)):
        if each.section in ("Environment", "Mounts", "Limits", "Rights"):
            this, that = (masked(each.name, value) for value in (each.one, each.other))
            if this == that:
                yield one_line(f"{each.name} (another secret)")
            elif this:
                yield one_line(f"{each.name} ({this}, {f'not {that}' if that else 'only here'})")
            else:
                yield one_line(f"{each.name} (not set here)")


def mixed_project(engine: EngineFacts) -> Iterator[Problem]:
    """Find projects whose running containers come from different Compose files."""
    projects: dict[str, list[ContainerFacts]] = defaultdict(list)
    for facts in engine.containers.values():
        if facts.row.project and facts.row.state == "running" and facts.row.labels.get(_FILES):
            projects[facts.row.project].append(facts)
    for found in projects.values():
        files = Counter(facts.row.labels[_FILES] for facts in found).most_common()
        if len(files) < 2:
            continue
        for facts in found:
            if (own := facts.row.labels[_FILES]) != files[0][0]:
                yield problem(
                    "mixed-project",
                    facts,
                    f"Created from another Compose file than the rest of project {one_line(facts.row.project)}.",
                    severity="warn",
                    evidence=(f"This container: {own}; the others: {files[0][0]}.",),
                    advice=("Run docker compose up -d with the same files for the whole project.",),
                )
