"""Settings of services as text and JSON, docker's flags for them, and the reasons why tasks do not run."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tui.engine.objects.nodes import Node
from tui.engine.objects.services import Placement, Service
from tui.live.cluster.rows import ServiceRow
from tui.resources.cluster.formats import meets, quorum, root_expiry, unsuitable, why_no_node
from tui.resources.cluster.service_json import Ids, write_mode
from tui.resources.cluster.service_settings import SETTINGS, Setting, flags
from tui.resources.cluster.service_texts import check_policy, duration_text, nanoseconds

IDS = Ids({"key": "id-of-key"}, {"site": "id-of-site"})
TEXTS = {
    "image": "nginx:1.27",
    "replicas": "3",
    "command": "sh -c 'echo a b'",
    "environment": "A=1 'B=a b'",
    "ports": "8080:80 53:53/udp published=90,target=90,protocol=tcp,mode=host",
    "networks": "front back",
    "mounts": "type=volume,source=data,target=/data type=bind,source=/srv,target=/srv,readonly",
    "secrets": "key key:other",
    "configs": "site:/etc/site",
    "limit-cpu": "1.5",
    "limit-memory": "512m",
    "reserve-cpu": "0.5",
    "reserve-memory": "256m",
    "constraints": "node.role==worker node.labels.disk!=hdd",
    "preferences": "spread=node.labels.zone",
    "max-replicas": "2",
    "restart": "on-failure:3",
    "update-policy": "parallelism=2 delay=10s failure-action=rollback monitor=5s max-failure-ratio=0.1 order=start-first",
    "rollback-policy": "parallelism=0 failure-action=pause",
    "labels": "tier=front",
}


def row_of(spec: dict[str, Any]) -> ServiceRow:
    return ServiceRow(msgspec.convert({"ID": "1", "Spec": spec}, Service))


def written(setting: Setting, text: str, spec: dict[str, Any] | None = None) -> dict[str, Any]:
    spec = spec if spec is not None else {"Name": "web", "TaskTemplate": {"ContainerSpec": {}}}
    write_mode(spec, "replicated") if "Mode" not in spec else None
    setting.write(spec, text, IDS)
    return spec


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_what_is_written_is_read_again_and_passes_the_check(setting: Setting) -> None:
    text = TEXTS[setting.name]
    assert setting.check(text) == ""
    assert setting.read(row_of(written(setting, text))) == text


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_what_the_form_does_not_know_stays(setting: Setting) -> None:
    spec = {
        "Name": "web",
        "TaskTemplate": {"ContainerSpec": {"Sysctls": {"a": "1"}}, "LogDriver": {"Name": "local"}},
        "Mode": {"Replicated": {"Replicas": 1}},
        "Unknown": True,
    }
    after = written(setting, TEXTS[setting.name], spec)
    assert after["Unknown"] is True
    assert after["TaskTemplate"]["LogDriver"] == {"Name": "local"}
    assert after["TaskTemplate"]["ContainerSpec"]["Sysctls"] == {"a": "1"}


def test_owner_and_mode_of_a_known_secret_stay() -> None:
    setting = next(each for each in SETTINGS if each.name == "secrets")
    known = {"SecretID": "old", "SecretName": "cert", "File": {"Name": "cert", "UID": "7", "GID": "7", "Mode": 0o400}}
    spec = {"TaskTemplate": {"ContainerSpec": {"Secrets": [known]}}, "Mode": {"Replicated": {}}}
    written(setting, "cert key", spec)
    first, second = spec["TaskTemplate"]["ContainerSpec"]["Secrets"]  # type: ignore[index]
    assert first == known
    assert second["SecretID"] == "id-of-key"


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("image", "a:1", "a:2", ["--image=a:2"]),
        ("environment", "A=1 B=2", "A=1 C=3", ["--env-rm=B", "--env-add=C=3"]),
        ("environment", "A=1", "A=2", ["--env-add=A=2"]),
        ("ports", "8080:80", "9090:80", ["--publish-add=9090:80"]),
        ("mounts", "type=volume,source=d,target=/d", "", ["--mount-rm=/d"]),
        ("update-policy", "", "parallelism=2 delay=10s", ["--update-parallelism=2", "--update-delay=10s"]),
        ("restart", "any", "on-failure:3", ["--restart-condition=on-failure", "--restart-max-attempts=3"]),
        ("labels", "a=1", "a=1", []),
    ],
)
def test_the_docker_command_of_an_update_names_what_changed(name: str, before: str, after: str, said: list[str]) -> None:
    setting = next(each for each in SETTINGS if each.name == name)
    assert [*flags(setting, before, after, new=False)] == said


def test_the_docker_command_of_a_new_service_repeats_its_flags() -> None:
    setting = next(each for each in SETTINGS if each.name == "environment")
    assert [*flags(setting, "", "A=1 B=2", new=True)] == ["--env=A=1", "--env=B=2"]


@pytest.mark.parametrize(
    ("text", "nanos"), [("10s", 10**10), ("1m30s", 90 * 10**9), ("500ms", 5 * 10**8), ("2h", 7200 * 10**9)]
)
def test_durations_are_written_as_docker_writes_them(text: str, nanos: int) -> None:
    assert nanoseconds(text) == nanos
    assert nanoseconds(duration_text(nanos)) == nanos


@pytest.mark.parametrize(
    "text", ["speed=1", "order=fast", "delay=10", "parallelism=x", "max-failure-ratio=2", "failure-action=no"]
)
def test_a_wrong_policy_is_said(text: str) -> None:
    assert check_policy(text)


def node(name: str, availability: str = "active", state: str = "ready", **labels: str) -> Node:
    spec = {"Role": "worker", "Availability": availability, "Labels": labels}
    description = {"Hostname": name, "Resources": {"NanoCPUs": 2 * 10**9, "MemoryBytes": 2**30}}
    return msgspec.convert({"ID": name, "Spec": spec, "Description": description, "Status": {"State": state}}, Node)


def test_why_no_node_takes_a_task_is_counted_by_reason() -> None:
    nodes = [node("a", disk="hdd"), node("b"), node("c", "drain"), node("d", state="down")]
    placement = Placement(["node.labels.disk==ssd"])
    assert why_no_node(nodes, placement) == "no suitable node: 2 do not meet node.labels.disk==ssd, c is drained, d is down"
    assert why_no_node([*nodes, node("e", disk="ssd")], placement) == ""
    assert unsuitable(node("a"), None, (3 * 10**9, 0)) == "has too few CPUs"
    assert unsuitable(node("a"), None, (0, 2**31)) == "has too little memory"


@pytest.mark.parametrize(
    ("constraint", "met"),
    [
        ("node.hostname==web-1", True),
        ("node.hostname != web-1", False),
        ("node.role==WORKER", True),
        ("node.labels.disk==ssd", True),
        ("node.labels.zone==north", False),
        ("node.labels.zone!=north", True),
        ("node.something.new==1", True),
    ],
)
def test_constraints_are_met_as_the_swarm_decides(constraint: str, met: bool) -> None:
    assert meets(node("web-1", disk="ssd"), constraint) is met


@pytest.mark.parametrize(
    ("managers", "reachable", "words"),
    [
        (1, 1, "the only manager: losing this node loses the swarm"),
        (3, 3, "3 of 3 managers answer; 1 can be lost"),
        (3, 2, "2 of 3 managers answer; if another is lost, nothing can be changed"),
        (3, 1, "1 of 3 managers answer; 2 are needed: nothing can be changed"),
        (5, 5, "5 of 5 managers answer; 2 can be lost"),
    ],
)
def test_the_quorum_in_words(managers: int, reachable: int, words: str) -> None:
    assert quorum(managers, reachable)[0] == words


def test_what_is_no_certificate_ends_never() -> None:
    assert root_expiry("") == root_expiry("-----BEGIN CERTIFICATE-----\nAAAA\n") == root_expiry("no base64 \0") == 0.0
