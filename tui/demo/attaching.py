"""Attach: connects a client to a main process's streams, over a hijacked connection or a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tui.demo.call import Call
from tui.demo.frames import frame_of
from tui.demo.logs import LogReader
from tui.demo.objects import Container
from tui.demo.process import Listener
from tui.demo.wire import Wire
from tui.demo.world import World

DEFAULT_DETACH = "ctrl-p,ctrl-q"
OUTPUT_POLL_SECONDS = 0.2

Send = Callable[[int, bytes], Awaitable[None]]
Receive = Callable[[], Awaitable[bytes]]


class DetachKeys:
    """Detects the detach keys in a client's input."""

    def __init__(self, keys: str) -> None:
        self._sequence = b"".join(_key(name) for name in (keys or DEFAULT_DETACH).split(","))
        self._matched = b""

    def feed(self, data: bytes) -> tuple[bytes, bool]:
        """Return the bytes to pass to the process, and whether the detach keys are complete."""
        passed = b""
        for value in data:
            self._matched += bytes([value])
            while self._matched and not self._sequence.startswith(self._matched):
                passed, self._matched = passed + self._matched[:1], self._matched[1:]
            if self._matched and self._matched == self._sequence:
                self._matched = b""
                return passed, True
        return passed, False


def _key(name: str) -> bytes:
    if name.startswith("ctrl-") and len(name) == 6:
        return bytes([ord(name[5].upper()) & 0x1F])
    return name.encode()


async def hold(
    world: World,
    container: Container,
    call: Call,
    send: Send,
    receive: Receive,
    ended: Callable[[], None],
    half_closes: bool = True,
) -> None:
    """Pass output to the client and input to the process until either ends or the client detaches.

    If the client `half_closes`, the end of its input closes the process's stdin; a closed WebSocket does not.
    """
    if call.flag("logs"):
        for line in LogReader(world, container, wanted_streams(call)).now():
            await send(line.stream, shown(container, line.data))
    if not call.flag("stream") or container.status in ("exited", "dead"):
        ended()
        return
    world.tell_container(container, "attach")
    output = asyncio.ensure_future(_output(world, container, call, send))
    typed = asyncio.ensure_future(_input(world, container, call, receive, half_closes))
    try:
        await asyncio.wait((output, typed), return_when=asyncio.FIRST_COMPLETED)
        if typed.done() and not typed.result():
            await output
        if output.done():
            output.result()
        else:
            world.tell_container(container, "detach")
        ended()
    finally:
        for task in (output, typed):
            task.cancel()
        await asyncio.gather(output, typed, return_exceptions=True)


async def _output(world: World, container: Container, call: Call, send: Send) -> None:
    wanted = wanted_streams(call)
    if not container.program.shell:
        await _invented_output(world, container, wanted, send)
        return
    listener = Listener()
    container.listeners.append(listener)
    try:
        while (piece := await listener.get()) is not None:
            if piece[0] in wanted:
                await send(*piece)
    finally:
        listener.leave()
        container.listeners.remove(listener)


async def _invented_output(world: World, container: Container, wanted: set[int], send: Send) -> None:
    log = LogReader(world, container, wanted)
    while container.status == "created" or container.running:
        await world.clock.sleep(OUTPUT_POLL_SECONDS)
        for line in log.fresh():
            await send(line.stream, shown(container, line.data))


def wanted_streams(call: Call) -> set[int]:
    """Return which of stdout (1) and stderr (2) the client requested."""
    return {number for number, name in ((1, "stdout"), (2, "stderr")) if call.flag(name)}


def shown(container: Container, data: bytes) -> bytes:
    """Return output as the container's terminal converts it, if it has one."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if container.tty else data


async def _input(world: World, container: Container, call: Call, receive: Receive, half_closes: bool) -> bool:
    """Pass on input; returns True after the detach keys, False at the end of the input."""
    keys = DetachKeys(call.text("detachKeys"))
    takes = call.flag("stdin") and bool(container.config.get("OpenStdin"))
    while data := await receive():
        data, detached = keys.feed(data) if container.tty else (data, False)
        while container.process is None and container.status == "created":
            await world.change_of(container)
        if takes and data and container.process is not None:
            await container.process.write(data)
        if detached:
            return True
    if takes and half_closes and container.process is not None and (container.config.get("StdinOnce") or not container.tty):
        container.process.close_input()
    return False


def attach_run(call: Call, container: Container) -> Callable[[Wire], Awaitable[None]]:
    """Return the handler of an attach over the hijacked connection."""

    async def run(wire: Wire) -> None:
        async def send(stream: int, data: bytes) -> None:
            await wire.send(data if container.tty else frame_of(stream, data))

        await wire.while_there(hold(call.world, container, call, send, wire.receive, wire.end_output))

    return run


def attach_websocket_run(call: Call, container: Container) -> Callable[[Wire], Awaitable[None]]:
    """Return the handler of an attach over a WebSocket after its handshake; its output has no frames."""
    from tui.demo.websocket import Socket

    async def run(wire: Wire) -> None:
        socket = Socket(wire)

        async def send(stream: int, data: bytes) -> None:
            await socket.send(data)

        await wire.while_there(hold(call.world, container, call, send, socket.receive, lambda: None, half_closes=False))
        await socket.close()

    return run
