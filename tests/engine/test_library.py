"""The programs of docs/library.md run unchanged."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docker import Docker

TOP = Path(__file__).parents[2]
LISTING, RUNNING, FOLLOWING, TERMINAL = re.findall(r"```python\n(.*?)```", (TOP / "docs/library.md").read_text(), re.S)


def run(program: str, address: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=TOP,
        env={"DOCKER_HOST": address, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=40,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_containers_are_listed(docker: Docker, engine_address: str) -> None:
    id = docker.create("true")
    assert f"{id[:12]} " in run(LISTING, engine_address)


@pytest.mark.not_on_demo("its shell has no id command")
def test_a_command_is_run(docker: Docker, engine_address: str) -> None:
    id = docker.run("sleep", "60")
    assert run(RUNNING, engine_address, id).startswith("0 uid=0(root)")


@pytest.mark.not_on_demo("it runs no commands of a test's own choosing")
def test_a_log_is_followed_to_its_end(docker: Docker, engine_address: str) -> None:
    id = docker.run("sh", "-c", "echo one; echo two >&2; printf three")
    assert sorted(run(FOLLOWING, engine_address, id).splitlines()) == ["stderr two", "stdout one", "stdout three"]


@pytest.mark.not_on_demo("its terminals have the programs of its own shop only")
def test_a_terminal_is_talked_to(docker: Docker, engine_address: str) -> None:
    id = docker.run("sleep", "60")
    assert "30 100" in run(TERMINAL, engine_address, id)
