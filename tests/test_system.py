"""The engine itself and its events, on real engines by keyboard."""

import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.program import Program

Start = Callable[..., Program]

UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
CLIENTS = [Path.home() / ".cache/engines/28/bin/docker", Path("/usr/bin/docker")]


def docker_client() -> str:
    """Return the path of docker's command line client, if installed."""
    found = next((str(path) for path in CLIENTS if path.exists()), shutil.which("docker"))
    return found or pytest.skip("there is no docker client here to compare with")


def as_bytes(text: str) -> float:
    """Return a size given as text in bytes: "1.98 MB", "1.984MB (100%)"."""
    found = re.match(r"([\d.]+) ?([kMGT]?B)", text)
    assert found, text
    return float(found[1]) * UNITS[found[2]]


def test_the_overview_tells_the_engines_version_and_settings(program: Start, docker: Docker) -> None:
    info, version = docker.request("GET", "/info"), docker.version()
    screen = program("system", "--host", docker.address, columns=120, rows=60)
    screen.wait_for("overview  runtimes  security  disk  cache  ping  inspect")
    screen.wait_for(version["Version"])
    for told in (
        version["ApiVersion"],
        version["KernelVersion"],
        info["Driver"],
        info["DockerRootDir"][:40],
        info["CgroupDriver"],
    ):
        screen.wait_for(told)
    screen.wait_for("No warnings" if not info["Warnings"] else info["Warnings"][0].removeprefix("WARNING: ")[:40])
    screen.press("]")
    screen.wait_for("Components")
    screen.press("]")
    screen.wait_for("Disabled")
    screen.type(":system ping\r")
    screen.wait_for("response time ")
    screen.press("]")
    screen.wait_for("/info")


@pytest.mark.not_on_demo("docker's own client is compared on real engines")
def test_disk_usage_equals_dockers_own(program: Start, docker: Docker) -> None:
    volume = docker.volume(f"disk-{secrets.token_hex(4)}")
    docker.wait(
        docker.run(
            "sh",
            "-c",
            "head -c 3000000 /dev/urandom > /data/f; head -c 2000000 /dev/urandom > /f",
            volumes=(f"{volume}:/data",),
        )
    )
    docker.run()
    screen = program("system", "disk", "--host", docker.address, columns=120, rows=60)
    screen.wait_for("enter: measure; can take minutes")
    screen.press("enter")
    text = screen.wait_for(
        lambda text: "z: measure again" in text and "not measured:" not in text and re.search(r"build cache +\d", text)
    )
    environment = {**os.environ, "DOCKER_API_VERSION": docker.version()["ApiVersion"]}
    asked = [docker_client(), "--host", docker.address, "system", "df", "--format", "{{json .}}"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True, env=environment, timeout=60).stdout
    kinds = {"Images": "images", "Containers": "containers", "Local Volumes": "volumes", "Build Cache": "build cache"}
    for line in said.splitlines():
        theirs = json.loads(line)
        name = kinds[theirs["Type"]]
        shown = next(each for each in text.split("\n") if re.match(rf" +{name} +\d", each))
        ours = re.split(r"  +", shown.strip())
        assert ours[1:3] == [theirs["TotalCount"], theirs["Active"]], name
        for mine, other in zip(ours[3:5], (theirs["Size"], theirs["Reclaimable"]), strict=True):
            assert as_bytes(mine) == pytest.approx(as_bytes(other), rel=0.01), (name, shown, line)
            if "(" in other:
                assert mine.partition("(")[2] == other.partition("(")[2], (name, shown, line)
    assert volume[:20] in text


@pytest.mark.not_on_demo("its build cache is invented and shared by all tests")
def test_the_build_cache_is_emptied_by_keyboard(program: Start, docker: Docker) -> None:
    screen = program("system", "cache", "--host", docker.address, columns=100, rows=30)
    screen.wait_for("enter: measure")
    screen.type(":prune-cache\r")
    screen.wait_for("Remove unused records of the build cache on")
    screen.type("1GB")
    screen.wait_for("--keep-storage=1000000000")
    screen.press("ctrl+s")
    screen.wait_for(re.compile("nothing to remove from the build cache|records? of the build cache removed").search)
    screen.press("enter")
    screen.wait_for("reclaimable")


def test_what_happens_to_a_container_is_told_as_it_happens(program: Start, docker: Docker) -> None:
    name = f"happens-{secrets.token_hex(4)}"
    screen = program("events", "--host", docker.address, columns=120, rows=40)
    screen.wait_for("& types")
    screen.type(f"/{name}")
    screen.wait_for(f"\n /{name}")
    screen.press("enter")
    container = docker.run("sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.1; done", name=name)
    screen.wait_for("started")
    docker.kill(container, "SIGTERM")
    screen.wait_for("SIGTERM: stop")
    screen.wait_for("exit 7, failed")
    docker.rename(container, f"{name}-2")
    screen.wait_for(f"was {name}")
    screen.press("enter")
    screen.wait_for("Nanoseconds")
    screen.wait_for(container)
    screen.press("q")
    screen.press("i")
    screen.wait_for(f"container {name}-2")


def test_the_past_of_one_object_is_told_from_its_list(program: Start, docker: Docker) -> None:
    name, other = (f"past-{secrets.token_hex(4)}" for _ in range(2))
    docker.wait(docker.run("sh", "-c", "exit 3", name=name))
    docker.wait(docker.run("sh", "-c", "exit 4", name=other))
    screen = program("containers", name, "--host", docker.address, columns=120, rows=40)
    screen.wait_for(name)
    screen.press("e")
    screen.wait_for(f"events of {name}")
    text = screen.wait_for("exit 3, failed")
    assert "exit 4" not in text
    assert other not in text
    screen.press("escape")
    screen.wait_for("l logs")


def test_a_volume_and_a_network_tell_who_came(program: Start, docker: Docker) -> None:
    name, volume = f"comes-{secrets.token_hex(4)}", docker.volume(f"kept-{secrets.token_hex(4)}")
    screen = program("volumes", volume, "--host", docker.address, columns=120, rows=40)
    screen.wait_for(volume[:16])
    screen.press("e")
    screen.wait_for(f"events of {volume}")
    screen.wait_for("created")
    docker.run(name=name, volumes=(f"{volume}:/data",))
    screen.wait_for(f"{name} at /data")
    screen.press("escape")
    screen.wait_for("USED BY")
    screen.type(":events\r")
    screen.wait_for("& types")
    screen.press("&")
    screen.wait_for("Show the ticked types")
    screen.press("4", "enter")
    joined = re.compile(rf"network +connected +\S+ +{name}")
    screen.wait_for(lambda text: joined.search(text) and not re.search(r"\d container ", text))


def test_hostile_names_in_events_are_harmless(program: Start, docker: Docker) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J[/red][bold]"
    name = f"hostile-{secrets.token_hex(4)}"
    screen = program("events", "--host", docker.address, columns=120, rows=40)
    screen.wait_for("& types")
    docker.run("sh", "-c", "exit 3", name=name, labels={"evil": hostile, hostile: "x"})
    screen.type(f"/{name}.*die")
    screen.wait_for(f"\n /{name}.*die")
    screen.press("enter")
    screen.wait_for(lambda text: f"/{name}.*die 1 of " in text and "exit 3, failed" in text)
    screen.press("enter")
    screen.wait_for("[/red][bold]")
    assert b"owned\x07" not in screen.raw
    assert b"]0;owned" not in screen.raw.replace(b"\xe2\x90\x9b]0;owned", b"")
