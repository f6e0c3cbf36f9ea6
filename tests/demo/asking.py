"""A minimal HTTP client, so that the demo engine is not only tested with Longshore's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import h11

VERSION = "/v1.51"


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        return self.json["message"]


class Client:
    """One connection to an engine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.http = h11.Connection(h11.CLIENT)

    async def send(self, method: str, path: str, body: object = None, **headers: str) -> None:
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        head = [("Host", "d"), ("Content-Length", str(len(data))), ("Content-Type", "application/json"), *named]
        self.writer.write(self.http.send(h11.Request(method=method, target=VERSION + path, headers=head)) or b"")
        if data:
            self.writer.write(self.http.send(h11.Data(data=data)) or b"")
        self.writer.write(self.http.send(h11.EndOfMessage()) or b"")
        await self.writer.drain()

    async def event(self) -> Any:
        while (event := self.http.next_event()) is h11.NEED_DATA:
            self.http.receive_data(await self.reader.read(65536))
        return event

    async def head(self) -> h11.Response | h11.InformationalResponse:
        head = await self.event()
        assert isinstance(head, h11.Response | h11.InformationalResponse), head
        return head

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body in pieces."""
        while not isinstance(part := await self.event(), h11.EndOfMessage):
            if isinstance(part, h11.ConnectionClosed):
                return
            yield bytes(part.data)

    async def lines(self) -> AsyncIterator[Any]:
        """Yield the JSON messages of a stream."""
        rest = b""
        async for piece in self.pieces():
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield json.loads(line)

    async def whole(self) -> Reply:
        head = await self.head()
        headers = {name.decode(): value.decode() for name, value in head.headers}
        return Reply(head.status_code, headers, b"".join([piece async for piece in self.pieces()]))

    async def hijacked(self, path: str, body: object = None) -> bytes:
        """Request an upgrade; returns the data that follows the head."""
        await self.send("POST", path, body, Connection="Upgrade", Upgrade="tcp")
        head = await self.head()
        assert head.status_code == 101, head
        return self.http.trailing_data[0]

    async def until(self, text: bytes, got: bytes = b"") -> bytes:
        """Read the hijacked stream until the text has arrived; returns all data."""
        async with asyncio.timeout(30):
            while text not in got:
                data = await self.reader.read(65536)
                assert data, f"the stream ended before {text!r}: {got!r}"
                got += data
        return got


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_unix_connection(address.removeprefix("unix://"))
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


async def ask(address: str, method: str, path: str, body: object = None, **headers: str) -> Reply:
    """Send one request on a new connection."""
    async with asyncio.timeout(30), connected(address) as client:
        await client.send(method, path, body, **headers)
        return await client.whole()
