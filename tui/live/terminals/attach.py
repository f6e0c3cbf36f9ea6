"""Exec (a command run in a container) and attach (the streams of its main process)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.transport.frames import Frame
from tui.live.outcomes import NothingToAttach
from tui.live.terminals.exec import detach_keys, refuse_read_only
from tui.live.terminals.stream import Outcome, Size, Stream, TerminalStream

if TYPE_CHECKING:
    from tui.engine import Engine


_REPLAY_LINES = 200
_REPLAY_BYTES = 64 * 1024
_NO_HIJACK = frozenset((400, 403, 405, 406, 426, 501, 502, 503))
"""Statuses of proxies that refuse to upgrade a connection. 404, 409 and 500 come from the engine."""


class AttachStream(TerminalStream):
    """The streams of a container's main process (`ContainerAttach`)."""

    input_ends = False  # whether stdin of the main process can be closed

    async def _resize(self, size: Size) -> None:
        await self.engine.containers.resize(self.container, size.columns, size.rows)

    async def half_close(self) -> bool:
        """Close stdin of the main process, if the container was created for that (`StdinOnce`).

        Otherwise the engine would only close this connection, so nothing is done.
        """
        return self.input_ends and await super().half_close()

    async def nudge(self, size: Size) -> None:
        """Make a running program repaint its screen by changing the size."""
        await self.resize(replace(size, rows=size.rows + 1))
        await self.resize(size)

    async def outcome(self) -> Outcome:
        """Return the main process's exit code, or `detached` if it still runs: the detach keys were pressed."""
        state = (await self.engine.containers.inspect(self.container)).state
        if state.running:
            return Outcome(detached=True)
        return Outcome(state.exit_code)

    async def end(self) -> str:
        """Detach; the main process keeps running."""
        await self.close()
        return ""


async def open_attach(engine: Engine, container: str, name: str, size: Size) -> AttachStream:
    """Attach to a container's main process, through a WebSocket if a proxy does not let the connection be upgraded.

    The last output is replayed first. Raises EngineError: Conflict if the container does not run.
    """
    refuse_read_only(engine, "input")
    found = await engine.containers.inspect(container)
    if found.state.paused or not found.state.running:
        state = "is paused" if found.state.paused else "is not running"
        raise NothingToAttach(f"{name} {state}: there is nothing to attach to.", "ContainerAttach", paused=found.state.paused)
    tty = found.config.tty
    stream = await _attach(engine, container, tty, stdin=found.config.open_stdin)
    terminal = AttachStream(engine, container, name, stream, tty=tty, accepts_input=found.config.open_stdin)
    terminal.input_ends = found.config.stdin_once
    terminal.replay = await _last_output(engine, container, tty=tty, lines=size.rows if tty else _REPLAY_LINES)
    if tty:
        await terminal.nudge(size)
    return terminal


async def _attach(engine: Engine, container: str, tty: bool, *, stdin: bool) -> Stream:
    try:
        return await engine.containers.attach(container, tty=tty, stdin=stdin, detach_keys=await detach_keys())
    except errors.EngineError as refusal:
        if not isinstance(refusal, errors.BrokenAnswer) and refusal.status not in _NO_HIJACK:
            raise
        try:
            return await engine.containers.attach_websocket(container, tty=tty, stdin=stdin, detach_keys=await detach_keys())
        except errors.EngineError:
            raise refusal from None


async def _last_output(engine: Engine, container: str, *, tty: bool, lines: int) -> tuple[Frame, ...]:
    """Return the end of the output so far, limited; empty if the logging driver keeps none."""
    kept: list[Frame] = []
    size = 0
    try:
        async for frame in engine.containers.logs(container, tty=tty, tail=lines):
            kept.append(frame)
            size += len(frame.data)
            while size > _REPLAY_BYTES:
                size -= len(kept.pop(0).data)
    except errors.EngineRefusal:
        return ()
    return tuple(kept)
