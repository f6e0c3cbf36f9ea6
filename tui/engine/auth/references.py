"""Parsing of image references, as docker does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.engine.errors import BadRequest, sentence

DEFAULT_REGISTRY = "docker.io"
INDEX = "https://index.docker.io/v1/"
"""The key of the login for docker's own registry."""

_PATH = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_DOMAIN = re.compile(
    r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::[0-9]+)?"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """`registry/path:tag@digest`; the tag and the digest are empty if not given."""

    registry: str
    path: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Parse a reference, adding docker's registry and "library/" by default. Raises BadRequest, as the engine would."""
        rest, at, digest = text.partition("@")
        name, colon, tag = rest.rpartition(":")
        if not colon or "/" in tag:
            name, colon, tag = rest, "", ""
        registry, path = _split_registry(name)
        if registry == DEFAULT_REGISTRY and "/" not in path:
            path = f"library/{path}"
        if (
            not (_DOMAIN.fullmatch(registry) and _PATH.fullmatch(path))
            or (colon and not _TAG.fullmatch(tag))
            or (at and not _DIGEST.fullmatch(digest))
        ):
            raise BadRequest(f"{sentence(text)!r} is not an image name: write registry/name:tag, the name in lower case.")
        return cls(registry, path, tag, digest)

    @property
    def repository(self) -> str:
        """The familiar name without tag and digest: "postgres", "ghcr.io/me/app"."""
        if self.registry != DEFAULT_REGISTRY:
            return f"{self.registry}/{self.path}"
        return self.path.removeprefix("library/") if self.path.count("/") == 1 else self.path

    @property
    def version(self) -> str:
        """The digest if given, else the tag, else "latest"."""
        return self.digest or self.tag or "latest"

    @property
    def server(self) -> str:
        """The key of the registry's login in docker's configuration."""
        return server_of(self.registry)


def tagged(name: str) -> str:
    """Return a name as engines list it, with the tag that docker adds; an invalid name, and one with a digest, as it is."""
    try:
        reference = Reference.parse(name)
    except BadRequest:
        return name
    return name if reference.digest else f"{reference.repository}:{reference.tag or 'latest'}"


def server_of(registry: str) -> str:
    """Return the key of a registry's login in docker's configuration."""
    return INDEX if registry in (DEFAULT_REGISTRY, "index.docker.io", "", INDEX) else registry


def registry_of_term(term: str) -> str:
    """Return the registry of a search term: the part before the first slash if it looks like a host, else docker's own."""
    first, slash, _ = term.partition("/")
    return first if slash and _is_host(first) else DEFAULT_REGISTRY


def _split_registry(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if not slash or not (_is_host(first) or first != first.lower()):
        return DEFAULT_REGISTRY, name
    return (DEFAULT_REGISTRY if first == "index.docker.io" else first), rest


def _is_host(text: str) -> bool:
    return "." in text or ":" in text or text == "localhost"
