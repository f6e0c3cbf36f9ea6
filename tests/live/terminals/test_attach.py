"""Terminal streams on real engines: shell detection, sizes, exit codes, no processes left behind."""

import json
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.waiting import until_async
from tui.engine import Engine, errors
from tui.live.outcomes import NoShell
from tui.live.terminals.attach import open_attach
from tui.live.terminals.exec import DETACH_KEYS, ExecRequest, configured_detach_keys, open_exec
from tui.live.terminals.stream import Size, TerminalStream

pytestmark = pytest.mark.not_on_demo("real programs run in the containers: shells, vi, top, and what they leave in /proc")

SIZE = Size(100, 30)


async def read_until(terminal: TerminalStream, wanted: bytes) -> bytes:
    """Return the stream's output up to `wanted`."""
    seen = b""
    while wanted not in seen:
        frame = await terminal.read()
        assert frame is not None, seen
        seen += frame.data
    return seen


async def read_all(terminal: TerminalStream) -> dict[str, bytes]:
    """Return the output until its end, by stream."""
    seen: dict[str, bytes] = {}
    while (frame := await terminal.read()) is not None:
        seen[frame.stream] = seen.get(frame.stream, b"") + frame.data
    return seen


async def test_the_best_shell_is_opened_in_a_terminal_of_the_right_size(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    terminal = await open_exec(engine, container, "web", ExecRequest(), SIZE)
    await terminal.resize(SIZE)
    await terminal.write(b'echo "<$0 $TERM $COLORTERM $(stty size)>"\r')
    await read_until(terminal, b"<ash xterm-256color truecolor 30 100>")
    assert await terminal.end() == ""


async def test_bash_is_better_than_sh(engine: Engine, docker: Docker, tools_image: str) -> None:
    container = docker.run(image=tools_image)
    terminal = await open_exec(engine, container, "web", ExecRequest(), SIZE)
    await terminal.write(b"echo v${BASH_VERSION%%.*}v\r")
    await read_until(terminal, b"v5v")
    assert await terminal.end() == ""


async def test_a_container_without_a_shell_is_named(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    docker.exec(container, "busybox", "rm", "-f", "/bin/sh", "/bin/ash", "/bin/bash")
    with pytest.raises(NoShell, match="web has no shell"):
        await open_exec(engine, container, "web", ExecRequest(), SIZE)


async def test_user_directory_and_environment_are_as_asked(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    command = ("sh", "-c", 'echo "$(id -u) $(pwd) $COLOUR"')
    request = ExecRequest(command, user="1000", working_dir="/tmp", env=("COLOUR=deep blue",), tty=False)
    terminal = await open_exec(engine, container, "web", request, SIZE)
    assert await read_all(terminal) == {"stdout": b"1000 /tmp deep blue\n"}
    assert (await terminal.outcome()).exit_code == 0


async def test_without_a_tty_the_outputs_are_apart_and_input_can_end(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    request = ExecRequest(("sh", "-c", "cat; echo done >&2; exit 3"), tty=False)
    terminal = await open_exec(engine, container, "web", request, SIZE)
    await terminal.write(b"typed\n")
    await terminal.half_close()
    assert await read_all(terminal) == {"stdout": b"typed\n", "stderr": b"done\n"}
    assert (await terminal.outcome()).exit_code == 3


async def test_a_missing_program_has_its_exit_code(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    terminal = await open_exec(engine, container, "web", ExecRequest(("no-such-program",)), SIZE)
    assert b"no-such-program" in (await read_all(terminal))["stdout"]
    assert (await terminal.outcome()).exit_code in (126, 127)


async def test_what_the_shell_left_in_the_background_is_told(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    terminal = await open_exec(engine, container, "web", ExecRequest(("sh", "-c", "trap '' HUP; sleep 4323 & exit 0")), SIZE)
    await read_all(terminal)
    outcome = await terminal.outcome()
    assert outcome.exit_code == 0
    assert "sleep" in outcome.left
    assert "still runs in web" in outcome.left
    await terminal.end()
    assert len(docker.processes(container)) == 1


@pytest.mark.parametrize("command", ["exec cat", "trap '' INT HUP TERM; while :; do sleep 1; done", "exec top"])
async def test_whatever_runs_is_ended(engine: Engine, docker: Docker, command: str) -> None:
    container = docker.run()
    terminal = await open_exec(engine, container, "web", ExecRequest(("sh", "-c", f"echo ready; {command}")), SIZE)
    await read_until(terminal, b"ready")
    assert await terminal.end() == ""
    assert len(docker.processes(container)) == 1


async def test_what_is_frozen_cannot_be_ended_and_is_told(engine: Engine, docker: Docker) -> None:
    container = docker.run()
    terminal = await open_exec(engine, container, "web", ExecRequest(), SIZE)
    await read_until(terminal, b"#")
    docker.pause(container)
    assert "paused" in await terminal.end()
    docker.unpause(container)


@pytest.mark.parametrize("halt", ["pause", "stop"])
async def test_a_halted_container_takes_no_command(engine: Engine, docker: Docker, halt: str) -> None:
    container = docker.run()
    getattr(docker, halt)(container)
    with pytest.raises(errors.Conflict):
        await open_exec(engine, container, "web", ExecRequest(), SIZE)
    with pytest.raises(errors.Conflict, match="web"):
        await open_attach(engine, container, "web", SIZE)


async def test_read_only_opens_no_door(engine_address: str, docker: Docker) -> None:
    container = docker.run()
    async with Engine.connect(engine_address, read_only=True) as engine:
        with pytest.raises(errors.ReadOnly, match="read-only"):
            await open_exec(engine, container, "web", ExecRequest(), SIZE)
        with pytest.raises(errors.ReadOnly, match="read-only"):
            await open_attach(engine, container, "web", SIZE)


async def test_attach_brings_the_last_output_and_lets_go(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "echo hello; exec sh", tty=True, stdin_open=True)
    await until_async(lambda: b"hello" in docker.logs(container)[0], "the first words")
    terminal = await open_attach(engine, container, "web", SIZE)
    assert b"hello" in b"".join(frame.data for frame in terminal.replay)
    await terminal.write(b'echo "<$(stty size)>"\r')
    await read_until(terminal, b"<30 100>")
    assert await terminal.end() == ""
    assert docker.state(container)["Running"]


async def test_the_end_of_the_main_process_is_told(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", tty=True, stdin_open=True)
    terminal = await open_attach(engine, container, "web", SIZE)
    await terminal.write(b"exit 7\r")
    await read_all(terminal)
    assert (await terminal.outcome()).exit_code == 7


def test_detach_keys_are_the_users_own(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    config = tmp_path / ".docker" / "config.json"
    config.write_text(json.dumps({"detachKeys": "ctrl-e,e"}))
    assert configured_detach_keys({}, tmp_path) == "ctrl-e,e"
    assert configured_detach_keys({"DOCKER_CONFIG": str(tmp_path)}, tmp_path) == DETACH_KEYS


@pytest.mark.parametrize("content", ["", "[]", "{", '{"detachKeys": 3}', '{"auths": {}}'])
def test_other_detach_keys_do_not_hold_shell_history_up(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content)
    keys = configured_detach_keys({"DOCKER_CONFIG": str(tmp_path)}, tmp_path)
    assert "ctrl-p" not in keys.split(",")
