"""TCP connections: kernel keep-alive, name resolution with a timeout, every address of a host is tried."""

import asyncio
import socket
import threading

import anyio
import httpx
import pytest
from anyio.abc import SocketAttribute

from tests.engine.scripted import answer, greeting, scripted
from tui.engine import Engine, errors
from tui.engine.transport import tcp
from tui.engine.transport.address import Address
from tui.engine.transport.dialers import TcpDialer
from tui.engine.transport.http import EngineTransport


async def test_the_kernel_probes_a_silent_connection_and_ends_one_whose_other_side_is_gone() -> None:
    async with scripted(tcp=True) as engine:
        port = int(engine.address.rpartition(":")[2])
        async with await tcp.connect("127.0.0.1", port) as stream:
            raw = stream.extra(SocketAttribute.raw_socket)
            assert raw.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == tcp.IDLE
            assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) == tcp.INTERVAL
            assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == tcp.COUNT
            assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == tcp.UNACKNOWLEDGED


async def test_a_name_server_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "RESOLVING", 0.05)
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: over.wait(60) and [])
    try:
        with pytest.raises(errors.ConnectError, match=r"engine\.example was not resolved within 0\.05 s: the name server"):
            async with Engine.connect("tcp://engine.example:2375"):
                pass
    finally:
        over.set()


async def test_an_address_that_refuses_or_is_slow_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(tcp=True) as engine:
        port = int(engine.address.rpartition(":")[2])
        found = [(socket.AF_INET, 0, 0, "", (address, port)) for address in ("127.0.0.2", "127.0.0.3", "127.0.0.1")]
        monkeypatch.setattr(tcp, "NEXT_ADDRESS", 0.01)
        connect = anyio.connect_tcp

        async def slow(address: str, port: int) -> object:
            if address == "127.0.0.3":
                await asyncio.sleep(600)
            return await connect(address, port)

        monkeypatch.setattr(anyio, "connect_tcp", slow)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
        async with await tcp.connect("several.example", port) as stream:
            assert stream.extra(SocketAttribute.remote_address) == ("127.0.0.1", port)


async def test_a_host_that_refuses_at_every_address_refuses() -> None:
    with pytest.raises(errors.Refused, match="No engine listens at localhost port 1"):
        async with Engine.connect("tcp://localhost:1"):
            pass


async def test_a_path_in_the_address_is_put_before_every_request() -> None:
    scripts = {"/engine1/_ping": [greeting()], "/engine1/v1.51/containers/json": [answer("[]")]}
    async with scripted(scripts, tcp=True) as proxy:
        async with Engine.connect(f"{proxy.address}/engine1/", read_only=True) as engine:
            assert await engine.containers.list() == []
            for container in ("web", "ü"):
                with pytest.raises(errors.ReadOnly):
                    await engine.containers.kill(container)
        assert proxy.requests == ["GET /engine1/_ping", "GET /engine1/v1.51/containers/json?all=1"]


async def test_read_only_mode_knows_the_path_of_the_address_in_any_script() -> None:
    transport = EngineTransport(TcpDialer("127.0.0.1", 1), read_only=True, base="/moteur-été")
    request = httpx.Request("GET", "http://docker/moteur-été/v1.51/containers/web/attach/ws?stdin=1")
    with pytest.raises(errors.ReadOnly):
        await transport.handle_async_request(request)


async def test_a_proxy_that_answers_in_place_of_the_engine_is_quoted() -> None:
    page = answer("<html><title>Sign in</title></html>", "302 Found", "text/html", "Location: /login")
    async with scripted({"/_ping": [page]}, tcp=True) as proxy:
        with pytest.raises(errors.EngineError, match="a proxy answered 302 and gave no reason"):
            async with Engine.connect(proxy.address):
                pass


async def test_an_address_may_be_ipv6_and_without_a_port() -> None:
    assert (Address.parse("tcp://[::1]").host, Address.parse("tcp://[::1]").port) == ("::1", 2375)
    with pytest.raises(errors.Refused, match="No engine listens at ::1 port 1"):
        async with Engine.connect("tcp://[::1]:1"):
            pass
