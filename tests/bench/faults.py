"""Faults that need engines, networks or minutes of their own. Root needed.

    python -m tests.bench.faults frozen      # an engine that is stopped (SIGSTOP): what is said and when, and back again
    python -m tests.bench.faults quit        # leaving with a shell open in a container of a stopped engine
    python -m tests.bench.faults network     # over TCP, the network between the program and the engine goes
    python -m tests.bench.faults load        # the engine is killed while it loads an image
    python -m tests.bench.faults build       # the engine is killed while it builds an image
    python -m tests.bench.faults pull        # the engine is killed while it pulls an image
    python -m tests.bench.faults frozen --host unix:///run/podman/podman.sock --process 123   # an engine started elsewhere

Each starts a private Docker engine, prints what was seen after how many seconds, and ends with 1 where a promise is broken.
"""

import argparse
import asyncio
import contextlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docker import Docker
from tests.engines import start, stop
from tests.images import BUSYBOX, ensure_image
from tests.program import LONGSHORE, Program
from tests.waiting import until
from tui.engine import Engine, errors

SILENT_PORT = 5999
NAME = f"faults-{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Target:
    """An engine that may be stopped and killed: its address, and the process that serves the API."""

    address: str
    process: int

    def signal(self, number: int) -> None:
        os.kill(self.process, number)


class Watch:
    """Says what was seen, how many seconds after `begin`."""

    def __init__(self) -> None:
        self.broken = 0
        self._begin = time.monotonic()

    def begin(self, what: str) -> None:
        print(what, flush=True)
        self._begin = time.monotonic()

    def seen(self, what: str, limit: float = 1e9) -> None:
        seconds = time.monotonic() - self._begin
        late = seconds > limit
        self.broken += late
        print(f"  {seconds:6.1f} s  {what}{f'  (promised: {limit:g} s)' if late else ''}", flush=True)


@contextlib.contextmanager
def private_engine() -> Iterator[Target]:
    """A Docker 28 of our own, with an image."""
    engine = start("28", NAME, owned=True)
    try:
        ensure_image(Docker(engine.address, ""), BUSYBOX)
        folder = engine.address.removeprefix("unix://").removesuffix("/engine.sock")
        yield Target(engine.address, until(lambda: _served_by(folder), "dockerd"))
    finally:
        stop(engine)


