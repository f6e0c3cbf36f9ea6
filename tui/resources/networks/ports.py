"""The published ports of the host: their containers, conflicts, and targets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from tui.engine.digits import whole_number
from tui.live.containers.host_ports import EVERY, LAST_PORT, Port, Ports, overlap
from tui.resources.containers.formats import state, state_key
from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, count, one_line

WORDED = 256
"""Ports of a range that the filter finds one by one; of a longer range it finds the ends."""

_ASKED = re.compile(
    r"(?:(?P<ip>[\d.]+|\[[0-9a-fA-F:.]+\]|localhost)?:)?(?P<port>\d{1,5})(?:/(?P<kind>tcp|udp|sctp))?", re.ASCII
)


def title(row: Port) -> str:
    """Return the port's name for users: "8080/tcp"."""
    if row.on_host:
        return "host"
    return f"{_outside(row)}/{one_line(row.kind)}"


def _outside(row: Port) -> str:
    if not row.first:
        return "any"
    return str(row.first) if row.first == row.last else f"{row.first}-{row.last}"


def _inside(row: Port) -> str:
    if row.on_host:
        return one_line(" ".join(row.exposed))
    size = 0 if row.one_of else row.last - row.first
    return str(row.inside) if not size else f"{row.inside}-{row.inside + size}"


def _address(row: Port) -> str:
    if row.on_host:
        return "host network"
    return one_line(f"[{row.ip}]" if ":" in row.ip else row.ip) or "all"


def place(row: Port) -> tuple[str, str]:
    """Return the address on the host and the port in the container: "127.0.0.1:8080", "80/tcp"."""
    address = f"{_address(row)}:" if row.ip != EVERY else ""
    outside = f"{address}{_outside(row)}" if row.first else f"{address}any free port"
    return outside, f"{_inside(row)}/{one_line(row.kind)}"


def _name(row: Port) -> str:
    return one_line(row.container.name)


def note(row: Port) -> Cell:
    """Return the note of a port: a conflict, the host's network, a port chosen by the engine."""
    if row.rivals:
        return _clash(row)
    if row.on_host:
        return Cell("ports open directly on the host", "dim")
    if row.one_of:
        return Cell("the engine chooses a port of the range", "dim")
    return Cell("" if row.first else "the engine chooses a port at the start", "dim")


def _clash(row: Port) -> Cell:
    have = [one_line(rival.name) for rival in row.rivals if rival.alive]
    want = [one_line(rival.name) for rival in row.rivals if not rival.alive]
    if have:
        return Cell(f"conflict: in use by {', '.join(have)}", "bad")
    return Cell(f"conflict with {', '.join(want)} (stopped)", "warn")


def _filter_words(row: Port) -> str:
    ports = range(row.first, row.last + 1) if row.last - row.first < WORDED else (row.first, row.last)
    numbers = " ".join(map(str, ports)) if row.first else ""
    container = row.container
    parts = (
        numbers,
        title(row),
        _address(row),
        container.name,
        container.project,
        container.state,
        _inside(row),
        note(row).text,
    )
    return "\n".join(map(one_line, parts))


def summary(rows: Iterable[Port]) -> str:
    """Return the number of ports, and how many of them are in conflict."""
    known = [row for row in rows if not row.on_host]
    clashing = sum(bool(row.rivals) for row in known)
    return count(len(known), "port") + (f", {clashing} in conflict" if clashing else "")


# --- questions -------------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """A question about a port: on which address (empty: any), of which protocol (empty: any)."""

    port: int
    kind: str = ""
    ip: str = EVERY


def asked(text: str) -> Asked | None:
    """Return the question in "8080", "53/udp", "127.0.0.1:8080"; None if invalid."""
    found = _ASKED.fullmatch(text.strip())
    if found is None or not 0 < (whole_number(found["port"]) or 0) <= LAST_PORT:
        return None
    ip = (found["ip"] or "").strip("[]")
    return Asked(whole_number(found["port"]) or 0, found["kind"] or "", "127.0.0.1" if ip == "localhost" else ip)


