"""What can be set of a service: the fields of its forms, and docker's flags for them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.live.cluster.rows import ServiceRow
from tui.resources.cluster import service_texts as texts
from tui.resources.cluster.service_json import (
    Write,
    put,
    write_labels,
    write_limit,
    write_max_replicas,
    write_mounts,
    write_networks,
    write_policy,
    write_ports,
    write_references,
    write_replicas,
    write_restart,
    write_spread,
)
from tui.resources.containers.exec_attach import check_command, check_environment
from tui.resources.containers.update import check_cpus, check_memory
from tui.resources.model.form_values import check_pairs, joined, pair_text, pairs
from tui.resources.model.validators import check_reference


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting of a service, as text in a form.

    `write` puts a text that `check` accepts into the engine's JSON. `flag` is docker's, without dashes; with `key` it can be
    repeated, and `key` names what `--flag-rm` takes of a word.
    """

    name: str
    label: str
    read: Callable[[ServiceRow], str]
    write: Write
    flag: str
    check: Callable[[str], str] = lambda _text: ""
    hint: str = ""
    offers: str | tuple[str, ...] = ()
    key: Callable[[str], str] | None = None


_CONTAINER = ("TaskTemplate", "ContainerSpec")


def _before_equals(word: str) -> str:
    return word.partition("=")[0]


