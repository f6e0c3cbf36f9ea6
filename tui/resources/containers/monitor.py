"""The page of the monitor: plots of resource usage, and findings as text. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.live.containers.stats_history import Track
from tui.live.containers.stats_math import Interface, Usage
from tui.resources.containers.formats import both, cpu
from tui.resources.containers.pressure import findings, readings
from tui.resources.model import formats
from tui.resources.model.plots import AXIS, Curve, Frame, Value, bar, beside, letter_of, plot, style_of
from tui.resources.model.text import Line, Span, cells, count, line, one_line, pad

SPANS = (60, 300, 900)
"""The time spans of a plot, in seconds."""

TWO_COLUMNS = 110  # cells from which plots are side by side
LOWEST, HIGHEST = 4, 9  # lines of a plot
CORES_SHOWN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A container on the page: its name, why there are no statistics (if so), the measurements, the number of its host."""

    name: str
    resting: str = ""
    track: Track | None = None
    host: int = 0

    @property
    def last(self) -> Usage | None:
        """Return the latest statistics, or None."""
        return self.track.last if self.track else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A host: its name if there are several, its CPUs and memory, and the total usage of the sampled containers."""

    name: str = ""
    cpus: int = 0
    memory: int = 0
    running: int = 0
    sampled: int = 0
    cpu_percent: float = 0.0
    memory_used: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The layout of the page: cells, lines, seconds shown, letters instead of dots."""

    width: int
    height: int
    span: int = SPANS[1]
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """The definition of a plot: title, measures for a single container, format of figures."""

    title: str
    measures: tuple[tuple[str, str], ...]  # (measure of the track, its label); summed up when there are several containers
    figure: Callable[[float], str]
    lowest_top: float
    binary: bool = False
    ceiling: Callable[[Usage], float | None] = lambda _usage: None


def _percent(value: float) -> str:
    return f"{formats.bounded(value):.0f}%"


def _memory(value: float) -> str:
    return formats.short_memory(value) + "iB" if value >= 1024 else f"{formats.bounded(value):.0f} B"


def _rate(value: float) -> str:
    return f"{formats.coarse(value)}B/s"


def _number(value: float) -> str:
    value = formats.bounded(value)
    return f"{value:.0f}" if value % 1 == 0 else f"{value:.1f}"


QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        title="CPU", measures=(("cpu", "of one CPU"), ("throttled", "throttled periods")), figure=_percent, lowest_top=1.0
    ),
    Quantity(
        title="Memory",
        measures=(("memory", "working set"), ("cache", "page cache")),
        figure=_memory,
        lowest_top=2.0**20,
        binary=True,
        ceiling=lambda usage: usage.memory_limit,
    ),
    Quantity(title="Network", measures=(("received", "received"), ("sent", "sent")), figure=_rate, lowest_top=1000.0),
    Quantity(title="Block I/O", measures=(("read", "read"), ("written", "written")), figure=_rate, lowest_top=1000.0),
    Quantity(
        title="PIDs",
        measures=(("pids", "processes and threads"),),
        figure=_number,
        lowest_top=4.0,
        ceiling=lambda usage: usage.pids_limit,
    ),
)


