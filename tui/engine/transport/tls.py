"""TLS to an engine, with the files that the docker command reads: CA, client certificate and key.

As with docker, a CA file replaces the system's authorities; without one, those are used.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import anyio
from anyio.abc import ByteStream

from tui.engine.errors import AddressError, ConnectionLost, TlsError, TlsProblem, one_line, sentence
from tui.engine.in_time import ANSWER_SECONDS, in_time
from tui.engine.transport.address import Address
from tui.engine.transport.dialers import DirectDialer, TcpDialer
from tui.engine.transport.tls_options import TlsSettings

T = TypeVar("T")

READ = 65536

NOT_YET_VALID, EXPIRED = 9, 10  # of OpenSSL's X509_V_ERR_*
UNKNOWN_AUTHORITY = {2, 18, 19, 20, 21, 27}  # no issuer, self-signed, untrusted
WRONG_NAME = {62, 64}  # host name, IP address
NO_CERTIFICATE = ("CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA")
"""How engines refuse a connection without a client certificate, by the version of TLS and their library."""


@dataclass(frozen=True, slots=True)
class TlsDialer(DirectDialer):
    """Dialer for TCP with TLS."""

    host: str
    port: int
    settings: TlsSettings
    context: ssl.SSLContext

    async def dial(self) -> ByteStream:
        """Connect and agree on encryption. Raises as TcpDialer, or TlsError with the reason in words."""
        plain = await TcpDialer(self.host, self.port).dial()
        try:
            return await TlsStream.connect(plain, self)
        except BaseException:
            await anyio.aclose_forcefully(plain)
            raise


def tls_dialer(address: Address, settings: TlsSettings) -> TlsDialer:
    """Return the dialer for an address with TLS. Raises AddressError for files that cannot be used."""
    return TlsDialer(address.host, address.port, settings, client_context(settings))


def client_context(settings: TlsSettings) -> ssl.SSLContext:
    """Return the settings as Python's context. Raises AddressError, which names the file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)  # docker accepts a CA made by `openssl req -x509`
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.ca is not None:
        _load(settings.ca, "The CA certificate", lambda: context.load_verify_locations(settings.ca))
    else:
        context.load_default_certs()
    if settings.certificate is not None and settings.key is not None:
        _readable(settings.key, "The client key")
        _load(
            settings.certificate,
            "The client certificate",
            lambda: context.load_cert_chain(str(settings.certificate), settings.key, _no_passphrase),
        )
    elif settings.certificate is not None or settings.key is not None:
        there, missing = ("certificate", "key") if settings.certificate else ("key", "certificate")
        raise AddressError(f"There is a client {there} for TLS but no {missing}. Give both, or neither.")
    return context


class _EncryptedKey(Exception):
    """The client key has a passphrase, which docker does not support either."""


def _no_passphrase() -> str:
    raise _EncryptedKey  # OpenSSL would ask on the terminal


def _readable(path: Path, what: str) -> None:
    try:
        in_time(lambda: path.open("rb").close(), ANSWER_SECONDS)
    except OSError as error:
        if error.errno is None:
            raise AddressError(f"{what} {one_line(str(path))} cannot be read: its file system does not answer.") from None
        raise AddressError(f"{what} {one_line(str(path))} cannot be read: {error.strerror}.") from None


def _load(path: Path, what: str, load: Callable[[], object]) -> None:
    _readable(path, what)
    try:
        load()
    except _EncryptedKey:
        raise AddressError(
            "The client key for TLS has a passphrase. Remove it: openssl rsa -in key.pem -out key.pem."
        ) from None
    except (ssl.SSLError, OSError) as error:
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            raise AddressError(f"{what} {one_line(str(path))} and the client key do not belong together.") from None
        raise AddressError(f"{what} {one_line(str(path))} is not one in PEM form.") from None


