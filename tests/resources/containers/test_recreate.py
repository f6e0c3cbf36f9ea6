"""The form that recreates a container changes what was changed in it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tui.engine.objects.networks import EndpointSettings
from tui.live.containers.recreation import Specification
from tui.resources.containers.recreate import changed, values_of
from tui.resources.model.action import Answers

WEB = Specification(
    name="web",
    image="nginx:1.27",
    config={
        "Cmd": ["nginx", "-g", "daemon off;"],
        "Env": ["A=1", "B=two words"],
        "ExposedPorts": {"80/tcp": {}, "9000/tcp": {}},
        "Volumes": {"/cache": {}},
        "Labels": {"team": "a b"},
    },
    host_config={
        "Binds": ["/srv/my data:/srv:ro"],
        "PortBindings": {
            "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}],
            "53/udp": [{"HostIp": "::1", "HostPort": "53"}],
        },
        "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
        "Memory": 512 << 20,
        "MemorySwap": 1024 << 20,
        "NanoCpus": 1_500_000_000,
        "NetworkMode": "shop",
        "CapAdd": ["CAP_NET_ADMIN"],
    },
    networks={"shop": EndpointSettings(aliases=["www"]), "back": EndpointSettings()},
)


def answers(**texts: str) -> Answers:
    return Answers(typed=tuple({**values_of(WEB), **texts}.items()))


def test_the_form_shows_the_settings() -> None:
    assert values_of(WEB) == {
        "image": "nginx:1.27",
        "name": "web",
        "command": "nginx -g 'daemon off;'",
        "ports": "127.0.0.1:8080:80 [::1]:53:53/udp",
        "volumes": "'/srv/my data:/srv:ro' /cache",
        "environment": "A=1 'B=two words'",
        "network": "shop",
        "restart": "on-failure:3",
        "memory": "512m",
        "cpus": "1.5",
        "user": "",
        "directory": "",
        "labels": "'team=a b'",
    }


def test_a_form_that_is_not_changed_changes_nothing() -> None:
    assert changed(WEB, answers()) == WEB


@pytest.mark.parametrize(
    ("texts", "config", "host"),
    [
        ({"environment": "A=2"}, {"Env": ["A=2"]}, {}),
        ({"environment": ""}, {"Env": None}, {}),
        ({"command": ""}, {"Cmd": None}, {}),
        ({"labels": "x=y"}, {"Labels": {"x": "y"}}, {}),
        ({"user": "app"}, {"User": "app"}, {}),
        ({"memory": "1g"}, {}, {"Memory": 1 << 30, "MemorySwap": 0}),
        ({"memory": ""}, {}, {"Memory": 0, "MemorySwap": 0}),
        ({"cpus": "2"}, {}, {"NanoCpus": 2_000_000_000}),
        ({"restart": "always"}, {}, {"RestartPolicy": {"Name": "always"}}),
        ({"volumes": "data:/data"}, {"Volumes": {}}, {"Binds": ["data:/data"]}),
        (
            {"ports": "81:81"},
            {"ExposedPorts": {"9000/tcp": {}, "81/tcp": {}}},
            {"PortBindings": {"81/tcp": [{"HostPort": "81"}]}},
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_changed_field_changes_its_settings_only(texts: dict[str, str], config: Any, host: Any) -> None:
    new = changed(WEB, answers(**texts))
    assert new.config == {key: value for key, value in {**WEB.config, **config}.items() if value is not None}
    assert new.host_config == {**WEB.host_config, **host}
    assert (new.image, new.networks) == (WEB.image, WEB.networks)


def test_another_network_replaces_the_first_and_keeps_the_others() -> None:
    new = changed(WEB, answers(network="other"))
    assert (new.host_config["NetworkMode"], [*new.networks]) == ("other", ["other", "back"])
    assert changed(WEB, answers(network="host")).networks == {}
    assert changed(WEB, answers(image="nginx:1.28")).image == "nginx:1.28"
