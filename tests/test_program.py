"""Longshore as a program in a terminal: start, screen, keys, survival, and the restored terminal."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.program import Program
from tests.waiting import until

SIZES = [(120, 40), (80, 24), (40, 10)]


def on(engine_address: str, *args: str, **options: object) -> Program:
    """Start the program on an engine."""
    return Program(["--host", engine_address, *args], **options)


@pytest.fixture
def sleeper(docker: Docker) -> str:
    """Return the name of a running container."""
    name = f"sleeper-{os.getpid()}"
    docker.run("sleep", "3600", name=name)
    return name


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_container_and_its_state_are_on_the_screen_at_every_size(
    engine_address: str, sleeper: str, columns: int, rows: int
) -> None:
    with on(engine_address, "containers", sleeper, columns=columns, rows=rows) as program:
        program.wait_for(lambda screen: sleeper in screen and "running" in screen and "help" in screen)
        program.press("q")
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []


def test_a_container_is_stopped_and_started_with_the_keyboard_alone(engine_address: str, docker: Docker, sleeper: str) -> None:
    with on(engine_address, "containers", sleeper, columns=160) as program:
        program.wait_for(sleeper)
        program.wait_for("stop")
        program.press("/")
        program.type(sleeper)
        program.press("enter")
        program.wait_for("1 of ")
        program.press("K")
        program.wait_for("SIGKILL")
        program.type("sigkill")
        program.press("enter")
        program.wait_for("137")
        docker.wait_for(sleeper, "exited")
        program.press("u")
        program.wait_for("started")
        docker.wait_for(sleeper, "running")
        program.press("$")
        program.wait_for("docker --host")
        program.wait_for(f"start {sleeper}")


def test_what_cannot_be_undone_asks_and_enter_does_not_confirm_it(engine_address: str, docker: Docker, sleeper: str) -> None:
    with on(engine_address, "containers", sleeper) as program:
        program.wait_for(sleeper)
        program.wait_for("remove")
        program.press("delete")
        program.wait_for("force")
        program.press("enter")
        program.wait_for("cannot be undone")
        program.press("escape")
        program.wait_until_gone("cannot be undone")
        assert docker.exists(sleeper)
        program.press("delete")
        program.wait_for("force")
        program.type("1y")
        until(lambda: not docker.exists(sleeper), "the container to be gone")


def test_what_is_typed_ahead_of_the_interface_reaches_it(engine_address: str, sleeper: str) -> None:
    with on(engine_address) as program:
        program.type("/" + sleeper)
        program.wait_for("1 of ")


def test_a_resize_gives_the_columns_their_new_places(engine_address: str, sleeper: str) -> None:
    with on(engine_address, "containers", sleeper, columns=120, rows=40) as program:
        program.wait_for("IMAGE")
        program.resize(40, 10)
        program.wait_for(lambda screen: sleeper in screen and "IMAGE" not in screen)
        program.resize(120, 40)
        program.wait_for("IMAGE")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_the_terminal_is_restored(engine_address: str, number: int) -> None:
    with on(engine_address) as program:
        program.wait_for("help")
        program.signal(number)
        program.wait_for_exit()
        assert program.not_restored() == []


def test_a_crash_restores_the_terminal_and_tells_one_line(engine_address: str, tmp_path: Path) -> None:
    crashing = tmp_path / "crashing.py"
    crashing.write_text(
        "import sys\n"
        "from tui.screens.framework.resource_view import ResourceView\n"
        "def broken(self):\n"
        "    secret = 'pa' + 'ssword'\n"
        "    raise RuntimeError('boom')\n"
        "ResourceView.widen = broken\n"
        "from tui.cli import main\n"
        f"sys.exit(main(['--host', {engine_address!r}]))\n"
    )
    with Program(command=[sys.executable, str(crashing)]) as program:
        program.wait_for("help")
        program.press("w")
        assert program.wait_for_exit() == 70
        assert program.not_restored() == []
        assert "Longshore crashed (RuntimeError)" in program.screen.replace("\n", "")
        assert "Traceback" not in program.screen
        assert b"password" not in program.raw


def test_an_engine_that_is_not_there_is_said_and_the_program_waits_for_it(tmp_path: Path) -> None:
    with Program(["--host", f"unix://{tmp_path}/none.sock"]) as program:
        program.wait_for("; ctrl+r: now")
        program.press("q")
        assert program.wait_for_exit() == 1
        assert program.not_restored() == []


def test_read_only_refuses_with_a_reason(engine_address: str, docker: Docker, sleeper: str) -> None:
    with on(engine_address, "--read-only", "containers", sleeper) as program:
        program.wait_for(sleeper)
        program.wait_for("READ-ONLY")
        program.press("x")
        program.wait_for("--read-only")
        assert docker.state(sleeper)["Running"]


def test_the_demo_needs_no_docker_and_leaves_nothing_behind() -> None:
    with Program(["--demo"]) as program:
        program.wait_for("DEMO")
        program.wait_for("shop-web-1")
        program.press("q")
        assert program.wait_for_exit() == 0


def run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *args],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


def test_a_pipe_is_refused_with_one_line() -> None:
    done = run()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "needs a terminal" in done.stderr


def test_a_dumb_terminal_is_refused_with_one_line() -> None:
    with Program(env={"TERM": "dumb"}) as program:
        assert program.wait_for_exit() == 2
        assert "TERM says dumb" in program.screen.replace("\n", "")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--host", "ftp://x"], "ftp://x"),
        (["--context", "nowhere"], "nowhere"),
        (["exec"], "needs the name"),
        (["--nonsense"], "unrecognized"),
    ],
)
def test_wrong_arguments_are_said_and_end_with_2(args: list[str], said: str) -> None:
    with Program(args) as program:
        assert program.wait_for_exit() == 2
        assert said in program.screen.replace("\n", "")


def test_version_and_help_load_no_interface() -> None:
    script = """if True:
        import sys, tui.cli
        try:
            tui.cli.main([sys.argv[1]])
        except SystemExit:
            pass
        print(sorted(set(sys.modules) & {"textual", "httpx", "msgspec", "asyncio"}))
        """
    for flag in ("--version", "--help"):
        done = subprocess.run([sys.executable, "-c", script, flag], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout.splitlines()[-1] == "[]"