def page(subjects: Sequence[Subject], machines: Sequence[Machine], look: Look) -> list[Line]:
    """Return the lines of the whole page."""
    lines = [*(host_strip(machine, look) for machine in machines), ()]
    if len(subjects) > 1:
        lines += [*_legend(subjects, look), ()]
    lines += _pressures(subjects, machines)
    lines.append(())
    columns = 2 if look.width >= TWO_COLUMNS else 1
    width = (look.width - 2 * (columns - 1)) // columns
    rows = math.ceil(len(QUANTITIES) / columns)
    height = max(LOWEST, min(HIGHEST, (look.height - len(lines)) // rows - 2))
    frame = Look(width=width, height=height, span=look.span, plain=look.plain)
    blocks = [_block(quantity, subjects, machines, frame) for quantity in QUANTITIES]
    if len(subjects) == 1 and subjects[0].last is not None:
        blocks.append(_details(subjects[0].last, width, look.plain))
    for start in range(0, len(blocks), columns):
        pair = blocks[start : start + columns]
        lines += beside(pair[0], pair[1], width) if len(pair) == 2 else pair[0]
    return lines


# --- the host and the findings ---------------------------------------------------------------------------------------


def host_strip(machine: Machine, look: Look) -> Line:
    """Return the containers' total against the host's resources, in one line."""
    room = 20 if look.width >= 100 else 8
    name = [Span(f"{machine.name}: ", "title")] if machine.name else []
    if not machine.running:
        return line(*name, Span("No running containers.", "dim"))
    of = count(machine.running, "running container")
    if not machine.sampled:
        return line(*name, Span(f"{of}  ", "dim"), Span("not measured yet", "dim"))
    if machine.sampled < machine.running:
        of = f"{machine.sampled} of {of}"
    whole = 100 * machine.cpus
    spans = [*name, Span(f"{of}  ", "dim"), Span("CPU "), Span(f"{machine.cpu_percent:.0f}%", "title")]
    if whole:
        spans += [
            Span(f" of {whole}% "),
            Span(bar(machine.cpu_percent / whole, room, look.plain), _full(machine.cpu_percent, whole)),
        ]
    spans += [Span("  memory "), Span(formats.memory(machine.memory_used), "title")]
    if machine.memory:
        part = machine.memory_used / machine.memory
        spans += [Span(f" of {formats.memory(machine.memory)} "), Span(bar(part, room, look.plain), _full(part, 1))]
    return tuple(spans)


def _full(part: float, whole: float) -> str:
    return "bad" if part >= whole * 0.9 else "warn" if part >= whole * 0.75 else "accent"


def _pressures(subjects: Sequence[Subject], machines: Sequence[Machine]) -> list[Line]:
    """Return the findings, a line each, with the container's name if there are several."""
    lines: list[Line] = []
    several = len(subjects) > 1
    for subject in subjects:
        name = [Span(f"{subject.name}: ", "title")] if several else []
        if subject.resting:
            lines.append(line(*name, Span(subject.resting, "dim")))
            continue
        seen = readings(subject.track, machines[subject.host].memory or None) if subject.track else None
        if seen is None:
            lines.append(line(*name, Span("Waiting for the first statistics…", "dim")))
            continue
        lines += [line(*name, Span(finding.text, finding.style)) for finding in findings(seen)]
    return lines or [line(Span("No pressure: no limit is near, no throttling, no dropped packets.", "good"))]


def _legend(subjects: Sequence[Subject], look: Look) -> list[Line]:
    """Return the containers with the marks of their curves and their current values."""
    room = max(8, min(30, look.width - 2 - sum(width for _, width in _COLUMNS)))
    lines = [line(Span(pad("", room + 2) + "".join(f"{title:>{width}}" for title, width in _COLUMNS), "heading"))]
    for number, subject in enumerate(subjects):
        sign = letter_of(number) if look.plain else "●"
        figures = "".join(f"{text:>{width}}" for text, (_, width) in zip(_figures(subject), _COLUMNS, strict=True))
        lines.append(line(Span(f"{sign} ", style_of(number)), Span(pad(subject.name, room)), Span(figures)))
    return lines


_COLUMNS = (("CPU %", 8), ("MEMORY", 12), ("NET/S", 11), ("BLK/S", 11), ("PIDS", 6))


def _figures(subject: Subject) -> tuple[str, ...]:
    use = subject.last
    if use is None or subject.resting:
        return ("",) * len(_COLUMNS)
    network = both(use.network_rx_rate, use.network_tx_rate)
    block = both(use.block_read_rate, use.block_write_rate)
    return cpu(use), formats.short_memory(use.memory), network, block, str(use.pids)


# --- plots -----------------------------------------------------------------------------------------------------------


def _block(quantity: Quantity, subjects: Sequence[Subject], machines: Sequence[Machine], look: Look) -> list[Line]:
    """Return title and legend (with several containers the legend is above), plot, and time axis."""
    ceiling = _ceiling(quantity, subjects, machines)
    frame = Frame(
        width=look.width,
        height=look.height,
        figure=quantity.figure,
        least=quantity.lowest_top,
        binary=quantity.binary,
        ceiling=ceiling,
        plain=look.plain,
    )
    labels, curves = _curves(quantity, subjects, look.span, frame)
    head: list[Span] = [Span(quantity.title, "title")]
    for (name, now), curve in zip(labels, curves, strict=True) if len(subjects) == 1 else ():
        sign = f" {curve.letter} " if look.plain else " ● "
        head += [Span(f" {sign}", curve.style), Span(f"{name} "), Span(now, "title")]
    if ceiling is not None:
        head += [Span("   limit ", "dim"), Span(quantity.figure(ceiling), "dim")]
    return [_clipped(line(*head), look.width), *plot(curves, frame), _times(look)]


def _curves(
    quantity: Quantity, subjects: Sequence[Subject], span: int, frame: Frame
) -> tuple[list[tuple[str, str]], list[Curve]]:
    """Return the curves of a plot with names and latest values: a container's measures, or each container's sum."""
    step = span / frame.points
    labels: list[tuple[str, str]] = []
    curves: list[Curve] = []
    end = max((subject.track.end for subject in subjects if subject.track), default=0.0)

    def add(name: str, values: list[Value], now: Value) -> None:
        number = len(curves)
        labels.append((name, "" if now is None else quantity.figure(now)))
        curves.append(Curve(values=values, style=style_of(number), letter=letter_of(number)))

    if len(subjects) == 1:
        track = subjects[0].track
        for measure, name in quantity.measures:
            values = _points(track, measure, end, step, frame.points)
            if measure != "throttled" or any(values):
                add(name, values, newest(track, measure))
        return labels, curves
    measures = [measure for measure, _ in quantity.measures if measure not in ("cache", "throttled")]
    for subject in subjects:
        parts = [_points(subject.track, measure, end, step, frame.points) for measure in measures]
        total = [_sum(values) for values in zip(*parts, strict=True)]
        add(subject.name, total, _sum([newest(subject.track, measure) for measure in measures]))
    return labels, curves


def _points(track: Track | None, measure: str, end: float, step: float, number: int) -> list[Value]:
    """Return the values of a curve; with more points than measurements, each value is held until the next."""
    if track is None:
        return [None] * number
    points = track.points(measure, end, step, number)
    reach = math.ceil(2.5 / step)  # a measurement per second, possibly late
    held, age = None, 0
    for place, value in enumerate(points):
        age = 0 if value is not None else age + 1
        held = value if value is not None else held if age < reach else None
        points[place] = held
    return points


def newest(track: Track | None, measure: str) -> Value:
    """Return the last value of a measure, or None if unknown."""
    known = track.since(measure, 5.0) if track else []
    return known[-1][1] if known else None


def _sum(values: Sequence[Value]) -> Value:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _ceiling(quantity: Quantity, subjects: Sequence[Subject], machines: Sequence[Machine]) -> float | None:
    """Return a single container's own limit; a limit equal to the machine's memory counts as none."""
    last = subjects[0].last if len(subjects) == 1 else None
    ceiling = quantity.ceiling(last) if last else None
    memory = machines[subjects[0].host].memory if len(subjects) == 1 else 0
    if quantity.binary and ceiling and memory and ceiling >= memory * 0.99:
        return None
    return ceiling


def _times(look: Look) -> Line:
    """Return the time axis below a plot."""
    begin = f"-{formats.duration(look.span)}"
    middle = max(0, look.width - AXIS - len(begin) - len("now"))
    return line(Span(" " * AXIS + begin + " " * middle + "now", "dim"))


def _clipped(spans: Line, width: int) -> Line:
    kept: list[Span] = []
    for span in spans:
        size = cells(span.text)
        if size > width:
            kept.append(Span(pad(span.text, width), span.style))
            break
        kept.append(span)
        width -= size
    return tuple(kept)


# --- details without a plot ------------------------------------------------------------------------------------------


def _details(usage: Usage, width: int, plain: bool) -> list[Line]:
    """Return the cores, interfaces and totals of a single container."""
    lines: list[Line] = []
    if usage.cores:
        room = max(4, min(12, width // 4 - 9))
        each = [
            Span(f"{number:>3} {bar(used / 100, room, plain)} ", "") for number, used in enumerate(usage.cores[:CORES_SHOWN])
        ]
        fit = max(1, width // (room + 5))
        lines.append(line(Span("CPUs", "title")))
        lines += [tuple(each[start : start + fit]) for start in range(0, len(each), fit)]
    if usage.throttling_periods:
        held = f"throttled in {usage.throttled_periods} of {usage.throttling_periods} periods since the start"
        lines.append(line(Span("CPU limit ", "title"), Span(f"{held}, for {formats.duration(usage.throttled_seconds)}")))
    lines.append(line(Span("Interfaces", "title")) if usage.interfaces else line(Span("No network", "dim")))
    lines += [text for each in usage.interfaces for text in interface(each)]
    totals = f"{formats.size(usage.block_read)} read, {formats.size(usage.block_write)} written"
    lines.append(line(Span("Block I/O in total ", "title"), Span(totals)))
    return [_clipped(text, width) for text in lines]


def interface(each: Interface) -> list[Line]:
    """Return a network interface in two lines: rates and errors; totals."""
    rates = f"{formats.coarse(each.rx_rate or 0)}B/s in, {formats.coarse(each.tx_rate or 0)}B/s out"
    wrong = [count(each.errors, "error")] if each.errors else []
    wrong += [f"{each.dropped} dropped"] if each.dropped else []
    return [
        line(Span(f"  {one_line(each.name):<6}"), Span(rates), Span(f"  {', '.join(wrong)}" if wrong else "", "bad")),
        line(Span(f"{'':8}{formats.size(each.rx)} in, {formats.size(each.tx)} out in total", "dim")),
    ]
