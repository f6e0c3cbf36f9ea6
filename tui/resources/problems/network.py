"""Problems between containers: a name that is not resolved, or a port that is not reached, and why.

The name and the port come from the last lines of the log of a suspected container, or from the environment of one that was
inspected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from tui.engine.digits import whole_number
from tui.live.containers.container import Container
from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.containers.formats import state, title
from tui.resources.model.text import one_line
from tui.resources.problems.finding import problem, quoted, said

_HOST = r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?)"
_PORT = r"(?P<port>[0-9]{1,5})"

UNRESOLVED = tuple(
    re.compile(words.replace("HOST", _HOST), re.IGNORECASE)
    for words in (
        r"could not translate host name \"HOST\"",
        r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN) HOST",
        r"lookup HOST(?: on [^ ]+)?: (?:no such host|server misbehaving|Temporary failure)",
        r"could not resolve (?:host(?:name)?|proxy)[: ]+[\"']?HOST",
        r"unable to resolve host(?: address)? [\"'‘]?HOST",
        r"bad address [\"']HOST",
        r"host not found in upstream \"HOST",
        r"unknownhostexception: HOST",
        r"unknown (?:mysql|mariadb) server host [\"']HOST",
        r"connecting to HOST:[0-9]+\. (?:name or service not known|temporary failure)",
        r"host=[\"']HOST[\"'].{0,200}(?:name or service not known|temporary failure in name resolution|failed to resolve)",
        r"failed to resolve [\"']HOST[\"']",
        r"(?:^|[\s\"'(])HOST(?::[0-9]{1,5})?[\"')]?: (?:name or service not known|temporary failure in name resolution|"
        r"name does not resolve|no address associated with hostname)",
        r"could not (?:look ?up|resolve) (?:address for )?[\"']?HOST",
    )
)
"""What programs say about a name that is not resolved."""

_NO_WAY = (
    r"(?:connection refused|ECONNREFUSED|no route to host|EHOSTUNREACH|network is unreachable|ENETUNREACH|"
    r"connection timed out|ETIMEDOUT|i/o timeout|operation timed out)"
)
UNREACHED = tuple(
    re.compile(words.replace("HOST", _HOST).replace("PORT", _PORT).replace("NO_WAY", _NO_WAY), re.IGNORECASE)
    for words in (
        r"at \"HOST\"(?: \([0-9.:a-f]+\))?, port PORT failed: .*NO_WAY",
        r"failed to connect to HOST port PORT.*?: (?:NO_WAY|couldn't connect)",
        r"NO_WAY.{0,120}?upstream: \"\w+://HOST:PORT",
        r"NO_WAY:? HOST:PORT",
        r"error [0-9]+ connecting to HOST:PORT\. NO_WAY",
        r"HOST:PORT\b[^A-Za-z0-9]{0,4}(?:\w+: ){0,3}.{0,60}?NO_WAY",
        r"can't connect to .*?[\"'(]HOST[\"':]+PORT?.{0,80}NO_WAY",
        r"host=[\"']HOST[\"'], port=PORT.{0,300}NO_WAY",
        r"NO_WAY.{0,60}?\bHOST:PORT\b",
    )
)
"""What programs say about an address that is not reached."""

_URL = re.compile(rf"\b[a-z][a-z0-9+.-]{{1,20}}://(?:[^\s/@]*@)?{_HOST}(?::{_PORT})?(?=[/?\s,;]|$)", re.IGNORECASE)
_PAIR = re.compile(rf"^{_HOST}:{_PORT}$")
_NAMES_A_HOST = re.compile(r"(?:HOST(?:NAME)?|_ADDR(?:ESS)?|_SERVER|_ENDPOINT)$", re.IGNORECASE)
_WORD = re.compile(rf"^{_HOST}$")

LOCAL = frozenset({"localhost", "localhost.localdomain", "host.docker.internal", "gateway.docker.internal", "0.0.0.0"})
"""Names that are not those of containers."""


class Peer(NamedTuple):
    """A host that a container connects to, and its port, 0 if unknown."""

    host: str
    port: int = 0


class Reason(NamedTuple):
    """Why a peer is not reached: a sentence, and what to do."""

    what: str
    advice: str


def of_match(match: re.Match[str]) -> Peer:
    """Return the host and the port that a message names."""
    found = match.groupdict()
    return Peer(found["host"].rstrip(".").lower(), whole_number(found.get("port") or "") or 0)


def peers(environment: list[str]) -> Iterator[tuple[str, Peer]]:
    """Yield the hosts that a container's environment names, with the name of the variable."""
    for variable in environment:
        name, _, value = variable.partition("=")
        for match in _URL.finditer(value[:2000]):
            yield name, of_match(match)
        whole = _PAIR.match(value) or (_WORD.match(value) if _NAMES_A_HOST.search(name) else None)
        if whole is not None:
            yield name, of_match(whole)


