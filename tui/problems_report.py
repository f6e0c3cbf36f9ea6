"""The problems of engines and the report on one container as text or JSON, without a screen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tui.engine.errors import EngineError
from tui.live import clock
from tui.live.containers.container import Container
from tui.live.engine_session import Session
from tui.live.problem import Problem
from tui.live.state.store import Connected, Lost
from tui.output import result, say
from tui.resources.model import formats
from tui.resources.model.advice import told
from tui.resources.problems.problems import level, problems_of
from tui.resources.registry import EVENTS

if TYPE_CHECKING:
    from tui.engine.transport.address import Address

NOTHING, UNREACHABLE, UNKNOWN, FOUND = 0, 1, 2, 3
"""Exit status: nothing is wrong, an engine did not answer, there is no such container, something is wrong."""

CONNECTING = 30.0
"""Seconds to wait for an engine."""

READING = 10.0
"""Seconds to wait until the suspected containers are read; what is known by then is reported."""


def report_problems(addresses: Sequence[Address], as_json: bool) -> int:
    """Print what is wrong on these engines; return the exit status."""
    return asyncio.run(_report_problems(addresses, as_json))


def report_container(addresses: Sequence[Address], name: str, as_json: bool) -> int:
    """Print what is wrong with a container of the first engine, and why it ended; return the exit status."""
    return asyncio.run(_report_container(addresses[0], name, as_json))


async def connected(session: Session) -> str:
    """Wait until the engine's containers are listed; return why that failed, or ""."""
    state = session.store.connection
    news = asyncio.Event()
    state.subscribe(lambda _connection: news.set())
    try:
        async with asyncio.timeout(CONNECTING):
            while not isinstance(state.value, Connected | Lost):
                news.clear()
                await news.wait()
    except TimeoutError:
        return f"{session.label} does not answer."
    if isinstance(state.value, Lost):
        return told(state.value.reason)
    return ""


async def _examined(session: Session) -> str:
    """Wait until the engine's containers are examined too; return why that failed, or ""."""
    if failure := await connected(session):
        return failure
    with suppress(TimeoutError):
        async with asyncio.timeout(READING):
            await problems_of(session).settled()
    return ""


async def _report_problems(addresses: Sequence[Address], as_json: bool) -> int:
    found: list[tuple[str, Problem]] = []
    failures = []
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(session_of(address)) for address in addresses]
        for session, failure in zip(sessions, await asyncio.gather(*map(_examined, sessions)), strict=True):
            if failure:
                failures.append(failure)
            else:
                with clock.of(session.store.clock):
                    found += [(session.label, row) for row in problems_of(session).rows.values() if row.active]
    found.sort(key=lambda each: (each[1].severity, -each[1].since, each[1].name))
    if as_json:
        result(json.dumps([_as_json(row, host) for host, row in found], indent=2, ensure_ascii=False))
    else:
        for host, row in found:
            _print(row, host if len(addresses) > 1 else "")
        if not found and not failures:
            result("No problems found.")
    for failure in failures:
        say(f"longshore: {failure}")
    return UNREACHABLE if failures else FOUND if found else NOTHING


def session_of(address: Address) -> Session:
    """Return a session with an engine, in which nothing is changed."""
    return Session.open(address, read_only=True, events=EVENTS)


def _print(row: Problem, host: str) -> None:
    """Print a problem: its level, object, age and text, then the evidence and the next steps."""
    name = f"{host}/{row.name}" if host else row.name
    since = f" ({formats.ago(row.since)})" if row.since else ""
    result(f"{level(row)}: {name}: {row.what}{since}")
    for text in row.evidence:
        result(f"    {text}")
    for text in row.advice:
        result(f"    → {text}")


def _as_json(row: Problem, host: str) -> dict[str, Any]:
    since = datetime.fromtimestamp(row.since, UTC).isoformat() if 0 < row.since < formats.YEAR_10000 else None
    return {
        "host": host,
        "rule": row.rule,
        "level": level(row),
        "type": row.screen.removesuffix("s"),
        "name": row.name,
        "id": row.object_id,
        "since": since,
        "problem": row.what,
        "evidence": list(row.evidence),
        "nextSteps": list(row.advice),
    }


async def _report_container(address: Address, name: str, as_json: bool) -> int:
    async with session_of(address) as session:
        if failure := await _examined(session):
            say(f"longshore: {failure}")
            return UNREACHABLE
        row = named(session, name)
        if row is None:
            say(f"longshore: there is no container {name!r} on {session.label}")
            return UNKNOWN
        with clock.of(session.store.clock):
            found = [each for each in problems_of(session).rows.values() if each.object_id == row.id and each.active]
            if as_json:
                problems = [_as_json(each, session.label) for each in found]
                answer = {"name": row.name, "id": row.id, "state": row.state, "problems": problems}
                result(json.dumps(answer, indent=2, ensure_ascii=False))
            else:
                await _print_card(session, row)
    return FOUND if found else NOTHING


def report_bundle(addresses: Sequence[Address], names: Sequence[str], file: str) -> int:
    """Save a bundle of these containers or projects of the first engine; return the exit status."""
    return asyncio.run(_report_bundle(addresses[0], names, file))


async def _report_bundle(address: Address, names: Sequence[str], file: str) -> int:
    from tui.live.jobs.filenames import path_of
    from tui.resources.containers.bundle import save_bundle

    async with session_of(address) as session:
        if failure := await _examined(session):
            say(f"longshore: {failure}")
            return UNREACHABLE
        rows: list[Container] = []
        for name in names:
            row = named(session, name)
            members = [each for each in session.store.containers.rows.values() if each.project == name]
            found = members if members and (row is None or row.name != name) else [row] if row is not None else []
            if not found:
                say(f"longshore: there is no container or project {name!r} on {session.label}")
                return UNKNOWN
            rows += [each for each in found if each not in rows]
        try:
            with clock.of(session.store.clock):
                result(await save_bundle(session, rows, path_of(file)))
        except EngineError as error:
            say(f"longshore: {told(error)}")
            return UNREACHABLE
    return NOTHING


async def _print_card(session: Session, row: Container) -> None:
    """Print the report of the tab "why", or that the container runs without a problem."""
    from tui.live.containers.exit_facts import gather, gather_running
    from tui.resources.containers.exit_report import card
    from tui.resources.containers.formats import has_ended, why_no_card

    if why := why_no_card(row):
        result(f"{row.name}: {why}")
        return
    try:
        facts = await (gather if has_ended(row) else gather_running)(session.engine, row.id)
    except EngineError as error:
        say(f"longshore: {told(error)}")
        return
    result(card(facts, row).plain_text())


def named(session: Session, name: str) -> Container | None:
    """Return the container of this name, else the one whose id begins with it, or None."""
    rows = session.store.containers.rows
    by_name = next((row for row in rows.values() if row.name == name), None)
    return by_name or next((row for id, row in rows.items() if id.startswith(name)), None)
