"""TLS in front of an engine's socket, as `dockerd --tlsverify` serves it, and the certificates for it.

    made = certificates(folder)
    with tls_front(address, made.server, made.ca) as port: ...

`python -m tests.engines.tls ADDRESS FOLDER PORT` serves one until it is killed.
"""

from __future__ import annotations

import contextlib
import select
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.engines.packages import install_system_packages
from tests.waiting import until

READ = 65536
NAMES = "DNS:localhost,IP:127.0.0.1"


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Certificates:
    """What the tests need: `folder` has the client's files under docker's names."""

    folder: Path
    ca: Path
    server: Pair
    expired: Pair
    misnamed: Pair
    client: Pair
    stranger: Pair  # a client that another CA signed


def certificates(folder: Path) -> Certificates:
    """Make all certificates in a folder."""
    if not shutil.which("openssl"):
        install_system_packages(("openssl",))
    ca, other = _authority(folder, "ca"), _authority(folder, "other")
    client = _signed(folder, "client", ca)
    for source, name in ((client.certificate, "cert.pem"), (client.key, "key.pem")):
        shutil.copy(source, folder / name)
    return Certificates(
        folder,
        ca.certificate,
        _signed(folder, "server", ca),
        _signed(folder, "expired", ca, days=-1),
        _signed(folder, "misnamed", ca, names="DNS:other.example"),
        client,
        _signed(folder, "stranger", other),
    )


def _authority(folder: Path, name: str) -> Pair:
    made = Pair(folder / f"{name}.pem", folder / f"{name}-key.pem")
    _openssl("req", "-x509", *_new_key(made.key), "-days", "2", "-subj", f"/CN={name}", "-out", made.certificate)
    return made


def _signed(folder: Path, name: str, ca: Pair, days: int = 2, names: str = NAMES) -> Pair:
    made = Pair(folder / f"{name}-cert.pem", folder / f"{name}-key.pem")
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n")
    _openssl("req", *_new_key(made.key), "-subj", f"/CN={name}", "-out", request)
    signing = ("-CA", ca.certificate, "-CAkey", ca.key, "-CAcreateserial", "-days", str(days), "-extfile", extensions)
    _openssl("x509", "-req", "-in", request, *signing, "-out", made.certificate)
    return made


def _new_key(path: Path) -> tuple[str | Path, ...]:
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=60)


@contextlib.contextmanager
def tls_front(address: str, server: Pair, ca: Path | None, port: int = 0, newest: bool = True) -> Iterator[int]:
    """Serve an engine (unix:///path) over TLS; yield the port of 127.0.0.1.

    With `ca` a client certificate is demanded. Without `newest` TLS 1.2 is the newest version spoken.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, server.key)
    if ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(ca)
    if not newest:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_server(("127.0.0.1", port)) as listener:
        serving = threading.Thread(target=_accept, args=(listener, context, address.removeprefix("unix://")))
        serving.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            serving.join()


def _accept(listener: socket.socket, context: ssl.SSLContext, engine: str) -> None:
    serving: list[threading.Thread] = []
    opened: list[socket.socket] = []
    with contextlib.suppress(OSError):  # shut down
        while True:
            connection = listener.accept()[0]
            opened.append(connection)
            serving.append(threading.Thread(target=_Passage(connection, context, engine).run))
            serving[-1].start()
    for connection in opened:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    for each in serving:
        each.join()


class _Passage:
    """One connection: decrypts one way, encrypts the other; the end of either direction leaves the other open."""

    def __init__(self, client: socket.socket, context: ssl.SSLContext, engine: str) -> None:
        self._client = client
        self._engine = socket.socket(socket.AF_UNIX)
        self._path = engine
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def run(self) -> None:
        with self._client, self._engine, contextlib.suppress(OSError):  # either side went, or TLS failed
            try:
                self._shake_hands()
                self._engine.connect(self._path)
                self._pass()
            finally:
                self._flush()
                self._client.shutdown(socket.SHUT_WR)
                while self._client.recv(READ):  # closing with unread data would take an alert back
                    pass

    def _shake_hands(self) -> None:
        while True:
            try:
                return self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                if not (data := self._client.recv(READ)):
                    raise ConnectionResetError from None
                self._incoming.write(data)

    def _pass(self) -> None:
        reading = {self._client, self._engine}
        self._to_engine()  # what came with the end of the handshake
        self._flush()
        while self._engine in reading:
            for ready in select.select(list(reading), [], [])[0]:
                data = ready.recv(READ)
                if ready is self._client:
                    self._incoming.write(data) if data else self._incoming.write_eof()
                    if not self._to_engine() or not data:
                        reading.discard(self._client)
                        self._engine.shutdown(socket.SHUT_WR)
                elif data:
                    self._tls.write(data)
                else:
                    reading.discard(self._engine)
                self._flush()

    def _to_engine(self) -> bool:
        """Pass on what is decrypted; return whether more may come."""
        try:
            while data := self._tls.read(READ):
                self._engine.sendall(data)
        except ssl.SSLWantReadError:
            return True
        except ssl.SSLError:
            pass
        return False

    def _flush(self) -> None:
        while data := self._outgoing.read():
            self._client.sendall(data)


def main(address: str, folder: Path, port: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    made = certificates(folder)
    with tls_front(address, made.server, made.ca, port):
        print(f"DOCKER_HOST=tcp://127.0.0.1:{port} DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH={folder}", flush=True)
        until(lambda: None, seconds=float("inf"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
