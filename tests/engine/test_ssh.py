"""Engines over SSH, with a real server: one connection carries everything, and what goes wrong is said in words."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import Engines
from tests.docker import Docker
from tests.engines import RELEASES
from tests.engines.packages import engine_programs
from tests.engines.sshd import HOST, PASSWORD, USER, Sshd, sshd, user_with_password
from tests.waiting import SECONDS, until, until_async
from tests.workers import DEMO
from tui.engine import Engine, errors
from tui.engine.objects.execs import ExecCreate
from tui.engine.sealed import Sealed
from tui.engine.transport import ssh_process
from tui.engine.transport.address import Address
from tui.engine.transport.questions import Kind, Question, Questions
from tui.engine.transport.ssh import SshDialer
from tui.engine.transport.ssh_connection import SshConnection
from tui.live.engine_session import Session
from tui.live.state.store import Connected, Lost

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a user and log in as another one")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def server(running: Sshd, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sshd]:
    """Yield the SSH server with its usual settings, for the `ssh` of this process."""
    monkeypatch.setenv("PATH", running.path)
    yield running
    running.configure()
    running.trust()
    if running.settings or running.process is None:
        running.restart()


@pytest.fixture
def address(server: Sshd, engine_address: str) -> Address:
    """Return the address of the engine through the server."""
    return Address.parse(f"{server.address}{engine_address.removeprefix('unix://')}")


@pytest.fixture
def anywhere(server: Sshd, engines: Engines) -> Address:
    """Return the address of the demo engine through the server, for what does not depend on the engine."""
    return Address.parse(f"{server.address}{engines.address(DEMO).removeprefix('unix://')}")


@contextlib.asynccontextmanager
async def dialing(address: Address, questions: Questions | None = None) -> AsyncIterator[SshDialer]:
    dialer = SshDialer(SshConnection(address, questions))
    try:
        yield dialer
    finally:
        await dialer.aclose()


def ssh_processes(server: Sshd) -> list[str]:
    """Return the command lines of the ssh clients that use the tests' configuration."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if words[0].endswith("ssh") and str(server.folder / "ssh_config") in words:
                found.append(" ".join(words))
    return found


async def test_what_is_typed_comes_back_and_the_end_of_input_passes(address: Address, docker: Docker) -> None:
    async with Engine.connect(address) as engine:
        asked = ExecCreate(cmd=["sh", "-c", "cat; echo over"], attach_stdin=True)
        exec_id = await engine.execs.create(docker.run(), asked)
        async with await engine.execs.start(exec_id, tty=False) as duplex:
            await duplex.write(b"hello ")
            await duplex.half_close()
            output = b"".join([frame.data async for frame in duplex.frames()])
        assert output == b"hello over\n"
        assert (await engine.execs.inspect(exec_id)).exit_code == 0


async def test_one_process_and_one_connection_carry_a_list_and_thirty_streams(
    address: Address, server: Sshd, docker: Docker
) -> None:
    web = docker.run()

    async def follow(started: asyncio.Event) -> None:
        async for _ in engine.containers.stats(web):
            started.set()

    async with Engine.connect(address) as engine:
        events = [asyncio.Event() for _ in range(30)]
        followers = [asyncio.create_task(follow(each)) for each in events]
        await asyncio.gather(*(each.wait() for each in events))
        assert web in [each.id for each in await engine.containers.list()]
        assert len(ssh_processes(server)) == 1
        assert server.connections() == 1
        for each in followers:
            each.cancel()
        await asyncio.gather(*followers, return_exceptions=True)


async def test_nothing_is_left_of_the_connection(anywhere: Address, server: Sshd) -> None:
    async with dialing(anywhere) as dialer:
        await dialer.prepare()
        folder = dialer.connection.folder
        assert folder is not None
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
    await until_async(lambda: server.connections() == 0, "the connection to end")


