"""Address of the engine, from flags, environment and docker's configuration.

The order is docker's: `--host`, `--context`, DOCKER_HOST, DOCKER_CONTEXT, the current context of `config.json`, then the usual
sockets.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tui.engine.errors import AddressError, one_line, sentence
from tui.engine.transport.contexts import Contexts
from tui.engine.transport.docker_config import API_VERSION, Headers, read_config
from tui.engine.transport.tls_options import NO_TLS_OPTIONS, TLS_FILES, TlsOptions, TlsSettings, existing

SYSTEM_SOCKET = Path("/var/run/docker.sock")
SYSTEM_PODMAN_SOCKET = Path("/run/podman/podman.sock")
PLAIN_PORT = 2375
TLS_PORT = 2376
FORMS = "unix:///path/to.sock, tcp://host:port or ssh://user@host"


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an engine.

    `url` is in docker's form (unix:///path, tcp://host:port, ssh://user@host); `origin` says as text where the address comes
    from; `name` is short enough for a header: the context's or the host's name. `tls` enables encryption of TCP. `headers` are
    sent with every request and may be secrets; `api_version` is spoken instead of a negotiated one. `warning` says what of
    docker's configuration could not be used.
    """

    url: str
    origin: str = ""
    name: str = ""
    tls: TlsSettings | None = None
    headers: Headers = field(default=(), repr=False)
    api_version: str = ""
    warning: str = ""

    @property
    def scheme(self) -> str:
        """The URL's scheme: unix, tcp, ssh, or another one."""
        return self.url.partition("://")[0]

    @property
    def path(self) -> str:
        """The path of a unix socket: on this machine, or on the host behind SSH, where it may be empty."""
        rest = self.url.partition("://")[2]
        return rest if self.scheme == "unix" else unquote(urlsplit(self.url).path).rstrip("/")

    @property
    def base(self) -> str:
        """The path below which a proxy serves the engine's API: "/engine" of tcp://host:port/engine."""
        return urlsplit(self.url).path.rstrip("/") if self.scheme == "tcp" else ""

    @property
    def host(self) -> str:
        """The remote host's name or address; empty for a unix socket."""
        return "" if self.scheme == "unix" else unquote(urlsplit(self.url).hostname or "")

    @property
    def connection(self) -> Address:
        """What distinguishes connections: the address without its name, and without where it was given."""
        return replace(self, origin="", name="")

    @property
    def user(self) -> str:
        """The user of an SSH address; empty for ssh's own choice."""
        return unquote(urlsplit(self.url).username or "") if self.scheme == "ssh" else ""

    @property
    def port(self) -> int:
        """The remote port, by default docker's usual one; 0 for SSH's own choice."""
        default = 0 if self.scheme == "ssh" else TLS_PORT if self.tls else PLAIN_PORT
        return urlsplit(self.url).port or default

    @property
    def unverified(self) -> bool:
        """Whether the engine's certificate is not checked, because that was asked for."""
        return self.tls is not None and not self.tls.verify

    @classmethod
    def parse(cls, url: str, origin: str = "", name: str = "", *, tls: TlsSettings | None = None) -> Address:
        """Parse an address in docker's form; `tls` counts for TCP only. Raises AddressError."""
        text = url.strip()
        if text.startswith("/"):
            text = f"unix://{text}"
        elif "://" not in text:
            text = f"tcp://{text}"
        scheme, _, rest = text.partition("://")
        scheme = scheme.lower()
        if scheme == "https":
            tls = tls or TlsSettings()
        scheme = "tcp" if scheme in ("http", "https") else scheme
        address = cls(f"{scheme}://{rest}", origin, name, tls if scheme == "tcp" else None)
        _check(address, url)
        if not name:
            name = "local" if scheme == "unix" else address.host
        return replace(address, url=address.url if scheme == "unix" else address.url.rstrip("/"), name=name)


