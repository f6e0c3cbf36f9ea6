"""The proxies that docker's configuration names for builds: the docker command passes them as build arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import field

from tui.engine.threads import in_thread
from tui.engine.transport.decoding import MISFITS


class _Proxies(msgspec.Struct):
    http: str = field(default="", name="httpProxy")
    https: str = field(default="", name="httpsProxy")
    none: str = field(default="", name="noProxy")
    ftp: str = field(default="", name="ftpProxy")
    all: str = field(default="", name="allProxy")


class _Config(msgspec.Struct):
    proxies: dict[str, _Proxies] | None = None


_NAMES = {"http": "HTTP_PROXY", "https": "HTTPS_PROXY", "none": "NO_PROXY", "ftp": "FTP_PROXY", "all": "ALL_PROXY"}


async def proxy_arguments(engine: str, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the build arguments of the proxies for an engine's URL, else of the default ones, in both cases of letters.

    As docker does, go on without a configuration that cannot be read.
    """
    environ = os.environ if environ is None else environ
    folder = Path(environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    try:
        config = msgspec.json.decode(await in_thread((folder / "config.json").read_bytes), type=_Config)
    except (OSError, *MISFITS):
        return {}
    known = config.proxies or {}
    found = known.get(engine) or known.get("default") or _Proxies()
    values = {name: getattr(found, field) for field, name in _NAMES.items()}
    return {each: value for name, value in values.items() if value for each in (name, name.lower())}
