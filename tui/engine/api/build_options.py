"""Options of an image build (`ImageBuild`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.engine.transport.wire import QueryValue

CLASSIC, BUILDKIT = "1", "2"
CLIENT_SESSION = "client-session"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """Options under the API's names. `build_args` with the value None are taken from the engine's environment.

    Memory is in bytes, CPU times in microseconds; 0 is no limit. `version` is the builder: CLASSIC or BUILDKIT, which needs
    the id of an open `session`, and reads the context through it if `remote` is CLIENT_SESSION.
    """

    dockerfile: str = ""
    tags: tuple[str, ...] = ()
    remote: str = ""
    extra_hosts: tuple[str, ...] = ()
    quiet: bool = False
    no_cache: bool = False
    cache_from: tuple[str, ...] = ()
    pull: bool = False
    remove: bool = True
    force_remove: bool = False
    memory: int = 0
    memory_swap: int = 0
    cpu_shares: int = 0
    cpuset_cpus: str = ""
    cpu_period: int = 0
    cpu_quota: int = 0
    build_args: Mapping[str, str | None] = field(default_factory=dict)
    shm_size: int = 0
    squash: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    network_mode: str = ""
    platform: str = ""
    target: str = ""
    outputs: str = ""
    version: str = CLASSIC
    session: str = ""


def build_query(options: BuildOptions) -> dict[str, QueryValue]:
    """Return the query of `ImageBuild`, without options that are not set."""
    return {
        "dockerfile": options.dockerfile or None,
        "t": [*options.tags] or None,
        "extrahosts": [*options.extra_hosts] or None,
        "remote": options.remote or None,
        "q": options.quiet or None,
        "nocache": options.no_cache or None,
        "cachefrom": json.dumps(options.cache_from) if options.cache_from else None,
        "pull": "1" if options.pull else None,
        "rm": options.remove,
        "forcerm": options.force_remove or None,
        "memory": options.memory or None,
        "memswap": options.memory_swap or None,
        "cpushares": options.cpu_shares or None,
        "cpusetcpus": options.cpuset_cpus or None,
        "cpuperiod": options.cpu_period or None,
        "cpuquota": options.cpu_quota or None,
        "buildargs": json.dumps(dict(options.build_args)) if options.build_args else None,
        "shmsize": options.shm_size or None,
        "squash": options.squash or None,
        "labels": json.dumps(dict(options.labels)) if options.labels else None,
        "networkmode": options.network_mode or None,
        "platform": options.platform or None,
        "target": options.target or None,
        "outputs": options.outputs or None,
        "version": options.version,
        "session": options.session or None,
        "buildid": options.session or None,
    }
