"""Processes with real behaviour: commands of the demo's own shell, in a container's simulated file system."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.demo.objects import Container, Line
from tui.demo.signals import SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGTERM
from tui.demo.world import World

KEPT_LINES = 20_000
LONGEST_LINE = 16_384
CHUNKS_AHEAD = 64


class Listener:
    """A receiver of a process's output: pieces of (stream, bytes), then None."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue(CHUNKS_AHEAD)
        self._open = True

    async def put(self, stream: int, data: bytes) -> None:
        """Queue output; waits while the queue is full."""
        if self._open:
            await self._queue.put((stream, data))

    def end(self) -> None:
        """Queue the end of the output."""
        if self._open:
            self._open = False
            if self._queue.full():
                self._late_end = asyncio.ensure_future(self._queue.put(None))
            else:
                self._queue.put_nowait(None)

    async def get(self) -> tuple[int, bytes] | None:
        """Return the next piece; None at the end."""
        return await self._queue.get()

    def leave(self) -> None:
        """Stop receiving; ends waits in `put`."""
        self._open = False
        while not self._queue.empty():
            self._queue.get_nowait()


class Process:
    """A running command with its input, output, terminal and signals."""

    def __init__(
        self,
        world: World,
        container: Container,
        command: list[str],
        *,
        env: list[str] | None = None,
        user: str = "",
        cwd: str = "",
        tty: bool = False,
        size: tuple[int, int] = (80, 24),
        stdin: bool = False,
    ) -> None:
        from tui.demo.terminal import Terminal

        self.world = world
        self.container = container
        self.command = command
        self.env = dict(entry.partition("=")[::2] for entry in env or [])
        self.user = user
        self.cwd = cwd
        self.stdin = stdin
        self.size = size
        self.listeners: list[Listener] = []
        self.on_output: Callable[[int, bytes], None] | None = None
        self.on_exit: Callable[[int], None] | None = None
        self.terminal = Terminal(self) if tty else None
        self.input: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.awake = asyncio.Event()
        self.awake.set()
        self.killed_by = 0
        self.traps: dict[int, str] = {}
        self.pending_traps: list[str] = []
        self.trapped = asyncio.Event()
        self.foreground: list[str] = []
        self.is_main = False
        self.done = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        if not stdin:
            self.input.put_nowait(None)

    def begin(self) -> None:
        """Start the process."""
        self.world.processes.add(self)
        self.task = asyncio.get_running_loop().create_task(self._live())
        self.task.add_done_callback(lambda _: self.world.processes.discard(self))

    async def _live(self) -> None:
        from tui.demo.shell.execute import execute

        try:
            code = await execute(self)
        except asyncio.CancelledError:
            if not self.killed_by:
                raise
            code = 128 + self.killed_by
        if self.terminal is not None:
            self.terminal.hang_up()
        self.finish(code)

    def finish(self, code: int) -> None:
        """Set the exit code and end the process."""
        if self.done.is_set():
            return
        self.ended(code)
        on_exit, self.on_exit = self.on_exit, None
        if on_exit is not None:
            on_exit(code)

    def ended(self, code: int) -> None:
        """Release all listeners."""
        self.done.set()
        for listener in self.listeners:
            listener.end()

    async def destroy(self) -> None:
        """End the process without notification: the engine stops."""
        self.on_exit = None
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        self.ended(137)

    async def emit(self, stream: int, data: bytes) -> None:
        """Write output. With a TTY it passes through the terminal, on one stream."""
        await self.awake.wait()
        if self.terminal is not None:
            stream, data = 1, self.terminal.shown(data)
        await self.deliver(stream, data)

    async def deliver(self, stream: int, data: bytes) -> None:
        """Write output unchanged to the log and to all listeners."""
        if not data:
            return
        if self.on_output is not None:
            self.on_output(stream, data)
        for listener in tuple(self.listeners):
            await listener.put(stream, data)
        await asyncio.sleep(0)

    async def write(self, data: bytes) -> None:
        """Process input from a client."""
        if self.terminal is not None:
            await self.terminal.typed(data)
        elif self.stdin:
            self.input.put_nowait(data)

    def close_input(self) -> None:
        """Close stdin."""
        if self.terminal is None and self.stdin:
            self.input.put_nowait(None)

    def resize(self, columns: int, rows: int) -> None:
        """Set the terminal's size."""
        self.size = (columns, rows)
        if self.terminal is not None:
            self.terminal.resized()

    def signal(self, number: int) -> None:
        """Deliver a signal. PID 1 reacts only to signals it traps and to SIGKILL, as in a real container."""
        trap = self.traps.get(number)
        if number != SIGKILL and trap is not None:
            self.pending_traps.append(trap)
            self.trapped.set()
            return
        deadly = number == SIGKILL or (number in (SIGHUP, SIGINT, SIGQUIT, SIGTERM) and not self.is_main)
        if deadly and not self.done.is_set():
            self.killed_by = number
            if self.task is not None:
                self.task.cancel()
            self.finish(128 + number)

    def freeze(self) -> None:
        """Block output until thawed."""
        self.awake.clear()

    def thaw(self) -> None:
        """Continue output."""
        self.awake.set()

    def children(self) -> list[str]:
        """Return the command lines of its current child processes."""
        return self.foreground[1:]


