"""The whole program on engines over SSH and TLS: what is asked, what is shown, what is left behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Engines
from tests.engines.sshd import HOST, PASSWORD, USER, Sshd, sshd, user_with_password
from tests.engines.tls import certificates, tls_front
from tests.program import Program
from tests.waiting import until
from tests.workers import DEMO

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a user and log in as another one")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def socket_path(engines: Engines) -> str:
    """Return the path of the demo engine's socket."""
    return engines.address(DEMO).removeprefix("unix://")


def test_an_engine_over_ssh_is_shown_and_nothing_is_left_of_the_connection(
    server: Sshd, socket_path: str, program: Callable[..., Program]
) -> None:
    server.restart()
    shown = program("-H", f"{server.address}{socket_path}", columns=140, env={"PATH": server.path})
    shown.wait_for("shop-web-1")
    shown.wait_for(HOST)
    runtime = shown.home / "runtime"
    assert [*runtime.glob("longshore-*")]
    shown.press("ctrl+c")
    assert shown.wait_for_exit() == 0
    assert [*runtime.glob("longshore-*")] == []
    until(lambda: server.connections() == 0, "the connection to end")


@as_root
def test_a_password_is_asked_for_on_the_terminal_and_after_a_loss_in_a_dialog(
    server: Sshd, socket_path: str, program: Callable[..., Program]
) -> None:
    folder = Path(socket_path).parent
    mode = folder.stat().st_mode
    with user_with_password():
        server.restart(PasswordAuthentication="yes")
        for path, allowed in ((folder, 0o755), (Path(socket_path), 0o666)):
            path.chmod(allowed)
        try:
            shown = program("-H", f"ssh://{USER}@{HOST}{socket_path}", columns=180, env={"PATH": server.path})
            shown.wait_for("password:")
            shown.type(f"{PASSWORD}\r")
            shown.wait_for("API 1.51")
            assert PASSWORD.encode() not in shown.raw
            server.restart(PasswordAuthentication="yes")
            shown.wait_for("ctrl+e answers")
            shown.press("ctrl+e")
            shown.wait_for(f"SSH login to {HOST}")
            shown.type("wrong\r")
            shown.wait_for("Permission denied, please try again")
            shown.type(f"{PASSWORD}\r")
            shown.wait_for("API 1.51")
            shown.press("ctrl+c")
            assert shown.wait_for_exit() == 0
        finally:
            folder.chmod(mode)
    assert PASSWORD.encode() not in shown.raw


def test_a_refused_login_ends_the_start_with_sshs_words(server: Sshd, program: Callable[..., Program]) -> None:
    server.restart()
    server.configure(IdentityFile="/nowhere")
    try:
        shown = program("-H", server.address, columns=200, env={"PATH": server.path})
        assert shown.wait_for_exit() == 1
        assert f"longshore: {HOST} refuses the SSH login:" in shown.screen
        assert "Permission denied (publickey" in shown.screen
    finally:
        server.configure()


def test_a_refused_login_concerns_its_own_engine_only_among_several(
    server: Sshd, socket_path: str, program: Callable[..., Program]
) -> None:
    server.restart()
    hosts = ("-H", f"unix://{socket_path}", "-H", f"{server.address}{socket_path}")
    both = program(*hosts, columns=200, env={"PATH": server.path})
    both.wait_for("2 of 2 engines connected")
    both.wait_for(lambda screen: screen.count("shop-api-1") == 2)
    both.press("ctrl+c")
    assert both.wait_for_exit() == 0
    server.configure(IdentityFile="/nowhere")
    try:
        shown = program(*hosts, columns=200, env={"PATH": server.path})
        shown.wait_for("shop-api-1")
        shown.wait_for(f"{HOST} refuses the SSH login:")
        shown.wait_for("1 of 2 engines connected")
        shown.press("ctrl+c")
        assert shown.wait_for_exit() == 0
        assert [*(shown.home / "runtime").glob("longshore-*")] == []
    finally:
        server.configure()


def test_ctrl_c_leaves_a_question_on_the_terminal(server: Sshd, program: Callable[..., Program]) -> None:
    server.distrust()
    try:
        shown = program("-H", server.address, env={"PATH": server.path})
        shown.wait_for("Type yes to go on")
        shown.press("ctrl+c")
        assert shown.wait_for_exit() == 0
        assert shown.not_restored() == []
        assert [*(shown.home / "runtime").glob("longshore-*")] == []
    finally:
        server.trust()


def test_unverified_tls_is_said_in_the_header(engines: Engines, tmp_path: Path, program: Callable[..., Program]) -> None:
    made = certificates(tmp_path)
    with tls_front(engines.address(DEMO), made.server, made.ca) as port:
        for options, unverified in ((("--tlsverify",), False), (("--tls",), True)):
            shown = program(*options, "-H", f"tcp://localhost:{port}", columns=160, env={"DOCKER_CERT_PATH": str(tmp_path)})
            shown.wait_for("API 1.51")
            assert ("UNVERIFIED TLS" in shown.screen) == unverified
            shown.press("ctrl+c")
            assert shown.wait_for_exit() == 0
