"""The lines of logs that match an expression, printed as they are found, without a screen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tui.live.engine_session import Session
from tui.live.expressions import Expression
from tui.live.logs.export import Hit
from tui.live.logs.grep import Grep
from tui.live.logs.window import Source, Window
from tui.output import result, say
from tui.problems_report import connected, named, session_of
from tui.resources.logs.ansi_text import plain
from tui.resources.logs.formats import read_window
from tui.resources.logs.grep import check_expression
from tui.resources.logs.notes import note_words
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.engine.transport.address import Address

FOUND, NOTHING, FAILED = 0, 1, 2
"""Exit status, as that of grep."""


def report_matches(addresses: Sequence[Address], text: str, names: Sequence[str], period: str, as_json: bool) -> int:
    """Print the matching lines of the logs of these containers, or of all; return the exit status."""
    window, problem = read_window(period) if period else (Window(tail=None), "")
    problem = f"--since: {problem}" if problem else check_expression(text)
    if problem or window is None:
        say(f"longshore: {problem}")
        return FAILED
    return asyncio.run(_report(addresses, text, names, window, as_json))


async def _report(addresses: Sequence[Address], text: str, names: Sequence[str], window: Window, as_json: bool) -> int:
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(session_of(address)) for address in addresses]
        failures = [failure for failure in await asyncio.gather(*map(connected, sessions)) if failure]
        sources = [
            source for session in sessions if session.connected for source in _sources(session, names, len(addresses) > 1)
        ]
        unknown = [name for name in names if not any(named(session, name) for session in sessions)]
        failures += [f"there is no container {name!r}" for name in unknown]
        grep = Grep(None, sources, Expression(text), window, note_words)
        grep.found.subscribe(lambda found: _print(*found, as_json))
        await grep.run()
        failures += [f"{one_line(row.source.name)}: {row.problem}" for row in grep.rows.rows.values() if row.problem]
    for failure in failures:
        say(f"longshore: {failure}")
    return FAILED if failures else FOUND if grep.progress.value.matching else NOTHING


def _sources(session: Session, names: Sequence[str], several: bool) -> list[Source]:
    rows = session.store.containers.rows.values()
    chosen = [row for name in names if (row := named(session, name)) is not None] if names else rows
    return [Source(row.id, row.name, f"{session.label}/{row.name}" if several else row.name, session=session) for row in chosen]


def _print(source: Source, hits: Sequence[Hit], as_json: bool) -> None:
    for hit in hits:
        time = datetime.fromtimestamp(hit.time_ns / 1e9, UTC).isoformat()
        text = plain(hit.data)
        if as_json:
            stream = "stderr" if hit.stderr else "stdout"
            result(json.dumps({"container": source.short, "time": time, "stream": stream, "line": text}, ensure_ascii=False))
        else:
            result(f"{one_line(source.short)} {time} {one_line(text)}")
