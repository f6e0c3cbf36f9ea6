"""The actions of a network that connect and disconnect containers."""

from __future__ import annotations

from collections.abc import Sequence

from tui.live.containers.used_by import Used
from tui.live.objects.networks import Network
from tui.resources.containers.connect import (
    ENDPOINT,
    FORCE,
    check_named,
    connect,
    connect_command,
    disconnect,
    disconnect_command,
    the_only,
)
from tui.resources.model.action import Action, Each, Field
from tui.resources.model.form_values import typed
from tui.resources.model.text import one_line

Row = Used[Network]


def title(row: Row) -> str:
    """Return the network's name for users."""
    return one_line(row.item.name)


def why_not_connect(row: Row) -> str:
    """Return why no container can be connected to a network, or ""."""
    network = row.item
    if network.driver == "host" or network.driver == "null":
        return "containers join this network only at creation"
    if network.ingress:
        return "ingress network of the swarm, for the ports of services"
    if network.config_only:
        return "configuration only, for other networks"
    if network.scope == "swarm" and not network.attachable:
        return "for services only: the network is not attachable"
    return ""


def why_not_disconnect(row: Row) -> str:
    """Return why no container can be disconnected from a network, or ""."""
    if row.item.driver == "host":
        return "network mode host is fixed at creation"
    return "" if row.users else "no container is connected"


def members(row: Row) -> Sequence[str]:
    """Return the names of the containers on a network, running or not."""
    return [one_line(user.name) for user in row.users]


CONNECT: Action[Row] = Action(
    name="connect",
    key="J",
    help="connect a container",
    do=Each(
        call=lambda session, row, answers: connect(session, row.item.id, typed(answers, "container"), answers),
        command=lambda row, answers: connect_command(row.item.name, typed(answers, "container"), answers),
        single=True,
    ),
    refusal=why_not_connect,
    fields=(Field("container", "Container", check=check_named("container"), offers="containers"), *ENDPOINT),
    question=lambda rows, host: f"Connect a container to network {title(rows[0])} on {one_line(host)}.",
    doing="connecting a container to",
    done="connected",
    footer=False,
)
DISCONNECT: Action[Row] = Action(
    name="disconnect",
    key="X",
    help="disconnect a container",
    do=Each(
        call=lambda session, row, answers: disconnect(session, row.item.id, typed(answers, "container"), answers),
        command=lambda row, answers: disconnect_command(row.item.name, typed(answers, "container"), answers),
        single=True,
    ),
    refusal=why_not_disconnect,
    fields=(Field("container", "Container", lambda row: the_only(members(row)), check_named("container"), offers=members),),
    question=lambda rows, host: f"Disconnect a container from network {title(rows[0])} on {one_line(host)}.",
    choices=(FORCE,),
    doing="disconnecting a container from",
    done="disconnected",
    footer=False,
)
