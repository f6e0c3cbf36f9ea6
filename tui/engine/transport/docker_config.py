"""The parts of docker's `config.json` and environment that concern every request: the current context, headers, the version."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tui.engine.errors import sentence
from tui.engine.transport.decoding import MISFITS

CUSTOM_HEADERS = "DOCKER_CUSTOM_HEADERS"
API_VERSION = "DOCKER_API_VERSION"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_RESERVED = frozenset({"host", "user-agent", "connection", "upgrade", "content-length", "transfer-encoding"})

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """What was read.

    `problem` says what could not be read and is left out, as docker's own warning does; values of headers may be secrets.
    """

    current_context: str = ""
    headers: Headers = field(default=(), repr=False)
    problem: str = ""


class _Config(msgspec.Struct):
    current_context: str = msgspec.field(default="", name="currentContext")
    http_headers: dict[str, str] | None = msgspec.field(default=None, name="HttpHeaders")


def read_config(folder: Path, environ: Mapping[str, str]) -> DockerConfig:
    """Read `config.json` in docker's folder, and DOCKER_CUSTOM_HEADERS, whose headers replace those of the file.

    As docker does, go on without a file that cannot be read.
    """
    path = folder / "config.json"
    config, problem = _Config(), ""
    try:
        config = msgspec.json.decode(path.read_bytes(), type=_Config)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, *MISFITS) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        problem = f"Docker's configuration {path} is not used: {sentence(reason)}."
    headers = config.http_headers or {}
    if given := environ.get(CUSTOM_HEADERS, ""):
        try:
            headers = dict(part.partition("=")[::2] for part in next(csv.reader([given]), []))
        except csv.Error:  # a line break, which no header can have
            headers, problem = {}, f"{CUSTOM_HEADERS} is not used: write NAME=VALUE,NAME=VALUE."
    usable = tuple((name, value) for name, value in headers.items() if _usable(name, value))
    if len(usable) < len(headers) and not problem:
        names = ", ".join(sentence(name) or "(empty)" for name, value in headers.items() if not _usable(name, value))
        problem = f"These HTTP headers of docker's configuration cannot be sent: {names}."
    return DockerConfig(config.current_context, usable, problem)


def _usable(name: str, value: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name.lower() not in _RESERVED and value.isprintable() and value.isascii()
