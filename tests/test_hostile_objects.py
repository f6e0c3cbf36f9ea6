"""Hostile containers are as described, and break nothing."""

from collections.abc import Callable

import pytest

from tests.docker import Docker
from tests.hostile import NASTY_ENV, OUT_OF_MEMORY, REACH, TEXTS, Hostile
from tests.program import Program

EXIT_CODES = {"exited 0": 0, "exited 1": 1, "exited 137": 137}


@pytest.mark.parametrize("state", [state for state in REACH if state != OUT_OF_MEMORY])
def test_a_container_is_in_every_state(docker: Docker, hostile_containers: Hostile, state: str) -> None:
    container = hostile_containers.by_state[state]
    docker.wait_for(container, "exited" if state in EXIT_CODES else state)  # "restarting" comes and goes
    assert EXIT_CODES.get(state) in (docker.state(container)["ExitCode"], None)


def test_a_container_ran_out_of_memory(docker: Docker, hostile_containers: Hostile) -> None:
    state = docker.state(hostile_containers.by_state[OUT_OF_MEMORY])
    assert (state["Status"], state["ExitCode"], state["OOMKilled"]) == ("exited", 137, True)


def test_labels_and_environment_reach_the_engine_unharmed(docker: Docker, hostile_containers: Hostile) -> None:
    config = docker.inspect(hostile_containers.by_state["running"])["Config"]
    assert config["Labels"]["nasty.escape"] == TEXTS["escape"]
    assert set(NASTY_ENV) <= set(config["Env"])


def test_names_are_at_the_limits(docker: Docker, hostile_containers: Hostile) -> None:
    names = {each["Names"][0][1:] for each in docker.ours()}
    assert {hostile_containers.shortest, hostile_containers.longest, hostile_containers.oddest} <= names
    assert len(hostile_containers.shortest) == 2


# must not appear in any output: the sequences in names, labels, environment and probes, unchanged
SEQUENCES = (b"\x1b]0;title", b"\x1b]52;c;aGVsbG8", b"\x9b2J", "\x9b2J".encode(), b"\x1bc")


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24), (40, 16)])
def test_the_list_shows_them_all(
    program: Callable[..., Program], engine_address: str, hostile_containers: Hostile, run_id: str, columns: int, rows: int
) -> None:
    longshore = program("--host", engine_address, columns=columns, rows=rows)
    filter_list(longshore, run_id)
    starts = ("hostile-u", "hostile-p", "hostile-r", "0.-_.", "long-")  # what tells long names apart stays at any width
    longshore.wait_for(lambda screen: all(start in screen for start in starts))
    leave(longshore)


@pytest.mark.parametrize("state", ["restarting", "unhealthy", "paused"])
def test_the_details_show_one(program: Callable[..., Program], docker: Docker, hostile_containers: Hostile, state: str) -> None:
    name = docker.inspect(hostile_containers.by_state[state])["Name"][1:]
    longshore = program("--host", docker.address, columns=100, rows=30)
    filter_list(longshore, name)
    longshore.wait_for("1 of")
    longshore.press("enter")
    longshore.wait_for("why  overview")
    longshore.type(":tab-overview\r")  # stopped and unhealthy containers show the report first
    longshore.wait_for("Created")
    longshore.press("G")
    longshore.wait_for(lambda screen: "nasty" in screen.lower())
    longshore.press("y")  # the engine's JSON
    longshore.wait_for("Path:")
    longshore.press("G")
    longshore.wait_until_gone("Path:")
    leave(longshore)


def filter_list(longshore: Program, expression: str) -> None:
    """Filter the first list; on return the prompt is closed."""
    longshore.wait_for("NAME▼")
    longshore.press("/")
    longshore.type(expression)
    longshore.wait_for(lambda screen: _prompts(screen) == [f" /{expression}"])
    longshore.press("enter")
    longshore.wait_for(lambda screen: not _prompts(screen))


def _prompts(screen: str) -> list[str]:
    return [line for line in screen.split("\n") if line.startswith(" /")]


def leave(longshore: Program) -> None:
    """Quit from any view; no hostile sequence was written, and the terminal is restored."""
    longshore.press("ctrl+c")
    assert longshore.wait_for_exit() == 0, longshore.screen
    assert [sequence for sequence in SEQUENCES if sequence in longshore.raw] == []
    assert longshore.not_restored() == []
