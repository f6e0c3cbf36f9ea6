"""Causes of a failed connection are distinguished, each in one line that says what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.scripted import SILENCE, answer, greeting, refusal, scripted
from tui.engine import Engine, errors
from tui.engine.transport.dialers import LONGEST_PATH, permission_denied
from tui.engine.transport.wire import Timeouts

REPOSITORY = Path(__file__).parents[2]
SHORT = Timeouts(connect=5.0, ping=0.05, answer=0.05)


async def failure(address: str, timeouts: Timeouts | None = None) -> errors.EngineError:
    with pytest.raises(errors.EngineError) as caught:
        async with Engine.connect(address, timeouts=timeouts):
            pass
    assert "\n" not in str(caught.value)
    return caught.value


async def test_no_socket(tmp_path: Path) -> None:
    error = await failure(f"unix://{tmp_path}/none.sock")
    assert isinstance(error, errors.NoSocket)
    assert str(error) == f"No socket at {tmp_path}/none.sock."
    assert error.path == f"{tmp_path}/none.sock"
    assert error.operation == "SystemPing"


async def test_a_socket_nobody_listens_at(tmp_path: Path) -> None:
    path = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
    error = await failure(f"unix://{path}")
    assert isinstance(error, errors.Refused)
    assert error.path == str(path)


async def test_a_port_nobody_listens_at() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = await failure(f"tcp://127.0.0.1:{port}")
    assert isinstance(error, errors.Refused)
    assert f"127.0.0.1 port {port}" in str(error)


async def test_a_host_nobody_knows() -> None:
    error = await failure("tcp://no-such-host.invalid:2375")
    assert isinstance(error, errors.NoSocket)
    assert "no host no-such-host.invalid" in str(error)


async def test_a_file_that_is_no_socket(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    error = await failure(f"unix://{path}")
    assert isinstance(error, errors.AddressError)
    assert "is not a socket" in str(error)


async def test_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    error = await failure(f"unix://{tmp_path}/{'x' * 200}.sock")
    assert isinstance(error, errors.AddressError)
    assert f"more than {LONGEST_PATH} bytes" in str(error)


def test_the_longest_path_of_a_socket_is_the_system_s() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        with pytest.raises(OSError, match="too long"):
            server.bind(f"{folder}/".ljust(LONGEST_PATH + 1, "s"))
        server.bind(f"{folder}/".ljust(LONGEST_PATH, "s"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may open, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def test_a_socket_this_user_may_not_use_names_its_group(open_folder: Path) -> None:
    path = open_folder / "engine.sock"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
        made.listen()
        path.chmod(0o060 if os.geteuid() == 0 else 0o000)
        if os.geteuid() == 0:
            os.chown(path, 0, 4)  # group adm: on every Debian, and not root's
        code = f"""
import os, asyncio
from tui.engine import Engine, errors
if os.geteuid() == 0:
    import tui.engine.client, anyio._backends._asyncio
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
async def main():
    try:
        async with Engine.connect("unix://{path}"): pass
    except errors.PermissionDenied as error:
        print(error, "for members of", error.group)
asyncio.run(main())
"""
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False
        )
    assert str(path) in run.stdout, run.stderr
    if os.geteuid() == 0:
        assert "belongs to root and the group adm" in run.stdout
        assert "for members of adm" in run.stdout


def test_a_socket_of_roots_own_group_is_not_to_be_joined(tmp_path: Path) -> None:
    path = tmp_path / "engine.sock"
    path.touch(0o600)
    assert permission_denied(path).group == ""


async def test_an_engine_that_accepts_and_stays_silent_is_a_time_out() -> None:
    async with scripted({"/_ping": [SILENCE]}) as server:
        error = await failure(server.address, SHORT)
    assert isinstance(error, errors.TimedOut)
    assert "0.05 s" in str(error)


def test_the_greeting_has_five_seconds() -> None:
    assert Timeouts().ping == 5
    assert Timeouts().connect == 5


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", errors.BrokenAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", errors.BrokenAnswer),
        (answer("<html>", "200 OK", "text/html", "Api-Version: yes"), errors.BrokenAnswer),
        (b"\x15\x03\x01\x00\x02\x02", errors.BrokenAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Le", errors.ConnectionLost),
        (b"", errors.ConnectionLost),
        (answer("<html>go away</html>", "403 Forbidden", "text/html"), errors.Forbidden),
        (refusal("500 Internal Server Error", "panic"), errors.ServerError),
        (greeting("1.24"), errors.UnsupportedVersion),
    ],
)
async def test_what_is_no_engine_is_told_apart(reply: bytes, kind: type[errors.EngineError]) -> None:
    async with scripted({"/_ping": [reply, b""]}) as server:
        assert isinstance(await failure(server.address), kind)


async def test_nothing_stays_open_after_a_failure() -> None:
    async with scripted({"/_ping": [greeting("1.24")]}) as server:
        await failure(server.address)
        assert server.connections == 1


async def test_tcp_serves_as_well_as_a_unix_socket() -> None:
    async with scripted(tcp=True) as server, Engine.connect(server.address) as engine:
        assert engine.ping_info.os_type == "linux"
