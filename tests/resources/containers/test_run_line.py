"""The `docker run` line of a container makes the same container: proved by docker's own command line."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess

import pytest

from tests.docker import Docker
from tests.live.containers.inspections import comparable, differences
from tests.live.containers.test_recreation import elaborate
from tui.engine import Engine
from tui.live.containers.recreation import read_specification
from tui.resources.containers.run_line import run_lines

pytestmark = pytest.mark.not_on_demo("docker's command line needs an engine that keeps its settings")


async def same(engine: Engine, docker: Docker, first: str) -> None:
    """Check that the line of a container makes one with the same inspection."""
    specification = await read_specification(engine, first)
    name = f"longshore-line-{docker.run_id}-{first[:6]}"
    lines = run_lines(specification, name, networks_at_once=engine.serves("1.44"))
    for words in lines:
        command = [shutil.which("docker") or "docker", "--host", engine.address.url, *words]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stderr)
    second = docker.adopt(docker.inspect(name)["Id"])
    found = [comparable(json.loads(await engine.containers.inspect_raw(id))) for id in (first, second)]
    for each in found:  # the line names a network, where the API was given its id
        each["HostConfig"].pop("NetworkMode")
        each["HostConfig"].pop("ConsoleSize", None)  # that of the terminal of docker's command line
    assert differences(*found) == {}, lines


async def test_most_of_what_can_be_set(engine: Engine, docker: Docker) -> None:
    await same(engine, docker, elaborate(docker))


async def test_a_plain_container(engine: Engine, docker: Docker) -> None:
    await same(engine, docker, docker.run())


async def test_an_entrypoint_with_words_and_a_command(engine: Engine, docker: Docker) -> None:
    await same(engine, docker, docker.run("sleep 100; echo 'a b'", config={"Entrypoint": ["sh", "-c"]}))


async def test_a_terminal_and_mounts(engine: Engine, docker: Docker) -> None:
    volume = docker.volume()
    mounts = [
        {"Type": "volume", "Source": volume, "Target": "/data", "ReadOnly": True},
        {"Type": "tmpfs", "Target": "/fast", "TmpfsOptions": {"SizeBytes": 1048576, "Mode": 0o1777}},
    ]
    await same(engine, docker, docker.run("sh", tty=True, stdin_open=True, host={"Mounts": mounts}))


async def test_the_hosts_network_and_processes(engine: Engine, docker: Docker) -> None:
    host = {"NetworkMode": "host", "PidMode": "host", "GroupAdd": ["12"]}
    await same(engine, docker, docker.run(host=host))
