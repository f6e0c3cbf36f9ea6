"""HTTP server on a private unix socket: h11 parses requests, operations answer, streams and hijacked connections continue.

h11 is a state machine without I/O: after the answer's head the connection can be streamed to, cut or hijacked, which no server
framework allows. It is maintained, small, and a dependency of the HTTP client.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol, TypeVar

import h11

from tui.demo.call import HANDLERS, Answer, Call, Hijack, Reply, Stream, json_reply
from tui.demo.errors import ApiError, NotModified
from tui.demo.faults import Fault
from tui.demo.routes import NOT_SERVED, Request, find_route
from tui.demo.websocket import accept_key
from tui.demo.wire import Chunked, Cut, Wire

if TYPE_CHECKING:
    from tui.demo.clock import Clock
    from tui.demo.faults import Faults
    from tui.demo.world import World

API_VERSION = "1.51"
SERVER = "Docker/28.5.2 (linux)"
LARGEST_BODY = 256 * 1024 * 1024

Result = TypeVar("Result")


class Served(Protocol):
    """What a connection needs of the engine that it belongs to (`tui.demo.engine.DemoEngine`)."""

    clock: Clock
    world: World
    faults: Faults
    requests: list[tuple[str, str, str]]


class Connection:
    """A client connection: serves requests until it is closed or hijacked."""

    def __init__(self, engine: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.engine = engine
        self.reader = reader
        self.writer = writer
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=256 * 1024)
        self.streaming = False
        self.fault: Fault | None = None

    async def serve(self) -> None:
        """Serve requests until the connection ends."""
        try:
            while await self._one_request():
                self.http.start_next_cycle()
        except (ConnectionError, Cut, h11.RemoteProtocolError, h11.LocalProtocolError):
            pass  # the client disconnected or sent invalid HTTP, or a fault was injected
        finally:
            self.writer.close()
            with contextlib.suppress(ConnectionError):
                await self.writer.wait_closed()

    async def _one_request(self) -> bool:
        event = await self._next_event()
        if not isinstance(event, h11.Request):
            return False
        body = bytearray()
        while True:
            part = await self._next_event()
            if isinstance(part, h11.EndOfMessage):
                break
            if not isinstance(part, h11.Data) or len(body) > LARGEST_BODY:
                return False
            body += part.data
        return await self._answer(event, bytes(body))

    async def _next_event(self) -> object:
        while True:
            event = self.http.next_event()
            if self.http.they_are_waiting_for_100_continue:
                await self._write(self.http.send(h11.InformationalResponse(status_code=100, headers=[])))
            if event is not h11.NEED_DATA:
                return event
            self.http.receive_data(await self.reader.read(65536))

    async def _answer(self, head: h11.Request, body: bytes) -> bool:
        method, target = head.method.decode(), head.target.decode("ascii", "replace")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        request = find_route(method, target)
        self.engine.requests.append((method, target, request.operation))
        self.fault = self.engine.faults.strike(request.operation)
        if self.fault is not None and self.fault.kind in ("refuse", "stall") and not await self._released(self.fault):
            self.writer.transport.abort()
            return False
        answer = await self._watched(lambda: self._ask(request, method, headers, body))
        if answer is None:
            return False
        if isinstance(answer, Hijack):
            await self._hijack(answer, headers)
            return False
        if isinstance(answer, Stream):
            return await self._stream(answer)
        await self._reply(answer, method)
        return self.http.our_state is h11.DONE and self.http.their_state is h11.DONE

    async def _released(self, fault: Fault) -> bool:
        """Whether the request is answered after all: a stalled one is when the fault is removed before the client leaves."""
        if fault.kind == "refuse":
            return False
        removed = asyncio.ensure_future(fault.removed.wait())
        await self._until_gone(removed)
        self.fault = None
        return fault.removed.is_set()

    async def _ask(self, request: Request, method: str, headers: dict[str, str], body: bytes) -> Answer:
        fault = self.fault
        if fault is not None and fault.kind == "error":
            return json_reply({"message": fault.message}, fault.status)
        if fault is not None and fault.kind == "answer":
            return Reply(fault.data, fault.status)
        handler = HANDLERS.get(request.operation)
        try:
            if request.refusal is not None:
                raise request.refusal
            if handler is None:
                raise ApiError(501, NOT_SERVED[request.operation])
            call = Call(
                self.engine.world, request.operation, method, request.version, request.path, request.query, headers, body
            )
            return await handler(call)
        except NotModified:
            return Reply(b"", 304, "")
        except ApiError as error:
            return json_reply({"message": error.message}, error.status)

    async def _watched(self, work: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """Do the work; cancel it if the client disconnects. Handlers that do not wait need no watcher."""
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        if task.done():
            return task.result()
        return await self._until_gone(task)

    async def _until_gone(self, task: asyncio.Future[Result]) -> Result | None:
        self.streaming = True
        gone = asyncio.ensure_future(self._gone())
        try:
            await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            self.streaming = False
            for unfinished in (task, gone):
                unfinished.cancel()
            await asyncio.gather(task, gone, return_exceptions=True)

    async def _gone(self) -> None:
        """Return when the client has closed; keeps early bytes of the next request."""
        with contextlib.suppress(ConnectionError):
            while data := await self.reader.read(65536):
                self.http.receive_data(data)

    # --- answers

    def _head(self, status: int, content_type: str, more: dict[str, str]) -> list[tuple[str, str]]:
        headers = [
            ("Api-Version", API_VERSION),
            ("Docker-Experimental", "false"),
            ("Ostype", "linux"),
            ("Server", SERVER),
            *more.items(),
        ]
        if content_type:
            headers.append(("Content-Type", content_type))
        return headers

    async def _write(self, data: bytes | None) -> None:
        if data:
            self.writer.write(data)
            await self.writer.drain()

    async def _reply(self, reply: Reply, method: str) -> None:
        fault = self.fault
        headers = self._head(reply.status, reply.content_type, reply.headers)
        body = reply.body
        if fault is not None and body:
            if fault.kind == "half":
                body = body[: len(body) // 2]
            elif fault.kind == "garbage":
                body = fault.data
            await self._spoiled_reply(reply.status, headers, body, fault)
            return
        if reply.status not in (204, 304) and "Content-Length" not in reply.headers:
            headers.append(("Content-Length", str(len(body))))
        await self._write(self.http.send(h11.Response(status_code=reply.status, headers=headers, reason=_reason(reply.status))))
        if body and method != "HEAD":
            await self._write(self.http.send(h11.Data(data=body)))
        await self._write(self.http.send(h11.EndOfMessage()))

    async def _spoiled_reply(self, status: int, headers: list[tuple[str, str]], body: bytes, fault: Fault) -> None:
        """Write the head by hand, since h11 rejects wrong lengths; the connection ends afterwards."""
        length = len(body) * (2 if fault.kind == "repeat" else 1) + (fault.by if fault.kind == "lie" else 0)
        headers = [*headers, ("Content-Length", str(max(0, length))), ("Connection", "close")]
        wire = Wire(self.reader, self.writer, self.engine.clock)
        wire.fault = fault if fault.kind in ("cut", "split", "repeat", "delay") else None
        await wire.raw(_plain_head(status, headers))
        await wire.send(body)
        self.http.send_failed()

    async def _stream(self, stream: Stream) -> bool:
        headers = [*self._head(200, stream.content_type, stream.headers), ("Transfer-Encoding", "chunked")]
        await self._write(self.http.send(h11.Response(status_code=200, headers=headers, reason="OK")))
        wire = Chunked(self.reader, self.writer, self.engine.clock)
        wire.fault = self.fault
        self.streaming = True
        pump = asyncio.ensure_future(self._pump(stream, wire))
        gone = asyncio.ensure_future(self._gone())
        try:
            await asyncio.wait((pump, gone), return_when=asyncio.FIRST_COMPLETED)
            if not pump.done():
                return False
            pump.result()
            await self._write(self.http.send(h11.EndOfMessage()))
        finally:
            self.streaming = False
            for task in (pump, gone):
                task.cancel()
            await asyncio.gather(pump, gone, return_exceptions=True)
        return self.http.their_state is h11.DONE

    async def _pump(self, stream: Stream, wire: Wire) -> None:
        async with contextlib.aclosing(stream.pieces) as pieces:
            async for piece in pieces:
                if piece:
                    await wire.send(piece)

    async def _hijack(self, hijack: Hijack, headers: dict[str, str]) -> None:
        self.streaming = True
        early, _ = self.http.trailing_data
        wire = Wire(self.reader, self.writer, self.engine.clock, early)
        wire.fault = self.fault
        await wire.raw(_hijack_head(hijack, headers))
        await hijack.run(wire)


def _reason(status: int) -> str:
    if status == 101:
        return "UPGRADED"
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _plain_head(status: int, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_reason(status)}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _hijack_head(hijack: Hijack, headers: dict[str, str]) -> bytes:
    if hijack.websocket:
        key = accept_key(headers.get("sec-websocket-key", ""))
        return _plain_head(101, [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", key)])
    if "upgrade" in headers:
        return _plain_head(101, [("Content-Type", hijack.content_type), ("Connection", "Upgrade"), ("Upgrade", "tcp")])
    return _plain_head(200, [("Content-Type", hijack.content_type)])