# --- which container is meant ----------------------------------------------------------------------------------------


def meant(host: str, row: Container, engine: EngineFacts) -> list[ContainerFacts]:
    """Return the containers that a name or an address may stand for, the most likely first."""
    found: list[tuple[int, ContainerFacts]] = []
    for other in engine.containers.values():
        if other.row.id == row.id:
            continue
        same = other.row.project == row.project
        if any(end.address == host for end in other.row.networks):
            rank = 0
        elif other.row.service == host and same and row.project:
            rank = 1
        elif other.row.name == host or other.row.id[:12] == host or host in aliases(other):
            rank = 2
        elif other.row.service == host or other.row.name.removesuffix("-1").endswith(f"-{host}"):
            rank = 3
        else:
            continue
        found.append((rank + (0 if other.row.alive else 10 if not same else 0), other))
    return [other for _, other in sorted(found, key=lambda each: (each[0], not each[1].row.alive))]


def aliases(facts: ContainerFacts) -> set[str]:
    """Return the names that a container is known to have on its networks."""
    names: set[str] = set()
    if facts.found is not None:
        for end in facts.found.network_settings.networks.values():
            names.update(name.lower() for name in (*(end.aliases or ()), *(end.dns_names or ())))
    return names


def _networks(row: Container) -> set[str]:
    return {end.network for end in row.networks}


def resolvable(host: str, row: Container, other: ContainerFacts) -> bool:
    """Return whether a container can resolve this name of another one, by what is known of both."""
    common = (_networks(row) & _networks(other.row)) - {"bridge"}
    named = host in (other.row.name, other.row.id[:12], other.row.service) or host in aliases(other)
    return bool(common) and named and other.row.state == "running"


# --- why -------------------------------------------------------------------------------------------------------------


def why(peer: Peer, facts: ContainerFacts, engine: EngineFacts, named: str) -> Reason | None:
    """Return why a container does not reach a peer, or None if nothing explains that. `named` is the peer in words."""
    row = facts.row
    found = meant(peer.host, row, engine)
    if not found:
        return None
    if any(resolvable(peer.host, row, other) for other in found):
        other = next(other for other in found if resolvable(peer.host, row, other))
        return _port(peer, other)
    other = found[0]
    name = title(other.row)
    if other.row.state != "running":
        help = "unpause" if other.row.state == "paused" else "start"
        said = state(other.row).text
        return Reason(f"container {name} is not running ({said})", f"Find out why {name} is not running, or {help} {name}.")
    if row.network_mode in ("none", "host"):
        on = "no network" if row.network_mode == "none" else "the network of the host"
        return Reason(
            f"this container is on {on}, where names of containers are not resolved",
            f"Connect the container to a network of {name}: {', '.join(sorted(_networks(other.row)))}.",
        )
    return _no_network(peer, row, other, named)


def _no_network(peer: Peer, row: Container, other: ContainerFacts, named: str) -> Reason | None:
    """Return the reason in the networks of both, or None."""
    name = title(other.row)
    own, others = _networks(row), _networks(other.row)
    common = own & others
    if any(end.address == peer.host for end in other.row.networks) and common:
        return _port(peer, other)
    if not common:
        where = ", ".join(map(one_line, sorted(others)))
        here = ", ".join(map(one_line, sorted(own)))
        return Reason(
            f"no network in common: {name} is on {where or 'no network'}, this container on {here or 'no network'}",
            f"Connect this container to {where} (J)." if others else f"Connect {name} to a network of this container (J).",
        )
    if common == {"bridge"}:
        return Reason(
            "the default network bridge resolves no names of containers",
            f"Create a network, and connect both containers to it (J): {title(row)} and {name}.",
        )
    on = one_line(sorted(common - {"bridge"})[0])
    known = [one_line(each) for each in dict.fromkeys((other.row.name, other.row.service)) if each]
    return Reason(
        f"{name} has another name on network {on}: {' or '.join(known)}",
        f"Use that name, or connect {name} with the alias {named} (J).",
    )


def _port(peer: Peer, other: ContainerFacts) -> Reason | None:
    """Return that the other container does not listen on this port."""
    name = title(other.row)
    known = sorted({port.private_port for port in other.row.ports})
    if not peer.port:
        return None
    if peer.port in {port.public_port for port in other.row.ports} and peer.port not in known:
        inside = next(port.private_port for port in other.row.ports if port.public_port == peer.port)
        return Reason(
            f"{peer.port} is the port of the host: inside the network {name} listens on {inside}",
            f"Use port {inside}.",
        )
    if known and peer.port not in known:
        ports = ", ".join(map(str, known))
        return Reason(f"{name} exposes {ports}, not {peer.port}", f"Use port {known[0]}, or check where {name} listens.")
    if other.row.health == "unhealthy" or other.row.health == "starting":
        return Reason(f"{name} is {other.row.health}", f"Find out why {name} is {other.row.health}.")
    return Reason(
        f"{name} runs, but does not accept connections on port {peer.port}",
        f"Check in {name} whether its program listens on all addresses (0.0.0.0) and on port {peer.port}.",
    )


