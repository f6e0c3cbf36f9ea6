"""Volumes and networks on real engines, by keyboard: created, shown, used, removed."""

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.docker import LABEL, Docker
from tests.program import Program


def listed(docker: Docker, kind: str, name: str) -> list[dict[str, Any]]:
    """Return the engine's objects of this name."""
    found = docker.request("GET", f"/{kind}", {"filters": json.dumps({"name": [name]})})
    return (found["Volumes"] if isinstance(found, dict) else found) or []


@pytest.mark.parametrize("kind", ["volumes", "networks"])
def test_one_is_made_seen_and_removed(program: Callable[..., Program], docker: Docker, kind: str) -> None:
    name = f"shelves-{secrets.token_hex(4)}"
    docker.others.append(f"/{kind}/{name}")
    screen = program(kind, "--host", docker.address, columns=100, rows=30)
    screen.wait_for("c create")
    screen.press("c")
    screen.wait_for(f"Create a {kind[:-1]} on")
    screen.type(name)
    screen.wait_for(name)
    screen.press(*["tab"] * {"volumes": 3, "networks": 7}[kind])  # to the labels
    screen.type(f"{LABEL}={docker.run_id}")
    screen.wait_for(f"{LABEL}=")
    screen.press("ctrl+s")
    screen.wait_for(f"{name} created")
    assert [each["Labels"][LABEL] for each in listed(docker, kind, name)] == [docker.run_id]

    screen.type(f"/{name}")
    screen.wait_for(f"\n /{name}")
    screen.press("enter")
    screen.wait_for(lambda text: "1 of " in text and f"\n{name}" in text)
    screen.wait_for("unused")
    screen.press("enter")
    screen.wait_for("overview")
    screen.wait_for("Driver")
    screen.press("q")
    screen.wait_for("USED BY")
    screen.press("delete")
    screen.wait_for(f"Remove {kind[:-1]} {name}")
    screen.press("y")
    screen.wait_for(f"/{name} 0 of ")
    assert listed(docker, kind, name) == []


def test_a_volume_in_use_names_its_container_and_is_kept(program: Callable[..., Program], docker: Docker) -> None:
    name = docker.volume(f"shelves-{secrets.token_hex(4)}")
    user = f"user-{secrets.token_hex(4)}"
    docker.create(name=user, volumes=(f"{name}:/data",))
    screen = program("volumes", name, "--host", docker.address, columns=120, rows=30)
    screen.wait_for(f"{user} (stopped)")
    screen.type(f"/{name}")
    screen.wait_for(f"\n /{name}")
    screen.press("enter")
    screen.wait_for(lambda text: "1 of " in text and f"\n{name}" in text)
    screen.press("delete")
    screen.wait_for(f"{user} uses the volume")
    assert listed(docker, "volumes", name)


def test_the_images_that_are_there_are_listed_with_their_containers(program: Callable[..., Program], docker: Docker) -> None:
    user = f"user-{secrets.token_hex(4)}"
    docker.run(name=user)
    screen = program("images", "busybox:latest", "--host", docker.address, columns=160, rows=30)
    screen.wait_for("busybox:latest")
    screen.press("enter")
    screen.wait_for("Used by")
    screen.press("]")
    screen.wait_for("newest first")
    screen.press("[")
    screen.wait_for(user)
