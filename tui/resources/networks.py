"""Networks: who is on them, what can be done to them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from tui.engine.objects.networks import IPAM, IPAMConfig, NetworkCreate
from tui.live.networks import Network
from tui.live.users import Used
from tui.resources.asking import asks, command, quoted
from tui.resources.container_details import inspect
from tui.resources.description import Action, Answers, Choice, Column, Field, Resource, Tab
from tui.resources.matching import natural
from tui.resources.network_details import kind, overview
from tui.resources.shelves import (
    AGE,
    PROJECT,
    USED_BY,
    USERS,
    check_pairs,
    holders,
    pair_flags,
    pairs,
    summary,
    typed,
    users_text,
)
from tui.resources.text import Cell, count, one_line
from tui.resources.tidying import CLEAN_UP
from tui.resources.watching import EVENTS_OF

if TYPE_CHECKING:
    from tui.engine import Engine

Row = Used[Network]


def title(row: Row) -> str:
    """What people call the network."""
    return one_line(row.item.name)


def _subnets(row: Row) -> str:
    return one_line(" ".join(each.subnet for each in row.item.ranges if each.subnet))


def _filter_words(row: Row) -> str:
    net = row.item
    used = users_text(row.users) or "unused"
    parts = (net.name, net.driver, net.scope, net.project, used, kind(net), _subnets(row), net.id[:12])
    return "\n".join(map(one_line, parts))


def _why_not_remove(row: Row) -> str:
    if row.item.built_in:
        return "it is the engine's own and cannot be removed"
    return holders(row.alive, "is on it: stop the container or disconnect it first")


def _check_subnet(text: str) -> str:
    try:
        ipaddress.ip_network(text.strip() or "10.0.0.0/8")
    except ValueError:
        return "a range of addresses such as 172.30.0.0/16, without host bits"
    return "" if "/" in text or not text.strip() else "the size is missing: 172.30.0.0/16"


def _made(answers: Answers) -> NetworkCreate:
    subnet = typed(answers, "subnet")
    return NetworkCreate(
        name=typed(answers, "name"),
        driver=typed(answers, "driver") or "bridge",
        internal="internal" in answers.ticked,
        ipam=IPAM(config=[IPAMConfig(subnet=subnet)]) if subnet else None,
        enable_ipv6=True if ":" in subnet else None,
        labels=pairs(answers.text("labels")),
    )


async def _create(engine: Engine, answers: Answers) -> str:
    wanted = _made(answers)
    made = await engine.networks.create(wanted)
    said = f"; the engine warns: {one_line(made.warning)}" if made.warning else ""
    return f"network {one_line(wanted.name)} created{said}"


def _create_command(answers: Answers) -> str:
    made = _made(answers)
    flags = [f"--driver {quoted(made.driver)}", *(["--internal"] if made.internal else [])]
    flags += [f"--subnet {quoted(each.subnet)}" for each in (made.ipam.config if made.ipam else [])]
    flags += ["--ipv6"] if made.enable_ipv6 else []
    return " ".join(["network create", *flags, *pair_flags("--label", made.labels), quoted(made.name)])


async def _prune(engine: Engine, _answers: Answers) -> str:
    gone = (await engine.networks.prune()).networks_deleted
    return f"{count(len(gone), 'network')} removed: {one_line(', '.join(gone))}" if gone else "nothing to remove"


COLUMNS: tuple[Column[Row], ...] = (
    Column(title="NAME", cell=lambda row: Cell(title(row), "dim" if row.item.built_in else "title"),
           key=lambda row: natural(row.item.name), width=22, least=14, grows=True),
    Column(title="DRIVER", cell=lambda row: Cell(one_line(row.item.driver)), key=lambda row: row.item.driver, width=8, rank=2),
    Column(title="SCOPE", cell=lambda row: Cell(one_line(row.item.scope)), key=lambda row: row.item.scope, width=6, rank=4),
    Column(title="SUBNET", cell=lambda row: Cell(_subnets(row)), key=lambda row: natural(_subnets(row)) or None, width=18,
           least=14, rank=1),
    USED_BY,
    Column(title="KIND", cell=lambda row: Cell(kind(row.item), "warn" if row.item.internal else ""),
           key=lambda row: kind(row.item) or None, width=10, rank=5),
    PROJECT,
    AGE,
    Column(title="ID", cell=lambda row: Cell(one_line(row.item.id[:12]), "dim"), key=lambda row: row.item.id, width=12, rank=6,
           wide=True),
)  # fmt: skip

CREATE: Action[Row] = Action(
    name="create", key="c", help="create a network", scope="all", call_all=_create, command_all=_create_command,
    question=lambda _rows, host: f"Create a network on {host}.", doing="creating", done="created",
    fields=(
        Field("name", "Name", check=lambda text: "" if text.strip() else "a network needs a name"),
        Field("driver", "Driver", hint="bridge"),
        Field("subnet", "Subnet", check=_check_subnet, hint="empty: the engine finds one"),
        Field("labels", "Labels", check=check_pairs, hint="name=value name=value"),
    ),
    choices=(Choice("internal", "internal, without a way out"),),
)  # fmt: skip
REMOVE: Action[Row] = Action(
    name="remove", key="delete", also=("D",), help="remove", danger=True, refusal=_why_not_remove,
    question=asks("Remove", "network", title), call=lambda engine, row, _: engine.networks.remove(row.item.id),
    doing="removing", done="removed", command=command("network rm", title),
)  # fmt: skip
PRUNE: Action[Row] = Action(
    name="prune", key="", help="remove all that no running container is on", scope="all", danger=True, footer=False,
    question=lambda _rows, host: f"Remove all networks on {host} that no running container is on?",
    call_all=_prune, command_all=lambda _answers: "network prune --force", doing="pruning", done="pruned",
)  # fmt: skip

NETWORKS: Resource[Row] = Resource(
    name="networks", singular="network", id=lambda row: row.item.id, title=title, words=_filter_words, columns=COLUMNS,
    actions=(CREATE, USERS, EVENTS_OF, REMOVE, CLEAN_UP, PRUNE),
    tabs=(
        Tab(name="overview", gather=lambda engine, row: engine.networks.inspect(row.item.id), document=overview, live=True),
        Tab(name="inspect", gather=lambda engine, row: engine.networks.inspect_raw(row.item.id), document=inspect, live=True),
    ),
    counts=lambda rows: summary([*rows], "network"), resting=lambda row: not row.users, resting_word="unused", sorted_by="NAME",
    empty="No networks here. c creates one.",
)  # fmt: skip
