"""What BuildKit asks of its client during a build: the context, secrets, an SSH agent, logins, and whether it is alive."""

from __future__ import annotations

import asyncio
import hashlib
import secrets as random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tui.engine import Engine, errors
from tui.engine.api.session import BuildSessions
from tui.engine.auth.logins import Logins
from tui.engine.auth.references import DEFAULT_REGISTRY, INDEX
from tui.engine.buildkit.grpc import NOT_FOUND, GrpcCall, GrpcError, GrpcServer, Handler
from tui.engine.buildkit.protobuf import Value, data, fields, number, text
from tui.engine.sealed import Sealed
from tui.engine.threads import in_thread
from tui.live.builds.context import Context
from tui.live.builds.filesync import FileSync
from tui.live.jobs.filenames import reason

LARGEST_SECRET = 500 * 1024
"""Bytes of a secret at most, as BuildKit allows."""

SERVING = 1
CHUNK = 32 * 1024


class BuildSession:
    """An open session. `failure` is why it ended early, if it did."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.failure: errors.EngineError | None = None


@asynccontextmanager
async def open_session(
    engine: Engine, context: Context, sync: FileSync, secrets: Mapping[str, Sealed], agents: Mapping[str, Path]
) -> AsyncIterator[BuildSession]:
    """Open a build session (`Session`) and serve it until the block ends. `agents` are sockets of SSH agents by id."""
    handlers: dict[str, Handler] = {
        "/grpc.health.v1.Health/Check": _health,
        "/moby.filesync.v1.FileSync/DiffCopy": sync.diff_copy,
        "/moby.filesync.v1.Auth/Credentials": _credentials,
        "/moby.buildkit.secrets.v1.Secrets/GetSecret": _Secrets(secrets).get,
    }
    if agents:
        handlers["/moby.sshforward.v1.SSH/CheckAgent"] = _Agents(agents).check
        handlers["/moby.sshforward.v1.SSH/ForwardAgent"] = _Agents(agents).forward
    session = BuildSession(random.token_hex(16))
    shared_key = hashlib.sha256(str(context.directory).encode("utf-8", "surrogateescape")).hexdigest()
    duplex = await engine.api(BuildSessions).open(session.id, "longshore", shared_key, [*handlers])
    server = asyncio.ensure_future(_serve(GrpcServer(duplex, handlers), session))
    try:
        server.add_done_callback(lambda _ended: asyncio.ensure_future(duplex.aclose()))  # so that the engine ends the build
        yield session
    finally:
        await duplex.aclose()
        await server


async def _serve(server: GrpcServer, session: BuildSession) -> None:
    try:
        await server.run()
    except errors.EngineError as error:
        session.failure = error


async def read_secret(path: Path) -> Sealed:
    """Return the content of a secret's file. Raises Failed."""

    def read() -> bytes:
        with path.expanduser().open("rb") as file:
            return file.read(LARGEST_SECRET + 1)

    try:
        content = await in_thread(read)
    except (OSError, RuntimeError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise errors.Failed(f"The secret {errors.one_line(str(path))} cannot be read: {why}.") from None
    if len(content) > LARGEST_SECRET:
        raise errors.Failed(f"The secret {errors.one_line(str(path))} is larger than {LARGEST_SECRET >> 10} KiB.")
    return Sealed(content)


async def _request(call: GrpcCall) -> dict[int, Value]:
    content = await call.receive()
    return dict(fields(content or b""))


async def _health(call: GrpcCall) -> None:
    await _request(call)
    await call.send(number(1, SERVING))


async def _credentials(call: GrpcCall) -> None:
    """Answer with docker's stored login for a registry; empty without one."""
    host = text((await _request(call)).get(1, b""))
    server = INDEX if host in (DEFAULT_REGISTRY, "registry-1.docker.io") else host
    try:
        login = await Logins.find().get(server)
    except errors.LoginError:
        login = None  # docker goes on without a login, too
    if login is None or login.anonymous:
        await call.send(b"")
    elif login.identity_token:
        await call.send(data(2, login.identity_token))
    else:
        await call.send(data(1, login.username) + data(2, login.password))


class _Secrets:
    def __init__(self, secrets: Mapping[str, Sealed]) -> None:
        self._secrets = secrets

    async def get(self, call: GrpcCall) -> None:
        id = text((await _request(call)).get(1, b""))
        if id not in self._secrets:
            raise GrpcError(NOT_FOUND, f"secret {id} not found")
        await call.send(data(1, self._secrets[id].reveal()))


class _Agents:
    """Forwards what a step says to `ssh-agent` to the agent of this machine."""

    def __init__(self, agents: Mapping[str, Path]) -> None:
        self._agents = agents

    async def check(self, call: GrpcCall) -> None:
        self._of(text((await _request(call)).get(1, b"")))
        await call.send(b"")

    async def forward(self, call: GrpcCall) -> None:
        path = self._of((call.metadata.get("buildkit.ssh.id") or ("",))[0])
        reader, writer = await asyncio.open_unix_connection(str(path))

        async def answers() -> None:
            while answer := await reader.read(CHUNK):
                await call.send(data(1, answer))

        answering = asyncio.ensure_future(answers())
        try:
            while (content := await call.receive()) is not None:
                for of, value in fields(content):
                    if of == 1 and isinstance(value, bytes):
                        writer.write(value)
                        await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
            await answering
        finally:
            answering.cancel()
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await asyncio.gather(answering, return_exceptions=True)

    def _of(self, id: str) -> Path:
        path = self._agents.get(id or "default")
        if path is None:
            raise GrpcError(NOT_FOUND, f"no SSH agent {id or 'default'} in this build")
        return path
