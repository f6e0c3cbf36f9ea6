"""Containers created and waited for on real engines, by keyboard."""

import secrets
from collections.abc import Callable

import pytest

from tests.docker import LABEL, Docker
from tests.program import Program


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
    screen.wait_for(lambda text: "is already in use" in text and "echo 'kept'" in text and "esc cancel" in text)
