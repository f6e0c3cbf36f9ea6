"""The state of a project as text, and the overview of a project."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

from tui.live.compose.project_actions import UP
from tui.live.compose.projects import COMPLETED, HEALTHY, Need, Origin, Project
from tui.live.containers.container import Container
from tui.resources.containers.formats import anonymous_volumes, ports, state
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.text import Cell, Span, cells, count, one_line, pad

KILLED = 137
MOST_NAMES = 12
WIDEST = 40  # cells of one part of a line

_STYLES = {
    "unhealthy": "bad",
    "restarting": "bad",
    "failed": "bad",
    "killed": "bad",
    "dead": "bad",
    "starting": "warn",
    "paused": "warn",
}
_ORDER = ("unhealthy", "restarting", "failed", "killed", "dead", "starting", "paused", "finished", "removing", "created")


def _word(row: Container) -> str:
    """Return the word that a container adds to the state of its project, or ""."""
    if row.state == "running":
        return row.health if row.health in ("unhealthy", "starting") else ""
    if row.state == "exited":
        code = row.exit_code or 0
        if code == KILLED and not row.oom:  # also the result of a stop that timed out
            return "killed"
        return "failed" if formats.exit_style(code) == "bad" else "" if code else "finished"
    return one_line(row.state)


def project_state(project: Project) -> Cell:
    """Return the state: "3 of 4 running, 1 unhealthy"; the style is that of the worst container."""
    containers = project.containers
    running = sum(row.state == "running" for row in containers)
    found = Counter(word for row in containers if (word := _word(row)))
    once = sum(row.state in UP for row in project.one_offs)
    up = any(row.state in UP for row in containers)
    if not up:
        del found["finished"], found["killed"]  # these are results of a stop
    parts = [f"{found[word]} {word}" for word in sorted(found, key=lambda word: (word not in _ORDER, _place(word)))]
    parts += [f"{count(once, 'one-off')} running"] if once else []
    if not up:
        return Cell(", ".join(["stopped", *parts]), "bad" if found["failed"] or found["dead"] else "dim")
    of = "" if running == len(containers) else f" of {len(containers)}"
    styles = [_STYLES.get(word, "") for word in found]
    missing = running + found["finished"] < len(containers)
    style = "bad" if "bad" in styles else "warn" if "warn" in styles or missing else "good"
    return Cell(", ".join([f"{running}{of} running", *parts]), style)


def _place(word: str) -> int:
    return _ORDER.index(word) if word in _ORDER else len(_ORDER)


def published(containers: Iterable[Container]) -> str:
    """Return the published ports of these containers."""
    return ports(port for row in containers for port in row.ports if port.public_port)


def names_of(names: Iterable[str]) -> str:
    """Return names in one line, at most `MOST_NAMES`."""
    found = [*names]
    more = f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else ""
    return ", ".join(map(one_line, found[:MOST_NAMES])) + more


def origins_warning(row: Project) -> str:
    """Return the warning that containers of the project were created from several places, or ""."""
    if len(row.origins) < 2:
        return ""
    places = [f"{where(origin)} ({names_of(origin.services)})" for origin in row.origins]
    return f"Warning: this project name is used by {len(places)} directories or sets of files: {'; '.join(places)}."


def where(origin: Origin) -> str:
    """Return the files of an origin as absolute paths, or its directory where no file is known."""
    return names_of(os.path.join(origin.directory, path) for path in origin.files) or one_line(origin.directory)


def what_goes(rows: Iterable[Project]) -> str:
    """Return what a removal removes: containers and networks by name, volumes only if ticked."""
    projects = [*rows]
    containers = [each.name for row in projects for each in (*row.containers, *row.one_offs)]
    networks = [each.name for row in projects for each in row.networks]
    volumes = [each.name for row in projects for each in row.volumes]
    goes = [f"{count(len(containers), 'container')} ({names_of(containers)})"]
    goes += [f"{count(len(networks), 'network')} ({names_of(networks)})"] if networks else []
    named = {each.name for row in projects for each in row.volumes}
    members = (each for row in projects for each in (*row.containers, *row.one_offs))
    anonymous = {name for each in members for name in anonymous_volumes(each)} - named
    ticked = [f"{count(len(volumes), 'volume')} ({names_of(volumes)})"] if volumes else []
    ticked += [count(len(anonymous), "anonymous volume")] if anonymous else []
    kept = f" {' and '.join(ticked)}: removed only if ticked." if ticked else ""
    warnings = "".join(f" {warning}" for row in projects if (warning := origins_warning(row)))
    return f"This stops and removes {' and '.join(goes)}.{kept} Data outside of volumes is lost.{warnings}"


def need_words(need: Need) -> str:
    """Return a dependency: "db healthy"."""
    how = {HEALTHY: " healthy", COMPLETED: " completed"}.get(need.condition, "")
    return f"{one_line(need.service)}{how}"


def overview(_answer: object, row: Project, secrets: bool = False) -> Document:
    """Return the services of a project with their containers and dependencies, its networks and volumes."""
    sheet = SheetWriter(secrets)
    sheet.section("Project")
    sheet.field("Name", row.name, "accent")
    found = project_state(row)
    sheet.field("State", found.text, found.style)
    sheet.field("Ports", published(row.containers))
    for origin in row.origins:
        sheet.field("Directory", origin.directory, "warn" if len(row.origins) > 1 else "")
        sheet.field("Files", "\n".join(map(one_line, origin.files)))
        sheet.field("Environment", "\n".join(map(one_line, origin.environment_files)))
        if len(row.origins) > 1:
            sheet.field("Services", names_of(origin.services))
    sheet.field("Compose version", row.version)
    sheet.section("Services")
    if not row.services:
        sheet.line(Span("none: only one-off containers", "dim"))
    widths = _widths((*row.containers, *row.one_offs))
    for service in row.services:
        needs = ", ".join(map(need_words, service.needs))
        sheet.line(
            Span(service.name, "accent"), Span(f"  depends on {needs}" if needs else "", "dim"), copy=one_line(service.name)
        )
        for container in service.containers:
            _container(sheet, container, widths)
    if row.one_offs:
        sheet.section("One-off containers")
        for container in row.one_offs:
            _container(sheet, container, widths, 0)
    for title, owned in (("Networks", row.networks), ("Volumes", row.volumes)):
        sheet.section(title)
        for each in owned:
            link = Link(title.lower(), each.id)
            sheet.line(each.name, Span(f"  {each.driver}", "dim"), copy=one_line(each.name), link=link)
        if not owned:
            sheet.line(Span("none with the label of the project", "dim"))
    return sheet.done()


def _parts(row: Container) -> tuple[Cell, ...]:
    found = state(row)
    return Cell(one_line(row.name)), found, Cell(one_line(formats.familiar_image(row.image)), "dim"), Cell(ports(row.ports))


def _widths(rows: Iterable[Container]) -> list[int]:
    """Return the cells of each part of a container's line, aligned over all lines; names are limited."""
    columns = zip(*([part.text for part in _parts(row)] for row in rows), strict=True)
    return [min(max(map(cells, texts)), WIDEST) for texts in columns]


def _container(sheet: SheetWriter, row: Container, widths: list[int], depth: int = 1) -> None:
    parts = [Span(pad(part.text, width) + "  ", part.style) for part, width in zip(_parts(row), widths, strict=True)]
    sheet.line(*parts, copy=one_line(row.name), depth=depth, link=Link("containers", row.id))
