"""Texts about unused objects: reason, consequences of the removal, space freed, outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from tui.engine.objects.usage import BuildCache
from tui.live.cleanup.unused import KEPT_UNASKED, SORTS, Candidate, Fate, Sort, beyond_this_host
from tui.live.containers.container import PROJECT, Container
from tui.live.objects.images import Image
from tui.live.objects.volumes import Volume
from tui.resources.images.details import short_id
from tui.resources.model import formats
from tui.resources.model.action import DockerCommand
from tui.resources.model.docker_commands import operands
from tui.resources.model.text import Cell, Line, Span, count, line, one_line

NOUNS: dict[Sort, str] = {
    "container": "stopped container",
    "image": "image",
    "volume": "volume",
    "network": "network",
    "cache": "build cache record",
}
PLURALS: dict[Sort, str] = {
    "container": "containers",
    "image": "images",
    "volume": "volumes",
    "network": "networks",
    "cache": "build cache",
}

RISKS: dict[Sort, str] = {
    "container": "The data outside of volumes and the logs are lost.",
    "image": "To use the image again, pull or build it again.",
    "volume": "The data in the volume is lost.",
    "network": "",
    "cache": "The next build that uses this record takes longer.",
}

# --- one candidate ---------------------------------------------------------------------------------------------------


def title(row: Candidate) -> str:
    """Return the object's name for users."""
    item = row.item
    if isinstance(item, Image):
        return one_line(", ".join(map(formats.familiar_image, item.references))) if item.references else short_id(item.id)
    return one_line(item.description or item.id) if isinstance(item, BuildCache) else one_line(item.name)


def sort_word(row: Candidate) -> str:
    """Return the type of the object, or a more specific word: "anonymous", "dangling"."""
    if isinstance(row.item, Volume) and row.item.anonymous:
        return "anonymous"
    return "dangling" if isinstance(row.item, Image) and row.item.dangling else row.sort


def project(row: Candidate) -> str:
    """Return the Compose project of the object, or ""."""
    return "" if isinstance(row.item, BuildCache) else one_line(row.item.labels.get(PROJECT, ""))


def _then(seconds: float) -> str:
    """Return a time for a column: " 12m ago"; empty if unknown."""
    text = formats.age(seconds)
    return f" {text} ago" if text else ""


def why(row: Candidate) -> str:
    """Return why the object counts as unused."""
    item = row.item
    if isinstance(item, Container):
        said = _rest(item)
    elif isinstance(item, BuildCache):
        said = _idle(item)
    elif row.holders:
        more = f" and {len(row.holders) - 1} more" if len(row.holders) > 1 else ""
        said = f"used only by {row.holders[0]}{more} (stopped)"
    elif isinstance(item, Image):
        said = "dangling, not used by any container" if item.dangling else "not used by any container"
    elif isinstance(item, Volume):
        said = "not used by any container"
    else:
        said = (
            "no container here is connected, the swarm may need it" if beyond_this_host(item) else "no container is connected"
        )
    return one_line(said)


def _rest(container: Container) -> str:
    if container.state == "created":
        return f"created{_then(container.created)}, never started"
    if container.state == "dead":
        return "dead: an earlier removal failed"
    code = "" if container.exit_code is None else f" ({container.exit_code})"
    return f"exited{code}{_then(container.finished or 0)}"


def _idle(record: BuildCache) -> str:
    used = _then(formats.moment(record.last_used_at))
    last = f"last used{used}" if used else "never used since"
    if record.shared:
        return f"shared with an image; {last}"
    return f"{last}; {record.type}" if record.type in KEPT_UNASKED else last


STYLES = {
    Fate.REMOVING: "accent",
    Fate.REMOVED: "good",
    Fate.KEPT: "warn",
    Fate.FAILED: "bad",
    Fate.GONE: "dim",
    Fate.UNSURE: "warn",
}


def outcome(row: Candidate) -> str:
    """Return the outcome of the removal, or ""."""
    said = one_line(row.said)
    match row.fate:
        case Fate.PLANNED:
            return f"in use since: {one_line(row.used)}" if row.used else ""
        case Fate.REMOVED:
            return "removed" + (f", {formats.size(row.freed)} freed" if row.freed else "") + (f": {said}" if said else "")
        case Fate.GONE:
            return "already removed, not by this clean-up"
        case Fate.REMOVING:
            return "removing…"
        case Fate.UNSURE:
            return f"possibly removed: {said}"
        case _:
            return f"{row.fate.value}: {said}"


def state(row: Candidate) -> Cell:
    """Return the outcome of the removal, or else the reason."""
    said = outcome(row)
    return Cell(said or why(row), STYLES.get(row.fate, "warn") if said else "")