def those_with(question: Asked, rows: Iterable[Port]) -> list[Port]:
    """Return the rows that the question matches, running containers first."""
    found = [
        row
        for row in rows
        if row.first <= question.port <= row.last and question.kind in ("", row.kind) and overlap(question.ip, row.ip)
    ]
    return sorted(found, key=lambda row: (not row.container.alive, row.one_of, row.kind, natural(row.container.name)))


def answer(question: Asked, rows: Iterable[Port]) -> str:
    """Return the answer as a sentence: "8080/tcp leads to web:80; old-web (stopped) would want it too"."""
    known = [*rows]
    found = those_with(question, known)
    kinds = sorted({row.kind for row in found})
    said = [_of_kind(question, kind, [row for row in found if row.kind == kind]) for kind in kinds]
    name = f"{question.port}/{question.kind}" if question.kind else str(question.port)
    text = "; ".join(said) or f"{name} is not published by any container"
    own = sorted({_name(row) for row in known if row.on_host and row.container.alive})
    if own and not any(row.container.alive for row in found):
        text += f"; {', '.join(own)} (network mode host) may use the port"
    return text


def _of_kind(question: Asked, kind: str, rows: list[Port]) -> str:
    name = f"{question.port}/{one_line(kind)}"
    have = [row for row in rows if row.container.alive]
    want = [f"{_name(row)} ({one_line(row.container.state)})" for row in rows if not row.container.alive]
    places = [f"{_name(row)}:{row.inside + question.port - row.first}{_on(row)}" for row in have]
    if not have:
        return f"{name} is free; published by {' and '.join(want)} once started"
    return f"{name} leads to {' and '.join(places)}" + (f"; {' and '.join(want)} would conflict" if want else "")


def _on(row: Port) -> str:
    return f" (on {_address(row)} only)" if row.ip != EVERY else ""


COLUMNS: tuple[Column[Port], ...] = (
    Column(
        title="PORT",
        cell=lambda row: Cell("" if row.on_host else _outside(row), "title" if row.container.alive else ""),
        key=lambda row: row.first or None,
        width=11,
        min_width=9,
    ),
    Column(title="PROTO", cell=lambda row: Cell(one_line(row.kind)), key=lambda row: row.kind or None, width=5, priority=1),
    Column(
        title="HOST ADDRESS",
        cell=lambda row: Cell(_address(row), "warn" if row.on_host else ""),
        key=_address,
        width=15,
        min_width=12,
        priority=3,
    ),
    Column(
        title="CONTAINER",
        cell=lambda row: Cell(_name(row), "accent"),
        key=lambda row: natural(row.container.name),
        width=22,
        min_width=14,
        grows=True,
    ),
    Column(title="INSIDE", cell=lambda row: Cell(_inside(row)), key=lambda row: row.inside or None, width=9, priority=1),
    Column(
        title="STATE",
        cell=lambda row: state(row.container),
        key=lambda row: state_key(row.container),
        width=14,
        min_width=8,
        priority=2,
    ),
    Column(title="NOTE", cell=note, key=lambda row: note(row).text or None, width=40, min_width=14, priority=1, grows=True),
    Column(
        title="PROJECT",
        cell=lambda row: Cell(one_line(row.container.project), "accent"),
        key=lambda row: natural(row.container.project) if row.container.project else None,
        width=13,
        min_width=8,
        priority=5,
    ),
)

PORTS: Resource[Port] = Resource(
    name="ports",
    singular="port",
    rows=lambda session: Ports(session.network_inspector),
    id=lambda row: row.id,
    engine_id=lambda row: row.container.id,
    title=title,
    words=_filter_words,
    columns=COLUMNS,
    actions=(),
    counts=summary,
    hidden_by_default=lambda row: not row.container.alive,
    sorted_by="PORT",
    empty="No container publishes a port, running or not.",
)