def _before_colon(word: str) -> str:
    return word.partition(":")[0]


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="image",
        label="Image",
        flag="image",
        read=lambda row: row.image,
        write=put("Image", *_CONTAINER),
        check=check_reference,
        offers="images",
        hint="nginx:1.27; every node pulls it",
    ),
    Setting(
        name="replicas",
        label="Replicas",
        flag="replicas",
        read=texts.replicas,
        write=write_replicas,
        check=texts.check_count,
        hint="3; not for a global service",
    ),
    Setting(
        name="command",
        label="Command",
        flag="args",
        read=lambda row: joined(texts.container(row.service.spec).args),
        write=put("Args", *_CONTAINER, words=True),
        check=check_command,
        hint="empty: as in the image",
    ),
    Setting(
        name="environment",
        label="Environment",
        flag="env",
        read=lambda row: joined(texts.container(row.service.spec).env),
        write=put("Env", *_CONTAINER, words=True),
        check=check_environment,
        hint="NAME=VALUE NAME='a value'",
        key=_before_equals,
    ),
    Setting(
        name="ports",
        label="Ports",
        flag="publish",
        read=texts.port_texts,
        write=write_ports,
        check=texts.check_ports,
        hint="8080:80 53:53/udp published=80,target=80,mode=host",
        key=lambda word: texts.parts_of(word).get("target") or word.partition("/")[0].rpartition(":")[2],
    ),
    Setting(
        name="networks",
        label="Networks",
        flag="network",
        read=texts.networks,
        write=write_networks,
        offers="networks",
        hint="overlay networks; empty: none",
        key=str,
    ),
    Setting(
        name="mounts",
        label="Mounts",
        flag="mount",
        read=lambda row: joined(map(texts.mount_text, texts.container(row.service.spec).mounts)),
        write=write_mounts,
        check=texts.check_mounts,
        hint="type=volume,source=data,target=/data",
        key=lambda word: texts.mount_parts(word)["target"],
    ),
    Setting(
        name="secrets",
        label="Secrets",
        flag="secret",
        read=texts.secret_texts,
        write=write_references("Secret"),
        offers="secrets",
        hint="key certificate:site.crt",
        key=_before_colon,
    ),
    Setting(
        name="configs",
        label="Configs",
        flag="config",
        read=texts.config_texts,
        write=write_references("Config"),
        offers="configs",
        hint="site site-2:/etc/nginx/site.conf",
        key=_before_colon,
    ),
    Setting(
        name="limit-cpu",
        label="CPU limit",
        flag="limit-cpu",
        read=lambda row: texts.cpus(row, False),
        write=write_limit("Limits", "NanoCPUs"),
        check=check_cpus,
        hint="1.5; empty: no limit",
    ),
    Setting(
        name="limit-memory",
        label="Memory limit",
        flag="limit-memory",
        read=lambda row: texts.memory(row, False),
        write=write_limit("Limits", "MemoryBytes"),
        check=check_memory,
        hint="512m; empty: no limit",
    ),
    Setting(
        name="reserve-cpu",
        label="CPU reserved",
        flag="reserve-cpu",
        read=lambda row: texts.cpus(row, True),
        write=write_limit("Reservations", "NanoCPUs"),
        check=check_cpus,
        hint="0.5; a node without it takes no task",
    ),
    Setting(
        name="reserve-memory",
        label="Memory reserved",
        flag="reserve-memory",
        read=lambda row: texts.memory(row, True),
        write=write_limit("Reservations", "MemoryBytes"),
        check=check_memory,
        hint="256m; a node without it takes no task",
    ),
    Setting(
        name="constraints",
        label="Constraints",
        flag="constraint",
        read=lambda row: joined(texts.placement(row).constraints),
        write=put("Constraints", "TaskTemplate", "Placement", words=True),
        check=texts.check_constraints,
        hint="node.role==worker node.labels.disk==ssd",
        key=str,
    ),
    Setting(
        name="preferences",
        label="Preferences",
        flag="placement-pref",
        read=texts.spread_texts,
        write=write_spread,
        check=texts.check_spread,
        hint="spread=node.labels.zone",
        key=str,
    ),
    Setting(
        name="max-replicas",
        label="Most on a node",
        flag="replicas-max-per-node",
        read=lambda row: str(texts.placement(row).max_replicas or ""),
        write=write_max_replicas,
        check=texts.check_count,
        hint="1; empty: no limit",
    ),
    Setting(
        name="restart",
        label="Restart",
        flag="restart-condition",
        read=texts.restart_text,
        write=write_restart,
        check=texts.check_restart,
        offers=("any", "on-failure", "none", "on-failure:3"),
        hint="any",
    ),
    Setting(
        name="update-policy",
        label="Update policy",
        flag="update",
        read=lambda row: texts.policy_text(row.service.spec.update_config),
        write=write_policy("UpdateConfig"),
        check=texts.check_policy,
        hint="parallelism=2 delay=10s order=start-first failure-action=rollback monitor=5s",
    ),
    Setting(
        name="rollback-policy",
        label="Rollback policy",
        flag="rollback",
        read=lambda row: texts.policy_text(row.service.spec.rollback_config),
        write=write_policy("RollbackConfig"),
        check=texts.check_policy,
        hint="parallelism=2 delay=10s failure-action=pause",
    ),
    Setting(
        name="labels",
        label="Labels",
        flag="label",
        read=lambda row: pair_text(row.service.spec.labels),
        write=write_labels,
        check=check_pairs,
        hint="name=value name=value",
        key=_before_equals,
    ),
)


def flags(setting: Setting, before: str, after: str, new: bool) -> Sequence[str]:
    """Return docker's flags that change a setting from one text to another; `new`: of `docker service create`."""
    if before.split() == after.split():
        return ()
    if setting.name == "restart":
        condition, _, attempts = after.strip().partition(":")
        limit = [f"--restart-max-attempts={attempts}"] if attempts else []
        return [f"--restart-condition={condition or 'any'}", *limit]
    if setting.name.endswith("-policy"):
        return [f"--{setting.flag}-{name}={value}" for name, value in pairs(after).items()]
    if setting.key is None:
        return [f"--{setting.flag}={after.strip()}"]
    had, has = shlex.split(before), shlex.split(after)
    if new:
        return [f"--{setting.flag}={word}" for word in has]
    kept = {setting.key(word) for word in has}
    gone = dict.fromkeys(key for word in had if (key := setting.key(word)) not in kept)
    added = [f"--{setting.flag}-add={word}" for word in has if word not in had]
    return [*(f"--{setting.flag}-rm={key}" for key in gone), *added]
