"""Execs on real engines."""

from __future__ import annotations

import pytest

from tests.docker import Docker
from tests.engine.test_attach import read_until
from tui.engine import Engine, errors
from tui.engine.objects.execs import ConsoleSize, ExecCreate
from tui.engine.transport.duplex import Duplex


async def everything(duplex: Duplex) -> bytes:
    return b"".join([frame.data async for frame in duplex.frames()])


async def run(engine: Engine, container: str, exec: ExecCreate) -> tuple[bytes, int | None]:
    made = await engine.execs.create(container, exec)
    async with await engine.execs.start(made, exec.tty, exec.console_size) as duplex:
        output = await everything(duplex)
    return output, (await engine.execs.inspect(made)).exit_code


async def test_a_command_gives_its_outputs_and_its_exit_code(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    made = await engine.execs.create(container, ExecCreate(cmd=["sh", "-c", "echo out; echo err >&2; exit 3"]))
    before = await engine.execs.inspect(made)
    assert (before.running, before.exit_code, before.container_id) == (False, None, container)
    async with await engine.execs.start(made, tty=False) as duplex:
        got = [(frame.stream, frame.data) async for frame in duplex.frames()]
    assert sorted(got) == [("stderr", b"err\n"), ("stdout", b"out\n")]
    after = await engine.execs.inspect(made)
    assert (after.running, after.exit_code) == (False, 3)


@pytest.mark.not_on_demo("it has no users by number")
async def test_user_folder_and_environment_are_as_asked_for(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    asked = ExecCreate(cmd=["sh", "-c", "id -u; pwd; echo $A"], user="65534", working_dir="/tmp", env=["A=b c"])
    assert await run(engine, container, asked) == (b"65534\n/tmp\nb c\n", 0)


async def test_a_shell_in_a_terminal_takes_input_and_ends_with_its_code(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    made = await engine.execs.create(container, ExecCreate(cmd=["sh"], tty=True, attach_stdin=True))
    async with await engine.execs.start(made, tty=True) as duplex:
        await read_until(duplex, b"# ")
        await duplex.write(b"echo he''llo\n")
        await read_until(duplex, b"hello\r\n/ # ")
        await duplex.write(b"exit 4\n")
        while await duplex.read() is not None:
            pass
    assert (await engine.execs.inspect(made)).exit_code == 4


async def test_input_can_end_alone(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    made = await engine.execs.create(container, ExecCreate(cmd=["cat"], attach_stdin=True))
    async with await engine.execs.start(made, tty=False) as duplex:
        await duplex.write(b"hello")
        await duplex.half_close()
        assert await everything(duplex) == b"hello"
    assert (await engine.execs.inspect(made)).exit_code == 0


@pytest.mark.needs_api("1.42", "the console's size at the start came with it")
async def test_the_first_command_sees_the_size_of_the_console(engine: Engine, docker: Docker) -> None:
    asked = ExecCreate(cmd=["stty", "size"], tty=True, console_size=ConsoleSize(rows=33, columns=101))
    assert await run(engine, docker.run(), asked) == (b"33 101\r\n", 0)


async def test_an_older_engine_is_not_bothered_with_the_size(engine: Engine, docker: Docker) -> None:
    asked = ExecCreate(cmd=["echo", "ok"], tty=True, console_size=ConsoleSize(33, 101))
    output, code = await run(engine, docker.run(), asked)
    assert (output.strip(), code) == (b"ok", 0)


async def test_resizing_reaches_the_terminal(engine: Engine, docker: Docker) -> None:
    made = await engine.execs.create(docker.run(), ExecCreate(cmd=["sh"], tty=True, attach_stdin=True))
    async with await engine.execs.start(made, tty=True) as duplex:
        await read_until(duplex, b"# ")
        await engine.execs.resize(made, columns=123, rows=45)
        await duplex.write(b"stty size\n")
        await read_until(duplex, b"45 123\r\n")
        await duplex.write(b"exit\n")


async def test_a_missing_program_is_an_exit_code_and_words(engine: Engine, docker: Docker) -> None:
    output, code = await run(engine, docker.run(), ExecCreate(cmd=["not-there"], tty=True))
    assert b"not-there" in output
    assert code in (126, 127)


async def test_stopped_and_paused_containers_run_no_commands(engine: Engine, docker: Docker) -> None:
    stopped, paused = docker.create(), docker.run()
    docker.pause(paused)
    for container, words in ((stopped, "not running"), (paused, "paused")):
        with pytest.raises(errors.Conflict, match=words) as caught:
            await engine.execs.create(container, ExecCreate(cmd=["sh"]))
        assert caught.value.operation == "ContainerExec"
    docker.unpause(paused)


async def test_an_exec_that_is_not_there(engine: Engine, docker: Docker) -> None:
    with pytest.raises(errors.NotFound):
        await engine.execs.inspect("0" * 64)
    with pytest.raises(errors.NotFound):
        await engine.execs.start("0" * 64, tty=False)
    with pytest.raises(errors.NotFound):
        await engine.execs.create("not-there", ExecCreate(cmd=["sh"]))


@pytest.mark.not_on_demo("its programs are not made for floods")
async def test_a_flood_arrives_whole(engine: Engine, docker: Docker) -> None:
    size = 20_000_000
    container = docker.run()
    made = await engine.execs.create(container, ExecCreate(cmd=["sh", "-c", f"yes | head -c {size}"]))
    received = 0
    async with await engine.execs.start(made, tty=False) as duplex:
        async for frame in duplex.frames():
            received += len(frame.data)
    assert received == size
