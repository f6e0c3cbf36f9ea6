"""Registry logins in docker's configuration.

`config.json` in docker's folder: `auths` by server, `credHelpers` by registry, `credsStore` for all others. The variable
DOCKER_AUTH_CONFIG takes precedence, as in docker from version 28 on.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tui.engine.auth.credentials import Helper
from tui.engine.auth.login import ANONYMOUS, Login
from tui.engine.auth.references import DEFAULT_REGISTRY, INDEX, Reference, registry_of_term, server_of
from tui.engine.errors import LoginError, one_line, sentence
from tui.engine.sealed import Sealed
from tui.engine.threads import in_thread
from tui.engine.transport.config_file import rewrite
from tui.engine.transport.decoding import MISFITS

FROM_ENVIRONMENT = "DOCKER_AUTH_CONFIG"


class _Auth(msgspec.Struct):
    auth: str = ""
    username: str = ""
    password: str = ""
    identitytoken: str = ""
    registrytoken: str = ""

    def __repr__(self) -> str:
        return "_Auth(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class _Config(msgspec.Struct):
    auths: dict[str, _Auth] | None = None
    creds_store: str = msgspec.field(default="", name="credsStore")
    cred_helpers: dict[str, str] | None = msgspec.field(default=None, name="credHelpers")


class StoredLogin(NamedTuple):
    """A login without its secret: the registry's host ("docker.io"), the user, and where it is stored, for display."""

    registry: str
    user: str
    place: str

    @property
    def removable(self) -> bool:
        """Whether `docker logout` can remove it."""
        return self.place != FROM_ENVIRONMENT


class Logins:
    """Logins of one configuration folder. Read each time, since `docker login` may change them."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._file = folder / "config.json"
        self._environ = environ

    @classmethod
    def find(cls, environ: Mapping[str, str] | None = None, home: Path | None = None) -> Logins:
        """Return the user's logins: in DOCKER_CONFIG, else `~/.docker`."""
        environ = os.environ if environ is None else environ
        return cls(Path(environ.get("DOCKER_CONFIG") or (home or Path.home()) / ".docker"), environ)

    async def for_image(self, reference: str) -> Login:
        """Return the login for an image's registry; anonymous if there is none. Raises BadRequest.

        As docker does, continues without a login that cannot be read; `trouble` says why.
        """
        return await self._or_none(Reference.parse(reference).server)

    async def for_search(self, term: str) -> Login:
        """Return the login for the registry that a search uses, as `for_image` does."""
        return await self._or_none(server_of(registry_of_term(term)))

    async def get(self, server: str) -> Login:
        """Return docker's login for a server: a registry's host, or INDEX for docker's own. Raises LoginError."""
        config = await self._read()
        if (login := _find(self._environment(), server, exactly=True)) is not None:
            return login
        if helper := self._helper(config, server):
            return await helper.get(server) or ANONYMOUS
        return _find(config.auths or {}, server) or ANONYMOUS

    async def all(self) -> dict[str, Login]:
        """Return all logins by server, for builds. Registries' own helpers precede the default store. Raises LoginError."""
        config = await self._read()
        found: dict[str, Login] = {}
        if store := self._helper(config, ""):
            found = {server: login for server in await store.users() if (login := await store.get(server))}
        else:
            found = {server: _login(server, auth) for server, auth in (config.auths or {}).items()}
        for server in config.cred_helpers or {}:
            if login := await self._from_helper(config, server):
                found[server] = login
        found |= {server: _login(server, auth) for server, auth in self._environment().items()}
        return {server: login for server, login in found.items() if not login.anonymous}

    async def stored(self) -> list[StoredLogin]:
        """Return the stored logins without their secrets, by registry. Raises LoginError."""
        config = await self._read()
        places: dict[str, tuple[str, str]] = {}  # user and place, by registry
        if store := self._helper(config, ""):
            places = {hostname(server): (user, store.program) for server, user in (await store.users()).items()}
        else:
            places = {hostname(name): (found.username, str(self._file)) for name, found in _known(config.auths)}
        for server in config.cred_helpers or {}:
            places.pop(server, None)
            if (helper := self._helper(config, server)) and (user := (await helper.users()).get(server)) is not None:
                places[server] = user, helper.program
        places |= {hostname(name): (found.username, FROM_ENVIRONMENT) for name, found in _known(self._environment())}
        return [StoredLogin(familiar(server), user, place) for server, (user, place) in sorted(places.items())]

    async def store(self, login: Login) -> None:
        """Store a login where `docker login` would. Raises LoginError."""
        helper = self._helper(await self._read(), login.server_address)
        if helper:
            await helper.store(login)
        await self._write(login.server_address, Sealed(b"{}") if helper else _entry(login))

    async def erase(self, server: str) -> None:
        """Erase a login as `docker logout` does. Raises LoginError."""
        if helper := self._helper(await self._read(), server):
            await helper.erase(server)
        await self._write(server, None)

    async def keeper(self, server: str) -> str:
        """Return where this server's login is stored, for display: a helper's program or the file. Raises LoginError."""
        helper = self._helper(await self._read(), server)
        return helper.program if helper else str(self._file)

    async def _or_none(self, server: str) -> Login:
        try:
            return await self.get(server)
        except LoginError as error:
            return Login(trouble=str(error))

    async def _from_helper(self, config: _Config, server: str) -> Login | None:
        helper = self._helper(config, server)
        return await helper.get(server) if helper else _find(config.auths or {}, server)

    def _helper(self, config: _Config, server: str) -> Helper | None:
        own = (config.cred_helpers or {}).get(server) if server else None
        name = config.creds_store if own is None else own  # an empty name selects the file
        return Helper(name, self._environ) if name else None

    async def _read(self) -> _Config:
        try:
            data = await in_thread(lambda: Sealed(self._file.read_bytes()))
        except (FileNotFoundError, NotADirectoryError):
            return _Config()
        except OSError as error:
            raise LoginError(f"Docker's configuration {self._file} cannot be read: {error.strerror}.") from None
        return _decode(data, str(self._file))

    def _environment(self) -> dict[str, _Auth]:
        data = Sealed(self._environ.get(FROM_ENVIRONMENT, "").encode(errors="replace"))
        return _decode(data, FROM_ENVIRONMENT).auths or {}

    async def _write(self, server: str, entry: Sealed | None) -> None:
        """Set or remove one server's entry; keep everything else in the file."""
        try:
            trouble = await in_thread(lambda: _rewrite(self._file, server, entry))
        except TimeoutError as error:
            trouble = str(error.strerror)
        if trouble:
            raise LoginError(f"Docker's configuration {self._file} cannot be written: {trouble}.")


