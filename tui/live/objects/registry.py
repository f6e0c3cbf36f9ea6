"""Work that goes through a registry, with the login that docker has for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from tui.engine import errors
from tui.engine.auth.login import Login
from tui.engine.auth.logins import Logins
from tui.engine.auth.references import DEFAULT_REGISTRY, Reference, registry_of_term, server_of
from tui.live.jobs.layer_progress import Layers, follow
from tui.live.objects.images import NAMELESS

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.images import DistributionInspect, SearchResult


async def log_in(engine: Engine, registry: str, username: str, password: str) -> str:
    """Have the engine try a login (`SystemAuth`) and keep it where docker would; where that is. Raises EngineError."""
    _refuse_read_only(engine, "log in")
    logins = Logins.find()
    server = server_of(registry)
    login = Login(server, username, password)
    answer = await engine.system.auth(login)
    if answer.identity_token:
        login = Login(server, username, identity_token=answer.identity_token)
    await logins.store(login)
    return logins.keeper(server)


async def log_out(engine: Engine, registry: str) -> str:
    """Forget a registry's login as docker does; where it was kept. Raises LoginError, ReadOnly."""
    _refuse_read_only(engine, "log out")
    logins, server = Logins.find(), server_of(registry)
    keeper = logins.keeper(server)
    await logins.erase(server)
    return keeper


def _refuse_read_only(engine: Engine, what: str) -> None:
    """A login changes docker's configuration, so read-only mode refuses it before anything is asked or written."""
    if engine.read_only:
        raise errors.ReadOnly(f"Not done: this is read-only mode, which does not {what}.")


async def pull(engine: Engine, name: str, platform: str = "") -> Layers:
    """`ImageCreate`: get an image from its registry. Raises EngineError, Denied among them."""
    login = await Logins.find().for_image(name)
    with _explained(login):
        return await follow(engine.images.pull(name, login, platform))


async def push(engine: Engine, name: str, platform: str = "") -> Layers:
    """`ImagePush`: send an image to the registry its name says. Raises EngineError, Denied among them."""
    reference = Reference.parse(name)
    login = await Logins.find().for_image(name)
    with _explained(login):
        return await follow(engine.images.push(reference.repository, reference.tag or "latest", login, platform))


async def search(engine: Engine, term: str, limit: int = 100) -> list[SearchResult]:
    """`ImageSearch`: what a registry finds, by names that can be pulled. Raises EngineError, Denied among them."""
    login = await Logins.find().for_search(term)
    with _explained(login):
        found = await engine.images.search(term, limit, login=login)
    registry = registry_of_term(term)
    if registry == DEFAULT_REGISTRY:
        return found
    return [replace(each, name=f"{registry}/{each.name.removeprefix(f'{registry}/')}") for each in found]


async def look_up(engine: Engine, name: str) -> DistributionInspect:
    """`DistributionInspect`: what the registry has under a name. Raises EngineError, Denied among them."""
    login = await Logins.find().for_image(name)
    with _explained(login):
        return await engine.distribution.inspect(name, login)


class Remote(NamedTuple):
    """A name of an image here, its digests here, and what its registry has under it; None where no registry was asked."""

    name: str
    here: tuple[str, ...] = ()
    there: DistributionInspect | None = None

    @property
    def behind(self) -> bool:
        """Whether the registry has another image under the name by now."""
        return self.there is not None and self.there.descriptor.digest not in self.here


async def compare(engine: Engine, id: str) -> list[Remote]:
    """What the registries have under an image's names, beside what is here. Raises EngineError, Denied among them.

    A name that was never pushed or pulled has no digest here, and no registry is asked for it.
    """
    found = await engine.images.inspect(id)
    remotes = []
    for name in found.repo_tags:
        if name.startswith(NAMELESS):
            continue
        repository = Reference.parse(name).repository
        known = (digest.rpartition("@") for digest in found.repo_digests)
        here = tuple(digest for owner, _, digest in known if Reference.parse(owner).repository == repository)
        remotes.append(Remote(name, here, await look_up(engine, name) if here else None))
    return remotes


@contextmanager
def _explained(login: Login) -> Iterator[None]:
    """A denial says, too, why docker's own login could not be had."""
    try:
        yield
    except errors.Denied as error:
        if not login.trouble:
            raise
        raise errors.Denied(f"{error} {login.trouble}", error.operation, error.status, error.registry) from None
