"""Hostile containers are what they claim to be, and break nothing."""

import pytest

from tests.docker import Docker
from tests.hostile import NASTY_ENV, REACH, TEXTS, Hostile

EXIT_CODES = {"exited 0": 0, "exited 1": 1, "exited 137": 137, "out of memory": 137}


@pytest.mark.parametrize("state", REACH)
def test_a_container_is_in_every_state(docker: Docker, hostile_containers: Hostile, state: str) -> None:
    container = hostile_containers.by_state[state]
    docker.wait_for(container, "exited" if state in EXIT_CODES else state)  # "restarting" comes and goes
    if state in EXIT_CODES:
        found = docker.state(container)
        assert (found["ExitCode"], found["OOMKilled"]) == (EXIT_CODES[state], state == "out of memory")


def test_labels_and_environment_reach_the_engine_unharmed(docker: Docker, hostile_containers: Hostile) -> None:
    config = docker.inspect(hostile_containers.by_state["running"])["Config"]
    assert config["Labels"]["nasty.escape"] == TEXTS["escape"]
    assert set(NASTY_ENV) <= set(config["Env"])


def test_names_are_at_the_limits(docker: Docker, hostile_containers: Hostile) -> None:
    names = {each["Names"][0][1:] for each in docker.ours()}
    assert {hostile_containers.shortest, hostile_containers.longest, hostile_containers.oddest} <= names
    assert len(hostile_containers.shortest) == 2
