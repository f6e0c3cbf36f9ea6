"""Containers created and waited for on real engines, by keyboard."""

import asyncio
import secrets
from collections.abc import Callable

import pytest

from tests.docker import LABEL, Docker
from tests.program import Program
from tests.waiting import until_async
from tui.engine import errors
from tui.live.engine_session import Session
from tui.live.outcomes import NotStarted
from tui.resources.containers.create import CREATE
from tui.resources.model.action import Answers


@pytest.mark.not_on_demo("what is looked up afterwards is the real engine's")
def test_a_container_is_made_started_and_waited_for(program: Callable[..., Program], docker: Docker) -> None:
    name = f"made-{secrets.token_hex(4)}"
    docker.others.append(f"/containers/{name}?force=1")
    screen = program("--host", docker.address, columns=120, rows=40)
    screen.wait_for("c creates a container" if not docker.request("GET", "/containers/json", {"all": 1}) else "NAME")
    screen.press("c")
    screen.wait_for("Create a container on")
    for text in ("busybox:latest", name, "sh -c 'sleep 600'", "18099:80", "/cache", "A=1"):
        screen.type(text)
        screen.press("tab")
    screen.press(*["tab"] * 6)
    screen.type(f"{LABEL}={docker.run_id}")
    screen.press("ctrl+s")
    screen.wait_for(f"container {name} created and started")
    found = docker.request("GET", f"/containers/{name}/json")
    assert found["State"]["Running"]
    assert found["Config"]["Cmd"] == ["sh", "-c", "sleep 600"]
    assert "A=1" in found["Config"]["Env"]
    assert found["HostConfig"]["PortBindings"] == {"80/tcp": [{"HostIp": "", "HostPort": "18099"}]}

    screen.type(f":wait {name}")
    screen.press("enter")
    screen.wait_for(f"waiting for {name}")
    screen.wait_for("1 job")
    docker.request("POST", f"/containers/{name}/kill", {"signal": "KILL"})
    screen.wait_for(f"{name}: exited with code 137")


@pytest.mark.not_on_demo("its registry is invented")
def test_what_the_engine_refuses_comes_back_as_it_was_typed(program: Callable[..., Program], docker: Docker) -> None:
    taken = docker.create("sh", name=f"taken-{secrets.token_hex(4)}")
    name = docker.request("GET", f"/containers/{taken}/json")["Name"].lstrip("/")
    screen = program("--host", docker.address, columns=120, rows=44)
    screen.wait_for(name)
    screen.press("c")
    screen.wait_for("Create a container on")
    screen.type("busybox:latest")
    screen.press("tab")
    screen.type(name)
    screen.press("tab")
    screen.type("echo 'kept'")
    screen.press("ctrl+s")
    if "shows the form again" in screen.wait_for("is already in use"):  # the refusal took longer than a second
        screen.press("ctrl+e")
    screen.wait_for(lambda text: "is already in use" in text and "echo 'kept'" in text and "esc cancel" in text)


async def test_a_container_that_could_not_start_is_replaced_when_the_form_is_corrected(
    engine_address: str, docker: Docker
) -> None:
    port, free, name = 18177, 18178, f"replaced-{secrets.token_hex(4)}"
    await asyncio.to_thread(docker.run, "sleep", "600", ports={"80/tcp": port})
    docker.others.append(f"/containers/{name}?force=1")

    def answers(port: int, ticked: frozenset[str]) -> Answers:
        typed = {"image": "busybox:latest", "name": name, "command": "sleep 600", "ports": f"{port}:80"}
        return Answers(ticked, typed=tuple(typed.items()))

    first = answers(port, frozenset({"start"}))
    async with Session.open(engine_address) as session:
        await until_async(lambda: session.connected, "the connection")
        with pytest.raises(NotStarted) as failed:
            await CREATE.perform(session, [], first)
        again = CREATE.retry(first, failed.value)
        assert again.ticked == {"start", "replace"}
        assert again.text("name") == name
        await CREATE.perform(session, [], answers(free, again.ticked))
        assert await asyncio.to_thread(lambda: docker.state(name)["Running"])
        with pytest.raises(errors.Conflict, match="has run and is running now: only containers that never ran are replaced"):
            await CREATE.perform(session, [], answers(free, again.ticked))
