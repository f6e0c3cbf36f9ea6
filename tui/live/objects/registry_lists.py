"""Repositories and tags of a registry, which this machine asks: the Engine API lists neither."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from tui.engine import errors
from tui.engine.auth.login import Login
from tui.engine.auth.logins import Logins
from tui.engine.auth.references import DEFAULT_REGISTRY, Reference
from tui.engine.objects.system import RegistryConfig
from tui.engine.registry.client import RegistryClient
from tui.engine.registry.trust import is_loopback
from tui.live.objects.registry import explained

if TYPE_CHECKING:
    from tui.engine import Address, Engine

MOST = 20_000
"""Names listed at most; a filter then shows less than the registry has, which the list says."""


class RemoteTag(NamedTuple):
    """A tag in a registry; `here`: whether the engine has an image of this name."""

    repository: str
    tag: str
    here: bool = False

    @property
    def name(self) -> str:
        """The name to pull."""
        return f"{self.repository}:{self.tag}"


async def repositories(engine: Engine, registry: str) -> AsyncGenerator[list[str]]:
    """Yield the names of a registry's repositories, page by page, each with the registry. Raises EngineError."""
    if registry == DEFAULT_REGISTRY:
        raise errors.EngineError("Docker Hub lists no repositories. Search for a term, or :tags NAME lists the tags of one.")
    async with _client(engine, registry, await Logins.find().for_search(f"{registry}/")) as client:
        try:
            async with aclosing(client.repositories()) as pages:
                async for names in pages:
                    yield [f"{registry}/{name}" for name in names]
        except (errors.NotFound, errors.Unauthorized, errors.BadRequest, errors.NotImplemented) as error:
            raise type(error)(
                f"{error}. The registry lists no repositories; :tags {registry}/NAME lists the tags of one.",
                error.operation,
                error.status,
            ) from None


async def tags(engine: Engine, repository: str) -> AsyncGenerator[list[str]]:
    """Yield the tags of a repository in its registry, page by page. Raises EngineError, BadRequest for an invalid name."""
    reference = Reference.parse(repository)
    async with _client(engine, reference.registry, await Logins.find().for_image(repository)) as client:
        try:
            async with aclosing(client.tags(reference.path)) as pages:
                async for names in pages:
                    yield names
        except errors.NotFound as error:
            raise errors.NotFound(
                f"{reference.registry} has no repository {reference.path} ({error}).", error.operation, error.status
            ) from None


def _is_here(address: Address) -> bool:
    """Whether an engine is on this machine, so that both mean the same by localhost."""
    return address.scheme == "unix" or (address.scheme != "ssh" and is_loopback(address.host))


@asynccontextmanager
async def _client(engine: Engine, registry: str, login: Login) -> AsyncGenerator[RegistryClient]:
    """Open the client of a registry. Raises EngineError."""
    if is_loopback(registry) and not _is_here(engine.address):
        raise errors.EngineError(
            f"{registry} is a name for the engine's host itself, which this machine cannot ask. Pull by name, "
            "or forward the registry's port."
        )
    config = (await engine.system.info()).registry_config or RegistryConfig()
    with explained(login):
        async with RegistryClient(registry, login, config) as client:
            yield client
