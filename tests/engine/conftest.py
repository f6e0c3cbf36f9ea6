"""All that the client's tests send and get is held against the specification."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.engine import table
from tests.engine.specification import check_reply, check_request
from tui.engine.transport import EngineTransport
from tui.engine.wire import Answer, Call, Wire

NEWEST = "1.51"


@pytest.fixture(autouse=True)
def operations_sent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The operations this test asked for, each request and, from engines of API 1.51, each plain reply as specified.

    A test that the table names for an operation has to ask a real engine for it.
    """
    sent: set[str] = set()
    send, ask = EngineTransport.handle_async_request, Wire.request

    async def checked_send(self: EngineTransport, asked: httpx.Request) -> httpx.Response:
        sent.add(check_request(asked))
        return await send(self, asked)

    async def checked_ask(self: Wire, call: Call) -> Answer:
        answer = await ask(self, call)
        if real and str(self.version) == NEWEST:
            check_reply(call.operation, answer.status, answer.content)
        return answer

    real = "engine_address" in request.fixturenames
    monkeypatch.setattr(EngineTransport, "handle_async_request", checked_send)
    monkeypatch.setattr(Wire, "request", checked_ask)
    failures = request.session.testsfailed
    yield sent
    promised = table.promised_by(request.node.nodeid.partition("[")[0])
    if promised and request.session.testsfailed == failures:
        assert real, f"the table says that this test asks real engines for {promised}"
        assert promised <= sent, f"the table says that this test asks for {promised - sent}"


async def pieces(content: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    """Content as it comes from a file: piece by piece."""
    for begin in range(0, len(content), size):
        yield content[begin : begin + size]
