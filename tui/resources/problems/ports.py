"""Problems of published ports: a program that listens elsewhere than on the published port, or only on localhost."""

from __future__ import annotations

import re

from tui.engine.digits import whole_number
from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.problems.finding import last_lines, problem

_LISTENS = re.compile(r"\b(?:listen(?:ing|s)?|serving|running|started|bound|accept(?:ing|s)? connections)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?P<host>\[::1?\]|localhost|\*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?<=[\s(\[])):(?P<port>[0-9]{2,5})\b")
_ON_PORT = re.compile(r"\blisten(?:ing|s)? (?:on|at) (?:(?:tcp|http) )?port:? (?P<port>[0-9]{2,5})\b", re.IGNORECASE)
_LOOPBACK = frozenset({"127.0.0.1", "[::1]"})
"""Addresses of the container alone. Programs also write "localhost" where they listen on all addresses."""


def listens_elsewhere(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a program whose log says that it listens on another port than the published one, or only inside its container."""
    published = {port.private_port for port in facts.row.ports if port.public_port and port.type == "tcp"}
    if facts.row.state != "running" or not published:
        return None
    listening: dict[int, tuple[set[str], str]] = {}
    for line in last_lines(facts):
        found = _ADDRESS.finditer(line) if _LISTENS.search(line) else iter(())
        for match in (*found, *_ON_PORT.finditer(line)):
            port = whole_number(match["port"]) or 0
            hosts, _ = listening.setdefault(port, (set(), line.strip()[:200]))
            hosts.add(match.groupdict().get("host") or "")
    if not listening:
        return None
    local = sorted(port for port, (hosts, _) in listening.items() if port in published and hosts <= _LOOPBACK)
    if local:
        return problem(
            "listens-locally",
            facts,
            f"The program listens on localhost only: the published port {local[0]} is not reached from outside.",
            evidence=(f"Log: {listening[local[0]][1]}",),
            advice=("Let the program listen on 0.0.0.0, all addresses of the container.",),
            explains=True,
        )
    if published & listening.keys():
        return None
    port, (_, line) = next(iter(listening.items()))
    wanted = ", ".join(map(str, sorted(published)))
    return problem(
        "listens-elsewhere",
        facts,
        f"Port {wanted} is published, but the program listens on {port}.",
        severity="warn",
        evidence=(f"Log: {line}",),
        advice=(f"Publish port {port} of the container, or let the program listen on {wanted}.",),
        explains=True,
    )
