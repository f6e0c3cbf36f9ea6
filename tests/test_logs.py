"""Logs through the whole program, in a terminal: on real engines, and on the demo engine."""

import os
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.program import Program
from tests.waiting import until
from tui.cli import parse

SIZES = [(120, 40), (80, 24), (40, 10)]
FEW = 'for n in $(seq 1 50); do echo "line $n of fifty"; done; sleep 3600'
MANY = "seq 1 200000 | sed 's/^/number /'"


def logs_on(address: str, name: str, **options: object) -> Program:
    """Start the program in the log of a container."""
    return Program(["--host", address, "logs", name], **options)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Return a container's name that no other test uses, short enough for a narrow column."""
    return f"lg{os.getpid() % 10_000}{abs(hash(request.node.name)) % 10_000}"


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_l_shows_what_a_container_says_and_q_goes_back(
    engine_address: str, docker: Docker, name: str, columns: int, rows: int
) -> None:
    docker.run("sh", "-c", FEW, name=name)
    with Program(["--host", engine_address, name], columns=columns, rows=rows) as program:
        program.wait_for(lambda screen: name in screen and "running" in screen)
        program.press("l")
        program.wait_for("line 50 of fifty")
        program.press("g")
        program.wait_for("line 1 of fifty")
        program.press("q")
        program.wait_for(f"container {name}")
        program.press("q")
        program.wait_for("containers")
        program.press("q")
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []


@pytest.mark.not_on_demo("its logs rotate long before they have 200,000 lines")
def test_a_log_of_200_000_lines_opens_at_its_end_and_is_read_to_its_beginning(
    engine_address: str, docker: Docker, name: str
) -> None:
    container = docker.run("sh", "-c", MANY, name=name)
    docker.wait_for(container, "exited")
    with logs_on(engine_address, name) as program:
        program.wait_for("number 200000")
        program.press("g")
        program.wait_for(lambda screen: any(line.strip() == "number 1" for line in screen.split("\n")))
        program.press("G")
        program.wait_for("number 200000")


def test_what_is_new_follows_across_a_restart(engine_address: str, docker: Docker, name: str) -> None:
    container = docker.run("sh", "-c", 'echo "run $(date +%N)"; echo "pid $$ here"; sleep 3600', name=name)
    with logs_on(engine_address, name) as program:
        program.wait_for("pid 1 here")
        docker.restart(container)
        program.wait_for(lambda screen: screen.count("pid 1 here") == 2 and "started" in screen and "exited" in screen)
        assert program.screen.count("run ") == 2


def test_searching_filtering_and_copying(engine_address: str, docker: Docker, name: str) -> None:
    docker.run("sh", "-c", FEW, name=name)
    with logs_on(engine_address, name, columns=120) as program:
        program.wait_for("line 50 of fifty")
        program.type("/line 1")
        program.press("enter")
        program.wait_for("11 of 11")
        program.press("N")
        program.wait_for("10 of 11")
        program.type("&!7")
        program.press("enter")
        program.wait_for(lambda screen: "&!7" in screen and "line 17" not in screen and "line 16" in screen)
        program.press("escape", "escape")
        program.wait_for(lambda screen: "&!7" not in screen and "line 17" in screen)
        program.press("Y")
        program.wait_for("sent 1 line")
        assert b"\x1b]52;" in program.raw


def test_two_marked_containers_are_merged_by_time(engine_address: str, docker: Docker, name: str) -> None:
    one, two = f"{name}-1", f"{name}-2"
    docker.run("sh", "-c", "echo from the first; sleep 3600", name=one)
    docker.run("sh", "-c", "echo from the second >&2; sleep 3600", name=two)
    with Program(["--host", engine_address], columns=120) as program:
        program.wait_for(one)
        program.type(f"/{name}")
        program.press("enter")
        program.wait_for(lambda screen: f"/{name} 2 of" in screen and screen.count(f"/{name}") == 1)  # the prompt is closed
        program.press("ctrl+a", "L")
        screen = program.wait_for(lambda screen: "from the first" in screen and "from the second" in screen)
        assert "logs 2 containers" in screen
        assert screen.index("from the first") < screen.index("from the second")
        assert "│from the second" in screen


def test_a_compose_project_is_one_log(engine_address: str, docker: Docker, name: str) -> None:
    for service in ("web", "db"):
        labels = {"com.docker.compose.project": name, "com.docker.compose.service": service}
        docker.run("sh", "-c", f"echo {service} speaks; sleep 3600", name=f"{name}-{service}-1", labels=labels)
    with Program(["--host", engine_address, f"{name}-web-1"], columns=120) as program:
        program.wait_for(f"{name}-web-1")
        program.press("L")
        screen = program.wait_for(lambda screen: "web speaks" in screen and "db speaks" in screen)
        assert f"logs {name} (2 containers)" in screen
        assert any(line.startswith("web ") for line in screen.split("\n"))


