"""Where a registry is, whether plain HTTP is allowed, and whose certificates are trusted: as docker decides."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Sequence
from pathlib import Path

from tui.engine.auth.references import DEFAULT_REGISTRY
from tui.engine.errors import AddressError, one_line
from tui.engine.objects.system import RegistryConfig

DOCKER_HUB = "registry-1.docker.io"
"""The host that serves the registry docker.io."""

CERTIFICATES = (Path("/etc/docker/certs.d"), Path("~/.config/docker/certs.d"))
"""The directories with the certificates of registries: `HOST:PORT/*.crt`, and `NAME.cert` with `NAME.key` for the client."""


def host_of(registry: str) -> str:
    """Return the host, and the port if given, that serves a registry."""
    return DOCKER_HUB if registry == DEFAULT_REGISTRY else registry


def is_loopback(registry: str) -> bool:
    """Whether a registry's name means the machine that asks."""
    name = _name(registry)
    address = _address(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def is_insecure(registry: str, config: RegistryConfig) -> bool:
    """Whether the engine's configuration allows plain HTTP and unknown certificates for a registry.

    Names other than localhost are not resolved for `insecure_registry_cidrs`.
    """
    index = config.index_configs.get(registry)
    if index is not None:
        return not index.secure
    address = ipaddress.ip_address("127.0.0.1") if _name(registry) == "localhost" else _address(_name(registry))
    return address is not None and any(address in subnet for subnet in _subnets(config.insecure_registry_cidrs))


def client_context(registry: str, verify: bool) -> ssl.SSLContext:
    """Return the context for TLS with a registry: the system's authorities and docker's certificates for it.

    Reads files: to be run in a thread. Raises AddressError, which names the file.
    """
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    for folder in CERTIFICATES:
        for file in _files(folder.expanduser() / registry):
            try:
                if file.suffix == ".crt":
                    context.load_verify_locations(file)
                elif file.suffix == ".cert":
                    context.load_cert_chain(file, file.with_suffix(".key"), password="")
            except (OSError, ssl.SSLError) as error:
                reason = error.strerror or "not in PEM form"
                raise AddressError(f"The certificate {one_line(str(file))} cannot be used: {reason}.") from None
    return context


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _name(registry: str) -> str:
    """Return the host without the port and the brackets of an IPv6 address."""
    if registry.startswith("["):
        return registry[1:].partition("]")[0]
    return registry.partition(":")[0]


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _subnets(texts: Sequence[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            continue  # of a future engine
    return found
