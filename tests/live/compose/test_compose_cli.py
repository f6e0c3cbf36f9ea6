"""The Compose program: how it is found, called and ended, and how its output is read."""

import os
import signal
from pathlib import Path

import pytest

from tests.resources.performing import perform
from tests.waiting import until_async
from tui.engine import errors
from tui.live.compose import compose_cli
from tui.live.compose.projects import Origin, Project
from tui.live.engine_session import Session
from tui.live.jobs.jobs import Jobs
from tui.resources.compose.services import BUILD
from tui.resources.model.action import Answers

ADDRESS = "unix:///tmp/an engine.sock"


class Bin:
    """A folder that is the whole PATH, with programs that record their calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes = folder / "notes"
        self.history = folder / "history"

    def install(self, name: str, script: str = "") -> None:
        path = self.folder / name
        note = f'printf "%s\\n" "$DOCKER_HOST" "${{DOCKER_CONTEXT-none}}" "$@" > {self.notes}\necho "$*" >> {self.history}'
        path.write_text(f"#!/bin/sh\n{note}\n{script}\n")
        path.chmod(0o755)

    @property
    def called(self) -> list[str]:
        """Return the engine and the context of the call, and its arguments."""
        return self.notes.read_text().splitlines()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bin:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DOCKER_CONTEXT", "another")
    return Bin(folder)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    return Project(name="shop", origins=(Origin(str(tmp_path), ("compose.yaml",), ("/etc/shop.env",)),))


@pytest.fixture
def session() -> Session:
    return Session.open(ADDRESS)


async def test_as_a_plugin_it_is_told_the_engine_the_project_and_its_files(
    programs: Bin, project: Project, session: Session, tmp_path: Path
) -> None:
    programs.install("docker", "echo 'Container shop-web-1 Started' >&2")
    programs.install("docker-compose", "exit 1")
    assert (
        await compose_cli.up(session, project)
        == "docker compose finished: Container shop-web-1 Started\nContainer shop-web-1 Started"
    )
    assert programs.called == [
        ADDRESS,
        "none",
        "compose",
        "--project-name=shop",
        f"--project-directory={tmp_path}",
        f"--file={tmp_path}/compose.yaml",
        "--env-file=/etc/shop.env",
        "up",
        "--detach",
    ]


async def test_by_itself_where_docker_has_no_such_plugin(programs: Bin, project: Project, session: Session) -> None:
    programs.install("docker", '[ "$1" != compose ]')
    programs.install("docker-compose", "echo done")
    await compose_cli.down(session, project, volumes=True)
    assert programs.called[-3:] == ["down", "--remove-orphans", "--volumes"]
    assert programs.called[2] == "--project-name=shop"


async def test_not_installed_is_said(programs: Bin, project: Project, session: Session) -> None:
    with pytest.raises(errors.Failed, match="docker compose is not installed on this machine"):
        await compose_cli.up(session, project)


async def test_files_that_are_elsewhere_are_said_before_anything_runs(
    programs: Bin, project: Project, session: Session, tmp_path: Path
) -> None:
    programs.install("docker")
    (tmp_path / "compose.yaml").unlink()
    with pytest.raises(errors.Failed, match=r"a Compose file is not on this machine: .*/compose\.yaml"):
        await compose_cli.up(session, project)
    with pytest.raises(errors.Failed, match="no label with the Compose files"):
        await compose_cli.up(session, Project(name="shop"))
    assert not programs.notes.exists()


async def test_down_needs_no_files(programs: Bin, project: Project, session: Session, tmp_path: Path) -> None:
    programs.install("docker-compose")
    (tmp_path / "compose.yaml").unlink()
    await compose_cli.down(session, project)
    assert programs.called[2:] == ["--project-name=shop", "down", "--remove-orphans"]


async def test_a_name_can_be_no_option() -> None:
    found = compose_cli.arguments(Project(name="--help", origins=(Origin("-d", ("-",)),)), ["up"])
    assert found == ["--project-name=--help", "--project-directory=-d", "--file=-d/-", "up"]


async def test_its_error_is_told_in_one_clean_line(programs: Bin, project: Project, session: Session) -> None:
    said = r"pulling\r\n\033[31mError\033[0m response: \033]0;owned\007 no\342\200\256 such image\nbye\n"
    programs.install("docker-compose", f"printf '{said}'; exit 17")
    with pytest.raises(errors.Failed) as caught:
        await compose_cli.up(session, project)
    assert str(caught.value) == "docker compose failed with status 17: Error response: ]0;owned no such image"
    assert caught.value.__notes__ == ["pulling", "Error response: ]0;owned no such image", "bye"]


async def test_a_flood_without_an_end_of_line_is_bounded(programs: Bin, project: Project, session: Session) -> None:
    programs.install("docker-compose", "/usr/bin/head -c 3000000 /dev/zero | /usr/bin/tr '\\0' x; echo; echo end")
    done = await compose_cli.up(session, project)
    assert done.startswith("docker compose finished: end\nxxx")
    assert len(done) < 1000


async def test_what_it_says_is_the_jobs_progress(programs: Bin, project: Project, session: Session, tmp_path: Path) -> None:
    programs.install("docker-compose", f"echo first; while [ ! -e {tmp_path}/go ]; do /bin/sleep 0.01; done; echo last")
    job = Jobs().run("up", compose_cli.up(session, project))
    await until_async(lambda: job.progress == "first")
    (tmp_path / "go").touch()
    await job.wait()
    assert job.result == "docker compose finished: last\nfirst\nlast"


async def test_cancelled_it_is_ended_with_all_that_it_started(
    programs: Bin, project: Project, session: Session, tmp_path: Path
) -> None:
    programs.install("docker-compose", f"/bin/sleep 600 & echo $! > {tmp_path}/child; echo running; wait")
    job = Jobs().run("up", compose_cli.up(session, project))
    await until_async(lambda: job.progress == "running")
    job.cancel()
    await job.wait()
    assert job.state == "cancelled"
    child = int((tmp_path / "child").read_text())
    await until_async(lambda: not alive(child), "the child to end")


async def test_one_that_does_not_listen_is_killed(
    programs: Bin, project: Project, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose_cli, "GRACE", 0.1)
    programs.install("docker-compose", "trap '' TERM; echo $$; while :; do /bin/sleep 0.1; done")
    job = Jobs().run("up", compose_cli.up(session, project))
    await until_async(lambda: job.progress.isdecimal())
    job.cancel()
    await job.wait()
    assert not alive(int(job.progress))


async def test_read_only_runs_nothing(programs: Bin, project: Project) -> None:
    programs.install("docker-compose")
    with pytest.raises(errors.ReadOnly):
        await compose_cli.up(Session.open(ADDRESS, read_only=True), project)
    assert not programs.notes.exists()


def alive(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        os.kill(pid, signal.SIGCONT)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_files_path_may_be_relative_to_the_directory() -> None:
    assert compose_cli.files(Project(name="shop", origins=(Origin("/srv", ("a.yaml", "/b.yaml")),))) == [
        "/srv/a.yaml",
        "/b.yaml",
    ]


async def test_images_are_built_and_then_containers_of_them_started(programs: Bin, project: Project, session: Session) -> None:
    programs.install("docker-compose", "echo web Built")
    answers = Answers(ticked=frozenset({"up", "pull"}), typed=(("services", "web api"),))
    said = await perform(BUILD, session, project, answers=answers)
    assert said == "docker compose finished: web Built\nweb Built"
    ends = [line.partition("shop.env ")[2] for line in programs.history.read_text().splitlines()]
    assert ends == ["build --pull web api", "up --detach web api"]
    programs.install("docker-compose", "exit 3")
    with pytest.raises(errors.Failed, match="status 3"):
        await perform(BUILD, session, project, answers=answers)
    assert [line for line in programs.history.read_text().splitlines()[2:] if "up" in line.split()] == []