def hostname(url: str) -> str:
    """Return the host of a key in `auths` as older docker versions wrote it: without scheme and path."""
    return url.removeprefix("http://").removeprefix("https://").partition("/")[0]


def _find(auths: Mapping[str, _Auth], server: str, exactly: bool = False) -> Login | None:
    if server in auths:
        return _login(server, auths[server])
    if exactly:
        return None
    old = next((name for name in auths if hostname(name) == server), None)
    return None if old is None else _login(old, auths[old])


def _known(auths: Mapping[str, _Auth] | None) -> list[tuple[str, Login]]:
    """Return the logins that are not empty, as a credential helper leaves entries."""
    found = [(name, _login(name, auth)) for name, auth in (auths or {}).items()]
    return [(name, login) for name, login in found if not login.anonymous]


def familiar(server: str) -> str:
    """Return a registry's host as users write it: "docker.io" for docker's own."""
    return DEFAULT_REGISTRY if server in (hostname(INDEX), INDEX) else server


def _login(server: str, auth: _Auth) -> Login:
    opened = _open(auth.auth) if auth.auth else Sealed(f"{auth.username}:{auth.password}".encode())
    if opened is None:
        raise LoginError(f"Docker's login for {one_line(server)} is not in docker's format. Log in again.")
    username, password = opened.reveal().decode(errors="replace").split(":", 1)
    return Login(server, username, password.strip("\0"), auth.identitytoken, auth.registrytoken)


def _open(encoded: str) -> Sealed | None:
    """Decode "name:password" from base64; None if invalid."""
    try:
        opened = base64.b64decode("".join(encoded.split()), validate=True)
    except ValueError:
        return None
    return Sealed(opened) if b":" in opened and not opened.startswith(b":") else None


def _entry(login: Login) -> Sealed:
    entry = {}
    if login.username or login.password:
        entry["auth"] = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
    if login.identity_token:
        entry["identitytoken"] = login.identity_token
    if login.registry_token:
        entry["registrytoken"] = login.registry_token
    return Sealed(json.dumps(entry).encode())


def _decode(data: Sealed, where: str) -> _Config:
    try:
        return msgspec.json.decode(data.reveal() or b"{}", type=_Config)
    except MISFITS as error:
        reason = sentence(str(error)) if isinstance(error, msgspec.DecodeError) else "not UTF-8"
    raise LoginError(f"Docker's configuration {where} cannot be read: {reason}.")


def _rewrite(file: Path, server: str, entry: Sealed | None) -> str:
    """Return why rewriting failed, else ""."""

    def change(whole: dict[str, Any]) -> bool:
        auths = whole.get("auths") or {}
        if entry is None:
            names = [name for name in auths if name == server or hostname(name) == server]  # also as old versions wrote it
            for name in names:
                del auths[name]
            if not names:
                return False
        else:
            auths[server] = json.loads(entry.reveal())
        whole["auths"] = auths
        return True

    return rewrite(file, change)
