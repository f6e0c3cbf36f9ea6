"""`longshore problems` and `longshore why`: texts, JSON and exit codes, without a terminal."""

import json
import secrets
import subprocess
import sys

import pytest

from tests.docker import Docker
from tests.incidents import crash_loop, unique
from tui.cli import parse

SECONDS = 60


def longshore(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *words],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_without_a_terminal_the_problems_are_printed_and_the_exit_code_says_that_there_are_some() -> None:
    done = longshore("--demo", "problems")
    assert done.returncode == 3, done.stderr
    assert "error: mirror: The program failed with exit code 1." in done.stdout
    assert "    Last output: error: /etc/mirror/config.yaml:12" in done.stdout


def test_json_has_one_object_for_each_problem() -> None:
    done = longshore("--demo", "problems", "--json")
    assert done.returncode == 3, done.stderr
    mirror = next(each for each in json.loads(done.stdout) if each["name"] == "mirror")
    assert (mirror["level"], mirror["type"], mirror["problem"]) == (
        "error", "container", "The program failed with exit code 1."
    )  # fmt: skip
    assert "unknown key 'upstrem'" in mirror["evidence"][0]
    assert mirror["since"].endswith("+00:00")


def test_why_prints_the_report_of_a_container() -> None:
    done = longshore("--demo", "why", "mirror")
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("Why the container is not running\n  The program failed with exit code 1.")
    assert "Exit code       1: failed" in done.stdout


def test_why_of_a_container_that_works_ends_with_0() -> None:
    done = longshore("--demo", "why", "shop-web-1", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["problems"] == []


def test_an_unknown_container_and_an_unreachable_engine_have_exit_codes_of_their_own() -> None:
    assert longshore("--demo", "why", "no-such").returncode == 2
    done = longshore("-H", "unix:///no/such.sock", "problems")
    assert done.returncode == 1
    assert "/no/such.sock" in done.stderr


def test_a_loop_on_a_real_engine_is_printed_with_its_cause(engine_address: str, docker: Docker) -> None:
    container = crash_loop(docker)
    name = docker.inspect(container)["Name"][1:]
    done = longshore("-H", engine_address, "why", name)
    docker.remove(container)
    assert done.returncode == 3, done.stderr
    assert "FATAL: no licence file" in done.stdout


@pytest.mark.parametrize("line", ["images --json", "--plain web", "why"])
def test_what_cannot_be_printed_is_refused(line: str) -> None:
    with pytest.raises(SystemExit) as left:
        parse(line.split())
    assert left.value.code == 2


def test_grep_prints_the_matching_lines_of_all_logs_and_ends_as_grep_does(engine_address: str, docker: Docker) -> None:
    word = f"needle-{secrets.token_hex(4)}"
    for number in (1, 2):
        docker.wait(docker.run("sh", "-c", f"seq 1 2000; echo {word} {number} >&2; seq 1 500", name=unique(f"grep{number}")))
    done = longshore("-H", engine_address, "grep", f"{word} [0-9]")
    assert done.returncode == 0, done.stderr
    assert sorted(line.split(" ", 2)[2] for line in done.stdout.splitlines()) == [f"{word} 1", f"{word} 2"]
    none = longshore("-H", engine_address, "grep", word + "x", docker.inspect(docker.containers[0])["Name"][1:])
    assert (none.returncode, none.stdout) == (1, "")


@pytest.mark.parametrize("line", [("grep", "("), ("grep", "x", "no-such-container"), ("grep", "x", "--since", "soon")])
def test_grep_that_cannot_search_ends_with_2(line: tuple[str, ...]) -> None:
    assert longshore("--demo", *line).returncode == 2
