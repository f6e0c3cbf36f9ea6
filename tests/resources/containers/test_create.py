"""Creating a container: accepted input, and the requests."""

from __future__ import annotations

import shlex

import pytest

from tests.resources.performing import command
from tui.engine.objects.networks import PortBinding
from tui.resources.containers.create import CREATE, check_name, check_ports, check_volumes, published, wanted
from tui.resources.model.action import Answers


@pytest.mark.parametrize(
    ("text", "bindings"),
    [
        ("", {}),
        ("8080:80", {"80/tcp": [PortBinding("", "8080")]}),
        ("127.0.0.1:5432:5432", {"5432/tcp": [PortBinding("127.0.0.1", "5432")]}),
        ("[::1]:53:53/udp", {"53/udp": [PortBinding("::1", "53")]}),
        ("80", {"80/tcp": [PortBinding("", "")]}),
        ("8000-8001:80-81", {"80/tcp": [PortBinding("", "8000")], "81/tcp": [PortBinding("", "8001")]}),
        ("8000-8010:80", {"80/tcp": [PortBinding("", "8000-8010")]}),
        ("8080:80 8081:80", {"80/tcp": [PortBinding("", "8080"), PortBinding("", "8081")]}),
    ],
)
def test_ports_are_read_as_docker_reads_them(text: str, bindings: object) -> None:
    assert check_ports(text) == ""
    assert published(text) == bindings


@pytest.mark.parametrize("text", ["http", "0:80", "80:99999", "1:2:3:4", "80-79", "8000-8001:80-82", "80/icmp", "-1:80"])
def test_what_is_no_port_is_told(text: str) -> None:
    assert check_ports(text)


@pytest.mark.parametrize("text", ["", "/data", "data:/data", "/srv/a:/b:ro", "'/srv/a b:/c'", "data:/d:ro,z"])
def test_volumes_that_can_be_mounted(text: str) -> None:
    assert check_volumes(text) == ""


@pytest.mark.parametrize("text", ["data", "data:data", "./here:/there", "a b", "data:/d:quickly", "'open"])
def test_what_cannot_be_mounted_is_told(text: str) -> None:
    assert check_volumes(text)


@pytest.mark.parametrize(("text", "right"), [("", True), ("web-1", True), ("a", False), ("-web", False), ("web 1", False)])
def test_names(text: str, right: bool) -> None:
    assert (check_name(text) == "") is right


def test_the_form_becomes_a_container_and_the_docker_command() -> None:
    typed = {
        "image": "nginx:1.27",
        "name": "web",
        "command": "sh -c 'sleep 1'",
        "ports": "8080:80",
        "volumes": "data:/d /cache",
        "environment": "A=1 B='two words'",
        "network": "front",
        "restart": "on-failure:5",
        "memory": "512m",
        "cpus": "1.5",
        "user": "app",
        "directory": "/srv",
        "labels": "team=shop",
    }
    answers = Answers(frozenset({"start", "terminal"}), typed=tuple(typed.items()))
    made = wanted(answers)
    host = made.host_config
    assert host is not None
    assert (made.image, made.cmd, made.env) == ("nginx:1.27", ["sh", "-c", "sleep 1"], ["A=1", "B=two words"])
    assert (made.tty, made.open_stdin, made.user, made.working_dir) == (True, True, "app", "/srv")
    assert (made.volumes, host.binds) == ({"/cache": {}}, ["data:/d"])
    assert (made.exposed_ports, host.port_bindings) == ({"80/tcp": {}}, {"80/tcp": [PortBinding("", "8080")]})
    assert (host.network_mode, host.memory, host.nano_cpus) == ("front", 512 * 2**20, 1_500_000_000)
    assert (host.restart_policy.name, host.restart_policy.maximum_retry_count) == ("on-failure", 5)
    assert made.labels == {"team": "shop"}
    assert shlex.join(command(CREATE, answers=answers)) == (
        "run --detach --interactive --tty --name=web --network=front --restart=on-failure:5 --memory=512m --cpus=1.5 "
        "--user=app --workdir=/srv --env=A=1 '--env=B=two words' --publish=8080:80 --volume=data:/d --volume=/cache "
        "--label=team=shop nginx:1.27 sh -c 'sleep 1'"
    )


def test_what_cannot_go_together_is_said_beside_a_field() -> None:
    removed = Answers(frozenset({"auto-remove"}), typed=(("restart", "always"),))
    assert CREATE.check(removed)[0] == "restart"
    assert CREATE.check(Answers(typed=(("network", "host"), ("ports", "80:80"))))[0] == "ports"
    assert CREATE.check(Answers(typed=(("ports", "80:80"),))) == ("", "")