def find_address(
    host: str | None = None,
    context: str | None = None,
    environ: Mapping[str, str] = os.environ,
    home: Path | None = None,
    tls: TlsOptions = NO_TLS_OPTIONS,
) -> Address:
    """Return the engine's address. `host`, `context` and `tls` are the flags' values. Raises AddressError."""
    return _Finder(environ, home or Path.home(), tls).find(host, context)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Docker's way to an address."""

    environ: Mapping[str, str]
    home: Path
    tls: TlsOptions

    @property
    def folder(self) -> Path:
        """The folder of docker's configuration."""
        return Path(self.environ.get("DOCKER_CONFIG") or self.home / ".docker")

    def find(self, host: str | None, context: str | None) -> Address:
        """Return the address, with what docker's configuration says of its requests. Raises AddressError."""
        config = read_config(self.folder, self.environ)
        version = self.environ.get(API_VERSION, "").removeprefix("v")
        if version and not re.fullmatch(r"[0-9]{1,4}\.[0-9]{1,4}", version):
            raise AddressError(f"{API_VERSION}={sentence(version)} is not a version of the API. Write one such as 1.43.")
        found = self._place(host, context, config.current_context)
        return replace(found, headers=config.headers, api_version=version, warning=config.problem)

    def _place(self, host: str | None, context: str | None, current: str) -> Address:
        if host:
            return self.of_host(host, "--host")
        if context:
            return self.of_context(context, f"--context {context}")
        if host := self.environ.get("DOCKER_HOST"):
            return self.of_host(host, "DOCKER_HOST")
        if name := self.environ.get("DOCKER_CONTEXT", ""):
            return self.of_context(name, f"DOCKER_CONTEXT={name}")
        if current:
            return self.of_context(current, f"docker's current context {current}")
        return self.default()

    def of_host(self, url: str, origin: str) -> Address:
        return Address.parse(url, origin, tls=self.tls_settings())

    def of_context(self, name: str, origin: str) -> Address:
        if name == "default":  # docker's name for no context
            host = self.environ.get("DOCKER_HOST")
            return self.of_host(host, "DOCKER_HOST") if host else self.default()
        if self.tls != NO_TLS_OPTIONS:
            raise AddressError(f"{one_line(origin)} has TLS settings of its own. Leave TLS options out, or name the host.")
        found = Contexts(self.folder).find(name)
        if not found.host:
            return self.default()
        encrypted = found.tls_folder is not None or found.skip_tls_verify
        settings = TlsSettings.of_context(found.tls_folder, not found.skip_tls_verify) if encrypted else None
        return Address.parse(found.host, origin, name, tls=settings)

    def default(self) -> Address:
        """Return the address where none is named: with TLS, docker means this machine's TLS port."""
        if (settings := self.tls_settings()) is not None:
            return Address.parse(f"tcp://localhost:{TLS_PORT}", "the default for TLS", tls=settings)
        return _default(self.environ, self.home)

    def tls_settings(self) -> TlsSettings | None:
        """Return the settings of the options and the environment, None without TLS.

        As with docker, the CA's file must exist; the client's files are needed only where they are named.
        """
        given = self.tls
        verify = bool(self.environ.get("DOCKER_TLS_VERIFY")) if given.verify is None else given.verify
        if not (verify or given.tls or given.verify is not None or self.environ.get("DOCKER_TLS")):
            return None
        folder = Path(self.environ.get("DOCKER_CERT_PATH") or self.folder)
        ca, certificate, key = TLS_FILES
        return TlsSettings(
            verify,
            Path(given.ca) if given.ca else folder / ca,
            Path(given.certificate) if given.certificate else existing(folder, certificate),
            Path(given.key) if given.key else existing(folder, key),
        )


def _check(address: Address, given: str) -> None:
    shown = sentence(given)
    if address.scheme == "unix":
        if not address.path.startswith("/"):
            raise AddressError(
                f"The address {shown} has no absolute path. Write an absolute path, such as unix:///var/run/docker.sock."
            )
        return
    if address.scheme not in ("tcp", "ssh"):
        raise AddressError(f"The address {shown} has an unknown scheme. Write {FORMS}.")
    form = "ssh://user@host" if address.scheme == "ssh" else "tcp://host:port"
    try:
        parts = urlsplit(address.url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"The address {shown} cannot be read ({error}). Write {form}.") from None
    if not host or any(letter.isspace() or not letter.isprintable() for letter in address.url):
        raise AddressError(f"The address {shown} names no host. Write {form}.")
    if parts.query or parts.fragment or (address.scheme == "tcp" and parts.username is not None):
        raise AddressError(f"The address {shown} has more than a host, a port and a path. Write {form}.")
    if parts.password is not None:  # not shown: it is a secret
        raise AddressError(f"The address of {one_line(host)} holds a password, which other users could read. Leave it out.")
    if address.scheme == "ssh" and (address.host.startswith("-") or address.user.startswith("-")):
        raise AddressError(f"The address {shown} has a name that begins with a dash. Write {form}.")


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