@pytest.mark.not_on_demo("its logs rotate long before they have 200,000 lines")
def test_the_whole_log_is_saved(engine_address: str, docker: Docker, name: str, tmp_path: Path) -> None:
    container = docker.run("sh", "-c", MANY, name=name)
    docker.wait_for(container, "exited")
    file = tmp_path / "all.log"
    with logs_on(engine_address, name) as program:
        program.wait_for("number 200000")
        program.press("ctrl+s")
        program.wait_for("Save the whole log")
        program.wait_for(f"{name}-2")  # the proposed file name
        program.press("ctrl+u")
        program.wait_for("the whole log, from the engine")
        program.type(str(file))
        program.wait_for("all.log")
        program.press("ctrl+s")
        program.wait_for("saved 200000 lines")
    assert file.read_text().split("\n") == [*(f"number {n}" for n in range(1, 200_001)), ""]


def test_what_is_shown_is_opened_in_the_pager(engine_address: str, docker: Docker, name: str, tmp_path: Path) -> None:
    docker.run("sh", "-c", FEW, name=name)
    with logs_on(engine_address, name, env={"PAGER": f"cp --target-directory={tmp_path}"}) as program:
        program.wait_for("line 50 of fifty")
        program.type("&line 4")
        program.press("enter")
        program.wait_for(lambda screen: "line 39" not in screen and "line 49" in screen)
        program.press("v")
        copied = tmp_path / "log.txt"
        until(copied.exists, "the pager was started")
        program.press("t")
        program.wait_for("times: local")
        assert copied.read_text().split("\n") == [f"line {n} of fifty" for n in (4, *range(40, 50))] + [""]
        program.press("escape")
        program.wait_for("line 50 of fifty")
        program.press("ctrl+c")
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []


def test_a_line_of_json_is_opened_with_its_fields(engine_address: str, docker: Docker, name: str) -> None:
    said = '{"level":"error","user":{"id":7},"msg":"broke"}'
    docker.run("sh", "-c", f"echo '{said}'; sleep 3600", name=name)
    with logs_on(engine_address, name) as program:
        program.wait_for("broke")
        program.press("enter")
        program.wait_for(lambda screen: "id: 7" in screen and "stdout" in screen and "error" in screen)
        program.press("q")
        program.wait_for('ERROR broke user={"id":7}')  # by level, message and fields
        program.press("r")
        program.wait_for(said[:40])


def test_nothing_that_a_container_writes_reaches_the_terminal(engine_address: str, docker: Docker, name: str) -> None:
    script = r"printf '\033]0;owned\007\033[2J\033[31mred\033[0m text\n10%%\r20%%\rdone\n'; sleep 3600"
    docker.run("sh", "-c", script, name=name)
    with logs_on(engine_address, name) as program:
        screen = program.wait_for("done")
        assert "red text" in screen
        assert "20%" not in screen
        assert b"owned" not in program.raw
        column, row = program.find("red text")
        assert program.cell(column, row).fg == "red"


def test_a_log_that_cannot_be_read_says_so(engine_address: str, docker: Docker, name: str) -> None:
    docker.run("sh", "-c", "echo unheard; sleep 3600", name=name, host={"LogConfig": {"Type": "none"}})
    with logs_on(engine_address, name, columns=120) as program:
        program.wait_for("logging driver")
        assert "unheard" not in program.screen


def test_a_flood_leaves_the_keys_alone(engine_address: str, docker: Docker, name: str) -> None:
    docker.run("sh", "-c", "yes flooding the log; sleep 1", name=name, host={"LogConfig": {"Config": {"max-size": "5m"}}})
    with logs_on(engine_address, name) as program:
        program.wait_for("flooding")
        program.press("?")
        program.wait_for("help of logs")
        program.press("q")
        program.wait_for("flooding")
        program.press("q")
        program.wait_for("containers")


def test_a_name_that_is_none_is_said(engine_address: str) -> None:
    with logs_on(engine_address, "nobody-at-all") as program:
        program.wait_for("nobody-at-all")


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_the_demo_speaks(columns: int, rows: int) -> None:
    with Program(["--demo", "logs", "shop"], columns=columns, rows=rows) as program:
        program.wait_for(lambda screen: "logs shop" in screen and "api" in screen and "web" in screen)
        program.press("5")
        program.wait_for(lambda screen: "logs shop" in screen and "web" in screen)
        program.press("ctrl+c")
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []


def test_logs_of_nothing_are_wrong_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["logs"])
    assert ended.value.code == 2
    assert "logs needs the name of a container" in capsys.readouterr().err
