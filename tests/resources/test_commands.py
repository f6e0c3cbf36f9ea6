"""Every docker command that is listed can be pasted: a shell hands docker exactly the words that were meant."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.resources.cleanup import test_cleanup as cleanup
from tests.resources.containers.test_containers import container
from tests.resources.images.test_images import image
from tests.resources.networks.test_networks import network
from tests.resources.performing import command
from tests.resources.volumes.test_volumes import volume
from tui.engine.objects.images import SearchResult
from tui.live.compose.projects import DIRECTORY, FILES, project_of
from tui.live.terminals.exec import ExecRequest
from tui.resources.cleanup.formats import cleanup_command
from tui.resources.containers.exec_attach import exec_command
from tui.resources.model.action import Action, Answers, DockerCommand, Each
from tui.resources.model.docker_commands import operands, quoted, written
from tui.resources.model.masking import MASK
from tui.resources.model.resource import Resource
from tui.resources.model.text import one_line
from tui.resources.registry import load

HOSTILE = (
    "plain",
    "two words",
    "it's",
    'a "quoted" one',
    "$HOME",
    "`id`",
    "$(id)",
    "a;b&c|d>e",
    "back\\slash",
    "100%s",
    "!!",
    "~",
    "-dash",
    "--flag=1",
    "*",
    "#",
    "ä€漢",
    "line\nbreak",
    "at the end\n",
    "\n\n",
    "tab\there",
    "esc\x1b[2J",
    "c1\x9b2J",
    "\u202eturned",
)
ENGINE = ("docker", "--host", "unix:///tmp/two words/$x.sock")

Listed = tuple[str, DockerCommand]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a `docker` that writes its arguments, and a record that ends them."""
    made = tmp_path_factory.mktemp("commands")
    docker = made / "docker"
    docker.write_text("#!/bin/sh\nprintf '%s\\0' docker \"$@\"\nprintf '\\036\\0'\n")
    docker.chmod(0o755)
    return made


def run(folder: Path, lines: Sequence[str], shell: str = "sh") -> list[tuple[str, ...]]:
    """What docker is called with, when a shell reads these lines."""
    environ = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": "/nowhere"}
    done = subprocess.run([shell], input="\n".join(lines).encode(), capture_output=True, env=environ, cwd=folder, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr
    calls: list[tuple[str, ...]] = []
    for call in done.stdout.decode().split("\x1e\0")[:-1]:
        calls.append(tuple(call.split("\0")[:-1]))
    return calls


def rows(name: str) -> dict[str, Any]:
    """A row of each type whose names are as hostile as can be."""
    labels = {DIRECTORY: f"/srv/{name}", FILES: f"/srv/{name}/a.yaml"}
    member = container(name=name, project=name, service="web", labels=labels)
    return {
        "containers": container(name=name),
        "images": image(name, f"{name}2"),
        "volumes": volume(name),
        "networks": network(name),
        "projects": project_of(name, [member]),
        "search": SearchResult(name=name),
    }


def resources() -> Iterator[Resource[Any]]:
    yield from map(load, ("containers", "images", "volumes", "networks", "projects", "system", "search"))


def typed(action: Action[Any], name: str) -> Answers:
    """Every field filled in with a text, or with what its check lets pass."""
    word = shlex.quote(name)
    special = {
        "environment": f"A={word} B=1",
        "command": f"sh -c {word}",
        "volumes": f"{shlex.quote(f'/a{name}')}:/b",
        "labels": f"a={word}",
        "options": f"o={word}",
        "changes": f"ENV A={name}",
        "ports": "80:80",
        "memory": "64m",
        "swap": "1g",
        "cpus": "1",
        "processes": "7",
        "restart": "always",
        "subnet": "172.30.0.0/16",
        "gateway": "172.30.0.1",
        "range": "172.30.5.0/24",
        "kept": "a=172.30.0.9",
        "file": name if name.strip() not in ("", "~") else f"a{name}.tar",
        "keep": "2GB",
        "ipv4": "172.30.0.7",
        "ipv6": "",
    }
    fields = tuple((field.name, special.get(field.name, name)) for field in action.fields)
    return Answers(frozenset(choice.name for choice in action.choices), "SIGHUP", fields)


def of_action(action: Action[Any], row: Any, name: str) -> Iterator[DockerCommand]:
    answers = typed(action, name)
    yield from action.commands(() if action.whole else (row,), answers)


def listed(name: str) -> Iterator[DockerCommand]:
    """The commands of every action on rows of this name, of the clean-up, of sessions."""
    made = rows(name)
    for resource in resources():
        for action in resource.actions:
            yield from of_action(action, made.get(resource.name), name)
    for item in (cleanup.container(name), cleanup.image(name), cleanup.volume(name), cleanup.network(name), cleanup.record()):
        yield cleanup_command(cleanup.candidate(item))
    yield exec_command(name, ExecRequest(("sh", "-c", name), name, name, (f"A={name}",), privileged=True))
    yield ("attach", *operands(name))


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_every_command_reaches_docker_word_for_word(folder: Path, name: str, shell: str) -> None:
    commands = [(*ENGINE, *command) for command in listed(name)]
    assert len(commands) > 40
    assert run(folder, [written(command, secrets=True) for command in commands], shell) == commands


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_a_command_names_the_object_as_the_engine_has_it(name: str) -> None:
    made = rows(name)
    for resource in resources():
        for action in resource.actions:
            if isinstance(action.do, Each) and action.do.command is not None and not action.fields and resource.name in made:
                words = command(action, made[resource.name])
                assert {name, f"--project-name={name}"} & set(words), (resource.name, action.name)


@given(st.lists(st.text(st.characters(exclude_characters="\0\x1e", exclude_categories=["Cs"]), max_size=12), max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_reach_docker(folder: Path, words: list[str]) -> None:
    command = ("docker", *words)
    assert run(folder, [written(command, secrets=True)]) == [command]


@given(st.text(max_size=20))
def test_a_command_is_one_line_without_control_sequences(text: str) -> None:
    line = quoted(text.rstrip("\n"))
    assert "\n" not in line
    assert one_line(line) == line


def test_a_password_is_masked_in_a_command_until_asked_for() -> None:
    command = ("docker", "run", "--env=DB_PASSWORD=two words", "app")
    assert "two words" not in written(command)
    assert MASK in written(command)
    assert written(command, secrets=True) == "docker run '--env=DB_PASSWORD=two words' app"