def size(row: Candidate) -> Cell:
    """Return the size; an image's size is an upper limit while layers may be shared."""
    if row.sort == "network":
        return Cell("")
    if row.size is None:
        return Cell("?", "dim")
    return Cell(("≤ " if row.at_most else "") + formats.size(row.size), "dim" if row.over else "")


def cleanup_command(row: Candidate) -> DockerCommand:
    """Return the docker command that removes the object."""
    item = row.item
    if isinstance(item, BuildCache):
        everything = ["--all"] if item.shared or item.type in KEPT_UNASKED else []
        return ("builder", "prune", "--force", *everything, f"--filter=id={item.id}")
    if isinstance(item, Image):
        return ("rmi", *operands(*(item.references or (item.id,))))
    verb = {"container": ("rm",), "volume": ("volume", "rm"), "network": ("network", "rm")}[row.sort]
    return (*verb, *operands(item.name))


# --- many ------------------------------------------------------------------------------------------------------------


NOT_MEASURED = "size not measured"


def amount(rows: Iterable[Candidate]) -> str:
    """Return the space freed by a removal, as exactly as known: "3.40 GB", "at least 3.40 GB", "up to 12.5 MB"."""
    rows = list(rows)
    total = sum(row.size or 0 for row in rows)
    unknown = any(row.size is None for row in rows)
    if unknown and not total:
        return NOT_MEASURED
    more, less = unknown or any(row.shared for row in rows), any(row.at_most for row in rows)
    return ("about " if more and less else "at least " if more else "up to " if less else "") + formats.size(total)


def totals(rows: Collection[Candidate]) -> str:
    """Return the count of ticked objects and the space to be freed: "12 of 30 ticked, 3.40 GB to be freed"."""
    chosen = [row for row in rows if row.chosen]
    left = sum(not row.over for row in rows)
    if not left:
        return "nothing unused"
    frees = amount(chosen)
    said = "" if not chosen else f", {frees}" if frees == NOT_MEASURED else f", {frees} to be freed"
    return f"{len(chosen)} of {left} ticked{said}"


def unmeasured(rows: Iterable[Candidate], sorts: Collection[Sort]) -> str:
    """Return what `z` would measure: "z measures volumes"; a build cache is assumed until it has been measured."""
    there = {row.sort for row in rows if not row.over} | {"cache"}
    names = [PLURALS[sort] for sort in SORTS if sort in sorts and sort in there]
    return f"z measures {', '.join(names)}" if names else ""


def progress(done: int, total: int, freed: int) -> str:
    """Return the progress of a removal: "4 of 12, 1.20 GB freed"."""
    return f"{done} of {total}" + (f", {formats.size(freed)} freed" if freed else "")


def result(rows: Iterable[Candidate]) -> str:
    """Return the outcome of a removal: "3 removed, 1.20 GB freed; 1 kept; 1 failed"."""
    rows = list(rows)
    fates = Counter(row.fate for row in rows)
    freed = sum(row.freed or 0 for row in rows)
    said = [f"{fates[Fate.REMOVED]} removed" + (f", {formats.size(freed)} freed" if freed else "")]
    said += [f"{fates[fate]} {fate.value}" for fate in (Fate.KEPT, Fate.FAILED, Fate.GONE) if fates[fate]]
    said += [f"{fates[Fate.UNSURE]} possibly removed"] if fates[Fate.UNSURE] else []
    said += [f"{fates[Fate.PLANNED]} not started"] if fates[Fate.PLANNED] else []
    return "; ".join(said)


def question(rows: Sequence[Candidate], hidden: int, host: str) -> list[Line]:
    """Return the question before a removal: counts, host, space, lost data. `hidden`: ticked objects that the filter hides."""
    frees = amount(rows)
    frees = f" ({frees})" if frees == NOT_MEASURED else f" This frees {frees}."
    asked = [line(f"Remove {count(len(rows), 'object')} on {one_line(host)}, one after another?{frees}")]
    for sort in SORTS:
        of_sort = [row for row in rows if row.sort == sort]
        if of_sort:
            much = f", {amount(of_sort)}" if sort != "network" else ""
            asked.append(line("  ", Span(count(len(of_sort), NOUNS[sort]), "accent"), much))
            names = ", ".join(map(title, of_sort[:SHOWN]))  # whole: a shortened name may be another object's
            more = f", and {len(of_sort) - SHOWN} more that are ticked in the list" if len(of_sort) > SHOWN else ""
            asked.append(line(Span(f"    {names}{more}", "dim")))
    if any(row.sort == "container" for row in rows):
        asked.append(line("The containers' data outside of volumes and their logs are lost."))
    if any(row.sort == "volume" for row in rows):
        asked.append(line(Span("The data in the volumes is lost.", "bad")))
    if hidden:
        asked.append(line(Span(f"{hidden} are hidden by the filter.", "warn")))
    return asked


SHOWN = 12
"""Names of each type that the question shows; the list behind has all names."""
