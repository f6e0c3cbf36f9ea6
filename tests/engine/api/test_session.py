"""A build session: the engine calls this side by gRPC, for the files of the context."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import pytest

from tests.docker import LABEL, Docker
from tests.engine.tars import a_name
from tui.engine import Engine, errors
from tui.engine.api.build_options import BUILDKIT, CLIENT_SESSION, BuildOptions
from tui.engine.api.session import BuildSessions
from tui.engine.buildkit import messages, protobuf
from tui.engine.buildkit.grpc import GrpcCall, GrpcServer

FILES = {"Dockerfile": b"FROM scratch\nCOPY greeting /\n", "greeting": b"moin\n"}
NO_BUILDKIT = "it has no BuildKit"


async def send_files(call: GrpcCall) -> None:
    """Offer two files, and send what is requested of them."""
    names = sorted(FILES) if call.metadata["dir-name"] == ("context",) else ["Dockerfile"]
    for name in names:
        await call.send(messages.stat_packet(name, 0o100644, len(FILES[name]), 1))
    await call.send(messages.end_of_stats())
    while (content := await call.receive()) is not None:
        packet = messages.read_packet(content)
        if packet.type == messages.PacketType.FIN:
            await call.send(messages.fin_packet())
            return
        await call.send_all([messages.data_packet(packet.id, FILES[names[packet.id]]), messages.data_packet(packet.id, b"")])


async def alive(call: GrpcCall) -> None:
    await call.receive()
    await call.send(protobuf.number(1, 1))


HANDLERS = {"/moby.filesync.v1.FileSync/DiffCopy": send_files, "/grpc.health.v1.Health/Check": alive}


@pytest.mark.not_on_demo(NO_BUILDKIT)
async def test_a_session_sends_the_context_and_ends_with_its_connection(engine: Engine, docker: Docker) -> None:
    name, id = a_name(docker), secrets.token_hex(8)
    options = BuildOptions(
        tags=(name,),
        version=BUILDKIT,
        session=id,
        remote=CLIENT_SESSION,
        dockerfile="Dockerfile",
        labels={LABEL: docker.run_id},
    )
    duplex = await engine.api(BuildSessions).open(id, "test", "", [*HANDLERS])
    serving = asyncio.ensure_future(GrpcServer(duplex, HANDLERS).run())
    async for _ in engine.images.build(b"", options):
        pass
    assert docker.request("GET", f"/images/{name}/json")["Size"] == len(FILES["greeting"])
    await duplex.aclose()
    await serving
    with pytest.raises(errors.Failed, match="failed to read dockerfile"):  # another file: the engine keeps what it read
        async for _ in engine.images.build(b"", replace(options, dockerfile="Other")):
            pass


@pytest.mark.not_on_demo(NO_BUILDKIT)
async def test_what_this_side_fails_with_reaches_the_build(engine: Engine) -> None:
    async def fail(call: GrpcCall) -> None:
        raise errors.Failed("the files are gone: ü, 100 %")

    id, handlers = secrets.token_hex(8), {**HANDLERS, "/moby.filesync.v1.FileSync/DiffCopy": fail}
    duplex = await engine.api(BuildSessions).open(id, "test", "", [*handlers])
    serving = asyncio.ensure_future(GrpcServer(duplex, handlers).run())
    options = BuildOptions(version=BUILDKIT, session=id, remote=CLIENT_SESSION, dockerfile="Dockerfile")
    with pytest.raises(errors.Failed, match="the files are gone: ü, 100 %"):
        async for _ in engine.images.build(b"", options):
            pass
    await duplex.aclose()
    await serving


class Pieces:
    """A connection that delivers bytes in pieces, and takes what is written."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = [*pieces]
        self.written = b""

    async def read(self) -> bytes | None:
        return self.pieces.pop(0) if self.pieces else None

    async def write(self, data: bytes) -> None:
        self.written += data


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@pytest.mark.parametrize("content", [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 100, PREFACE + b"\0\0\1\0\0\0\0\0\1x"])
async def test_a_peer_that_speaks_no_http_2_is_an_error(content: bytes) -> None:
    with pytest.raises(errors.BrokenAnswer, match="build session is broken"):
        await GrpcServer(Pieces(content), HANDLERS).run()  # type: ignore[arg-type]


async def test_closing_while_an_answer_is_written_is_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Pieces(PREFACE + b"\0\0\0\4\0\0\0\0\0")
    write = connection.write

    async def closed(data: bytes) -> None:
        if not connection.pieces:
            raise errors.ConnectionLost("This stream is closed.")
        await write(data)

    monkeypatch.setattr(connection, "write", closed)
    await GrpcServer(connection, HANDLERS).run()  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"\x80" * 11, b"\x0a\xff", b"\x0b", b"\x0d\0", b"\x0a" + b"\xff" * 9 + b"\x7f", b"\x07"])
def test_broken_messages_are_errors(content: bytes) -> None:
    with pytest.raises(errors.BrokenAnswer):
        messages.read_status(content)


def test_messages_are_read_as_they_are_written() -> None:
    packet = messages.read_packet(messages.data_packet(300, b"x" * 200))
    assert packet == messages.Packet(messages.PacketType.DATA, 300, b"x" * 200)
    vertex = protobuf.data(1, "sha256:a") + protobuf.data(3, "RUN x") + protobuf.number(4, 1)
    vertex += protobuf.data(5, protobuf.number(1, 1_700_000_000) + protobuf.number(2, 500_000_000))
    log = protobuf.data(1, "sha256:a") + protobuf.data(4, b"\xffout")
    status = messages.read_status(protobuf.data(1, vertex) + protobuf.data(3, log) + protobuf.data(99, b"later"))
    assert status.vertexes == [messages.Vertex("sha256:a", "RUN x", True, 1_700_000_000.5)]
    assert status.logs == [messages.VertexLog("sha256:a", b"\xffout")]
    assert protobuf.signed(dict(protobuf.fields(protobuf.number(1, -5)))[1]) == -5
