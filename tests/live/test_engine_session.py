"""Session with an engine that fails on demand."""

import asyncio
from typing import Any

import pytest

from tests.live.scripted import ScriptedEngine, id_of, running
from tests.waiting import until_async
from tui.engine import Address, errors
from tui.live.engine_session import Session
from tui.live.jobs.jobs import for_each
from tui.live.state.store import Lost


def session_of(engine: ScriptedEngine) -> Session:
    return Session(Address.parse("unix:///run/scripted.sock", name="scripted"), engine.store())


async def test_it_works_inside_its_block_and_nothing_is_left_of_it_afterwards() -> None:
    engine = ScriptedEngine(running("web"))
    async with session_of(engine) as session:
        await until_async(lambda: session.connected)
        assert session.label == "scripted"
        assert session.engine is engine
        session.sampler.watch([id_of("web")])
        await until_async(lambda: engine.sampled)
    assert engine.subscribed == 0
    assert engine.sampled == {}
    assert session.was_connected


async def test_without_a_connection_the_engine_is_an_error_that_says_why() -> None:
    engine = ScriptedEngine()
    engine.down = errors.Refused("Nothing listens at /run/scripted.sock. Start it: systemctl start docker.")
    async with session_of(engine) as session:
        await until_async(lambda: isinstance(session.store.connection.value, Lost))
        with pytest.raises(errors.ConnectError, match="systemctl start docker"):
            _ = session.engine
        assert not session.was_connected
        engine.recover()
        session.retry_now()
        await until_async(lambda: session.connected)


@pytest.mark.parametrize("bulk", [False, True])
async def test_a_job_without_an_answer_has_the_silent_connection_looked_at(bulk: bool) -> None:
    engine = ScriptedEngine()

    async def fail(_item: Any = None) -> None:
        engine.down = errors.TimedOut("No answer.")
        raise engine.down

    async with session_of(engine) as session:
        await until_async(lambda: session.connected)
        session.jobs.run("stop web", for_each(["web"], fail) if bulk else fail())
        await until_async(lambda: isinstance(session.store.connection.value, Lost))


async def test_a_job_that_the_engine_refused_is_no_reason_to_ask_whether_it_is_there() -> None:
    engine = ScriptedEngine()

    async def refused() -> None:
        raise errors.Conflict("It is running.")

    async with session_of(engine) as session:
        await until_async(lambda: session.connected)
        await session.jobs.run("remove web", refused()).wait()
        assert engine.asked["ping"] == 0


async def test_leaving_cancels_the_jobs() -> None:
    async with session_of(ScriptedEngine()) as session:
        job = session.jobs.run("wait", asyncio.sleep(3600))
    assert job.state == "cancelled"
