"""Engines over TLS: every way of using an engine works, and what is wrong with which certificate is said."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.engines.tls import Certificates, Pair, certificates, tls_front
from tests.waiting import until
from tui.engine import Engine, errors
from tui.engine.objects.execs import ExecCreate
from tui.engine.transport.address import Address, find_address
from tui.engine.transport.tls_options import TlsOptions, TlsSettings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def tls_port(engine_address: str, made: Certificates) -> Iterator[int]:
    """Yield the port of a TLS server that demands a client certificate."""
    with tls_front(engine_address, made.server, made.ca) as port:
        yield port


def settings(made: Certificates, client: Pair | None = None, *, verify: bool = True, ca: bool = True) -> TlsSettings:
    pair = client or made.client
    return TlsSettings(verify, made.ca if ca else None, pair.certificate, pair.key)


def at(port: int, tls: TlsSettings, host: str = "127.0.0.1") -> Address:
    return Address.parse(f"tcp://{host}:{port}", tls=tls)


async def refused(address: Address) -> str:
    with pytest.raises(errors.TlsError) as caught:
        async with Engine.connect(address):
            pass
    return str(caught.value)


async def test_docker_environment_leads_to_an_encrypted_engine(tls_port: int, made: Certificates, docker: Docker) -> None:
    environ = {
        "DOCKER_HOST": f"tcp://localhost:{tls_port}",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": str(made.folder),
    }
    web = docker.run()
    async with Engine.connect(find_address(environ=environ)) as engine:
        assert web in [each.id for each in await engine.containers.list()]


async def test_input_ends_over_tls_and_the_output_goes_on(tls_port: int, made: Certificates, docker: Docker) -> None:
    async with Engine.connect(at(tls_port, settings(made))) as engine:
        asked = ExecCreate(cmd=["sh", "-c", "cat; echo over"], attach_stdin=True)
        exec_id = await engine.execs.create(docker.run(), asked)
        async with await engine.execs.start(exec_id, tty=False) as duplex:
            await duplex.write(b"hello ")
            await duplex.half_close()
            output = b"".join([frame.data async for frame in duplex.frames()])
        assert output == b"hello over\n"
        assert (await engine.execs.inspect(exec_id)).exit_code == 0


async def test_large_files_and_many_streams_pass_at_once(tls_port: int, made: Certificates, docker: Docker) -> None:
    web = docker.run("sh", "-c", "for i in $(seq 20000); do echo line $i; done; sleep 3600")

    async def log() -> int:
        size = 0
        async for frame in engine.containers.logs(web, tty=False, stdout=True, stderr=True):
            size += frame.data.count(b"\n")
        return size

    async with Engine.connect(at(tls_port, settings(made))) as engine:
        until(lambda: docker.logs(web, tail="1")[0] == b"line 20000\n", "the whole log")
        assert await asyncio.gather(*(log() for _ in range(10))) == [20000] * 10


@pytest.mark.parametrize("newest", [True, False])
async def test_a_missing_client_certificate_is_said(engine_address: str, made: Certificates, newest: bool) -> None:
    with tls_front(engine_address, made.server, made.ca, newest=newest) as port:
        assert await refused(at(port, TlsSettings(True, made.ca))) == f"127.0.0.1 port {port} asks for a client certificate."


@pytest.mark.parametrize("newest", [True, False])
async def test_a_client_certificate_of_another_ca_is_said(engine_address: str, made: Certificates, newest: bool) -> None:
    with tls_front(engine_address, made.server, made.ca, newest=newest) as port:
        said = await refused(at(port, settings(made, made.stranger)))
    assert said.endswith(
        f"refuses the client certificate {made.stranger.certificate}: no CA that the engine knows has signed it."
    )


async def test_an_expired_client_certificate_is_said(tls_port: int, made: Certificates) -> None:
    assert "expired-cert.pem: expired" in await refused(at(tls_port, settings(made, made.expired)))


async def test_an_unknown_authority_is_said_and_accepted_only_when_asked_for(tls_port: int, made: Certificates) -> None:
    assert "is not signed by a CA that this system knows" in await refused(at(tls_port, settings(made, ca=False)))
    unverified = at(tls_port, settings(made, ca=False, verify=False))
    async with Engine.connect(unverified) as engine:
        assert engine.api_version
    assert unverified.unverified


async def test_a_certificate_for_another_name_is_said(engine_address: str, made: Certificates) -> None:
    with tls_front(engine_address, made.misnamed, made.ca) as port:
        for host in ("127.0.0.1", "localhost"):
            assert f"is for another name than {host}" in await refused(at(port, settings(made), host))


async def test_an_expired_certificate_is_said(engine_address: str, made: Certificates) -> None:
    with tls_front(engine_address, made.expired, made.ca) as port:
        assert f"The certificate of 127.0.0.1 port {port} has expired." in await refused(at(port, settings(made)))


async def test_a_server_without_tls_is_said(made: Certificates) -> None:
    server = await asyncio.start_server(
        lambda _reader, writer: writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "127.0.0.1", 0
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await refused(at(port, settings(made))) == f"127.0.0.1 port {port} does not speak TLS."


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (TlsOptions(tls=True), r"The CA certificate \S+/ca\.pem cannot be read: No such file"),
        (TlsOptions(tls=True, ca="{0}/ca-key.pem"), r"The CA certificate \S+/ca-key\.pem is not one in PEM form"),
        (TlsOptions(tls=True, ca="{0}/ca.pem", certificate="{0}/cert.pem"), "a client certificate for TLS but no key"),
        (
            TlsOptions(tls=True, ca="{0}/ca.pem", certificate="{0}/cert.pem", key="{0}/ca-key.pem"),
            "and the client key do not belong together",
        ),
        (TlsOptions(tls=True, ca="{0}/ca.pem", certificate="{0}/cert.pem", key="{0}/locked.pem"), "has a passphrase"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(made: Certificates, tmp_path: Path, options: TlsOptions, said: str) -> None:
    (made.folder / "locked.pem").write_text(LOCKED)
    files = [value and value.format(made.folder) for value in (options.ca, options.certificate, options.key)]
    with pytest.raises(errors.AddressError, match=said):
        Engine.connect(find_address("tcp://a", environ={}, home=tmp_path, tls=TlsOptions(True, None, *files)))


LOCKED = """\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi0EIdsZb6eqAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEENDRJbJSROLRddYdqIZkunYEgZAe
t9m92jDLnyas1CXq1EdvcNSqukKtNnWi7BWNQ4zPznkDyR0A9M+DzzQtQcy/pT6E
6V8u4cscZGNQMfAH87ATjPReJ3l8kfKiPS7FuNzJGX8Q60pGi+3Hl4RO43EtkIZY
d6U4nJIfpPvCFSkvDJVcs0g44zcoUv0pjY1WidPbwoocAPM0jwp6iBzUdPop81g=
-----END ENCRYPTED PRIVATE KEY-----
"""
