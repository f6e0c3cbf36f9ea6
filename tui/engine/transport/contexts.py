"""Docker's contexts: named engines, as stored by `docker context`.

`~/.docker/contexts/meta/<SHA-256 of the name>/meta.json` has the address, `contexts/tls/<the same>/docker/` the keys.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from tui.engine.errors import AddressError, ContextUnreadable, one_line, sentence
from tui.engine.transport.decoding import MISFITS
from tui.engine.transport.docker_config import read_config

DEFAULT = "default"
"""Docker's name for no context: DOCKER_HOST, else the usual socket."""


@dataclass(frozen=True, slots=True)
class Context:
    """A context: its name, the engine's address, and the folder with its keys, if any."""

    name: str
    host: str
    skip_tls_verify: bool = False
    tls_folder: Path | None = None
    description: str = ""


class _Endpoint(msgspec.Struct, rename="pascal"):
    host: str = ""
    skip_tls_verify: bool = msgspec.field(default=False, name="SkipTLSVerify")


class _Metadata(msgspec.Struct, rename="pascal"):
    description: str = ""


class _Meta(msgspec.Struct, rename="pascal"):
    name: str = ""
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    endpoints: dict[str, _Endpoint] = msgspec.field(default_factory=dict)


class Contexts:
    """The contexts of one configuration folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of_user(cls, environ: Mapping[str, str] = os.environ, home: Path | None = None) -> Self:
        """Return those of docker's configuration folder: DOCKER_CONFIG, else `~/.docker`."""
        return cls(Path(environ.get("DOCKER_CONFIG") or (home or Path.home()) / ".docker"))

    def current(self) -> str:
        """Return the name of the current context, "" for none, or where docker's configuration cannot be read."""
        return read_config(self.folder, {}).current_context

    def find(self, name: str) -> Context:
        """Return the context of that name. Raises AddressError, which lists the existing names."""
        path = self.meta_folder(name) / "meta.json"
        try:
            return self._read(path)
        except (FileNotFoundError, NotADirectoryError):
            others = ", ".join(context.name for context in self.all()) or "none"
            raise AddressError(
                f"There is no docker context {one_line(name)!r} in {self.folder}. There are: {one_line(others)}."
            ) from None
        except (OSError, *MISFITS) as error:
            raise ContextUnreadable(f"The docker context in {path} cannot be read: {reason(error)}.") from error

    def all(self) -> list[Context]:
        """Return all readable contexts, by name."""
        found = []
        for path in (self.folder / "contexts/meta").glob("*/meta.json"):
            try:
                found.append(self._read(path))
            except (OSError, *MISFITS):  # `find` reports what is wrong
                continue
        return sorted(found, key=lambda context: context.name)

    def meta_folder(self, name: str) -> Path:
        """Return the folder of a context's description."""
        return self.folder / "contexts/meta" / _digest(name)

    def tls_folder(self, name: str) -> Path:
        """Return the folder of a context's keys."""
        return self.folder / "contexts/tls" / _digest(name)

    def _read(self, path: Path) -> Context:
        meta = msgspec.json.decode(path.read_bytes(), type=_Meta)
        endpoint = meta.endpoints.get("docker", _Endpoint())
        keys = self.folder / "contexts/tls" / path.parent.name / "docker"
        return Context(
            meta.name, endpoint.host, endpoint.skip_tls_verify, keys if keys.is_dir() else None, meta.metadata.description
        )


def reason(error: Exception) -> str:
    """Return the reason of an error as a piece of a sentence."""
    return sentence(error.strerror or str(error)) if isinstance(error, OSError) else sentence(str(error))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
