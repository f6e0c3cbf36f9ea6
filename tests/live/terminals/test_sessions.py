"""Terminal sessions, on real engines and, for the order of calls, with scripted streams."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.docker import Docker
from tests.live.relay import Relay
from tests.waiting import until_async
from tui.engine import Engine, errors
from tui.live.state.collection import Collection
from tui.live.state.signals import Signal
from tui.live.terminals.exec import ExecRequest
from tui.live.terminals.session_row import Phase, SessionRow
from tui.live.terminals.sessions import Sessions, TerminalSession
from tui.live.terminals.stream import Size, TerminalStream

pytestmark = pytest.mark.not_on_demo("real programs run in the containers: shells, vi, top, and what they leave in /proc")

SIZE = Size(80, 24)


class Home:
    """The part of an engine session that terminals need."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine
        self.store = SimpleNamespace(containers=Collection(), replaced=Signal())

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise errors.NoSocket("No engine here.")
        return self._engine

    def container_is(self, container: str, state: str) -> None:
        self.store.containers.replace({container: SimpleNamespace(state=state)} if state else {})


async def read_until(session: TerminalSession, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        output = await session.read()
        assert output is not None, seen
        seen += output.data
    return seen


async def drain(session: TerminalSession) -> None:
    while await session.read() is not None:
        pass


async def test_a_session_opens_when_it_has_its_size(engine: Engine, docker: Docker) -> None:
    sessions = Sessions(Home(engine))
    session = sessions.open_exec(docker.run(), "web", ExecRequest())
    assert session.row.phase is Phase.OPENING
    assert list(sessions.rows.rows) == [session.id]
    session.resize(Size(77, 33))
    assert await session.opened()
    assert session.row.phase is Phase.LIVE
    await session.write(b'echo "<$(stty size)>"\r')
    await read_until(session, b"<33 77>")
    assert await sessions.close() == []
    assert session.row.phase is Phase.ENDED


async def test_the_engine_hears_the_last_of_many_sizes(engine: Engine, docker: Docker) -> None:
    sessions = Sessions(Home(engine))
    session = sessions.open_exec(docker.run(), "web", ExecRequest(("sh", "-c", "while :; do stty size; sleep 0.05; done")))
    session.resize(SIZE)
    await read_until(session, b"24 80")
    for rows in range(25, 60):
        session.resize(Size(100, rows))
    await read_until(session, b"59 100")
    await sessions.close()


class Sizing(TerminalStream):
    """A stream of a program that has no size until `sized` is set."""

    def __init__(self) -> None:
        self.tty, self.accepts_input, self.replay = True, True, ()
        self.sized = asyncio.Event()
        self.sizes: list[Size] = []
        self.written = b""

    async def resize(self, size: Size) -> None:
        self.sizes.append(size)
        await self.sized.wait()

    def write_now(self, data: bytes) -> bool:
        assert self.sized.is_set()
        self.written += data
        return True

    async def write(self, data: bytes) -> None:
        assert self.sized.is_set()
        self.written += data


async def test_input_waits_until_the_program_has_its_size() -> None:
    """Before API 1.42 a program starts without a size, so that a command typed at once would run without one."""
    stream = Sizing()

    async def open_stream(_size: Size) -> Sizing:
        return stream

    session = TerminalSession(SessionRow("1", "a", "web", ExecRequest(), 0.0), open_stream, lambda: None)
    session.resize(SIZE)
    writing = asyncio.ensure_future(session.write(b"stty size\r"))
    await until_async(lambda: stream.sizes == [SIZE])
    assert stream.written == b""
    stream.sized.set()
    await writing
    assert stream.written == b"stty size\r"


async def test_output_that_nobody_sees_is_counted(engine: Engine, docker: Docker) -> None:
    sessions = Sessions(Home(engine))
    session = sessions.open_exec(docker.run(), "web", ExecRequest(("sh", "-c", "read x; printf 12345; read x"), tty=False))
    session.look(True)
    session.resize(SIZE)
    await session.opened()
    session.look(False)
    await session.write(b"go\n")
    await read_until(session, b"12345")
    assert session.row.unread == 5
    session.look(True)
    assert session.row.unread == 0
    await sessions.close()


async def test_an_exit_code_ends_it_and_it_can_be_had_again(engine: Engine, docker: Docker) -> None:
    sessions = Sessions(Home(engine))
    session = sessions.open_exec(docker.run(), "web", ExecRequest(("sh", "-c", "exit 42")))
    session.resize(SIZE)
    await drain(session)
    assert (session.row.phase, session.row.exit_code) == (Phase.ENDED, 42)
    again = sessions.reopen(session)
    sessions.put_away(session)
    assert list(sessions.rows.rows) == [again.id]
    assert again.row.request == session.row.request


async def test_what_cannot_be_opened_says_why(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    docker.stop(container, 0)
    session = Sessions(Home(engine)).open_exec(container, "web", ExecRequest())
    session.resize(SIZE)
    assert await session.read() is None
    assert session.row.phase is Phase.FAILED
    assert "not running" in session.row.trouble


async def test_a_shell_opens_where_the_working_directory_is_gone_and_says_so(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "rmdir /gone; sleep 3600", working_dir="/gone")
    sessions = Sessions(Home(engine))
    session = sessions.open_exec(container, "web", ExecRequest())
    session.resize(SIZE)
    await read_until(session, b"The working directory /gone does not exist: this shell starts in /.")
    command = sessions.open_exec(container, "web", ExecRequest(("true",)))
    command.resize(SIZE)
    await drain(command)
    await until_async(lambda: command.row.over)
    assert "The working directory /gone does not exist in web" in str(command.row)
    await sessions.close()


async def test_a_container_that_is_removed_ends_it(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    session = Sessions(Home(engine)).open_exec(container, "web", ExecRequest())
    session.resize(SIZE)
    await session.opened()
    await asyncio.to_thread(docker.remove, container)
    await drain(session)
    assert session.row.over
    assert session.row.container_state == "removed" or session.row.exit_code == 137


async def test_a_lost_engine_is_told_and_nothing_is_claimed(engine_address: str, docker: Docker, tmp_path: Path) -> None:
    async with Relay(engine_address, tmp_path) as relay, Engine.connect(relay.url) as engine:
        session = Sessions(Home(engine)).open_exec(docker.run(), "web", ExecRequest())
        session.resize(SIZE)
        await read_until(session, b"#")
        await relay.cut()
        await drain(session)
    assert session.row.phase is Phase.LOST
    assert session.row.exit_code is None
    assert session.row.trouble


async def test_without_an_engine_it_says_so() -> None:
    session = Sessions(Home()).open_exec("id", "web", ExecRequest())
    session.resize(SIZE)
    assert await session.read() is None
    assert session.row.trouble == "No engine here."


async def test_what_its_container_does_is_known() -> None:
    home = Home()
    home.container_is("id", "running")
    session = Sessions(home).open_exec("id", "web", ExecRequest())
    assert session.row.container_state == "running"
    for state in ("paused", "running", "exited"):
        home.container_is("id", state)
        await until_async(lambda state=state: session.row.container_state == state, f"the session to know {state}")
    home.container_is("id", "")
    await until_async(lambda: session.row.container_state == "removed", "the session to know that it was removed")


async def test_the_bell_of_a_session_in_the_background_is_kept_until_it_is_looked_at() -> None:
    session = Sessions(Home()).open_exec("id", "web", ExecRequest())
    session.look(True)
    session.rang()
    assert not session.row.bell
    session.look(False)
    session.rang()
    assert session.row.bell
    session.look(True)
    assert not session.row.bell


async def test_neighbours_go_round() -> None:
    sessions = Sessions(Home())
    one, two, three = (sessions.open_exec("id", name, ExecRequest()) for name in ("one", "two", "three"))
    assert sessions.neighbour(one, 1) is two
    assert sessions.neighbour(three, 1) is one
    assert sessions.neighbour(one, -1) is three


async def test_only_running_sessions_are_neighbours_side_by_side() -> None:
    sessions = Sessions(Home())
    one, two, three = (sessions.open_exec("id", name, ExecRequest()) for name in ("one", "two", "three"))
    await two.end()
    assert sessions.neighbour(one, 1, running=True) is three
    await three.end()
    assert sessions.neighbour(one, 1, running=True) is one


async def test_leaving_the_program_ends_all_of_them(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    sessions = Sessions(Home(engine))
    for _ in range(3):
        session = sessions.open_exec(container, "web", ExecRequest(("sh", "-c", "sleep 4324 & sleep 4325")))
        session.resize(SIZE)
        await session.opened()
    assert len(sessions.running) == 3
    assert await sessions.close() == []
    assert sessions.running == []
    assert len(docker.processes(container)) == 1


async def test_attach_lets_go(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", tty=True, stdin_open=True)
    sessions = Sessions(Home(engine))
    session = sessions.open_attach(container, "web")
    session.resize(SIZE)
    await session.opened()
    assert await session.end() == ""
    assert session.row.phase is Phase.DETACHED
    assert docker.state(container)["Running"]


@pytest.mark.parametrize("early", [True, False])
async def test_ending_twice_is_ending_once(engine: Engine, docker: Docker, early: bool) -> None:
    sessions = Sessions(Home(engine))
    session = sessions.open_exec(docker.run(), "web", ExecRequest())
    if not early:
        session.resize(SIZE)
        await session.opened()
    assert await session.end() == ""
    assert await session.end() == ""
    assert session.row.over