async def test_a_connection_of_the_users_own_is_used_and_left(anywhere: Address, server: Sshd, tmp_path: Path) -> None:
    control = tmp_path / "own"
    server.configure(ControlPath=str(control))
    own = subprocess.Popen(  # noqa: ASYNC220  # it takes no time
        ["ssh", "-M", "-N", HOST], env={**os.environ, "PATH": server.path}, stdin=subprocess.DEVNULL
    )
    try:
        await until_async(control.exists, "the user's own connection")
        async with Engine.connect(anywhere) as engine:
            assert await engine.containers.list(all=True) is not None
            assert server.connections() == 1
        assert own.poll() is None
        assert server.connections() == 1
    finally:
        own.terminate()
        own.wait()


@pytest.mark.not_on_demo("docker's own command is asked for a real engine only")
async def test_where_sockets_may_not_be_forwarded_dockers_command_serves(
    address: Address, server: Sshd, docker: Docker
) -> None:
    programs = engine_programs(RELEASES["28"])
    server.restart(AllowStreamLocalForwarding="no", SetEnv=f"PATH={programs}:/usr/bin:/bin")
    async with Engine.connect(address) as engine:
        asked = ExecCreate(cmd=["sh", "-c", "cat; echo over"], attach_stdin=True)
        exec_id = await engine.execs.create(docker.run(), asked)
        async with await engine.execs.start(exec_id, tty=False) as duplex:
            await duplex.write(b"hello ")
            await duplex.half_close()
            assert b"".join([frame.data async for frame in duplex.frames()]) == b"hello over\n"
        assert len(ssh_processes(server)) == 1


async def refused(address: Address, questions: Questions | None = None) -> errors.EngineError:
    async with dialing(address, questions) as dialer:
        with pytest.raises(errors.EngineError) as caught:
            await dialer.prepare()
        return caught.value


async def test_where_neither_is_possible_that_is_said(anywhere: Address, server: Sshd) -> None:
    server.restart(AllowStreamLocalForwarding="no", SetEnv="PATH=/nowhere:/usr/bin:/bin")
    (server.folder / "nothing").mkdir(exist_ok=True)
    assert "no engine answers behind it, or sshd forbids to forward sockets." in str(await refused(anywhere))


async def test_without_a_path_the_socket_is_found_as_docker_there_finds_it(
    server: Sshd, engines: Engines, tmp_path: Path
) -> None:
    engine_address = engines.address(DEMO)
    server.restart(SetEnv=f"DOCKER_HOST={engine_address}")
    async with Engine.connect(server.address) as engine:
        assert engine.api_version
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    (runtime / "docker.sock").symlink_to(engine_address.removeprefix("unix://"))
    server.restart(SetEnv=f"XDG_RUNTIME_DIR={runtime}")
    async with Engine.connect(server.address) as engine:
        assert engine.api_version


async def test_a_socket_that_is_not_there_is_said_with_the_host(server: Sshd) -> None:
    problem = await refused(Address.parse(f"{server.address}/run/none.sock"))
    assert isinstance(problem, errors.NoSocket)
    assert str(problem) == f"There is no socket /run/none.sock on {HOST}."


async def test_an_engine_that_does_not_run_is_said(server: Sshd, tmp_path: Path) -> None:
    import socket

    path = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
    problem = await refused(Address.parse(f"{server.address}{path}"))
    assert isinstance(problem, errors.Refused)
    assert f"The socket {path} is on {HOST}, but no engine answers behind it." in str(problem)


