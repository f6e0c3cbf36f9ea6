"""The demo engine's private folder: removed at the end, after kill -9 at the next start; others are not touched."""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import TOP, Program
from tui.demo.folders import private_folder, sweep


def gone_process() -> int:
    """The PID of a process that has ended."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    return ended.pid


def left_behind(where: Path, process: int) -> Path:
    folder = where / f"longshore-demo-{process}-abc123"
    folder.mkdir()
    (folder / "engine.sock").touch()
    return folder


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose path leaves room for that of a socket."""
    with tempfile.TemporaryDirectory(prefix="ls-", dir="/tmp") as folder:
        yield Path(folder)


def test_a_temporary_folder_with_a_long_path_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with private_folder() as folder:
        assert folder.parent == Path("/tmp")


def test_a_killed_programs_folder_is_removed_at_the_next_start(short_path: Path) -> None:
    environment = {"TMPDIR": str(short_path)}
    with Program(["--demo"], env=environment) as program:
        program.wait_for("? help")
        assert len(list(short_path.glob("longshore-demo-*"))) == 1
        program.signal(signal.SIGKILL)
        program.wait_for_exit()
    assert len(list(short_path.glob("longshore-demo-*"))) == 1
    with Program(["--demo"], env=environment) as program:
        program.wait_for("? help")
        assert [each.name.split("-")[2] for each in short_path.glob("longshore-demo-*")] == [str(program.process.pid)]
        program.press("q")
        assert program.wait_for_exit() == 0
    assert list(short_path.glob("longshore-demo-*")) == []


def test_the_folder_of_a_process_that_runs_stays(tmp_path: Path) -> None:
    folder = left_behind(tmp_path, os.getpid())
    sweep(tmp_path)
    assert folder.exists()


def test_a_locked_folder_stays_though_no_process_here_has_its_number(tmp_path: Path) -> None:
    folder = left_behind(tmp_path, gone_process())
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep(tmp_path)
        assert folder.exists()
    finally:
        os.close(lock)
    sweep(tmp_path)
    assert not folder.exists()


def test_links_files_and_other_names_stay(tmp_path: Path) -> None:
    process = gone_process()
    target = tmp_path / "mine"
    target.mkdir()
    (target / "file").touch()
    (tmp_path / f"longshore-demo-{process}-link").symlink_to(target)
    (tmp_path / f"longshore-demo-{process}-file").touch()
    (tmp_path / "longshore-demo-notes").mkdir()
    (tmp_path / f"longshore-demo-{process}-a b").mkdir()
    before = sorted(tmp_path.rglob("*"))
    sweep(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_another_users_folder_stays(tmp_path: Path) -> None:
    folder = left_behind(tmp_path, gone_process())
    code = f"import os; os.geteuid = lambda: {os.geteuid() + 1}\nfrom pathlib import Path\n"
    code += f"from tui.demo.folders import sweep; sweep(Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=TOP, check=True)
    assert folder.exists()


def test_the_folder_is_the_users_alone_and_is_removed() -> None:
    with private_folder() as folder:
        assert folder.stat().st_mode & 0o077 == 0
        assert str(os.getpid()) in folder.name
    assert not folder.exists()
