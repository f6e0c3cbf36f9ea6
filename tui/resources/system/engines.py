"""The engines of merged lists side by side: whether each is connected, what it is, and what it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.engine.objects.system import SystemInfo
from tui.resources.model import formats
from tui.resources.model.columns import text_column
from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, count, one_line
from tui.resources.system.details import swarm


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRow:
    """An engine: its name in merged lists and its colour; its information once it answered; why it is not connected, or ""."""

    name: str
    colour: str = ""
    software: str = ""  # "Docker 28.5.2"
    api: str = ""
    info: SystemInfo | None = None
    connected: bool = False
    problem: str = ""


def _of_info(text: Callable[[SystemInfo], str]) -> Callable[[EngineRow], str]:
    return lambda row: text(row.info) if row.info is not None else ""


def _state(row: EngineRow) -> Cell:
    if row.problem:
        return Cell(one_line(row.problem), "bad")
    return Cell("connected", "good") if row.connected else Cell("connecting", "warn")


def _number(title: str, number: Callable[[SystemInfo], int], *, priority: int = 1) -> Column[EngineRow]:
    return Column(
        title=title,
        cell=lambda row: Cell(str(number(row.info)) if row.info is not None else ""),
        key=lambda row: -number(row.info) if row.info is not None else None,
        width=len(title),
        priority=priority,
        right=True,
    )


def _warnings(row: EngineRow) -> Cell:
    warnings = row.info.warnings if row.info is not None else None
    return Cell(str(len(warnings)) if warnings else "", "warn")


ENGINES: Resource[EngineRow] = Resource(
    name="system",
    singular="engine",
    id=lambda row: row.name,
    title=lambda row: row.name,
    columns=(
        Column(
            title="HOST",
            cell=lambda row: Cell(row.name, row.colour or "accent"),
            key=lambda row: natural(row.name),
            width=20,
            min_width=8,
            grows=True,
            middle=True,
        ),
        Column(title="STATE", cell=_state, key=lambda row: (row.connected, row.problem), width=10, min_width=9, grows=True),
        text_column("ENGINE", lambda row: row.software, 21, min_width=13, priority=1),
        text_column("API", lambda row: row.api, 5, priority=2),
        _number("CONTAINERS", lambda info: info.containers),
        _number("RUNNING", lambda info: info.containers_running),
        _number("IMAGES", lambda info: info.images, priority=2),
        _number("CPUS", lambda info: info.ncpu, priority=3),
        Column(
            title="MEMORY",
            cell=lambda row: Cell(formats.memory(row.info.mem_total) if row.info is not None else ""),
            key=lambda row: -row.info.mem_total if row.info is not None else None,
            width=8,
            priority=3,
            right=True,
        ),
        Column(
            title="WARNINGS",
            cell=_warnings,
            key=lambda row: -len(row.info.warnings or ()) if row.info is not None else None,
            width=8,
            priority=4,
            right=True,
        ),
        text_column("SWARM", _of_info(lambda info: swarm(info.swarm)[0]), 24, min_width=14, priority=5, grows=True),
        text_column("SYSTEM", _of_info(lambda info: info.operating_system), 24, min_width=16, priority=6, grows=True),
        text_column("KERNEL", _of_info(lambda info: info.kernel_version), 20, min_width=12, priority=7),
    ),
    actions=(),
    counts=lambda rows: count(len([*rows]), "engine"),
    empty="No engines.",
)
