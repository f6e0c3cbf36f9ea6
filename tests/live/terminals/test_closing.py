"""Exit with open sessions: within limited time, and with a line for each session that could not be ended."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.waiting import until_async
from tui.engine import errors
from tui.live.state.collection import Collection
from tui.live.state.signals import Signal
from tui.live.terminals.closing import end_all
from tui.live.terminals.exec import ExecRequest
from tui.live.terminals.session_row import ELSEWHERE, Phase
from tui.live.terminals.sessions import Sessions, TerminalSession


class Home:
    """An engine that answers pings if `answers` is True, never if False, and is disconnected if None."""

    def __init__(self, answers: bool | None) -> None:
        self.answers = answers
        self.store = SimpleNamespace(containers=Collection(), replaced=Signal())

    @property
    def engine(self) -> Any:
        if self.answers is None:
            raise errors.ConnectError("Not connected.")
        return SimpleNamespace(system=self)

    async def ping(self) -> None:
        if not self.answers:
            await asyncio.sleep(600)


class Stuck(TerminalSession):
    """A session whose end waits for `over`."""

    def __init__(self, name: str, command: tuple[str, ...] = (), attach: bool = False) -> None:
        sessions = Sessions(Home(True))
        made = sessions.open_attach("id", name) if attach else sessions.open_exec("id", name, ExecRequest(command))
        super().__init__(replace(made.row, phase=Phase.LIVE), lambda _size: asyncio.sleep(0), lambda: None)  # type: ignore[arg-type]
        self.over = asyncio.Event()

    async def end(self) -> str:
        await self.over.wait()
        return ""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.terminals.closing.SILENT", 0.05)


@pytest.mark.parametrize("answers", [False, None], ids=["silent", "away"])
async def test_an_engine_that_does_not_answer_is_not_waited_for_and_what_may_run_is_said(answers: bool | None) -> None:
    more: list[float] = []
    sessions = [Stuck("web", ("bash", "-l")), Stuck("db"), Stuck("main", attach=True)]
    left = await end_all(sessions, Home(answers), "docker --host tcp://far:2375", more.append)
    assert left == [
        "an exec session in web may still run (bash -l), because the engine did not answer; "
        "to list its processes: docker --host tcp://far:2375 top web",
        "an exec session in db may still run (a shell), because the engine did not answer; "
        "to list its processes: docker --host tcp://far:2375 top db",
    ]
    assert more == []


async def test_an_engine_that_answers_gets_more_time() -> None:
    session = Stuck("web")
    more: list[float] = []
    ending = asyncio.ensure_future(end_all([session], Home(True), "docker", more.append))
    await until_async(lambda: more)
    session.over.set()
    assert await ending == []


async def test_what_ran_in_a_session_whose_connection_broke_is_said_too() -> None:
    lost, ended, moved = Stuck("web"), Stuck("db"), Stuck("api")
    lost.row = replace(lost.row, phase=Phase.LOST, container_state="running")
    ended.row = replace(ended.row, phase=Phase.LOST, container_state="exited")
    moved.row = replace(moved.row, phase=Phase.LOST, container_state=ELSEWHERE)
    left = await end_all([lost, ended, moved], Home(True), "docker", lambda _seconds: None)
    assert [line.split(" may still run")[0] for line in left] == ["an exec session in web", "an exec session in api"]


async def test_sessions_of_an_engine_that_was_replaced_are_over_and_say_so() -> None:
    home = Home(True)
    sessions = Sessions(home)
    session = sessions.open_exec("id", "web", ExecRequest(("sh",)))
    home.store.replaced.emit(2)
    assert session.row.phase is Phase.LOST
    assert "Another engine answers" in session.row.trouble
    home.store.containers.replace({})
    assert session.row.container_state == ELSEWHERE  # not "removed": that is unknown
