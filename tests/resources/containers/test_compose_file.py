"""The Compose file of a container makes the same container: proved by Compose itself where it is there."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.docker import Docker
from tests.live.containers.inspections import comparable, differences
from tests.live.containers.test_recreation import elaborate
from tui.engine import Engine
from tui.live.containers.recreation import Specification, read_specification
from tui.resources.containers.compose_file import _yaml, compose_file, why_not_complete

COMPOSE = shutil.which("docker-compose") or str(Path.home() / ".cache/engines/28/bin/docker-compose")

needs_compose = pytest.mark.skipif(not Path(COMPOSE).exists(), reason="there is no docker-compose on this machine")


async def same(engine: Engine, docker: Docker, folder: Path, first: str) -> None:
    """Check that the file of a container makes one with the same inspection."""
    specification = replace(await read_specification(engine, first), name=f"longshore-file-{docker.run_id}-{first[:6]}")
    assert why_not_complete(specification) == ""
    file = folder / "compose.yaml"
    file.write_text(compose_file(specification))
    command = [COMPOSE, "--file", str(file), "--project-name", f"p{first[:12]}", "up", "--no-start", "--quiet-pull"]
    environment = {"DOCKER_HOST": engine.address.url, "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (file.read_text(), done.stderr)
    second = docker.adopt(docker.inspect(specification.name)["Id"])
    found = [comparable(json.loads(await engine.containers.inspect_raw(id))) for id in (first, second)]
    for each in found:
        each["HostConfig"].pop("NetworkMode")  # the file names a network, where the API was given its id
        for key in ("ConsoleSize", "Binds", "Mounts"):  # Compose writes binds where it can; `comparable` has what is mounted
            each["HostConfig"].pop(key, None)
        each["Config"].pop("Volumes")  # Compose asks for a mount instead
        labels = each["Config"]["Labels"]
        each["Config"]["Labels"] = {name: text for name, text in labels.items() if not name.startswith("com.docker.compose.")}
        each["Networks"] = {name: _without_compose(aliases, specification) for name, (aliases, _) in each["Networks"].items()}
    assert differences(*found) == {}, file.read_text()


def _without_compose(aliases: list[str], specification: Specification) -> list[str]:
    """Return the aliases without those that Compose adds: the names of the service and of the container."""
    return [alias for alias in aliases if alias != specification.name]


@needs_compose
@pytest.mark.not_on_demo("Compose needs an engine that keeps its settings")
async def test_compose_makes_the_same_container(engine: Engine, docker: Docker, tmp_path: Path) -> None:
    await same(engine, docker, tmp_path, elaborate(docker))


@needs_compose
@pytest.mark.not_on_demo("Compose needs an engine that keeps its settings")
async def test_compose_makes_the_same_of_plain_containers_and_mounts(engine: Engine, docker: Docker, tmp_path: Path) -> None:
    volume = docker.volume()
    mounts = [
        {"Type": "volume", "Source": volume, "Target": "/data", "ReadOnly": True},
        {"Type": "tmpfs", "Target": "/fast", "TmpfsOptions": {"SizeBytes": 1048576, "Mode": 0o1777}},
    ]
    await same(engine, docker, tmp_path, docker.create())
    await same(engine, docker, tmp_path, docker.create("sh", tty=True, stdin_open=True, host={"Mounts": mounts}))
    await same(engine, docker, tmp_path, docker.create("echo $HOME ${A:-b}", config={"Entrypoint": ["sh", "-c"]}))
    await same(engine, docker, tmp_path, docker.create(host={"NetworkMode": "host", "PidMode": "host", "GroupAdd": ["12"]}))


ODD = ("no", "1.5", "1e3", "0x1f", "~", "a: b", "- x", "#", "line\nbreak", 'q"uote', "back\\slash", "$HOME")
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(ODD)
values = st.recursive(
    texts | st.integers(-(2**40), 2**40) | st.booleans(),
    lambda each: (
        st.lists(texts | st.dictionaries(texts, each, min_size=1, max_size=3), min_size=1, max_size=3)
        | st.dictionaries(texts, each, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def _doubled(content: object) -> object:
    """Return content with each `$` doubled, as Compose wants it."""
    if isinstance(content, str):
        return content.replace("$", "$$")
    if isinstance(content, list):
        return [_doubled(each) for each in content]
    return {_doubled(key): _doubled(each) for key, each in content.items()} if isinstance(content, dict) else content


@given(st.dictionaries(texts, values, min_size=1, max_size=3))
def test_any_value_is_written_so_that_yaml_reads_it_back(content: object) -> None:
    written = "\n".join(_yaml(content, ""))
    assert yaml.safe_load(written) == _doubled(content)


def test_what_the_file_does_not_express_is_said() -> None:
    plain = Specification(name="web", image="nginx", config={}, host_config={"DeviceRequests": [{}], "AutoRemove": True})
    assert why_not_complete(plain) == "without GPU requests, --rm"
    assert yaml.safe_load(compose_file(plain)) == {
        "services": {"web": {"container_name": "web", "image": "nginx", "network_mode": "bridge"}}
    }