@as_root
async def test_a_socket_of_another_group_is_said(server: Sshd, tmp_path: Path) -> None:
    import socket

    path = Path("/tmp") / f"longshore-closed-{os.getpid()}.sock"
    with socket.socket(socket.AF_UNIX) as made, user_with_password():
        made.bind(str(path))
        path.chmod(0o660)
        server.restart(PasswordAuthentication="yes")
        try:
            problem = await refused(Address.parse(f"ssh://{USER}@{HOST}{path}"), Questions(answering(PASSWORD)))
        finally:
            path.unlink()
    assert isinstance(problem, errors.PermissionDenied)
    assert f"You may not use {path} on {HOST}" in str(problem)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"Port": "1"}, f"No SSH connection to {HOST}: connect to host 127.0.0.1 port 1: Connection refused."),
        ({"HostName": "nowhere.invalid"}, f"There is no host {HOST}: Could not resolve hostname nowhere.invalid"),
        ({"IdentityFile": "/nowhere"}, f"{HOST} refuses the SSH login: "),
    ],
)
async def test_ssh_says_in_its_own_words_why_not(server: Sshd, anywhere: Address, options: dict[str, str], said: str) -> None:
    server.configure(**options)
    assert said in str(await refused(anywhere))


async def test_another_host_key_than_the_known_one_is_refused_with_what_to_do(server: Sshd, anywhere: Address) -> None:
    server.trust("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl")
    problem = await refused(anywhere, Questions(answering("yes")))
    assert isinstance(problem, errors.SshLoginFailed)
    assert f"is not the one in {server.folder / 'known_hosts'}:1" in str(problem)


# questions


def answering(*answers: str | None) -> Callable[[Question], None]:
    """Return a handler that gives these answers in turn; None refuses."""
    left = list(answers)

    def handle(question: Question) -> None:
        asked.append(question)
        answer = left.pop(0)
        if answer is None:
            question.refuse()
        else:
            question.answer(Sealed(answer.encode()))

    asked: list[Question] = []
    handle.asked = asked  # type: ignore[attr-defined]
    return handle


async def test_an_unknown_host_key_is_asked_about_with_its_fingerprint(server: Sshd, anywhere: Address) -> None:
    server.distrust()
    handler = answering("yes")
    async with dialing(anywhere, Questions(handler)) as dialer, Engine.connect(anywhere, dialer=dialer) as engine:
        assert engine.api_version
    (question,) = handler.asked  # type: ignore[attr-defined]
    assert question.kind is Kind.CONFIRM
    assert "ED25519 key fingerprint is SHA256:" in question.text
    assert (server.folder / "known_hosts").read_text() != ""


async def test_without_anybody_to_ask_ssh_asks_nothing(server: Sshd, anywhere: Address) -> None:
    server.distrust()
    assert "Host key verification failed" in str(await refused(anywhere))


@as_root
async def test_a_password_is_asked_for_again_after_a_wrong_one(server: Sshd) -> None:
    server.restart(PasswordAuthentication="yes")
    handler = answering("wrong horse", PASSWORD)
    with user_with_password():
        url = f"ssh://{USER}@{HOST}/nowhere.sock"
        assert isinstance(await refused(Address.parse(url), Questions(handler)), errors.NoSocket)
    first, second = handler.asked  # type: ignore[attr-defined]
    assert (first.kind, first.note) == (Kind.SECRET, "")
    assert second.note == "Permission denied, please try again"
    assert "password" in first.text


@as_root
async def test_a_refused_question_ends_the_login_and_nobody_is_asked_again(server: Sshd) -> None:
    server.restart(PasswordAuthentication="yes")
    handler = answering(None, None)
    url = f"ssh://{USER}@{HOST}/nowhere.sock"
    with user_with_password():
        async with Session.open(url, dialer=SshDialer(SshConnection(Address.parse(url), Questions(handler)))) as session:
            await until_async(lambda: isinstance(session.store.connection.value, Lost), "the login to fail")
            lost = session.store.connection.value
            assert isinstance(lost, Lost)
            assert str(lost.reason) == f"The login to {HOST} was cancelled."
            assert lost.next_try is None
            session.retry_now()
            await until_async(lambda: len(handler.asked) == 2, "the second question")  # type: ignore[attr-defined]


