"""Helpers for tests of log readers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.live.scripted import at_work
from tests.waiting import until_async
from tui.live.engine_session import Session
from tui.live.logs.reader import LogReader, Source, Window
from tui.resources.logs.notes import note_words


@asynccontextmanager
async def reading(
    session: Session, *ids: str, window: Window | None = None, limit_bytes: int = 64 * 2**20, names: Sequence[str] = ()
) -> AsyncIterator[LogReader]:
    """Run a reader of these containers' logs."""
    rows = session.store.containers.rows
    await until_async(lambda: all(id in rows for id in ids), "the containers to be listed")
    reader = LogReader(session, [Source(id, rows[id].name) for id in ids], note_words, window, limit_bytes)
    async with at_work(reader.run):
        yield reader


def texts(reader: LogReader, source: int | None = None) -> list[str]:
    """Return the loaded lines of containers, without notes."""
    return [
        line.data.decode()
        for line in reader.buffer.lines(reader.buffer.first_id, reader.buffer.end_id)
        if line.stream != "note" and source in (None, line.source)
    ]


def notes(reader: LogReader) -> list[str]:
    """Return the loaded notes."""
    lines = reader.buffer.lines(reader.buffer.first_id, reader.buffer.end_id)
    return [line.data.decode() for line in lines if line.stream == "note"]


async def has(reader: LogReader, text: str) -> None:
    """Wait for a line."""
    await until_async(lambda: text in texts(reader), f"the line {text!r}")


async def ends_with(reader: LogReader, text: str) -> None:
    """Wait until this is the last line. Checks only the last one, since checking a whole flood would be half of the work."""
    buffer = reader.buffer
    await until_async(
        lambda: any(line.data == text.encode() for line in buffer.lines(buffer.end_id - 1, buffer.end_id)),
        f"the last line {text!r}",
    )


async def has_note(reader: LogReader, text: str) -> None:
    """Wait for a note with this text."""
    await until_async(lambda: any(text in note for note in notes(reader)), f"the note {text!r}")


async def load_all(reader: LogReader) -> None:
    """Scroll up to the start."""
    while await reader.older():
        pass
