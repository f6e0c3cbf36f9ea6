"""Registry operations of the engine, with docker's stored logins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from tui.engine import errors
from tui.engine.auth.login import Login
from tui.engine.auth.logins import Logins, StoredLogin
from tui.engine.auth.references import DEFAULT_REGISTRY, Reference, registry_of_term, server_of
from tui.live.jobs.layer_progress import Layers, follow
from tui.live.objects.images import NAMELESS

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.images import DistributionInspect, SearchResult


async def log_in(engine: Engine, registry: str, username: str, password: str) -> str:
    """Have the engine verify a login (`SystemAuth`), store it as docker does, and return where. Raises EngineError."""
    _refuse_read_only(engine, "log in")
    logins = Logins.find()
    server = server_of(registry)
    login = Login(server, username, password)
    answer = await engine.system.auth(login)
    if answer.identity_token:
        login = Login(server, username, identity_token=answer.identity_token)
    await logins.store(login)
    return await logins.keeper(server)


async def log_out(engine: Engine, registry: str) -> str:
    """Erase a stored login as docker does; returns where it was stored. Raises LoginError, ReadOnly."""
    _refuse_read_only(engine, "log out")
    logins, server = Logins.find(), server_of(registry)
    keeper = await logins.keeper(server)
    await logins.erase(server)
    return keeper


async def stored_logins() -> list[StoredLogin]:
    """Return docker's stored logins on this machine, without their secrets. Raises LoginError."""
    return await Logins.find().stored()


def _refuse_read_only(engine: Engine, what: str) -> None:
    """Raise ReadOnly in read-only mode: a login changes docker's configuration."""
    if engine.read_only:
        raise errors.ReadOnly(f"Not done: this is read-only mode, which does not {what}.")


async def pull(engine: Engine, name: str, platform: str = "") -> Layers:
    """Pull an image from its registry (`ImageCreate`). Raises EngineError, including Denied."""
    login = await Logins.find().for_image(name)
    with explained(login):
        return await follow(engine.images.pull(name, login, platform))


async def push(engine: Engine, name: str, platform: str = "") -> Layers:
    """Push an image to the registry in its name (`ImagePush`). Raises EngineError, including Denied."""
    reference = Reference.parse(name)
    login = await Logins.find().for_image(name)
    with explained(login):
        return await follow(engine.images.push(reference.repository, reference.tag or "latest", login, platform))


async def search(engine: Engine, term: str, limit: int = 100) -> list[SearchResult]:
    """Search a registry (`ImageSearch`); result names can be pulled. Raises EngineError, including Denied."""
    login = await Logins.find().for_search(term)
    with explained(login):
        found = await engine.images.search(term, limit, login=login)
    registry = registry_of_term(term)
    if registry == DEFAULT_REGISTRY:
        return found
    return [replace(each, name=f"{registry}/{each.name.removeprefix(f'{registry}/')}") for each in found]


async def look_up(engine: Engine, name: str) -> DistributionInspect:
    """Read what the registry has under a name (`DistributionInspect`). Raises EngineError, including Denied."""
    login = await Logins.find().for_image(name)
    with explained(login):
        return await engine.distribution.inspect(name, login)


class Remote(NamedTuple):
    """An image's name, its local digests, and the registry's image under it; None if no registry was asked, or it refused."""

    name: str
    here: tuple[str, ...] = ()
    there: DistributionInspect | None = None
    refusal: errors.EngineRefusal | None = None

    @property
    def behind(self) -> bool:
        """Whether the registry has another image under the name."""
        return self.there is not None and self.there.descriptor.digest not in self.here


async def compare(engine: Engine, id: str, names: Sequence[str] | None = None) -> list[Remote]:
    """Compare an image with its registries, under its names or the given ones.

    A name without a local digest was never pushed or pulled, and is not looked up. Raises EngineError, including Denied: a
    registry's refusal only if all registries that were asked refuse.
    """
    found = await engine.images.inspect(id)
    remotes = []
    for name in found.repo_tags if names is None else names:
        if name.startswith(NAMELESS):
            continue
        repository = Reference.parse(name).repository
        known = (digest.rpartition("@") for digest in found.repo_digests)
        here = tuple(digest for owner, _, digest in known if Reference.parse(owner).repository == repository)
        remotes.append(await _remote(engine, name, here) if here else Remote(name))
    asked = [remote for remote in remotes if remote.here]
    refusals = [remote.refusal for remote in asked if remote.refusal is not None]
    if refusals and len(refusals) == len(asked):
        raise refusals[0]
    return remotes


async def _remote(engine: Engine, name: str, here: tuple[str, ...]) -> Remote:
    """Look a name up. Raises EngineError other than refusals."""
    try:
        return Remote(name, here, await look_up(engine, name))
    except errors.EngineRefusal as refusal:
        return Remote(name, here, refusal=refusal)


@contextmanager
def explained(login: Login) -> Iterator[None]:
    """Add to a denial the reason why docker's stored login was not usable."""
    try:
        yield
    except errors.Denied as error:
        if not login.trouble:
            raise
        raise errors.Denied(f"{error} {login.trouble}", error.operation, error.status, error.registry) from None