class TlsStream(ByteStream):
    """An encrypted stream. `send_eof` sends TLS's end of data and leaves the other direction open."""

    def __init__(self, plain: ByteStream, dialer: TlsDialer) -> None:
        self._plain = plain
        self._dialer = dialer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        host = dialer.host.rstrip(".").partition("%")[0]  # without the zone of an IPv6 address
        self._tls = dialer.context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._sending = anyio.Lock()
        self._decrypted = bytearray()  # read ahead by send_eof
        self._heard = False  # whether the engine has sent any data

    @classmethod
    async def connect(cls, plain: ByteStream, dialer: TlsDialer) -> TlsStream:
        """Agree on encryption over a plain connection. Raises TlsError or ConnectionLost."""
        stream = cls(plain, dialer)
        try:
            await stream._until_done(stream._tls.do_handshake)
        except ssl.SSLError as error:
            raise handshake_error(error, dialer) from None
        except anyio.EndOfStream:
            raise TlsError(
                f"{_where(dialer)} closed the connection instead of speaking TLS.", problem=TlsProblem.NO_TLS
            ) from None
        return stream

    async def receive(self, max_bytes: int = READ) -> bytes:
        """Return decrypted bytes. Raises EndOfStream at the end, TlsError if the engine refuses the certificate."""
        if self._decrypted:
            found = bytes(self._decrypted[:max_bytes])
            del self._decrypted[:max_bytes]
            return found
        try:
            data = await self._until_done(lambda: self._tls.read(max_bytes))
        except ssl.SSLZeroReturnError:
            raise anyio.EndOfStream from None
        except ssl.SSLError as error:
            raise handshake_error(error, self._dialer) from None
        except (anyio.EndOfStream, anyio.BrokenResourceError):
            if not self._heard and self._dialer.settings.certificate is None:
                raise no_certificate(self._dialer) from None
            raise
        if not data:
            raise anyio.EndOfStream
        self._heard = True
        return data

    async def send(self, item: bytes) -> None:
        """Send all of `item`."""
        try:
            self._tls.write(item)
        except ssl.SSLError as error:
            raise ConnectionLost(f"The TLS connection cannot send: {sentence(_reason(error))}.") from None
        await self._flush()

    async def send_eof(self) -> None:
        """Send the end of data; the engine's data is still received."""
        with contextlib.suppress(ssl.SSLError):  # raised when nothing more is there
            while data := self._tls.read(READ):  # OpenSSL refuses to end one direction with data of the other unread
                self._decrypted += data
        with contextlib.suppress(ssl.SSLError):  # raised because the other side's end is still to come
            self._tls.unwrap()
        await self._flush()

    async def aclose(self) -> None:
        """Close both directions at once."""
        await anyio.aclose_forcefully(self._plain)

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """The attributes of the plain connection, its socket among them."""
        return self._plain.extra_attributes

    async def _until_done(self, step: Callable[[], T]) -> T:
        """Repeat a step, exchanging encrypted data between. Raises ssl.SSLError, EndOfStream, BrokenResourceError."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush()
                self._incoming.write(await self._plain.receive(READ * 2))
                continue
            except ssl.SSLError:
                await self._flush()  # an alert says why
                raise
            await self._flush()
            return result

    async def _flush(self) -> None:
        if self._outgoing.pending:
            async with self._sending:
                if data := self._outgoing.read():
                    await self._plain.send(data)


def handshake_error(error: ssl.SSLError, dialer: TlsDialer) -> TlsError:
    """Return TLS's failure as the client's error: what is wrong, and with whose certificate."""
    where, reason = _where(dialer), _reason(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _unverified(error.verify_code, error.verify_message, dialer)
    if any(word in reason for word in NO_CERTIFICATE) and dialer.settings.certificate is None:
        return no_certificate(dialer)
    if any(word in reason for word in ("CERTIFICATE", "UNKNOWN_CA")):
        why = "expired" if "EXPIRED" in reason else "no CA that the engine knows has signed it"
        return TlsError(f"{where} refuses the client certificate {one_line(str(dialer.settings.certificate))}: {why}.")
    if any(word in reason for word in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER")):
        return TlsError(f"{where} does not speak TLS.", problem=TlsProblem.NO_TLS)
    return TlsError(f"No TLS connection to {where}: {sentence(reason.replace('_', ' ').lower())}.")


def no_certificate(dialer: TlsDialer) -> TlsError:
    """Return the error of an engine that asks for a client certificate where none is given."""
    return TlsError(f"{_where(dialer)} asks for a client certificate.", problem=TlsProblem.NO_CLIENT_CERTIFICATE)


def _unverified(code: int, words: str, dialer: TlsDialer) -> TlsError:
    where = f"The certificate of {_where(dialer)}"
    if code in WRONG_NAME:
        return TlsError(f"{where} is for another name than {one_line(dialer.host)}. Connect by a name that is in it.")
    if code == EXPIRED:
        return TlsError(f"{where} has expired. Have a new one made there.")
    if code == NOT_YET_VALID:
        return TlsError(f"{where} is not valid yet. Compare the clocks of both machines.")
    if code in UNKNOWN_AUTHORITY:
        ca = dialer.settings.ca
        known = f"the CA in {one_line(str(ca))}" if ca else "a CA that this system knows"
        return TlsError(f"{where} is not signed by {known}.", problem=TlsProblem.UNKNOWN_AUTHORITY)
    return TlsError(f"{where} is not accepted: {sentence(words)}.")


def _where(dialer: TlsDialer) -> str:
    return f"{one_line(dialer.host)} port {dialer.port}"


def _reason(error: ssl.SSLError) -> str:
    return error.reason or error.strerror or str(error)
