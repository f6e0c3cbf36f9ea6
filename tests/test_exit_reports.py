"""Ten real exits, and whether the report of each names its cause.

A container is ended on a real engine; then Longshore's client gathers the engine's data, as the tab "why" does, and the first
sentence of the report must name the cause.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.docker import Docker, DockerError
from tests.program import Program
from tests.waiting import until
from tui.engine import Engine
from tui.live.containers.container import Container
from tui.live.containers.exit_facts import Facts, gather
from tui.resources.containers.exit_causes import cause
from tui.resources.containers.exit_report import card
from tui.resources.containers.last_run import as_it_ended
from tui.resources.containers.restart_loop import loop
from tui.resources.model import formats
from tui.resources.model.document import Document


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer for a busy engine than a user would, since the test checks the complete report."""
    monkeypatch.setattr("tui.live.containers.exit_facts.FACTS_TIMEOUT_SECONDS", 20.0)


IGNORES_TERM = ("sleep", "3600")  # process 1 without a handler ignores SIGTERM
EATS_MEMORY = ("tail", "/dev/zero")


def refused(docker: Docker, container: str) -> str:
    """Start a container that is refused; return it."""
    with pytest.raises(DockerError):
        docker.start(container)
    return container


def dead(docker: Docker, container: str) -> str:
    """Wait for the exit of a container; return it."""
    docker.wait_for(container, "exited")
    return container


def failing(docker: Docker) -> str:
    return dead(docker, docker.run("sh", "-c", "echo ready; echo 'no DATABASE_URL' >&2; exit 1"))


def missing_binary(docker: Docker) -> str:
    return refused(docker, docker.create("/no/such/program"))


def out_of_memory(docker: Docker) -> str:
    container = docker.create(*EATS_MEMORY, memory=8 * 2**20)
    docker.run_out_of_memory(container)
    return container


def killed(docker: Docker) -> str:
    container = docker.run()
    docker.kill(container)
    return dead(docker, container)


def stopped_too_late(docker: Docker) -> str:
    container = docker.run(*IGNORES_TERM)
    docker.stop(container, 1)
    return dead(docker, container)


def ailing(docker: Docker) -> str:
    probe = {"Test": ["CMD-SHELL", "echo connection refused; exit 1"], "Interval": 10**9, "Retries": 1}
    container = docker.run("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done", healthcheck=probe)
    docker.wait_for(container, "unhealthy")
    docker.stop(container, 30)
    return dead(docker, container)


def port_taken(docker: Docker) -> str:
    first = docker.run(ports={"80/tcp": 0})
    port = int(docker.inspect(first)["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"])
    return refused(docker, docker.create(ports={"80/tcp": port}))


def mount_missing(docker: Docker) -> str:
    name = f"deaths-{secrets.token_hex(4)}"
    options = {"type": "none", "o": "bind", "device": "/no/such/folder"}
    body = {"Name": name, "Driver": "local", "DriverOpts": options, "Labels": docker.labels}
    docker.request("POST", "/volumes/create", body=body)
    docker.others.append(f"/volumes/{name}")
    return refused(docker, docker.create(volumes=[f"{name}:/data"]))


def dependency_gone(docker: Docker) -> str:
    other = docker.run()
    container = docker.create(network=f"container:{other}")
    docker.remove(other)
    return refused(docker, container)


def dependency_stopped(docker: Docker) -> str:
    name = f"db-{secrets.token_hex(4)}"
    other = docker.run(name=name)
    container = docker.create(host={"Links": [f"{name}:db"]})
    docker.kill(other)
    dead(docker, other)
    return refused(docker, container)


INVENTED = pytest.mark.not_on_demo("its memory, ports, mounts, networks and logging drivers are invented")

STAGES = [
    pytest.param(failing, r"failed with exit code 1"),
    pytest.param(missing_binary, r"program does not exist in the image: /no/such/program"),
    pytest.param(out_of_memory, r"[Oo]ut of memory: .* at (its memory|a) limit of 8.00 MiB", marks=INVENTED),
    pytest.param(killed, r"killed by a client: SIGKILL"),
    pytest.param(stopped_too_late, r"did not stop within the stop timeout and was killed: SIGTERM, then SIGKILL"),
    pytest.param(ailing, r"health check failed \(\d+ probes? in a row\), then the container was stopped"),
    pytest.param(port_taken, r"port is already allocated: .*:\d+ is published by another container", marks=INVENTED),
    pytest.param(mount_missing, r"volume cannot be mounted: /no/such/folder", marks=INVENTED),
    pytest.param(dependency_gone, r"was removed: a namespace is shared with container [0-9a-f]{12}", marks=INVENTED),
    pytest.param(dependency_stopped, r"dependency is not running: the container is linked to db-", marks=INVENTED),
]


def text(document: Document) -> str:
    return " ".join(document.text(number).strip() for number in range(len(document)))


def row(container: str) -> Container:
    return Container(id=container, name="x", labels={})


@pytest.mark.parametrize(("stage", "said"), STAGES)
async def test_the_card_names_the_cause(engine: Engine, docker: Docker, stage: Callable[[Docker], str], said: str) -> None:
    container = await asyncio.to_thread(stage, docker)
    facts = await gather(engine, container)
    assert (facts.no_events, facts.no_logs) == ("", "")
    assert re.search(said, cause(facts).what)
    assert cause(facts).what.split()[0] in text(card(facts, row(container)))


