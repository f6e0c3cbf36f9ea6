"""The test harness itself works as documented."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docker import LABEL, Docker, DockerError
from tests.engines import running
from tests.engines.leftovers import cgroup_of
from tests.images import BUSYBOX, ensure_image
from tests.program import Program
from tests.terminal_screen import TerminalScreen
from tests.waiting import until

TOP = Path(__file__).parents[1]


def test_a_container_lives_from_run_to_removal(docker: Docker) -> None:
    container = docker.run("sh", "-c", "echo out; echo err >&2; exec sleep 60", env=["COLOUR=red"])
    docker.wait_for(container, "running")
    assert docker.exec(container, "sh", "-c", "echo $COLOUR; exit 3") == (3, "red\n")
    assert docker.logs(container) == (b"out\n", b"err\n")
    docker.pause(container)
    assert docker.state(container)["Status"] == "paused"
    docker.unpause(container)
    docker.kill(container)
    assert docker.wait(container) == 137
    docker.remove(container)
    assert not docker.exists(container)


def test_what_a_test_makes_carries_the_label_of_the_run(docker: Docker, run_id: str) -> None:
    container = docker.create()
    assert docker.inspect(container)["Config"]["Labels"] == {LABEL: run_id}
    assert container in [each["Id"] for each in docker.ours()]


def test_clean_up_removes_what_was_made(docker: Docker) -> None:
    other = Docker(docker.address, docker.run_id + "-other")
    volume = other.volume()
    container = other.run(volumes=[f"{volume}:/data"])
    network = other.network(f"net-{other.run_id}")
    other.clean_up()
    assert not docker.exists(container)
    for path in (f"/volumes/{volume}", f"/networks/{network}"):
        with pytest.raises(DockerError) as raised:
            docker.request("GET", path)
        assert raised.value.status == 404


def test_what_a_test_forgets_is_found_and_removed(docker: Docker) -> None:
    other = Docker(docker.address, docker.run_id + "-forgetful")
    name = f"forgotten-{other.run_id}"
    container = other.run(name=name)
    assert other.left_behind() == [f"container {name}"]
    assert not docker.exists(container)


def test_the_engines_error_is_kept(docker: Docker) -> None:
    with pytest.raises(DockerError, match=r"404: No such container: nobody-here"):
        docker.inspect("nobody-here")


OWNER = "from tests.engines import start; print(start('28', '{name}', owned=True).address, flush=True); input()"


@pytest.mark.starts_engine("28")
def test_a_private_engine_ends_with_its_owner_even_by_kill_9() -> None:
    name = f"orphan-{os.getpid()}"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", OWNER.format(name=name)], text=True, cwd=TOP, **pipes) as owner:
        address = owner.stdout.readline().strip()
        ensure_image(Docker(address, name), BUSYBOX)
        Docker(address, name).run()
        assert name in [engine.name for engine in running()]
        owner.kill()
    folder = Path(address.removeprefix("unix://")).parent
    until(lambda: not folder.exists(), "the engine's folder to be removed")
    assert name not in [engine.name for engine in running()]
    assert str(folder) not in Path("/proc/mounts").read_text()
    assert not list(Path("/sys/fs/cgroup").glob(f"*/{cgroup_of(folder)}"))


def test_a_program_is_typed_at_and_read(program: Callable[..., Program]) -> None:
    shell = program(command=["sh"], columns=60, rows=10, env={"PS1": "$ "})
    shell.wait_for("$")
    shell.type("printf 'wide \\344\\275\\240 ok\\n'; stty size")
    shell.press("enter")
    assert "wide 你 ok" in shell.wait_for("10 60")
    shell.resize(100, 30)
    shell.type("stty size\r")
    shell.wait_for("30 100")
    shell.type("echo $HOME; exit 7\r")
    assert shell.wait_for_exit() == 7
    assert shell.home.name in shell.screen


def test_a_program_that_ends_too_early_shows_its_screen(program: Callable[..., Program]) -> None:
    with pytest.raises(AssertionError, match=r"ended with 3 before 'hello'(?s:.*)no engine"):
        program(command=["sh", "-c", "echo no engine; exit 3"]).wait_for("hello")


def test_what_a_program_leaves_changed_in_the_terminal_is_told(program: Callable[..., Program]) -> None:
    rude = program(command=["sh", "-c", r"stty raw -echo; printf '\033[?1049h\033[?25l\033[?1003hrude'"])
    rude.wait_for_exit()
    assert rude.not_restored() == [
        *("mode 1003 is on", "mode 1049 is on", "the cursor is hidden", "the line settings (stty) differ"),
    ]
    polite = program(command=["sh", "-c", r"printf 'before \033[?1049hscreen\033[?1049lafter'"])
    polite.wait_for_exit()
    assert (polite.not_restored(), polite.screen.strip()) == ([], "before after")


def test_signals_reach_the_program_and_its_end_is_told(program: Callable[..., Program]) -> None:
    sleeper = program(command=["sh", "-c", "echo ready; exec sleep 60"])
    sleeper.wait_for("ready")
    sleeper.press("ctrl+c")
    assert sleeper.wait_for_exit() == -signal.SIGINT


def test_a_closed_program_leaves_no_process() -> None:
    with Program(command=["sh", "-ic", "sleep 61 & echo job $!.; wait"]) as shell:
        job = int(re.search(r"job (\d+)\.", shell.wait_for("."))[1])
    until(lambda: not Path(f"/proc/{job}").exists(), "the job to be gone")


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_the_screen_takes_what_it_does_not_know(size: int) -> None:
    data = b"\x1b[>1u\x1b[?2026$p\x1bP$qm\x1b\\\x1b]52;c;aGk=\x07"
    data += b"\x1b[4:3mcurly\x1b[?1;2c\x1b[=1;1u\x1b[<u\x1b[6n\x1b(B \xe4\xbd\xa0"
    screen = TerminalScreen(20, 2)
    for start in range(0, len(data), size):
        screen.feed(data[start : start + size])
    assert screen.text == "curly 你\n"
