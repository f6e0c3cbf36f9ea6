"""The networks: their list and actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.live.containers.used_by import Used, WithUsers, networks_of
from tui.live.objects.networks import NETWORKS as SOURCE
from tui.live.objects.networks import Network
from tui.resources.model.action import Action, Answers, Each, Whole
from tui.resources.model.cleanup_action import CLEAN_UP
from tui.resources.model.docker_commands import asks, command
from tui.resources.model.filter_expression import natural
from tui.resources.model.inspect import inspect
from tui.resources.model.monitor_actions import EVENTS_OF
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, count, one_line
from tui.resources.model.used_by import AGE, FILTER_FIELDS, PROJECT, USED_BY, USERS, filter_values, holders, summary, users_text
from tui.resources.networks.create import CREATE
from tui.resources.networks.details import diagram, overview
from tui.resources.networks.formats import kind
from tui.resources.networks.members import CONNECT, DISCONNECT, title

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session
    from tui.live.objects.network_members import Membership
    from tui.live.objects.reach import Reach
    from tui.resources.model.document import Document

Row = Used[Network]

NAMED = 3
"""Containers named in a question at most."""


def _subnets(row: Row) -> str:
    return one_line(" ".join(each.subnet for each in row.item.ranges if each.subnet))


def _filter_words(row: Row) -> str:
    net = row.item
    used = users_text(row.users) or "unused"
    parts = (net.name, net.driver, net.scope, net.project, used, kind(net), _subnets(row), net.id[:12])
    return "\n".join(map(one_line, parts))


def _why_not_remove(row: Row) -> str:
    if row.item.built_in:
        return "a predefined network cannot be removed"
    return holders(row.alive, "is connected: stop or disconnect the container first")


def _lost(rows: Sequence[Row]) -> str:
    """Return which stopped containers will not start without these networks, or ""."""
    names = list(dict.fromkeys(one_line(user.name) for row in rows for user in row.users if not user.alive))
    if not names:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    verb = "will not start" if len(names) > 1 else "does not start"
    return f"{', '.join(names[:NAMED])}{more} {verb} without {'the networks' if len(rows) > 1 else 'the network'}."


async def _gather(engine: Engine, row: Row) -> Membership:
    from tui.live.objects.network_members import gather  # rarely needed, so imported late

    return await gather(engine, row)


async def _gather_reach(engine: Engine, row: Row) -> Reach:
    from tui.live.objects.reach import of_network

    return await of_network(engine, row.item.name)


def _reach(found: Reach, row: Row, secrets: bool = False) -> Document:
    from tui.resources.containers.reach import of_network

    return of_network(found, row.item.name, secrets)


async def _prune(session: Session, _answers: Answers) -> str:
    gone = (await session.engine.networks.prune()).networks_deleted
    return f"{count(len(gone), 'network')} removed: {one_line(', '.join(gone))}" if gone else "nothing to remove"


COLUMNS: tuple[Column[Row], ...] = (
    Column(
        title="NAME",
        cell=lambda row: Cell(title(row), "dim" if row.item.built_in else "title"),
        key=lambda row: natural(row.item.name),
        width=22,
        min_width=14,
        grows=True,
        middle=True,
    ),
    Column(
        title="DRIVER", cell=lambda row: Cell(one_line(row.item.driver)), key=lambda row: row.item.driver, width=8, priority=2
    ),
    Column(title="SCOPE", cell=lambda row: Cell(one_line(row.item.scope)), key=lambda row: row.item.scope, width=6, priority=4),
    Column(
        title="SUBNET",
        cell=lambda row: Cell(_subnets(row)),
        key=lambda row: natural(_subnets(row)) or None,
        width=18,
        min_width=14,
        priority=1,
    ),
    USED_BY,
    Column(
        title="KIND",
        cell=lambda row: Cell(kind(row.item), "warn" if row.item.internal else ""),
        key=lambda row: kind(row.item) or None,
        width=10,
        priority=5,
    ),
    PROJECT,
    AGE,
    Column(
        title="ID",
        cell=lambda row: Cell(one_line(row.item.id[:12]), "dim"),
        key=lambda row: row.item.id,
        width=12,
        priority=6,
        wide=True,
    ),
)

REMOVE: Action[Row] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove",
    do=Each(
        call=lambda session, row, _: session.engine.networks.remove(row.item.id),
        command=command("network rm", lambda row: row.item.name),
    ),
    danger=True,
    refusal=_why_not_remove,
    question=lambda rows, host: asks("Remove", "network", title, _lost(rows))(rows, host),
    doing="removing",
    done="removed",
)
PRUNE: Action[Row] = Action(
    name="prune",
    key="",
    help="remove all unused networks",
    do=Whole(call=_prune, command=lambda _answers: ("network", "prune", "--force")),
    danger=True,
    footer=False,
    question=lambda _rows, host: (
        f"Remove all networks on {host} without a running container? Stopped containers do not start without their networks."
    ),
    doing="pruning",
    done="pruned",
)

NETWORKS: Resource[Row] = Resource(
    name="networks",
    singular="network",
    source=SOURCE,
    rows=WithUsers.of(SOURCE, lambda row: row.name, networks_of),
    event_type="network",
    id=lambda row: row.item.id,
    title=title,
    words=_filter_words,
    filter_fields=FILTER_FIELDS,
    filter_values=filter_values,
    columns=COLUMNS,
    actions=(CREATE, CONNECT, DISCONNECT, USERS, EVENTS_OF, REMOVE, CLEAN_UP, PRUNE),
    tabs=(
        Tab(name="overview", gather=_gather, document=overview, live=True),
        Tab(name="map", gather=_gather, document=diagram, live=True),
        Tab(name="reach", gather=_gather_reach, document=_reach, live=True),
        Tab(
            name="inspect",
            key="y",
            gather=lambda engine, row: engine.networks.inspect_raw(row.item.id),
            document=inspect,
            live=True,
        ),
    ),
    counts=lambda rows: summary([*rows], "network"),
    hidden_by_default=lambda row: not row.users,
    hidden_word="unused",
    sorted_by="NAME",
    empty="No networks. c creates a network.",
)