async def test_a_failure_quotes_the_last_words(engine: Engine, docker: Docker) -> None:
    facts = await gather(engine, await asyncio.to_thread(failing, docker))
    assert cause(facts).evidence == ("Last output: no DATABASE_URL",)
    assert {(line.data, line.error) for line in facts.logs} == {(b"ready", False), (b"no DATABASE_URL", True)}


@INVENTED
async def test_a_taken_port_names_who_has_it(engine: Engine, docker: Docker) -> None:
    facts = await gather(engine, await asyncio.to_thread(port_taken, docker))
    holder = next(each["Names"][0][1:] for each in docker.ours(status="running"))
    assert facts.rivals == (holder,)
    assert cause(facts).evidence[0] == f"{holder} publishes the port now."


async def test_a_failing_health_check_shows_what_the_probe_said(engine: Engine, docker: Docker) -> None:
    facts = await gather(engine, await asyncio.to_thread(ailing, docker))
    assert cause(facts).evidence == ("Output of the last probe: connection refused",)
    assert "health: unhealthy" in text(card(facts, row("x")))


@INVENTED
async def test_the_report_on_a_loop_that_runs_for_the_moment_is_of_the_run_that_ended(engine: Engine, docker: Docker) -> None:
    script = "echo connecting; sleep 3; echo FATAL: no database >&2; exit 3"
    container = await asyncio.to_thread(docker.run, "sh", "-c", script, restart="always")
    try:
        await asyncio.to_thread(until, lambda: docker.inspect(container)["RestartCount"] >= 1, "a restart")
        await asyncio.to_thread(docker.wait_for, container, "running")
        facts = as_it_ended(await gather(engine, container))
    finally:
        await asyncio.to_thread(docker.remove, container)
    assert [line.data for line in facts.logs] == [b"connecting", b"FATAL: no database"]
    assert facts.found.state.exit_code == 3
    ran = formats.moment(facts.found.state.finished_at) - formats.moment(facts.found.state.started_at)
    assert 2.5 < ran < 60
    assert cause(facts).evidence == ("Last output: FATAL: no database",)


async def test_a_restart_loop_shows_its_intervals_and_the_cause_of_each_end(engine: Engine, docker: Docker) -> None:
    container = await asyncio.to_thread(docker.run, "sh", "-c", "echo no database; exit 3", restart="always")
    try:
        await asyncio.to_thread(until, lambda: docker.inspect(container)["RestartCount"] >= 3, "three restarts")
        await asyncio.to_thread(docker.wait_for, container, "restarting")
        facts = await gather(engine, container)
    finally:
        await asyncio.to_thread(docker.remove, container)
    around = loop(facts)
    assert around is not None
    assert around.restarts >= 3
    assert len(around.ran) >= 3
    assert len(around.paused) >= 2
    shown = text(card(facts, row(container)))
    assert re.search(r"Restart loop: restarted \d+ times\. The program failed", shown)
    assert "exit code 3" in shown
    assert "no database" in shown
    assert re.search(r"Policy +always", shown)


async def test_only_the_last_lines_are_read_however_long_the_log(engine: Engine, docker: Docker) -> None:
    container = await asyncio.to_thread(docker.run, "sh", "-c", "seq 1 5000; exit 4", tty=True)
    await asyncio.to_thread(dead, docker, container)
    facts = await gather(engine, container)
    assert [line.data for line in facts.logs] == [str(number).encode() for number in range(4971, 5001)]


@INVENTED
async def test_a_log_that_cannot_be_read_is_said_and_the_cause_is_still_named(engine: Engine, docker: Docker) -> None:
    host: dict[str, Any] = {"LogConfig": {"Type": "none"}}
    container = await asyncio.to_thread(docker.run, "sh", "-c", "exit 7", host=host)
    await asyncio.to_thread(dead, docker, container)
    facts: Facts = await gather(engine, container)
    assert facts.no_logs
    assert "exit code 7" in cause(facts).what
    assert "logging driver" in text(card(facts, row(container)))


@pytest.fixture
def opened(engine_address: str, program: Callable[..., Program]) -> Callable[[str], Program]:
    """Return a function that starts Longshore on a container and presses Enter."""

    def start(name: str) -> Program:
        screen = program("--host", engine_address, columns=100, rows=30)
        screen.wait_for("help")
        screen.type(f"/{name}\r")
        screen.wait_for(lambda text: f"/{name} 1 of " in text and f"\n /{name}" not in text)
        screen.press("enter")
        return screen

    return start


def test_enter_on_a_dead_container_opens_the_card(docker: Docker, opened: Callable[[str], Program]) -> None:
    name = f"deaths-{secrets.token_hex(4)}"
    docker.wait_for(docker.run("sh", "-c", "echo no table orders; exit 3", name=name), "exited")
    program = opened(name)
    program.wait_for("The program failed with exit code 3")
    program.wait_for("no table orders")


def test_enter_on_a_running_container_opens_its_overview(docker: Docker, opened: Callable[[str], Program]) -> None:
    name = f"deaths-{secrets.token_hex(4)}"
    docker.run(name=name)
    program = opened(name)
    assert "Why it" not in program.wait_for("Restart policy")