# --- the rules -------------------------------------------------------------------------------------------------------


def unresolved(facts: ContainerFacts, engine: EngineFacts) -> Problem | None:
    """Find a name that the log says is not resolved."""
    match = said(facts, *UNRESOLVED)
    if match is None or (peer := of_match(match)).host in LOCAL:
        return None
    host = one_line(peer.host)
    reason = why(peer, facts, engine, host)
    known = meant(peer.host, facts.row, engine)
    if reason is None and known and facts.row.state == "running":
        return None  # the other container has become reachable since
    if reason is None and not known:
        like = _similar(peer.host, facts.row, engine)
        reason = Reason(
            "no container of this engine has this name",
            f"Is {like} meant? Correct the name, or give {like} this alias."
            if like
            else "Correct the name, start the container of this name, or check the DNS server of the host.",
        )
    because = f": {reason.what}" if reason is not None else ""
    advice = reason.advice if reason is not None else f"Restart this container if {host} started later."
    return problem(
        "name",
        facts,
        f"The name {host} cannot be resolved{because}.",
        evidence=(quoted(match),),
        advice=(advice,),
        explains=True,
    )


def _similar(host: str, row: Container, engine: EngineFacts) -> str:
    """Return a name like this one that the container could use, or ""."""
    names = {
        name: None
        for other in engine.containers.values()
        if other.row.id != row.id and _networks(other.row) & _networks(row)
        for name in (other.row.service, other.row.name)
        if name
    }
    return one_line(next(iter(get_close_matches(host, list(names), 1, 0.6)), ""))


def unreached(facts: ContainerFacts, engine: EngineFacts) -> Problem | None:
    """Find an address that the log says is not reached."""
    match = said(facts, *UNREACHED)
    if match is None or said(facts, *UNRESOLVED):
        return None
    peer = of_match(match)
    if peer.host in ("127.0.0.1", "localhost", "::1"):
        return _own_address(peer, match, facts, engine)
    reason = why(peer, facts, engine, one_line(peer.host))
    known = meant(peer.host, facts.row, engine)
    if reason is None and (known or facts.row.state == "running"):
        return None
    other = title(known[0].row) if known else one_line(peer.host)
    return problem(
        "peer",
        facts,
        f"{other} is not reached on port {peer.port}" + (f": {reason.what}." if reason else "."),
        evidence=(quoted(match),),
        advice=(reason.advice,) if reason else (f"Check from here whether {other} accepts connections.",),
        explains=True,
    )


def _own_address(peer: Peer, match: re.Match[str], facts: ContainerFacts, engine: EngineFacts) -> Problem | None:
    """Return that localhost is the container itself, if another container has the port."""
    others = [
        other
        for other in engine.containers.values()
        if other.row.id != facts.row.id and any(peer.port in (port.private_port, port.public_port) for port in other.row.ports)
    ]
    others.sort(key=lambda other: not (_networks(other.row) & _networks(facts.row)))
    if not others:
        return None
    name = title(others[0].row)
    called = one_line(others[0].row.service if others[0].row.project == facts.row.project else "") or name
    return problem(
        "peer",
        facts,
        f"localhost:{peer.port} is not reached: localhost is this container itself, {name} has port {peer.port}.",
        evidence=(quoted(match),),
        advice=(f"Connect to {called} instead of localhost.",),
        explains=True,
    )


def environment(facts: ContainerFacts, engine: EngineFacts) -> Problem | None:
    """Find a host in the environment that is a container which cannot be reached.

    The log of a container that runs without complaint is not contradicted.
    """
    row = facts.row
    if row.state not in ("running", "restarting", "exited") or facts.found is None:
        return None
    if row.state == "running" and facts.read is not None and not said(facts, *UNRESOLVED, *UNREACHED):
        return None
    if said(facts, *UNRESOLVED, *UNREACHED) or (row.state == "exited" and row.exit_code == 0):
        return None
    for variable, peer in peers(facts.found.config.env):
        found = meant(peer.host, row, engine)
        if not found or not _certain(peer.host, row, found[0]):
            continue
        if any(resolvable(peer.host, row, other) for other in found):
            continue
        if (reason := why(peer, facts, engine, one_line(peer.host))) is not None:
            return problem(
                "name",
                facts,
                f"{one_line(peer.host)} cannot be reached: {reason.what}.",
                severity="warn",
                evidence=(f"The variable {one_line(variable)} names {one_line(peer.host)}.",),
                advice=(reason.advice,),
                explains=True,
            )
    return None


def _certain(host: str, row: Container, other: ContainerFacts) -> bool:
    """Return whether a name surely means this container: of the same project, or by its own name."""
    same = bool(row.project) and other.row.project == row.project and other.row.service == host
    return same or other.row.name == host
