"""Live data with invalid answers: the error is reported, outdated values are marked as such, and work resumes."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.fuzz import decoders
from tests.engine.scripted import SILENCE, answer, chunked, scripted
from tests.engine.scripted import ScriptedEngine as Server
from tests.live.scripted import ScriptedEngine, id_of, running
from tests.waiting import until_async
from tui.engine import errors
from tui.engine.objects.containers import ContainerInspect, ContainerSummary
from tui.engine.objects.events import Event
from tui.engine.objects.stats import Stats
from tui.engine.transport.decoding import decode, decode_list
from tui.live.containers.container import CONTAINERS
from tui.live.engine_session import Session
from tui.live.objects.images import IMAGES
from tui.live.state.collection import Changes
from tui.live.state.informer import RETRIES
from tui.live.state.signals import Signal
from tui.live.state.store import Connected, Connection, Lost
from tui.resources.registry import EVENTS

DEEP = b"[" * 100_000
NASTY = [
    b"null",
    b"true",
    b"-1",
    b"1.5",
    b"1e999",
    b"-1e999",
    b"NaN",
    b"Infinity",
    b"18446744073709551616",
    b"1" * 20,
    b"1" * 21,
    b"1" + b"0" * 400,
    b"9" * 5000,
    DEEP,
    b'{"a":' * 100_000,
    b"[]",
    b"{}",
    b'"\xff"',
    b'"\\ud800"',
    '"²"'.encode(),
    b'"0001-01-01T00:00:00Z"',
    b'"9999-12-31T23:59:59.999999999Z"',
    b'"Exited (%b) 2 days ago"' % (b"9" * 5000),
    b'"%b"' % (b"9" * 5000),
    b'"\\u0000"',
    b"",
    b"[[[",
    b"0" * 30,
]
_VALUE = re.compile(rb'(?<=:)(?:"[^"]*"|[0-9.]+|null|[\[{])')


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten waits: the tests check what follows them, not their length."""
    monkeypatch.setattr("tui.live.state.store.FIRST_DELAY", 0.01)
    monkeypatch.setattr("tui.live.state.supervisor.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("tui.live.state.informer.SETTLING", 0.005)
    monkeypatch.setattr("tui.live.containers.inspector.SETTLE", 0.005)
    monkeypatch.setattr("tui.live.containers.stats_sampler.FIRST_GATHER", 0.01)
    monkeypatch.setattr("tui.live.containers.stats_sampler.SETTLE", 0.005)


@asynccontextmanager
async def session(engine: ScriptedEngine) -> AsyncIterator[Session]:
    from tui.engine import Address

    async with Session(Address.parse("unix:///nowhere"), engine.store()) as opened:
        await until_async(lambda: opened.connected)
        yield opened


# --- decoders --------------------------------------------------------------------------------------------------------


@given(st.data())
def test_any_value_in_the_place_of_another_is_an_object_or_the_client_s_own_error(data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(decoders.SEEDS))
    for _ in range(data.draw(st.integers(1, 3))):
        if places := list(_VALUE.finditer(seed)):
            place = data.draw(st.sampled_from(places))
            seed = seed[: place.start()] + data.draw(st.sampled_from(NASTY)) + seed[place.end() :]
    decoders.one(seed)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_object_or_the_client_s_own_error(data: bytes) -> None:
    decoders.one(data)


@given(st.floats() | st.integers() | st.integers(-(10**400), 10**400))
def test_every_number_has_words(amount: float) -> None:
    decoders.speak(amount)


@pytest.mark.parametrize(
    "data",
    [
        DEEP,
        b'{"Status":' * 100_000,
        b'{"Created":%b,"time":%b}' % (b"9" * 5000, b"9" * 5000),
        b'{"Created":1%b,"RestartCount":-1%b,"num_procs":1%b,"time":1%b}' % ((b"0" * 400,) * 4),
    ],
)
@pytest.mark.parametrize("kind", [ContainerSummary, ContainerInspect, Stats, Event])
def test_depth_and_size_are_the_client_s_own_error(data: bytes, kind: type[Any]) -> None:
    with pytest.raises(errors.BrokenAnswer, match="cannot be read"):
        decode(data, kind)
    with pytest.raises(errors.BrokenAnswer, match="cannot be read"):
        decode_list(b"[%b]" % data, kind)


def test_numbers_as_engines_send_them_stay() -> None:
    found = decode(b'{"pids_stats":{"limit":18446744073709551615},"name":"%b"}' % (b"7" * 40), Stats)
    assert (found.pids_stats.limit, found.name) == (2**64 - 1, "7" * 40)


# --- the store -------------------------------------------------------------------------------------------------------

WEB = {"Id": "a" * 64, "Names": ["/web"], "State": "running", "Status": "Up 5 minutes"}


def listing(engine: Server, body: bytes) -> None:
    engine.scripts["/containers/json"] = [answer(body)]


@pytest.mark.parametrize(
    "bad",
    [DEEP, b'[{"Created":1%b}]' % (b"0" * 400), b'[{"Created":%b}]' % (b"9" * 5000), b"\xff\xfe", b"", b'{"a":1}'],
    ids=["deep", "10^400", "5000 digits", "no UTF-8", "empty", "no list"],
)
async def test_a_list_that_cannot_be_read_is_its_own_problem_and_the_next_one_counts(bad: bytes) -> None:
    async with scripted({"/events": [*chunked(end=False), SILENCE]}) as engine:
        listing(engine, bad)
        async with Session.open(engine.address) as opened:
            await until_async(lambda: opened.connected)
            problem = opened.store.problem(CONTAINERS)
            await until_async(lambda: isinstance(problem.value, errors.BrokenAnswer))
            assert problem.value is not None
            assert problem.value.operation == "ContainerList"
            listing(engine, json.dumps([WEB]).encode())
            await until_async(lambda: problem.value is None)
            assert [row.name for row in opened.store.containers.rows.values()] == ["web"]
            assert opened.connected


async def test_a_list_that_is_never_readable_is_asked_for_a_few_times_and_then_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.live.state.informer.FIRST_RETRY", 0.001)
    async with scripted({"/events": [*chunked(end=False), SILENCE], "/images/json": [answer(b"")]}) as engine:
        listing(engine, json.dumps([WEB]).encode())

        def asked(path: str) -> int:
            return sum(path in request for request in engine.requests)

        async with Session.open(engine.address, events=EVENTS) as opened:
            await until_async(lambda: opened.connected)
            opened.store.of(IMAGES)
            await until_async(lambda: asked("/images/json") == 1 + RETRIES and opened.store.idle)
            assert asked("/containers/json") == 1
            assert opened.store.containers.rows
            opened.store.reload(IMAGES)
            await until_async(lambda: asked("/images/json") == 2 * (1 + RETRIES) and opened.store.idle)


async def test_refused_events_leave_the_lists_which_are_read_on_request_and_after_each_job() -> None:
    async with scripted({"/events": [answer(b"Request forbidden by the proxy", status="403 Forbidden")]}) as engine:
        listing(engine, json.dumps([WEB]).encode())

        def listed() -> int:
            return sum("/containers/json" in request for request in engine.requests)

        async with Session.open(engine.address, events=EVENTS) as opened:
            await until_async(lambda: opened.connected)
            refusal = await until_async(lambda: opened.store.not_following.value)
            assert "Request forbidden by the proxy" in str(refusal)
            assert refusal.operation == "SystemEvents"
            before = listed()
            opened.store.reload(CONTAINERS)
            await until_async(lambda: listed() == before + 1 and opened.store.idle)

            async def work() -> None:
                pass

            await opened.jobs.run("stopping web", work()).wait()
            await until_async(lambda: listed() == before + 2)
            engine.scripts["/events"] = [*chunked(end=False), SILENCE]
            opened.store.reload(CONTAINERS)
            await until_async(lambda: opened.store.not_following.value is None)
            assert opened.connected


async def test_a_status_of_5000_digits_is_a_row() -> None:
    async with scripted({"/events": [*chunked(end=False), SILENCE]}) as engine:
        listing(engine, json.dumps([{**WEB, "State": "exited", "Status": f"Exited ({'9' * 5000}) 2 days ago"}]).encode())
        async with Session.open(engine.address) as opened:
            await until_async(lambda: opened.connected)
            assert opened.store.containers.rows["a" * 64].exit_code is None


@pytest.mark.parametrize(
    "bad", [b'{"Type":"container","Action":"die","x":%b' % DEEP + b"]" * 100_000 + b"}", b'{"timeNano":1%b}' % (b"0" * 400)]
)
async def test_an_event_that_cannot_be_read_is_a_loss_and_is_not_asked_for_again(bad: bytes) -> None:
    async with scripted(
        {"/events": [*chunked(b'{"Type":"container","timeNano":9000000000000000000}', bad, end=False), SILENCE]}
    ) as engine:
        listing(engine, json.dumps([WEB]).encode())
        async with Session.open(engine.address) as opened:
            lost = await until_async(lambda: isinstance(now := opened.store.connection.value, Lost) and now)
            assert isinstance(lost.reason, errors.BrokenAnswer)
            engine.scripts["/events"] = [*chunked(end=False), SILENCE]
            opened.retry_now()
            await until_async(lambda: opened.connected)
            asked = [request for request in engine.requests if "/events" in request]
            assert "since=9000000000" not in asked[-1]


async def test_a_label_in_the_place_of_an_exit_code_changes_nothing(told: list[BaseException]) -> None:
    engine = ScriptedEngine(running("web"))
    async with session(engine) as opened:
        engine.happen("die", "web", exitCode="²", signal="²", image="²")
        await until_async(lambda: opened.store.containers.rows[id_of("web")].state == "exited")
        assert opened.connected
    assert told == []


async def test_a_mistake_in_a_subscriber_is_told_once_greys_the_rows_and_everything_is_read_again(
    told: list[BaseException],
) -> None:
    engine = ScriptedEngine(running("web"))
    async with session(engine) as opened:
        states: list[Connection] = []
        opened.store.connection.subscribe(states.append)
        broken = [True]

        def stumble(_event: Event) -> None:
            if broken[0]:
                raise ZeroDivisionError("boom")

        opened.store.events.subscribe(stumble)
        heard: list[str] = []
        opened.store.events.subscribe(lambda event: heard.append(event.action))
        for action in ("pause", "unpause"):
            engine.happen(action, "web")
            await until_async(lambda: isinstance(states[-1:] and states[-1], Lost) or len(states) > 1)
            await until_async(lambda: opened.connected)
        broken[0] = False
        lost = next(state for state in states if isinstance(state, Lost))
        assert isinstance(lost.reason, errors.Fault)
        assert "ZeroDivisionError" in str(lost.reason)
        assert heard[0] == "pause"  # other subscribers still received it
        assert [type(error) for error in told] == [ZeroDivisionError]
        assert isinstance(opened.store.connection.value, Connected)


# --- statistics, details, terminals, logs ------------------------------------------------------------------------------


async def test_statistics_that_cannot_be_read_are_dropped_said_once_and_asked_for_again() -> None:
    engine = ScriptedEngine(running("web"))
    async with session(engine) as opened:
        said: list[str] = []
        opened.complaints.subscribe(said.append)
        rows, id = opened.store.containers.rows, id_of("web")
        opened.sampler.watch([id])
        await until_async(lambda: id in engine.sampled)
        engine.sample("web", 100)
        engine.sample("web", 100, 1)
        await until_async(lambda: rows[id].usage is not None)
        answers = engine.stats

        async def unreadable(id: str) -> AsyncIterator[Stats]:
            raise errors.BrokenAnswer("The engine's answer cannot be read.")
            yield

        engine.stats = unreadable  # type: ignore[assignment, method-assign]
        engine.sampled[id].put_nowait(None)
        opened.sampler.watch([])
        await until_async(lambda: rows[id].usage is None)
        opened.sampler.watch([id])
        await until_async(lambda: said)
        engine.stats = answers  # type: ignore[method-assign]
        await until_async(lambda: id in engine.sampled)
        engine.sample("web", 200)
        engine.sample("web", 200, 1)
        await until_async(lambda: rows[id].usage is not None)
        assert len(said) == 1
        assert "web" in said[0]


async def test_a_mistake_in_the_statistics_drops_the_figures_and_they_come_again(
    told: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ScriptedEngine(running("web"))
    async with session(engine) as opened:
        rows, id = opened.store.containers.rows, id_of("web")
        opened.sampler.watch([id])
        await until_async(lambda: id in engine.sampled)
        engine.sample("web", 100)
        engine.sample("web", 100, 1)
        await until_async(lambda: rows[id].usage is not None)
        with monkeypatch.context() as patched:
            patched.setattr("tui.live.containers.stats_sampler.usage", lambda *_: 1 // 0)
            engine.sample("web", 100, 2)
            await until_async(lambda: rows[id].usage is None)
        await until_async(lambda: id in engine.sampled)
        engine.sample("web", 300)
        engine.sample("web", 300, 1)
        await until_async(lambda: rows[id].usage is not None)
        assert [type(error) for error in told] == [ZeroDivisionError]


async def test_details_that_cannot_be_read_are_said_and_the_others_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine(running("db"), running("web"))
    inspect = engine.inspect

    async def some(id: str) -> ContainerInspect:
        if id == id_of("db"):
            raise errors.BrokenAnswer("The engine's answer cannot be read.")
        return await inspect(id)

    monkeypatch.setattr(engine, "inspect", some)
    async with session(engine) as opened:
        said: list[str] = []
        opened.complaints.subscribe(said.append)
        opened.inspector.watch([id_of("db"), id_of("web")])
        await until_async(lambda: opened.store.containers.rows[id_of("web")].restarts == 0)
        assert [words for words in said if "db" in words]


async def test_the_map_knows_the_others_when_one_container_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine(running("db"), running("web"))
    inspect = engine.inspect

    async def some(id: str) -> ContainerInspect:
        if id == id_of("db"):
            raise errors.BrokenAnswer("The engine's answer cannot be read.")
        return await inspect(id)

    monkeypatch.setattr(engine, "inspect", some)
    async with session(engine) as opened:
        opened.network_inspector.watch(lambda _row: True)
        await until_async(lambda: not opened.network_inspector.waiting.value and opened.network_inspector.loaded)
        assert [row.container.name for row in opened.network_inspector.rows.values() if row.inside] == ["web"]


def test_a_subscriber_that_fails_keeps_no_other_from_hearing() -> None:
    signal: Signal[int] = Signal()
    heard: list[int] = []
    signal.subscribe(lambda value: [][value])
    signal.subscribe(heard.append)
    with pytest.raises(IndexError):
        signal.emit(1)
    signal.subscribe(lambda value: {}[value])
    with pytest.raises(ExceptionGroup):
        signal.emit(2)
    assert heard == [1, 2]


# --- memory of removed containers ------------------------------------------------------------------------------------


async def test_what_is_remembered_does_not_grow_with_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that exists for less than the gathering time is added and removed without a notification."""
    from tests.bench.soak import remembered

    bound = 50
    monkeypatch.setattr("tui.live.event_history.KEPT", bound)
    monkeypatch.setattr("tui.live.objects.names.REMEMBERED", bound)
    engine = ScriptedEngine(running("web"))
    async with session(engine) as opened:
        opened.network_inspector.watch(lambda _row: True)
        opened.inspector.watch([id_of("web")])
        before = remembered(opened)
        before |= {"session.history._events": bound, "session.names._seen": bound}
        for number in range(300):
            for action in ("create", "start", "die", "destroy"):
                engine.happen(action, f"short-{number}", exitCode="1", **{"com.docker.compose.project": f"project-{number}"})
        engine.happen("pause", "web")
        await until_async(lambda: opened.store.containers.rows[id_of("web")].state == "paused")
        await until_async(lambda: opened.store.containers.idle, "all changes to be told")
        assert {name: size for name, size in remembered(opened).items() if size > before.get(name, 0) + 2} == {}


def test_changes_are_true_only_when_something_changed() -> None:
    assert not Changes()
