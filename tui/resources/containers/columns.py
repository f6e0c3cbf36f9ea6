"""The columns of the list of containers."""

from collections.abc import Callable

from tui.live.containers.container import Container
from tui.resources.containers.compare import REGISTRY
from tui.resources.containers.formats import (
    both,
    cpu,
    figure,
    figure_key,
    full,
    image,
    memory,
    ports,
    since,
    state,
    state_key,
    together,
    whole_image,
)
from tui.resources.model import formats
from tui.resources.model.filter_expression import natural
from tui.resources.model.masking import masked_text
from tui.resources.model.resource import Column
from tui.resources.model.text import EMPTY, Cell, one_line


def _text(show: Callable[[Container], str], style: str = "") -> Callable[[Container], Cell]:
    return lambda row: Cell(one_line(show(row)), style)


def _restarts(row: Container) -> Cell:
    return Cell(str(row.restarts), "warn") if row.restarts else EMPTY


def _trend(row: Container) -> Cell:
    if not row.trend:
        return EMPTY
    from tui.resources.model.plots import spark  # imported late: the first screen has no wide columns

    return Cell(spark(row.trend), "accent")


def _networks(row: Container) -> str:
    return " ".join(f"{end.network} {end.address}".rstrip() for end in row.networks)


NAME: Column[Container] = Column(
    title="NAME",
    cell=_text(lambda row: row.name, "title"),
    middle=True,
    key=lambda row: natural(row.name),
    width=22,
    min_width=22,
    grows=True,
)
STATE: Column[Container] = Column(title="STATE", cell=state, key=state_key, width=26, min_width=22)
CPU: Column[Container] = Column(
    title="CPU %",
    cell=figure(cpu, lambda use: full((use.cpu_percent or 0.0) / max(use.cpus, 1))),
    key=figure_key(lambda use: use.cpu_percent),
    width=6,
    priority=1,
    right=True,
    statistics=True,
)
MEMORY: Column[Container] = Column(
    title="MEMORY",
    cell=figure(memory, lambda use: full(use.memory_percent)),
    key=figure_key(lambda use: use.memory),
    width=11,
    priority=1,
    right=True,
    statistics=True,
)
NETWORK: Column[Container] = Column(
    title="NET/S",
    cell=figure(lambda use: both(use.network_rx_rate, use.network_tx_rate)),
    key=figure_key(lambda use: together(use.network_rx_rate, use.network_tx_rate)),
    width=9,
    priority=5,
    right=True,
    statistics=True,
)
BLOCK: Column[Container] = Column(
    title="BLK/S",
    cell=figure(lambda use: both(use.block_read_rate, use.block_write_rate)),
    key=figure_key(lambda use: together(use.block_read_rate, use.block_write_rate)),
    width=9,
    priority=7,
    right=True,
    statistics=True,
)
PIDS: Column[Container] = Column(
    title="PIDS",
    cell=figure(lambda use: str(use.pids), lambda use: full(use.pids / use.pids_limit * 100) if use.pids_limit else ""),
    key=figure_key(lambda use: use.pids),
    width=5,
    priority=6,
    right=True,
    statistics=True,
)
IMAGE: Column[Container] = Column(
    title="IMAGE",
    cell=image,
    full=whole_image,
    middle=True,
    key=lambda row: natural(row.image_name or row.image),
    width=24,
    min_width=13,
    priority=2,
    grows=True,
)
PORTS: Column[Container] = Column(
    title="PORTS",
    cell=_text(lambda row: ports(row.ports)),
    key=lambda row: min((port.public_port or 65536 for port in row.ports), default=None),
    width=18,
    min_width=9,
    priority=2,
)
RESTARTS: Column[Container] = Column(
    title="RESTARTS",
    cell=_restarts,
    key=lambda row: None if row.restarts is None else -row.restarts,
    width=8,
    priority=6,
    right=True,
)
AGE: Column[Container] = Column(
    title="AGE",
    cell=lambda row: Cell(formats.age(row.created)),
    key=lambda row: -row.created,
    width=5,
    priority=3,
    right=True,
)
PROJECT: Column[Container] = Column(
    title="PROJECT",
    cell=_text(lambda row: row.project, "accent"),
    key=lambda row: natural(row.project) if row.project else None,
    width=13,
    min_width=8,
    priority=3,
)
TREND: Column[Container] = Column(
    title="CPU TREND",
    cell=_trend,
    key=figure_key(lambda use: use.cpu_percent),
    width=10,
    priority=9,
    wide=True,
    statistics=True,
)
SERVICE: Column[Container] = Column(
    title="SERVICE",
    cell=_text(lambda row: row.service),
    key=lambda row: natural(row.service) if row.service else None,
    width=12,
    priority=10,
    wide=True,
)
SINCE: Column[Container] = Column(
    title="SINCE",
    cell=lambda row: Cell(formats.age(since(row))),
    key=lambda row: -since(row) or None,
    width=5,
    priority=4,
    right=True,
)
ID: Column[Container] = Column(
    title="ID",
    cell=_text(lambda row: row.id[:12], "dim"),
    key=lambda row: row.id,
    width=12,
    priority=9,
    wide=True,
)
NETWORKS: Column[Container] = Column(
    title="NETWORKS",
    cell=_text(_networks),
    key=lambda row: _networks(row) or None,
    width=28,
    min_width=12,
    priority=11,
    wide=True,
)
COMMAND: Column[Container] = Column(
    title="COMMAND",
    cell=_text(lambda row: masked_text(row.command)),
    key=lambda row: row.command,
    width=30,
    min_width=12,
    priority=12,
    wide=True,
)
NETWORK_TOTAL: Column[Container] = Column(
    title="NET TOTAL",
    cell=figure(lambda use: both(use.network_rx, use.network_tx)),
    key=figure_key(lambda use: together(use.network_rx, use.network_tx)),
    width=10,
    priority=13,
    right=True,
    wide=True,
    statistics=True,
)
BLOCK_TOTAL: Column[Container] = Column(
    title="BLK TOTAL",
    cell=figure(lambda use: both(use.block_read, use.block_write)),
    key=figure_key(lambda use: use.block_read + use.block_write),
    width=10,
    priority=14,
    right=True,
    wide=True,
    statistics=True,
)

COLUMNS: tuple[Column[Container], ...] = (
    NAME,
    STATE,
    CPU,
    MEMORY,
    NETWORK,
    BLOCK,
    PIDS,
    IMAGE,
    REGISTRY,
    PORTS,
    RESTARTS,
    AGE,
    PROJECT,
    TREND,
    SERVICE,
    SINCE,
    ID,
    NETWORKS,
    COMMAND,
    NETWORK_TOTAL,
    BLOCK_TOTAL,
)
