"""Forwarded ports: over SSH a port of this machine; elsewhere the address that needs no forward."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.resources.containers.test_containers import container
from tests.screens.rig import longshore
from tests.waiting import until_async
from tui.engine import Engine
from tui.engine.objects.containers import Port
from tui.live import forwards
from tui.live.forwards import published

WEB = "shop-web-1"


class FakeTunnel:
    """A forwarded port without SSH."""

    address = "127.0.0.1:41234"
    received = sent = connections = opened = 0

    def __init__(self) -> None:
        self.changed: Callable[[], object] = lambda: None
        self.closed = False

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("ip", "address"), [("", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("10.0.0.5", "10.0.0.5")]
)
def test_a_published_port_is_reached_at_the_host_s_address(ip: str, address: str) -> None:
    row = container(ports=(Port(private_port=80, public_port=8080, type="tcp", ip=ip),))
    assert published(row, 80) == (address, 8080)
    assert published(row, 81) is None


def test_udp_is_not_taken_for_tcp_and_the_host_s_network_needs_no_port() -> None:
    assert published(container(ports=(Port(private_port=53, public_port=53, type="udp"),)), 53) is None
    assert published(container(network_mode="host"), 80) == ("127.0.0.1", 80)


async def test_on_a_local_engine_the_address_that_works_is_said() -> None:
    async with longshore() as rig:
        rig.view.go_to(WEB)
        await rig.press("V")
        await rig.shows(f"Forward a port of this machine to {WEB}")
        await rig.press("ctrl+s")
        await rig.shows(f"{WEB}: 127.0.0.1:8080 leads to port 80 without a forward")
        await rig.press("colon", *"forwards", "enter")
        await rig.shows("No forwarded ports")


async def test_a_forward_is_listed_with_its_traffic_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int, int]] = []
    tunnel = FakeTunnel()

    async def forward(_engine: Engine, host: str, port: int, local_port: int = 0) -> FakeTunnel:
        asked.append((host, port, local_port))
        return tunnel

    async def never(*_: object) -> str:
        return ""

    monkeypatch.setattr(Engine, "forward", forward)
    monkeypatch.setattr(forwards, "direct", never)  # as over SSH
    async with longshore() as rig:
        rig.view.go_to(WEB)
        await rig.press("V", "tab", *"9000", "ctrl+s")
        await rig.shows(f"{WEB}: 127.0.0.1:41234 leads to port 80; :forwards lists forwarded ports")
        assert asked == [("127.0.0.1", 8080, 9000)]
        await rig.press("colon", *"forwards", "enter")
        await rig.shows("127.0.0.1:8080")
        tunnel.received, tunnel.sent, tunnel.opened, tunnel.connections = 5_000_000, 12, 3, 1
        tunnel.changed()
        await rig.shows(lambda text: "5.00 MB / 12 B" in text and "1 of 3" in text, "the traffic")
        await rig.press("enter")
        await rig.shows("1 open, 3 in all")
        await rig.press("q", "x")
        await until_async(lambda: tunnel.closed)
        await rig.shows("No forwarded ports")


async def test_a_stopped_container_takes_no_forward_and_a_wrong_port_is_said() -> None:
    async with longshore() as rig:
        rig.view.go_to("mirror")
        await rig.press("V")
        assert rig.message == "forward: not running"
        rig.view.go_to(WEB)
        await rig.press("V", *["backspace"] * 5, *"http", "ctrl+s")
        await rig.shows("a number from 1 to 65535")


async def test_all_forwards_end_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    tunnel = FakeTunnel()

    async def forward(_engine: Engine, _host: str, _port: int, _local_port: int = 0) -> FakeTunnel:
        return tunnel

    monkeypatch.setattr(Engine, "forward", forward)
    async with longshore() as rig:
        session = rig.app.context.session
        row = next(row for row in session.store.containers.rows.values() if row.name == WEB)
        await session.forwards.open(session.engine, "host", row, 80)
        assert not tunnel.closed
    assert tunnel.closed
