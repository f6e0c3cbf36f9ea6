"""Calls that block delay neither start nor exit: the name server, a disk, an engine that stops answering.

Each hang lasts ten minutes; a test waits at most thirty seconds.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hanging import hanging_folder
from tests.program import Program

HANG = "import threading\nhang = lambda *_, **__: threading.Event().wait(600)\n"


@contextmanager
def spoiled(folder: Path, change: str, *args: str) -> Iterator[Program]:
    """Start the program after running `change` in it, in which `hang` is a function that does not return."""
    script = folder / "spoiled.py"
    script.write_text(f"{HANG}{change}\nimport sys\nfrom tui.cli import main\nsys.exit(main({list(args)!r}))\n")
    with Program(columns=120, command=[sys.executable, str(script)]) as program:
        yield program


def test_a_name_server_that_hangs_freezes_neither_the_start_nor_the_end(tmp_path: Path) -> None:
    with spoiled(tmp_path, "import socket; socket.getaddrinfo = hang", "-H", "tcp://engine.example:2375") as program:
        program.wait_for("? help")
        program.press("?")
        program.wait_for("help of containers")
        program.press("q")
        program.wait_for("The name engine.example was not resolved")
        program.press("q")
        assert program.wait_for_exit() == 1
        assert program.not_restored() == []


def test_a_name_server_that_hangs_does_not_delay_leaving_in_the_middle_of_it(tmp_path: Path) -> None:
    with spoiled(tmp_path, "import socket; socket.getaddrinfo = hang", "-H", "tcp://engine.example:2375") as program:
        program.wait_for("? help")
        program.press("q")
        assert program.wait_for_exit() == 1
        assert program.not_restored() == []
        assert b"Traceback" not in program.raw


SAVING = """
import asyncio
from tui.live.jobs import file_transfer
from tui.screens.framework.resource_view import ResourceView
def write_now(self, data):
    with self._lock:
        hang()
file_transfer.NewFile.write_now = write_now
async def endless(sink):
    while True:
        await __import__('asyncio').to_thread(sink, bytes(1 << 20))
def widen(self):
    self.context.session.jobs.run("save the log to /net/web.log", file_transfer.write_file({target}, endless, "ContainerLogs"))
ResourceView.widen = widen
"""


def test_a_disk_that_hangs_while_something_is_saved_does_not_hold_up_the_end_and_that_is_said(tmp_path: Path) -> None:
    target = f"__import__('pathlib').Path({str(tmp_path / 'web.log')!r})"
    with spoiled(tmp_path, SAVING.format(target=target), "--demo") as program:
        program.wait_for("shop-web-1")
        program.wait_for("? help")
        program.press("w")
        program.press("q")
        program.wait_for("1 job will be stopped")
        program.press("y")
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []
        said = program.screen.replace("\n", "")
        assert "longshore: save the log to /net/web.log: The file system does not answer; " in said
        assert ".part may remain." in said


CRASHING = """
import tui.crash
from tui.screens.framework.resource_view import ResourceView
tui.crash._file = hang
def boom(self):
    raise RuntimeError("boom")
ResourceView.widen = boom
"""


def test_a_crash_report_that_cannot_be_written_does_not_hold_up_the_end_and_that_is_said(tmp_path: Path) -> None:
    with spoiled(tmp_path, CRASHING, "--demo") as program:
        program.wait_for("shop-web-1")
        program.wait_for("? help")
        program.press("w")
        assert program.wait_for_exit() == 70
        assert program.not_restored() == []
        assert "the crash report could not be written in time" in program.screen.replace("\n", " ")


def test_a_configuration_whose_file_system_hangs_gives_the_defaults(tmp_path: Path) -> None:
    with (
        hanging_folder(tmp_path / "network") as folder,
        Program(["--demo"], columns=120, env={"LONGSHORE_CONFIG": str(folder / "config.toml")}) as program,
    ):
        program.wait_for("shop-web-1")
        program.wait_for("its file system does not answer")
        program.press("q")
        assert program.wait_for_exit() == 0


def test_docker_s_configuration_whose_file_system_hangs_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    with (
        hanging_folder(tmp_path / "network") as folder,
        Program(columns=120, env={"DOCKER_CONFIG": str(folder / "docker")}) as program,
    ):
        assert program.wait_for_exit() == 2
        said = " ".join(program.screen.split())
        assert "Docker's configuration cannot be read: its file system does not answer" in said
        assert program.not_restored() == []
