"""Docker's own headers and API version are in every request."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tui.engine import Engine
from tui.engine.transport.address import find_address
from tui.first_answers import request

ANSWER = b"HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"


async def test_the_headers_and_the_version_are_sent(tmp_path: Path) -> None:
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            heads.append(head.decode())
            writer.write(ANSWER)

    socket = tmp_path / "engine.sock"
    server = await asyncio.start_unix_server(serve, socket)
    address = find_address(
        f"unix://{socket}", environ={"DOCKER_CUSTOM_HEADERS": "X-Team=shop", "DOCKER_API_VERSION": "1.43"}, home=tmp_path
    )
    async with Engine.connect(address) as engine:
        assert engine.api_version == "1.43"
        await engine.containers.list()
    server.close()
    assert len(heads) == 2
    assert all("x-team: shop" in head.lower() for head in heads)
    assert heads[1].startswith("GET /v1.43/containers/json")
    assert b"X-Team: shop\r\n" in request(address)
    assert b"X-Team" not in request(replace(address, headers=()))
