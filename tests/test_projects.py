"""A project on real engines, by keyboard: started, stopped and removed in the order of its dependencies, its logs merged."""

import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docker import LABEL, NANOSECONDS, Docker
from tests.program import Program
from tests.waiting import until
from tui.live.compose.projects import DEPENDS_ON, HEALTHY, STARTED

PREFIX = "com.docker.compose."
CHECK = {"Test": ["CMD", "test", "-e", "/ready"], "Interval": NANOSECONDS, "Retries": 60}
TIDY = "trap 'exit 0' TERM; while :; do sleep 0.1; done"


class Stack:
    """A project of three: web needs api, which needs db healthy; `db` is the command of db's shell."""

    def __init__(self, docker: Docker, db: str = f"echo says db; sleep 1; touch /ready; {TIDY}") -> None:
        self.docker = docker
        self.name = f"stack-{secrets.token_hex(4)}"
        self.network = docker.network(f"{self.name}_default", labels={f"{PREFIX}project": self.name})
        self.volume = docker.volume(f"{self.name}_data", labels={f"{PREFIX}project": self.name})
        self.ids = {
            "web": self._create("web", f"api:{STARTED}:false", f"echo says web; {TIDY}"),
            "api": self._create("api", f"db:{HEALTHY}:false", f"echo says api; {TIDY}"),
            "db": self._create("db", "", db, healthcheck=CHECK, volumes=(f"{self.volume}:/data",)),
        }
        self.since = time.time()

    def _create(self, service: str, needs: str, script: str, **options: object) -> str:
        labels = {
            f"{PREFIX}project": self.name,
            f"{PREFIX}service": service,
            f"{PREFIX}container-number": "1",
            f"{PREFIX}oneoff": "False",
            DEPENDS_ON: needs,
        }
        name = f"{self.name}-{service}-1"
        return self.docker.create("sh", "-c", script, name=name, labels=labels, network=self.network, **options)

    def told(self, *actions: str) -> list[str]:
        """Return the engine's events about the three since they were created: "start db", "die web"."""
        services = {id: service for service, id in self.ids.items()}
        events = self.docker.events(self.since, time.time() + 1, type="container")
        events = sorted((each for each in events if each["Actor"]["ID"] in services), key=lambda each: each["timeNano"])
        return [f"{each['Action']} {services[each['Actor']['ID']]}" for each in events if each["Action"] in actions]


@pytest.mark.not_on_demo("its containers run no shell of their own choosing; tests/screens has the demo's project")
def test_a_project_is_started_read_stopped_and_removed(program: Callable[..., Program], docker: Docker) -> None:
    stack = Stack(docker)
    screen = program("projects", stack.name, "--host", docker.address, columns=120, rows=30)
    screen.wait_for(lambda text: "stopped, 3 created" in text and "u start" in text)
    screen.type(f"/{stack.name}")
    screen.wait_for(f"\n /{stack.name}")
    screen.press("enter")
    screen.wait_for(lambda text: "1 of " in text and f"\n{stack.name}" in text)

    screen.press("u")
    screen.wait_for(f"api waits for {stack.name}-db-1 to be healthy")
    screen.wait_for(f"{stack.name}: started: 3 containers")
    screen.wait_for("3 running")
    assert stack.told("start", "health_status: healthy") == ["start db", "health_status: healthy db", "start api", "start web"]

    screen.press("l")
    screen.wait_for(lambda text: all(f"says {service}" in text for service in stack.ids))
    screen.press("q")
    screen.wait_for("DIRECTORY")
    screen.press("enter")
    screen.wait_for("depends on db healthy")
    screen.wait_for(f"{stack.name}_data")
    screen.press("q")
    screen.wait_for("DIRECTORY")

    screen.press("x")
    screen.wait_for(f"Stop project {stack.name} on")
    screen.press("y")
    screen.wait_for(f"{stack.name}: stopped: 3 containers")
    assert stack.told("die") == ["die web", "die api", "die db"]

    screen.press("delete")
    screen.wait_for(f"Remove project {stack.name} on")
    screen.wait_for(f"{stack.name}_default")
    screen.press("y")
    screen.wait_for(f"{stack.name}: removed: 3 containers, 1 network")
    assert stack.told("destroy") == ["destroy web", "destroy api", "destroy db"]
    mine = {what for _, what in docker.labelled()}
    assert f"network {stack.name}_default" not in mine
    assert f"volume {stack.volume}" in mine