@as_root
async def test_a_password_is_nowhere_to_be_seen(server: Sshd, tmp_path: Path) -> None:
    server.restart(PasswordAuthentication="yes")
    seen: list[str] = []

    def handle(question: Question) -> None:
        question.answer(Sealed(PASSWORD.encode()))
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                seen.append((folder / "cmdline").read_text(errors="replace"))

    with user_with_password():
        problem = await refused(Address.parse(f"ssh://{USER}@{HOST}/nowhere.sock"), Questions(handle))
    assert seen
    assert not [line for line in seen if PASSWORD in line]
    assert PASSWORD not in str(problem) + server.log


@as_root
async def test_what_a_host_says_before_the_login_is_no_control_sequence(server: Sshd) -> None:
    (server.folder / "banner").write_bytes(b"\x1b[2J\x1b]0;title\x07welcome \xe2\x80\xae\n")
    server.restart(PasswordAuthentication="yes", Banner=str(server.folder / "banner"))
    handler = answering(None)
    with user_with_password():
        problem = await refused(Address.parse(f"ssh://{USER}@{HOST}/nowhere.sock"), Questions(handler))
    (question,) = handler.asked  # type: ignore[attr-defined]
    assert "welcome" in question.note
    assert (question.note + question.text + str(problem)).isprintable()


# losses


@contextlib.asynccontextmanager
async def session_at(address: Address) -> AsyncIterator[Session]:
    async with Session.open(address, dialer=SshDialer(SshConnection(address))) as session:
        await until_async(lambda: session.connected, "the session to connect")
        yield session


async def test_a_host_that_goes_down_is_said_and_comes_back(server: Sshd, address: Address, docker: Docker) -> None:
    web = docker.run()
    async with session_at(address) as session:
        server.stop()
        await until_async(lambda: isinstance(session.store.connection.value, Lost), "the loss")
        lost = session.store.connection.value
        assert isinstance(lost, Lost)
        assert HOST in str(lost.reason)
        assert web in session.store.containers.rows  # grey, and still there
        server.start()
        await until_async(lambda: session.connected, "the session to come back")
        docker.stop(web)
        await until_async(lambda: session.store.containers.rows[web].state == "exited", "the change after the loss")


@pytest.mark.not_on_demo("its containers hold no large files")
async def test_a_cut_line_ends_a_download_as_lost(server: Sshd, address: Address, docker: Docker) -> None:
    web = docker.run("sh", "-c", "head -c 40000000 /dev/urandom > /large; echo written; sleep 3600")
    await until_async(lambda: docker.logs(web)[0] == b"written\n", "the file")
    async with Engine.connect(address) as engine:
        sizes: list[int] = []

        def take(data: bytes | memoryview) -> None:
            if not sizes:
                server.stop()
            sizes.append(len(data))

        with pytest.raises(errors.ConnectionLost):
            await engine.containers.export(web, take)
        assert 0 < sum(sizes) < 40_000_000


async def test_a_cut_line_ends_a_log_and_a_command_as_lost(server: Sshd, address: Address, docker: Docker) -> None:
    web = docker.run("sh", "-c", "while :; do echo tick; sleep 0.05; done")

    async def follow() -> None:
        async for _ in engine.containers.logs(web, tty=False, stdout=True, follow=True):
            ready[0].set()

    async def type_at() -> None:
        exec_id = await engine.execs.create(web, ExecCreate(cmd=["cat"], attach_stdin=True))
        async with await engine.execs.start(exec_id, tty=False) as duplex:
            await duplex.write(b"hello")
            assert await duplex.read() is not None
            ready[1].set()
            while await duplex.read() is not None:
                pass
            raise errors.ConnectionLost("the end of the stream")

    ready = [asyncio.Event() for _ in range(2)]
    async with Engine.connect(address) as engine:
        work = [asyncio.create_task(each()) for each in (follow, type_at)]
        await asyncio.gather(*(each.wait() for each in ready))
        server.stop()
        for task in work:
            with pytest.raises(errors.ConnectionLost):
                await task
        with pytest.raises(errors.SshError):
            await engine.containers.list()
        reason = await engine.explain(errors.ConnectionLost("the end of the stream"))
        assert f"The SSH connection to {HOST} ended: " in str(reason)


