"""An engine that follows a script: for chunk boundaries, resets, silence and wrong answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Step = bytes | str
SILENCE = "silence"  # send nothing until the client disconnects
RESET = "reset"  # reset the connection, so that the client gets an error instead of an end
ECHO = "echo"  # send back the input until the client half-closes, then end
Script = Sequence[Step]

BETWEEN = 0.002  # seconds between two pieces, so that they arrive separately


def answer(body: bytes | str = b"", status: str = "200 OK", kind: str = "application/json", *headers: str) -> bytes:
    """Encode a complete answer with its length."""
    content = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + content


def greeting(version: str = "1.51") -> bytes:
    """Encode the answer to a ping."""
    return answer("OK", "200 OK", "text/plain", f"Api-Version: {version}", "Ostype: linux")


def refusal(status: str, message: str) -> bytes:
    """Encode an engine's error."""
    return answer(json.dumps({"message": message}), status)


def chunked(*chunks: bytes, end: bool = True) -> list[Step]:
    """Return the head of a stream and its chunks as steps; without `end` the stream is incomplete."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces: list[Step] = [head, *(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)]
    return [*pieces, b"0\r\n\r\n"] if end else pieces


UPGRADED = (
    b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
)


@dataclass
class ScriptedEngine:
    """`scripts` by the path without version and query; other paths answer 404. `requests` has every request."""

    scripts: dict[str, Script] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    address: str = ""
    path: Path = Path()
    connected: int = 0
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has disconnected; `connected` shows that
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()  # the client can see the end from then on
            self.connected -= 1

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; returns whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *headers = head.split("\r\n")
        fields = {name.lower(): value for name, _, value in (header.partition(": ") for header in headers)}
        self.bodies.append(await reader.readexactly(int(fields.get("content-length", "0"))))
        self.requests.append(line.removesuffix(" HTTP/1.1"))
        script = self.scripts.get(_key(line), [refusal("404 Not Found", "page not found")])
        return await self._play(script, reader, writer)

    async def _play(self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for step in script:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
                if len(script) > 1:
                    await asyncio.sleep(BETWEEN)
            elif step == SILENCE:
                while await reader.read(65536):
                    pass
                return False
            elif step == RESET:
                raw = writer.get_extra_info("socket")
                if raw.family != socket.AF_UNIX:
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            elif step == ECHO:
                while data := await reader.read(65536):
                    writer.write(data)
                return False
        return len(script) == 1


def _key(line: str) -> str:
    path = line.split(" ")[1].partition("?")[0]
    head, _, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if head.startswith("v1.") else path


@contextlib.asynccontextmanager
async def scripted(
    scripts: dict[str, Script] | None = None, version: str = "1.51", tcp: bool = False
) -> AsyncIterator[ScriptedEngine]:
    """Serve a scripted engine on its own socket; its ping reports `version`."""
    engine = ScriptedEngine({"/_ping": [greeting(version)], **(scripts or {})})
    with tempfile.TemporaryDirectory(prefix="scripted-") as folder:
        if tcp:
            server = await asyncio.start_server(engine.serve, "127.0.0.1", 0)
            engine.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        else:
            engine.path = Path(folder) / "engine.sock"
            server = await asyncio.start_unix_server(engine.serve, engine.path)
            engine.address = f"unix://{engine.path}"
        try:
            yield engine
        finally:
            server.close()
