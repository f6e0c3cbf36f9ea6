"""The choice of a dialer by the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.engine.transport.address import Address
from tui.engine.transport.dialers import Dialer, TcpDialer, UnixDialer

if TYPE_CHECKING:
    from tui.engine.transport.questions import Questions


def dialer_for(address: Address, questions: Questions | None = None) -> Dialer:
    """Return the dialer for an address; `questions` gets what ssh asks. Raises AddressError for unusable TLS files."""
    if address.scheme == "unix":
        return UnixDialer(address.path)
    if address.scheme == "ssh":
        from tui.engine.transport.ssh import SshDialer
        from tui.engine.transport.ssh_connection import SshConnection

        return SshDialer(SshConnection(address, questions))
    if address.tls is not None:
        from tui.engine.transport.tls import tls_dialer  # lazy: ssl takes long to import

        return tls_dialer(address, address.tls)
    return TcpDialer(address.host, address.port)