# port forwarding


async def test_a_port_is_forwarded_counted_and_forwarded_again_after_a_loss(server: Sshd, anywhere: Address) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"<" + await reader.read() + b">")  # until the end of input
        writer.close()

    async def ask(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello")
        writer.write_eof()
        return await reader.read()

    target = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with target, session_at(anywhere) as session:
        tunnel = await session.engine.forward("127.0.0.1", target.sockets[0].getsockname()[1])
        assert await ask(tunnel.local_port) == b"<hello>"
        assert (tunnel.sent, tunnel.received, tunnel.opened) == (5, 7, 1)
        server.stop()
        await until_async(lambda: not session.connected, "the loss")
        server.start()
        await until_async(lambda: session.connected, "the session to come back")
        assert await ask(tunnel.local_port) == b"<hello>"
        await tunnel.aclose()
        with pytest.raises(ConnectionRefusedError):
            await ask(tunnel.local_port)


async def test_a_port_in_use_here_is_said(server: Sshd, anywhere: Address) -> None:
    async with Engine.connect(anywhere) as engine:
        with pytest.raises(errors.ConnectError, match=f"Port {server.port} of this machine cannot be used"):
            await engine.forward("127.0.0.1", 1, server.port)


async def test_an_engine_without_ssh_forwards_no_port(engines: Engines) -> None:
    async with Engine.connect(engines.address(DEMO)) as engine:
        with pytest.raises(errors.EngineError, match="only over SSH"):
            await engine.forward("127.0.0.1", 80)


def test_a_dead_network_is_noticed_within_fifteen_seconds() -> None:
    assert ssh_process.ALIVE_INTERVAL * (ssh_process.ALIVE_COUNT + 1) <= 15


async def test_a_line_that_carries_nothing_more_is_noticed(
    server: Sshd, anywhere: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ssh_process.OPTIONS, "ServerAliveInterval", "1")
    async with session_at(anywhere) as session:
        stopped = server.processes()
        for each in stopped:
            os.kill(each, signal.SIGSTOP)
        try:
            await until_async(lambda: isinstance(session.store.connection.value, Lost), "the dead line to be noticed")
            lost = session.store.connection.value
            assert isinstance(lost, Lost)
            assert "not responding" in str(lost.reason)
        finally:
            for each in stopped:
                os.kill(each, signal.SIGKILL)
        await until_async(lambda: isinstance(session.store.connection.value, Connected), "the session to come back")


def test_the_reason_that_ssh_tells_is_waited_for_though_its_process_has_ended() -> None:
    read, write = os.pipe()
    with open(read, "rb") as output, open(write, "wb") as said, open(os.devnull, "wb") as entry:
        shell = ssh_process.RemoteShell(output, entry)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(shell.last_lines, SECONDS)
            said.write(b"Timeout, server engine-host not responding.\n")
            said.close()
            assert asked.result() == ["Timeout, server engine-host not responding."]


OWNER = """
import asyncio, sys
from tui.engine import Engine

async def main():
    async with Engine.connect(sys.argv[1]) as engine:
        print(engine._dialer.connection.folder, flush=True)
        async for event in engine.system.events():
            pass

asyncio.run(main())
"""


def test_a_killed_program_leaves_no_ssh_and_no_folder_after_the_next_start(server: Sshd, anywhere: Address) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER, anywhere.url], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        folder = Path(owner.stdout.readline().strip())
        assert folder.is_dir()
        owner.kill()
    until(lambda: not ssh_processes(server), "ssh to end")
    asyncio.run(_connect_once(anywhere))
    assert not folder.exists()


async def _connect_once(address: Address) -> None:
    async with Engine.connect(address):
        pass
