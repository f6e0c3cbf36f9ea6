"""Checks all requests and answers of the client's tests against the specification."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing

import httpx
import pytest

from tests.engine import table
from tests.engine.specification import check_message, check_reply, check_request, check_status, described, replies
from tui.engine.transport.bulk import Sink
from tui.engine.transport.http import EngineTransport
from tui.engine.transport.json_stream import MessageSplitter
from tui.engine.transport.streams import Connections, StreamAnswer, StreamRequest, repeated
from tui.engine.transport.wire import Answer, Call, Wire

NEWEST = "1.51"


def as_httpx(asked: StreamRequest) -> httpx.Request:
    """Return a stream's request in the form in which other requests are checked."""
    headers = [(name.encode(), value) for name, value in repeated(asked.headers)]
    return httpx.Request(asked.method, f"http://docker{asked.target}", headers=headers, content=asked.body)


def note(asked: httpx.Request, sent: set[str], newest: set[str] | None) -> str:
    """Check a request, add its operation to `sent`, and to `newest` if it names the newest API; return it."""
    operation = check_request(asked)
    sent.add(operation)
    if newest is not None and asked.url.raw_path.startswith(f"/v{NEWEST}/".encode()):
        newest.add(operation)
    return operation


@pytest.fixture(autouse=True)
def operations_sent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Record the operations of this test; check each request and, from engines of API 1.51, each answer.

    A test that the table lists for an operation must send it to a real engine, and receive an answer that is checked against
    the specification, where that describes any.
    """
    sent: set[str] = set()
    newest: set[str] = set()  # sent to an engine of API 1.51
    held: set[str] = set()  # with an answer checked against the specification
    send, ask, read = EngineTransport.handle_async_request, Wire.request, Wire.chunks
    begin = Connections.send

    async def checked_send(self: EngineTransport, asked: httpx.Request) -> httpx.Response:
        operation = note(asked, sent, newest if real else None)
        response = await send(self, asked)
        if operation in newest:
            check_status(operation, response.status_code)
        return response

    async def checked_begin(self: Connections, asked: StreamRequest, connect_seconds: float) -> StreamAnswer:
        operation = note(as_httpx(asked), sent, newest if real else None)
        answer = await begin(self, asked, connect_seconds)
        if operation in newest:
            check_status(operation, answer.status_code)
        return answer

    async def checked_ask(self: Wire, call: Call) -> Answer:
        answer = await ask(self, call)
        if real and str(self.version) == NEWEST and check_reply(call.operation, answer.status, answer.content):
            held.add(call.operation)
        return answer

    async def checked_read(self: Wire, call: Call, begun: Callable[[], object] | None = None) -> AsyncGenerator[bytes, None]:
        splitter = (
            MessageSplitter() if real and str(self.version) == NEWEST and call.operation in replies()["messages"] else None
        )
        async with aclosing(read(self, call, begun)) as chunks:
            async for chunk in chunks:
                for message in splitter.feed(chunk) if splitter else ():
                    check_message(call.operation, message)
                    held.add(call.operation)
                yield chunk

    real = not {"engine_address", "swarm", "pair"}.isdisjoint(request.fixturenames)
    monkeypatch.setattr(EngineTransport, "handle_async_request", checked_send)
    monkeypatch.setattr(Connections, "send", checked_begin)
    monkeypatch.setattr(Wire, "request", checked_ask)
    monkeypatch.setattr(Wire, "chunks", checked_read)
    failures = request.session.testsfailed
    yield sent
    promised = table.promised_by(request.node.nodeid.partition("[")[0])
    if promised and request.session.testsfailed == failures:
        assert real, f"the table says that this test asks real engines for {promised}"
        assert promised <= sent, f"the table says that this test asks for {promised - sent}"
        unseen = promised & newest & described() - held
        assert not unseen, f"no reply to {unseen} was held against the specification"


async def pieces(content: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    """Yield content in pieces, as when read from a file."""
    for begin in range(0, len(content), size):
        yield content[begin : begin + size]


async def collected(stream: Callable[[Sink], Awaitable[None]]) -> bytes:
    """Return all bytes that a stream hands over."""
    found: list[bytes] = []
    await stream(lambda data: found.append(bytes(data)))
    return b"".join(found)
