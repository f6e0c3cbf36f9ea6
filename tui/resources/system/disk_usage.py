"""The disk usage of the engine: totals as in `docker system df`, the largest objects, the build cache."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from tui.engine.objects.usage import BuildCache
from tui.live.objects.disk_usage import BUILD_CACHE, CONTAINERS, IMAGES, KINDS, VOLUMES, WORDS, Disk, share
from tui.live.objects.host import Host
from tui.live.objects.images import from_summary
from tui.resources import registry
from tui.resources.images.details import unique_text
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.text import Span, cells, count, one_line, pad

LARGEST = 10
"""Objects of each type that are shown."""

Large = tuple[int, str, str, str]
"""Bytes, name, id, and a note."""


def disk(_answer: object, row: Host, secrets: bool = False) -> Document:
    """Return the totals of what was measured, and the largest objects; no request is made."""
    sheet = SheetWriter(secrets)
    _state(sheet, row, KINDS, "Disk usage")
    known = [kind for kind in KINDS if kind in row.disk.at]
    if not known:
        return sheet.done()
    _shares(sheet, row.disk, known)
    for kind in known:
        large = sorted((each for each in _LARGE[kind](row.disk) if each[0] > 0), key=lambda each: -each[0])
        shown = f"largest {LARGEST} of {len(large)}" if len(large) > LARGEST else "largest first"
        sheet.section(f"{WORDS[kind].capitalize()}{f', {shown}' if large else ': none'}")
        for size, name, id, told in large[:LARGEST]:
            parts = Span(formats.size(size).rjust(8) + "  ", "accent"), Span(name), Span(f"  {told}", "dim")
            sheet.line(*parts, copy=one_line(name), link=Link(WORDS[kind], id) if WORDS[kind] in registry.BY_NAME else None)
    return sheet.done()


def _state(sheet: SheetWriter, row: Host, kinds: Iterable[str], title: str) -> None:
    """Add the time of the measurement, the progress of a running one, or how to start one."""
    sheet.section(title)
    if row.measuring:
        sheet.line(Span("measuring: ", "warn"), Span(row.measuring), Span("  esc or x cancels", "dim"))
    times = sorted({row.disk.at[kind] for kind in kinds if kind in row.disk.at})
    if times:
        first, last = formats.when(times[0]), formats.when(times[-1])
        missing = [WORDS[kind] for kind in kinds if kind not in row.disk.at]
        part = f"; not measured: {', '.join(missing)}" if missing else ""
        span = first if first == last else f"{first} to {last}"
        sheet.line(Span(f"measured {span}{part}", "dim"), Span("" if row.measuring else "  z: measure again", "dim"))
    elif not row.measuring:
        sheet.line(Span("Not measured yet. "), Span("enter: measure", "key"), "; can take minutes on a large engine.")
        sheet.text(
            "The engine reads every file of its containers and volumes to measure them.\nSizes are measured only on request.",
            "dim",
        )


def _shares(sheet: SheetWriter, disk: Disk, known: Iterable[str]) -> None:
    """Add a line for each type, and the sum."""
    rows = []
    total = reclaimable = 0
    for kind in known:
        part = share(disk, kind)
        total, reclaimable = total + part.size, reclaimable + part.reclaimable
        rows.append(
            (WORDS[kind], str(part.total), str(part.active), formats.size(part.size), freed(part.reclaimable, part.size))
        )
    rows.append(("total", "", "", formats.size(total), freed(reclaimable, total)))
    heading = ("TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE")
    widths = [max(map(cells, column)) for column in zip(heading, *rows, strict=True)]
    sheet.section("Usage, as in docker system df")
    for number, each in enumerate([heading, *rows]):
        style = "heading" if number == 0 else "title" if number == len(rows) else ""
        sheet.line(Span(_in_columns(each, widths, (1, 2, 3, 4)), style))


def result(disk: Disk, kinds: Iterable[str]) -> str:
    """Return the result of a measurement in one line."""
    shares = [(WORDS[kind], share(disk, kind)) for kind in kinds if kind in disk.at]
    return ", ".join(f"{name} {formats.size(part.size)}" for name, part in shares)


def freed(reclaimable: int, size: int) -> str:
    """Return the reclaimable space: "1.2 GB (40%)"."""
    return f"{formats.size(reclaimable)} ({reclaimable * 100 // size}%)" if size > 0 else formats.size(reclaimable)


def _large_images(disk: Disk) -> Iterable[Large]:
    for image in disk.images:
        row = from_summary(image)
        name = ", ".join(row.references) if row.references else f"dangling {_short(image.id)}"
        own = f"{unique_text(row)} unique, " if image.shared_size > 0 else ""
        use = f"in {count(image.containers, 'container')}" if image.containers > 0 else "unused"
        yield image.size, name, image.id, own + use


def _large_containers(disk: Disk) -> Iterable[Large]:
    for each in disk.containers:
        name = min(each.names, key=len).removeprefix("/") if each.names else _short(each.id)
        yield each.size_rw or 0, name, each.id, f"writable layer; {each.state}"


def _large_volumes(disk: Disk) -> Iterable[Large]:
    for each in disk.volumes:
        use = each.usage_data
        users = count(use.ref_count, "container") if use and use.ref_count > 0 else ""
        yield use.size if use else 0, each.name, each.name, f"in {users}" if users else "unused"


def _large_records(disk: Disk) -> Iterable[Large]:
    for record in disk.build_cache:
        told = [record.type, *(["shared"] if record.shared else []), *(["in use"] if record.in_use else [])]
        yield record.size, record.description or record.id, record.id, ", ".join(told)


_LARGE: Mapping[str, Callable[[Disk], Iterable[Large]]] = {
    IMAGES: _large_images,
    CONTAINERS: _large_containers,
    VOLUMES: _large_volumes,
    BUILD_CACHE: _large_records,
}


def _short(id: str) -> str:
    return id.removeprefix("sha256:")[:12]


def build_cache(_answer: object, row: Host, secrets: bool = False) -> Document:
    """Return the records of the build cache, the largest first; no request is made."""
    sheet = SheetWriter(secrets)
    _state(sheet, row, (BUILD_CACHE,), "Build cache")
    if BUILD_CACHE not in row.disk.at:
        return sheet.done()
    records = sorted(row.disk.build_cache, key=lambda record: (-record.size, record.id))
    part = share(row.disk, BUILD_CACHE)
    sheet.section(f"{count(len(records), 'record')}, {formats.size(part.size)}, {formats.size(part.reclaimable)} reclaimable")
    if not records:
        sheet.text("No build cache.", "dim")
        return sheet.done()
    rows = [_record(record) for record in records]
    widths = [max(map(cells, column)) for column in zip(RECORD, *rows, strict=True)]
    sheet.line(Span(_in_columns(RECORD, widths, (0, 4)), "heading"))
    for record, cells_ in zip(records, rows, strict=True):
        sheet.line(Span(_in_columns(cells_, widths, (0, 4))), copy=record.id)
        sheet.text(one_line(record.description) or "no description", "dim", depth=1)
    return sheet.done()


RECORD = ("SIZE", "TYPE", "STATE", "LAST USED", "USES", "ID")


def _record(record: BuildCache) -> tuple[str, ...]:
    states = [name for name, true in (("in use", record.in_use), ("shared", record.shared)) if true]
    used = formats.ago(formats.moment(record.last_used_at or record.created_at))
    texts = (
        formats.size(record.size),
        record.type,
        ", ".join(states) or "unused",
        used,
        str(record.usage_count),
        record.id[:12],
    )
    return tuple(map(one_line, texts))


def _in_columns(texts: Sequence[str], widths: Sequence[int], rights: Collection[int]) -> str:
    """Return texts side by side; the columns in `rights` are right-aligned."""
    pairs = zip(texts, widths, strict=True)
    return "  ".join(pad(text, width, right=number in rights) for number, (text, width) in enumerate(pairs)).rstrip()