@pytest.mark.not_on_demo("its containers run no shell of their own choosing; tests/screens has the demo's project")
def test_what_needs_a_failure_is_not_started_and_all_of_it_is_said(program: Callable[..., Program], docker: Docker) -> None:
    stack = Stack(docker, db="sleep 1; exit 3")
    screen = program("projects", stack.name, "--host", docker.address, columns=200, rows=30)
    screen.wait_for(lambda text: "stopped, 3 created" in text and "u start" in text)
    screen.press("u")
    screen.wait_for(f"1 of 3 started; api waits for {stack.name}-db-1 to be healthy: exited with code 3")
    screen.wait_for("not started: web (after api)")
    assert stack.told("start") == ["start db"]
    screen.press("enter", "$")  # what was done is listed, and not the action on the whole project
    screen.wait_for(f"start {stack.name}-db-1")
    assert "start web" not in screen.screen
    assert f"--project-name={stack.name} start" not in screen.screen


COMPOSE = Path.home() / ".cache/engines/28/bin"
FILE = """
services:
  web:
    image: busybox:latest
    command: sh -c "{tidy}"
    labels: {{{label}: "{run}"}}
networks: {{default: {{labels: {{{label}: "{run}"}}}}}}
"""


@pytest.mark.not_on_demo("Compose makes containers that the demo engine has no programs for")
@pytest.mark.skipif(not (COMPOSE / "docker-compose").exists(), reason="there is no docker-compose on this machine")
def test_compose_itself_brings_up_what_was_removed_and_down_what_is_there(
    program: Callable[..., Program], docker: Docker, tmp_path: Path
) -> None:
    name = f"stack-{secrets.token_hex(4)}"
    file = tmp_path / "compose.yaml"
    file.write_text(FILE.format(tidy=TIDY.replace('"', "'"), label=LABEL, run=docker.run_id))
    labels = {
        f"{PREFIX}project": name,
        f"{PREFIX}service": "old",
        f"{PREFIX}oneoff": "False",
        f"{PREFIX}config-hash": "made by hand",  # Compose ignores containers without this label
        f"{PREFIX}project.working_dir": str(tmp_path),
        f"{PREFIX}project.config_files": str(file),
    }
    docker.create(name=f"{name}-old-1", labels=labels)
    path = f"{COMPOSE}{os.pathsep}{os.environ['PATH']}"
    screen = program("projects", name, "--host", docker.address, columns=120, rows=30, env={"PATH": path})
    screen.wait_for(lambda text: "stopped, 1 created" in text and "A compose-up" in text)
    screen.press("A")
    screen.wait_for(f"Run compose up for project {name} on")
    screen.press("y")
    screen.wait_for("docker compose finished")
    until(lambda: docker.state(f"{name}-web-1")["Running"], "Compose's container to run")
    screen.wait_for("1 of 2 running")
    screen.type(":compose-down\r")
    screen.wait_for(f"Run compose down for project {name} on")
    screen.press("y")
    screen.wait_for(lambda text: f"\n{name}" not in text)  # its row is gone
    assert not docker.exists(f"{name}-web-1")
    assert not docker.exists(f"{name}-old-1")
    screen.type(":jobs\r")
    screen.wait_for(f"compose down of {name}")
    screen.wait_for("docker compose finished")
    screen.press("enter")
    screen.wait_for(f"Network {name}_default Removed")
