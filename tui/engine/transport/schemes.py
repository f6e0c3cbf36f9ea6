"""The choice of a dialer by the address."""

from __future__ import annotations

from tui.engine.errors import AddressError
from tui.engine.transport.address import Address
from tui.engine.transport.dialers import Dialer, TcpDialer, UnixDialer


def dialer_for(address: Address) -> Dialer:
    """Return the dialer for an address. Raises AddressError for TLS files that cannot be used."""
    if address.scheme == "unix":
        return UnixDialer(address.path)
    if address.scheme == "ssh":
        raise AddressError("SSH")
    if address.tls is not None:
        from tui.engine.transport.tls import tls_dialer  # lazy: ssl takes long to import

        return tls_dialer(address, address.tls)
    return TcpDialer(address.host, address.port)