class LogWriter:
    """Splits a main process's output into log lines, and long lines into parts with the time of the first."""

    def __init__(self, world: World, container: Container) -> None:
        self._world = world
        self._container = container
        self._partial = {1: b"", 2: b""}
        self._begun: dict[int, float] = {}  # stream -> time of an unfinished line with stored parts

    def __call__(self, stream: int, data: bytes) -> None:
        *lines, rest = (self._partial[stream] + data).split(b"\n")
        for line in lines:
            self._keep(stream, self._cut(stream, line) + b"\n")
            self._begun.pop(stream, None)
        self._partial[stream] = self._cut(stream, rest)
        if lines:
            self._world.changed(self._container)

    def flush(self) -> None:
        """Store an incomplete line."""
        for stream, data in self._partial.items():
            if data:
                self._keep(stream, data)
        self._partial = {1: b"", 2: b""}
        self._begun.clear()

    def _cut(self, stream: int, data: bytes) -> bytes:
        """Store the full parts of a line; returns the rest."""
        while len(data) >= LONGEST_LINE:
            self._begun[stream] = self._keep(stream, data[:LONGEST_LINE])
            data = data[LONGEST_LINE:]
        return data

    def _keep(self, stream: int, data: bytes) -> float:
        """Store data; returns its time."""
        written = self._container.written
        at = self._world.now
        if stream in self._begun:
            at = self._begun[stream]
        elif written and at <= written[-1].at:
            at = written[-1].at + 0.000_001
        written.append(Line(at, stream, data))
        if len(written) > KEPT_LINES:
            del written[: KEPT_LINES // 10]
            self._container.dropped += KEPT_LINES // 10
        return at


def start_main(world: World, container: Container, on_exit: Callable[[int], None]) -> Process:
    """Run a container's own command as its main process."""
    command = [*(container.config.get("Entrypoint") or []), *container.command]
    process = Process(
        world,
        container,
        command,
        env=container.config.get("Env") or [],
        user=container.config.get("User") or "",
        cwd=container.config.get("WorkingDir") or "",
        tty=container.tty,
        size=container.size,
        stdin=bool(container.config.get("OpenStdin")),
    )
    log = LogWriter(world, container)

    def over(code: int) -> None:
        log.flush()
        on_exit(code)

    process.is_main = True
    process.on_output, process.on_exit = log, over
    process.listeners = container.listeners
    process.begin()
    return process


def why_not_startable(container: Container) -> str:
    """Return runc's message if the command does not exist; else empty."""
    from tui.demo.shell.run import is_command

    command = [*(container.config.get("Entrypoint") or []), *container.command]
    if not container.program.shell or is_command(container, command[0]):
        return ""
    reason = "no such file or directory" if "/" in command[0] else "executable file not found in $PATH"
    name = f'exec: "{command[0]}": ' + (f"stat {command[0]}: " if "/" in command[0] else "")
    return (
        f"failed to create task for container: failed to create shim task: OCI runtime "
        f"create failed: runc create failed: unable to start container process: {name}{reason}"
    )
