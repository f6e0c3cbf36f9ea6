"""Logs, events and terminals report unreadable streams and faults of the program, and continue."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from tests.engine.scripted import SILENCE, ScriptedEngine, answer, chunked, scripted
from tests.live.reading import notes, texts
from tests.waiting import until_async
from tui.engine import errors
from tui.engine.objects.events import Actor, Event
from tui.live.engine_session import Session
from tui.live.event_log import EventLog
from tui.live.logs.buffer import LogBuffer
from tui.live.logs.notes import entry
from tui.live.logs.reader import LogReader, Source
from tui.live.state.collection import Collection
from tui.live.terminals.exec import ExecRequest
from tui.live.terminals.session_row import Phase, SessionRow
from tui.live.terminals.sessions import TerminalSession
from tui.live.terminals.stream import Outcome, Size, TerminalStream
from tui.resources.logs.notes import note_words
from tui.resources.model.event_words import event_words

ID = "a" * 64
ROW = {"Id": ID, "Names": ["/web"], "State": "running", "Status": "Up 5 minutes"}
LOG = f"/containers/{ID}/logs"
OPEN = [*chunked(end=False), SILENCE]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.state.supervisor.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("tui.live.event_log.FIRST_DELAY", 0.01)
    monkeypatch.setattr("tui.live.logs.follower.REOPEN_SECONDS", 0.01)


def framed(text: str) -> bytes:
    line = f"2026-03-01T10:00:00.000000000Z {text}\n".encode()
    return b"\1\0\0\0" + len(line).to_bytes(4, "big") + line


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[ScriptedEngine, Session]]:
    scripts = {
        "/events": OPEN,
        "/containers/json": [answer(json.dumps([ROW]))],
        f"/containers/{ID}/json": [answer(json.dumps({"Id": ID, "State": {"Running": True}}))],
        LOG: chunked(framed("first")),
    }
    async with scripted(scripts) as engine, Session.open(engine.address) as session:
        await until_async(lambda: session.connected)
        yield engine, session


@asynccontextmanager
async def reading(session: Session) -> AsyncIterator[LogReader]:
    reader = LogReader(session, [Source(ID, "web")], note_words)
    task = asyncio.ensure_future(reader.run())
    try:
        yield reader
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_log_that_cannot_be_read_says_why_and_is_opened_again() -> None:
    async with connected() as (engine, session):
        engine.scripts[LOG] = chunked(b"no frame at all")
        async with reading(session) as reader:
            await until_async(lambda: "invalid data where a frame should begin" in reader.problem.value)
            await until_async(lambda: notes(reader))
            engine.scripts[LOG] = chunked(framed("first"))
            await until_async(lambda: "first" in texts(reader) and not reader.problem.value)
            assert len([text for text in notes(reader) if "invalid data" in text]) == 1


@pytest.mark.parametrize("where", ["tui.live.logs.source.LogSource.collect", "tui.live.logs.source.LogSource.follow"])
async def test_a_mistake_in_reading_a_log_is_told_once_and_it_is_read_again(
    where: str, told: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected() as (_engine, session):
        with monkeypatch.context() as patched:
            patched.setattr(where, lambda *_: 1 // 0)
            async with reading(session) as reader:
                await until_async(lambda: "ZeroDivisionError" in reader.problem.value)
                patched.undo()
                await until_async(lambda: "first" in texts(reader) and not reader.problem.value)
                assert texts(reader).count("first") == 1
        assert {type(error) for error in told} == {ZeroDivisionError}


def own_requests(engine: ScriptedEngine) -> list[str]:
    """The requests of the event log; those of the store have filters."""
    return [request for request in engine.requests if "/events?" in request and "filters" not in request]


async def test_events_that_cannot_be_read_are_a_gap_and_are_not_asked_for_again() -> None:
    async with connected() as (engine, session):
        event_log = EventLog(session.store)
        good = b'{"Type":"container","Action":"start","Actor":{"ID":"a"},"timeNano":1800000000000000000}'
        engine.scripts["/events"] = [*chunked(good, b"[" * 1000 + b"]" * 1000, end=False), SILENCE]
        event_log.watch()
        await until_async(lambda: any(row.gap and row.gap.lost for row in event_log.rows.values()))
        await until_async(lambda: len(own_requests(engine)) > 1, "the events to be asked for again")
        assert "since=1800000000.000000001" in own_requests(engine)[1]  # the clock of this engine is ahead
        engine.scripts["/events"] = OPEN
        event_log.pause()


async def test_a_mistake_in_the_events_is_told_and_they_go_on(
    told: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected() as (engine, session):
        event_log = EventLog(session.store)
        good = b'{"Type":"container","Action":"start","Actor":{"ID":"a"},"timeNano":1800000000000000000}'
        engine.scripts["/events"] = [*chunked(good, end=False), SILENCE]
        with monkeypatch.context() as patched:
            patched.setattr(event_log, "_take", lambda _event: 1 // 0)
            event_log.watch()
            await until_async(lambda: told)
        await until_async(lambda: [row.event.action for row in event_log.rows.values() if row.gap is None])
        assert [type(error) for error in told] == [ZeroDivisionError]
        event_log.pause()


class Broken(TerminalStream):
    """A terminal stream with a defect."""

    def __init__(self) -> None:
        self.tty, self.accepts_input, self.replay = True, True, ()

    async def read(self) -> None:
        raise ZeroDivisionError

    async def resize(self, size: Size) -> None:
        """Accept any size."""

    async def outcome(self) -> Outcome:
        raise ZeroDivisionError

    async def end(self) -> str:
        raise ZeroDivisionError

    async def close(self) -> None:
        """Do nothing."""


def terminal(opened: TerminalStream | None) -> TerminalSession:
    async def open_stream(_size: Size) -> TerminalStream:
        if opened is None:
            raise ZeroDivisionError
        return opened

    return TerminalSession(SessionRow("1", ID, "web", ExecRequest(), 0.0), open_stream, lambda: None)


async def test_a_mistake_in_a_terminal_ends_that_terminal_alone_and_is_told(told: list[BaseException]) -> None:
    never_opened, lost, left = terminal(None), terminal(Broken()), terminal(Broken())
    for session in (never_opened, lost, left):
        session.resize(Size())
    assert await never_opened.opened() is False
    assert (never_opened.row.phase, await lost.read(), lost.row.phase) == (Phase.FAILED, None, Phase.LOST)
    assert "ZeroDivisionError" in lost.row.trouble
    assert "may still run in web" in await left.end()
    assert {type(error) for error in told} == {ZeroDivisionError}
    assert isinstance(errors.Fault("x"), errors.EngineError)


async def test_what_is_gone_is_not_remembered() -> None:
    """Volumes, projects and networks of short-lived containers leave nothing in joined collections."""
    from tests.bench.soak import remembered
    from tui.engine.objects.hostconfig import MountPoint
    from tui.live.compose.projects import Projects
    from tui.live.containers.container import PROJECT, Container
    from tui.live.containers.used_by import WithUsers, volumes_of

    containers: Collection[Container] = Collection(gather=0)
    volumes: Collection[SimpleNamespace] = Collection(gather=0)
    containers.replace({})
    volumes.replace({})
    joined = [WithUsers(volumes, containers, lambda each: each.name, volumes_of), Projects(containers)]
    before = [remembered(each) for each in joined]
    for number in range(100):
        mount = MountPoint(type="volume", name=f"volume-{number}")
        id = f"id-{number}"
        row = Container(id=id, name=id, labels={PROJECT: id}, project=id, mounts=(mount,))
        (containers.replace if number % 2 else containers.put)({id: row})
        containers.close()
        (containers.replace({}) if number % 2 else containers.remove([id]))
        containers.close()
    for each in joined:
        each.close()
    assert [remembered(each) for each in joined] == before


@pytest.mark.parametrize("code", ["²", "9" * 5000, "", "-", "1_0"])
def test_a_label_in_the_place_of_an_exit_code_is_quoted_in_the_log(code: str) -> None:
    died = Event(type="container", action="die", actor=Actor("a", {"exitCode": code}), time_nano=-(2**63))
    assert event_words(died).text == f"exited with code {code}"
    assert event_words(died, True).text == f"exited with code {code}"
    for time_ns in (died.time_nano, 2**64, 10**400):
        LogBuffer().append([entry(time_ns, 0, "exited")])
