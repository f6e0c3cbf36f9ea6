"""Docker's own programs reach the engine of the session, however it is reached."""

import asyncio
from pathlib import Path

import pytest

from tests.conftest import Engines
from tests.engines.sshd import sshd
from tests.workers import DEMO
from tui.engine import errors
from tui.engine.transport.address import Address
from tui.engine.transport.tls_options import TlsSettings
from tui.live.docker_environment import docker_environment
from tui.live.engine_session import Session


@pytest.fixture(autouse=True)
def another_engine_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_CONTEXT", "DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_TLS"):
        monkeypatch.setenv(name, "another")


def docker_variables(session: Session) -> dict[str, str]:
    return {name: value for name, value in docker_environment(session).items() if name.startswith("DOCKER_")}


def test_a_socket_is_passed_and_nothing_of_the_environment() -> None:
    assert docker_variables(Session.open("unix:///run/a.sock")) == {"DOCKER_HOST": "unix:///run/a.sock"}


@pytest.mark.parametrize(("verify", "variable"), [(True, "DOCKER_TLS_VERIFY"), (False, "DOCKER_TLS")])
def test_tls_files_are_passed_by_their_folder(verify: bool, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("/keys")
    address = Address("tcp://far:2376", tls=TlsSettings(verify, folder / "ca.pem", folder / "cert.pem", folder / "key.pem"))
    session = Session.open(Address("unix:///run/a.sock"))
    session.address = address
    expected = {"DOCKER_HOST": "tcp://far:2376", "DOCKER_CERT_PATH": "/keys", variable: "1"}
    assert docker_variables(session) == expected


def test_tls_files_of_other_names_are_said() -> None:
    session = Session.open(Address("unix:///run/a.sock"))
    session.address = Address("tcp://far:2376", tls=TlsSettings(True, Path("/keys/own.pem")))
    with pytest.raises(errors.Failed, match=r"only from one directory and by the names ca\.pem, cert\.pem, key\.pem"):
        docker_environment(session)


async def test_over_ssh_the_connection_that_is_there_is_used(
    engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sshd(tmp_path) as server:
        monkeypatch.setenv("PATH", server.path)
        session = Session.open(f"{server.address}{engines.address(DEMO).removeprefix('unix://')}")
        assert session.dialer is not None
        await session.dialer.prepare()
        try:
            path = Path(docker_variables(session)["DOCKER_HOST"].removeprefix("unix://"))
            assert await asyncio.to_thread(path.is_socket)
        finally:
            await session.dialer.aclose()
        assert not await asyncio.to_thread(path.exists)
