"""Address of the engine, from flags, environment and docker's configuration.

The order is docker's: `--host`, `--context`, DOCKER_HOST, DOCKER_CONTEXT, the current context of `config.json`, then the usual
sockets.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tui.engine.errors import AddressError, sentence
from tui.engine.transport.contexts import Contexts

SYSTEM_SOCKET = Path("/var/run/docker.sock")
SYSTEM_PODMAN_SOCKET = Path("/run/podman/podman.sock")
PLAIN_PORT = 2375
TLS_PORT = 2376
FORMS = "unix:///path/to.sock or tcp://host:port"


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an engine.

    `url` is in docker's form (unix:///path, tcp://host:port, ssh://user@host); `origin` says as text where the address comes
    from; `name` is short enough for a header: the context's or the host's name. `tls` enables encryption, with the files
    `ca.pem`, `cert.pem` and `key.pem` in `tls_folder`.
    """

    url: str
    origin: str = ""
    name: str = ""
    tls: bool = False
    tls_verify: bool = True
    tls_folder: Path | None = None

    @property
    def scheme(self) -> str:
        """The URL's scheme: unix, tcp, ssh, or another one."""
        return self.url.partition("://")[0]

    @property
    def path(self) -> str:
        """The path of a unix socket."""
        return self.url.partition("://")[2]

    @property
    def host(self) -> str:
        """The remote host's name or address; empty for a unix socket."""
        return "" if self.scheme == "unix" else unquote(urlsplit(self.url).hostname or "")

    @property
    def port(self) -> int:
        """The remote port, by default docker's usual one."""
        return urlsplit(self.url).port or (TLS_PORT if self.tls else PLAIN_PORT)

    @classmethod
    def parse(
        cls,
        url: str,
        origin: str = "",
        name: str = "",
        *,
        tls: bool = False,
        tls_verify: bool = True,
        tls_folder: Path | None = None,
    ) -> Address:
        """Parse an address in docker's form. Raises AddressError."""
        text = url.strip()
        if text.startswith("/"):
            text = f"unix://{text}"
        elif "://" not in text:
            text = f"tcp://{text}"
        scheme, _, rest = text.partition("://")
        scheme = scheme.lower()
        if scheme == "https":
            tls = True
        scheme = "tcp" if scheme in ("http", "https") else scheme
        address = cls(f"{scheme}://{rest}", origin, name, tls, tls_verify, tls_folder)
        _check(address, url)
        if not name:
            name = "local" if scheme == "unix" else address.host
        return cls(address.url.rstrip("/") if scheme == "tcp" else address.url, origin, name, tls, tls_verify, tls_folder)


def find_address(
    host: str | None = None,
    context: str | None = None,
    environ: Mapping[str, str] = os.environ,
    home: Path | None = None,
) -> Address:
    """Return the engine's address. `host` and `context` are the flags' values. Raises AddressError."""
    home = home or Path.home()
    contexts = Contexts(Path(environ.get("DOCKER_CONFIG") or home / ".docker"))
    if host:
        return _from_environment(host, "--host", environ, home)
    if context:
        return _from_context(context, f"--context {context}", contexts, environ, home)
    if environ.get("DOCKER_HOST"):
        return _from_environment(environ["DOCKER_HOST"], "DOCKER_HOST", environ, home)
    if name := environ.get("DOCKER_CONTEXT", ""):
        return _from_context(name, f"DOCKER_CONTEXT={name}", contexts, environ, home)
    if name := contexts.current():
        return _from_context(name, f"docker's current context {name}", contexts, environ, home)
    return _default(environ, home)


def _check(address: Address, given: str) -> None:
    shown = sentence(given)
    if address.scheme == "unix":
        if not address.path.startswith("/"):
            raise AddressError(f"The address {shown} has no absolute path. Write unix:///var/run/docker.sock, say.")
        return
    if address.scheme not in ("tcp", "ssh"):
        raise AddressError(f"The address {shown} is of no kind known here. Write {FORMS}.")
    try:
        parts = urlsplit(address.url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"The address {shown} cannot be read ({error}). Write tcp://host:port.") from None
    if not host or any(letter.isspace() or not letter.isprintable() for letter in address.url):
        raise AddressError(f"The address {shown} names no host. Write tcp://host:port.")
    if address.scheme == "tcp" and (parts.path.strip("/") or parts.query or parts.username):
        raise AddressError(f"The address {shown} has more than a host and a port. Write tcp://host:port.")


def _from_environment(url: str, origin: str, environ: Mapping[str, str], home: Path) -> Address:
    """Return an address with the TLS settings from the environment, as docker does."""
    verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    tls = verify or bool(environ.get("DOCKER_TLS"))
    folder = Path(environ.get("DOCKER_CERT_PATH") or environ.get("DOCKER_CONFIG") or home / ".docker")
    remote = not url.strip().startswith(("unix:", "ssh:", "/"))
    return Address.parse(url, origin, tls=tls and remote, tls_verify=verify, tls_folder=folder if tls and remote else None)


def _from_context(name: str, origin: str, contexts: Contexts, environ: Mapping[str, str], home: Path) -> Address:
    if name == "default":  # docker's name for no context
        if environ.get("DOCKER_HOST"):
            return _from_environment(environ["DOCKER_HOST"], "DOCKER_HOST", environ, home)
        return _default(environ, home)
    found = contexts.find(name)
    if not found.host:
        return _default(environ, home)
    folder = found.tls_folder
    return Address.parse(
        found.host, origin, name, tls=folder is not None, tls_verify=not found.skip_tls_verify, tls_folder=folder
    )


def _default(environ: Mapping[str, str], home: Path) -> Address:
    """Return the first usual socket this user may open, else the first existing one, else the system's."""
    runtime = environ.get("XDG_RUNTIME_DIR")
    candidates = [(SYSTEM_SOCKET, "the default socket")]
    if runtime:
        candidates.append((Path(runtime) / "docker.sock", "your own Docker's socket"))
    candidates += [
        (home / ".docker/run/docker.sock", "your own Docker's socket"),
        (home / ".docker/desktop/docker.sock", "Docker Desktop's socket"),
    ]
    if runtime:
        candidates.append((Path(runtime) / "podman/podman.sock", "your own Podman's socket"))
    candidates.append((SYSTEM_PODMAN_SOCKET, "Podman's socket"))
    there = [candidate for candidate in candidates if _is_socket(candidate[0])]
    usable = [candidate for candidate in there if os.access(candidate[0], os.R_OK | os.W_OK)]
    path, origin = (usable or there or candidates)[0]
    return Address.parse(f"unix://{path}", origin)


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False