def _served_by(folder: str) -> int:
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (each / "cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"/dockerd") and f"--host=unix://{folder}/engine.sock".encode() in words:
                return int(each.name)
    return 0


def container(target: Target) -> Docker:
    """A container "web" that runs."""
    docker = Docker(target.address, "faults-")
    docker.run("sleep", "3600", name=NAME)
    return docker


def frozen(target: Target, watch: Watch) -> None:
    """Figures of a stopped engine go, its silence is said, and all is as before when it goes on."""
    container(target)
    with Program(["--host", target.address], columns=140, rows=30) as program:
        program.wait_for(NAME)
        program.wait_for("0.0")
        target.signal(signal.SIGSTOP)
        watch.begin("the engine is stopped")
        program.wait_for(lambda screen: "has not answered for" in screen)
        watch.seen("its silence is said", 15)
        program.wait_until_gone("0.0")
        watch.seen("its figures are gone", 15)
        program.wait_for("Next try at")
        watch.seen("it counts as lost", 20)
        target.signal(signal.SIGCONT)
        watch.begin("the engine goes on")
        program.press("ctrl+r")
        program.wait_until_gone("Next try at")
        watch.seen("connected again", 15)
        program.wait_for("0.0")
        watch.seen("figures again", 20)
        program.press("q")
        program.wait_for_exit()


def quit_frozen(target: Target, watch: Watch) -> None:
    """Leaving with a shell open takes two seconds, and the line says what may still run."""
    container(target)
    with Program(["--host", target.address, "exec", NAME], columns=140, rows=30) as program:
        program.wait_for("/ #")
        target.signal(signal.SIGSTOP)
        program.signal(signal.SIGTERM)
        watch.begin("the engine is stopped and the program told to end")
        until(lambda: 1049 not in program.modes, "the terminal to be given back")
        watch.seen("the terminal is as before", 1)
        program.wait_for_exit()
        watch.seen("the program has ended", 2)
        words = " ".join(program.screen.split())
        print(f"  {words}")
        watch.broken += "may still run" not in words or bool(program.not_restored())
    target.signal(signal.SIGCONT)


def network(target: Target, watch: Watch) -> None:
    """A network that vanishes without a word is noticed without a request."""
    ours, theirs = f"{NAME}-a", f"{NAME}-b"
    run = lambda *words: subprocess.run(words, check=True)  # noqa: E731
    container(target)
    processes: list[subprocess.Popen[bytes]] = []
    for each in (ours, theirs):
        run("ip", "netns", "add", each)
    try:
        run("ip", "link", "add", "veth0", "netns", ours, "type", "veth", "peer", "name", "veth1", "netns", theirs)
        for each, link, address in ((ours, "veth0", "10.98.0.1/24"), (theirs, "veth1", "10.98.0.2/24")):
            run("ip", "-n", each, "addr", "add", address, "dev", link)
            run("ip", "-n", each, "link", "set", link, "up")
        relay = [sys.executable, "-m", "tests.bench.faults", "relay", "--host", target.address]
        processes.append(subprocess.Popen(["ip", "netns", "exec", theirs, *relay]))
        inside = ("ip", "netns", "exec", ours, *LONGSHORE)
        with Program(["--host", "tcp://10.98.0.2:2375"], columns=140, rows=30, command=inside) as program:
            program.wait_for(NAME)
            program.press("%")  # without statistics nothing is sent
            program.wait_until_gone("CPU %")
            program.wait_for("API")
            time.sleep(2)
            run("ip", "-n", theirs, "link", "set", "veth1", "down")
            watch.begin("the network is gone, nothing is asked")
            program.wait_for("Next try at", 90)
            watch.seen("it counts as lost", 40)
            run("ip", "-n", theirs, "link", "set", "veth1", "up")
            watch.begin("the network is back")
            program.wait_until_gone("Next try at", 60)
            watch.seen("connected again", 20)
            program.press("q")
            program.wait_for_exit()
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        for each in (ours, theirs):
            run("ip", "netns", "delete", each)


def killed(work: Callable[[Engine], Coroutine[Any, Any, object]]) -> Callable[[Target, Watch], None]:
    """The engine is killed two seconds into `work`: it ends with an error of ours."""

    def scenario(target: Target, watch: Watch) -> None:
        async def go() -> None:
            async with Engine.connect(target.address) as engine:
                task = asyncio.ensure_future(work(engine))
                await asyncio.sleep(2)
                if task.done():
                    raise SystemExit(f"it was over before the engine was killed: {task}")
                target.signal(signal.SIGKILL)
                watch.begin("the engine is killed")
                try:
                    await task
                except errors.EngineError as error:
                    watch.seen(f"{type(error).__name__}: {error}", 2)
                else:
                    watch.broken += 1
                    watch.seen("it counts as done, which is not true")

        asyncio.run(go())

    return scenario


async def load(engine: Engine) -> None:
    """Load a tarball that never ends."""

    async def pieces() -> AsyncIterator[bytes]:
        head = tarfile.TarInfo("layer.tar")
        head.size = 10**9
        yield head.tobuf()
        while True:
            yield bytes(1000)
            await asyncio.sleep(0.01)

    async for _ in engine.images.load(pieces()):
        pass


async def build(engine: Engine) -> None:
    """Build with a step that lasts."""
    text = b"FROM busybox:latest\nRUN sleep 600\n"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        head = tarfile.TarInfo("Dockerfile")
        head.size = len(text)
        tar.addfile(head, io.BytesIO(text))
    async for _ in engine.images.build(packed.getvalue()):
        pass


async def pull(engine: Engine) -> None:
    """Pull from a registry that never answers."""
    async for _ in engine.images.pull(f"127.0.0.1:{SILENT_PORT}/a:latest"):
        pass


def pull_killed(target: Target, watch: Watch) -> None:
    """The registry is in the engine's own network."""
    silent = f"import socket, time; s = socket.create_server(('127.0.0.1', {SILENT_PORT})); time.sleep(600)"
    registry = subprocess.Popen(["nsenter", f"--net=/proc/{target.process}/ns/net", sys.executable, "-c", silent])
    try:
        killed(pull)(target, watch)
    finally:
        registry.terminate()
        registry.wait()


def relay(target: Target, _watch: Watch) -> None:
    """TCP port 2375 of this network, in front of the engine's socket: used by `network`."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(target.address.removeprefix("unix://"))
        await asyncio.gather(pump(reader, back), pump(there, writer))

    async def go() -> None:
        async with await asyncio.start_server(serve, "0.0.0.0", 2375) as server:
            await server.serve_forever()

    asyncio.run(go())


SCENARIOS: dict[str, Callable[[Target, Watch], None]] = {
    "frozen": frozen,
    "quit": quit_frozen,
    "network": network,
    "relay": relay,
    "load": killed(load),
    "build": killed(build),
    "pull": pull_killed,
}


def main() -> int:
    """Run one scenario."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.faults", description=__doc__.partition("\n")[0])
    parser.add_argument("name", choices=SCENARIOS)
    parser.add_argument("--host", help="an engine that was started elsewhere, of your own: it is stopped or killed")
    parser.add_argument("--process", type=int, help="its process")
    asked = parser.parse_args()
    watch = Watch()
    with contextlib.nullcontext(Target(asked.host, asked.process)) if asked.host else private_engine() as target:
        SCENARIOS[asked.name](target, watch)
    return 1 if watch.broken else 0


if __name__ == "__main__":
    sys.exit(main())
