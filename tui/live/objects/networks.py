"""Network row. Connected containers come from the containers' rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tui.engine.objects.events import Event
from tui.engine.objects.networks import Network as Listed
from tui.live.clock import moment
from tui.live.containers.container import PROJECT
from tui.live.state.source import Source

if TYPE_CHECKING:
    from tui.engine import Engine

BUILT_IN = frozenset({"bridge", "host", "none"})


class Range(NamedTuple):
    """A range of addresses; fields not configured are empty."""

    subnet: str
    gateway: str
    ip_range: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One network. `created` is in seconds since the epoch; `scope` is local, swarm or global.

    All text is as the engine sent it: clean it before it is shown.
    """

    id: str
    name: str
    driver: str = ""
    scope: str = ""
    created: float = 0.0
    ranges: tuple[Range, ...] = ()
    ipv4: bool = True
    ipv6: bool = False
    internal: bool = False
    attachable: bool = False
    ingress: bool = False
    config_only: bool = False
    options: Mapping[str, str]
    labels: Mapping[str, str]
    project: str = ""  # Compose project

    @property
    def built_in(self) -> bool:
        """Whether it is one of the engine's own networks, which cannot be removed."""
        return self.name in BUILT_IN and self.scope == "local"


def from_listed(listed: Listed) -> Network:
    """Build a row from an entry of the list."""
    return Network(
        id=listed.id,
        name=listed.name,
        driver=listed.driver,
        scope=listed.scope,
        created=moment(listed.created),
        ranges=tuple(Range(each.subnet, each.gateway, each.ip_range) for each in listed.ipam.config),
        ipv4=listed.enable_ipv4,
        ipv6=listed.enable_ipv6,
        internal=listed.internal,
        attachable=listed.attachable,
        ingress=listed.ingress,
        config_only=listed.config_only,
        options=listed.options,
        labels=listed.labels,
        project=listed.labels.get(PROJECT, ""),
    )


async def read(engine: Engine, ids: Collection[str] | None) -> list[Network]:
    """List all networks, or those with these ids (`NetworkList`)."""
    listed = await engine.networks.list(None if ids is None else {"id": sorted(ids)})
    return [from_listed(each) for each in listed]


def patch(row: Network | None, event: Event) -> Network | None:
    """Return the row after the event; a new one has only what its event says."""
    if event.action in ("destroy", "remove"):
        return None
    if row is None and event.action == "create":
        said = event.actor.attributes
        id = event.actor.id
        at = event.time_nano / 1e9
        return Network(id=id, name=said.get("name", id[:12]), driver=said.get("type", ""), created=at, options={}, labels={})
    return row


NETWORKS: Source[Network] = Source(
    name="networks",
    events={"network": frozenset({"create", "destroy", "remove", "update"})},
    list=read,
    patch=patch,
    complete_events=frozenset({"destroy", "remove"}),
)
