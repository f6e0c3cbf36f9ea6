"""What the progress of a pull costs: CPU time of the program and bytes to the terminal while layers come in.

    python -m tests.bench.pulling                               # messages as an engine sends them, and ten times as many
    python -m tests.bench.pulling --docker /usr/bin/docker      # docker pull beside it
    python -m tests.bench.pulling unix:///var/run/docker.sock --docker /usr/bin/docker --registry 127.0.0.1:5000

Without an engine the messages come from the demo engine in the rhythm of a real one: ten a second for each of three layers that
are downloaded and for one that is extracted, of twelve in all. With an engine and its registry (login dock, hand) an image of
random data is pushed there and pulled for each measurement. Longshore, 120x40, shows the list of images, then that of the jobs,
then the details of the job. Statistics of containers are not on these screens.
Wants: under 3 % of a core at an engine's rate.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.heavy import MEGABYTE, write_archive
from tests.bench.keys import serving
from tests.bench.pty_meter import Interval, cpu_seconds, measure, memory
from tests.program import LONGSHORE, Program

LAYERS, AT_ONCE = 12, 3
A_SECOND = 10
"""Messages a second for each layer: an engine says no more."""

SIZE = 3_000 * MEGABYTE  # of a layer; it is never all there
PATIENCE = 600.0
UNDER_WAY = re.compile(r"1 job( \d+%)?  ")  # in the header of every view
SHOWN = {"list of images": (), "list of jobs": (":",), "the job's details": (":", "enter")}


def scripted(times: int) -> None:
    """Have the demo engine answer a pull with progress at an engine's rate, or so many times it, until nobody listens."""
    from tui.demo.call import Answer, Call, Stream, serves
    from tui.demo.operations.transfer import message

    def progress(status: str, layer: int, current: int) -> bytes:
        return message(
            status=status,
            progressDetail={"current": current, "total": SIZE},
            progress=f"[{'=' * (50 * current // SIZE):51}] {current / 1e6:.1f}MB/{SIZE / 1e6:.1f}MB",
            id=f"{layer:012x}",
        )

    async def layers() -> AsyncIterator[bytes]:
        for layer in range(LAYERS):
            yield message(status="Pulling fs layer", progressDetail={}, id=f"{layer:012x}")
        yield message(status="Download complete", progressDetail={}, id=f"{0:012x}")
        step = 0
        while True:
            step += 1
            for layer in range(1, AT_ONCE + 1):
                yield progress("Downloading", layer, step * MEGABYTE // times * layer % SIZE)
            yield progress("Extracting", 0, step * MEGABYTE // times % SIZE)
            await asyncio.sleep(1 / (A_SECOND * times))

    @serves("ImageCreate")
    async def pull(_call: Call) -> Answer:
        return Stream(layers())


def show(program: Program, keys: Sequence[str]) -> None:
    """Go to where the progress is looked at."""
    for key in keys:
        if key == ":":
            program.type(":jobs\r")
            program.wait_for("PROGRESS")
        else:
            program.press(key)
            program.wait_for("Layers")


def begin(program: Program, name: str) -> None:
    """Pull by the form of `p`."""
    program.wait_for("TAGS")
    program.press("P")
    program.wait_for("Image")
    program.type(name)
    program.press("ctrl+s")
    program.wait_for("1 job")


def say(what: str, cost: Interval) -> None:
    """One line of the table."""
    print(f"  {what:24} {cost.cpu_percent:7.2f} {cost.bytes_per_second:9.0f} {cost.seconds:9.1f}", flush=True)


def on_demo(times: int, docker: str, seconds: float) -> None:
    """At so many times an engine's rate."""
    scripted(times)
    print(f"{A_SECOND * times * (AT_ONCE + 1)} messages a second, load {os.getloadavg()[0]:.1f}")
    with serving(lambda world: world) as address:
        with longshore(address) as program:
            say("before it", measure(program, seconds))
            begin(program, "acme/shop:1")
            for what, keys in SHOWN.items():
                program.type(":images\r")
                show(program, keys)
                time.sleep(2)
                say(what, measure(program, seconds))
        if docker:
            with Program(command=(docker, "--host", address, "pull", "acme/shop:1"), columns=120, rows=40) as peer:
                peer.wait_for("Extracting")
                say("docker pull", measure(peer, seconds))


def longshore(address: str, folder: str = "") -> Program:
    """Longshore on its images, settled; `folder` has docker's configuration."""
    env = {"COLORTERM": "truecolor", **({"DOCKER_CONFIG": folder} if folder else {})}
    program = Program(("--host", address, "images"), columns=120, rows=40, env=env, command=LONGSHORE)
    program.wait_for("TAGS")
    time.sleep(2)
    return program


@contextmanager
def in_registry(docker: Sequence[str], registry: str, megabytes: int, folder: Path) -> Iterator[str]:
    """An image of random layers in a registry, and no longer here; its name."""
    name = f"{registry}/bench-{os.getpid()}:1"
    login = base64.b64encode(b"dock:hand").decode()
    (folder / "config.json").write_text(json.dumps({"auths": {registry: {"auth": login}}}))
    archive = folder / "image.tar"
    write_archive(archive, name, [megabytes * MEGABYTE // LAYERS] * LAYERS)
    for words in (("load", "--input", str(archive)), ("push", "--quiet", name), ("rmi", name)):
        subprocess.run([*docker, *words], check=True, stdout=subprocess.DEVNULL)
    archive.unlink()
    try:
        yield name
    finally:
        subprocess.run([*docker, "rmi", "--force", name], check=False, capture_output=True)


def until(process: int, written: Callable[[], int], over: Callable[[], bool], finest: float) -> Interval:
    """What it costs until something is over."""
    start, before, cpu = time.perf_counter(), written(), cpu_seconds(process)
    while not over():
        if time.perf_counter() > start + PATIENCE:
            raise TimeoutError("the pull did not come to its end")
        time.sleep(finest)
    return Interval(time.perf_counter() - start, written() - before, cpu_seconds(process) - cpu, memory(process))


def on_engine(asked: argparse.Namespace) -> None:
    """A true pull for each screen."""
    with tempfile.TemporaryDirectory(prefix="longshore-pulling-") as folder:
        docker = (asked.docker, "--config", folder, "--host", asked.engine)
        with in_registry(docker, asked.registry, asked.megabytes, Path(folder)) as name:
            print(f"{asked.megabytes} MB in {LAYERS} layers from {asked.registry}, load {os.getloadavg()[0]:.1f}")
            for what, keys in SHOWN.items():
                with longshore(asked.engine, folder) as program:
                    begin(program, name)
                    show(program, keys)
                    cost = until(
                        program.process.pid,
                        lambda program=program: program.bytes_written,
                        lambda program=program: not UNDER_WAY.search(program.lines[0]),
                        0.05,
                    )
                    if "failed" in program.screen:
                        raise RuntimeError(program.screen)
                    say(what, cost)
                subprocess.run([*docker, "rmi", name], check=True, stdout=subprocess.DEVNULL)
            with Program(command=(*docker, "pull", name), columns=120, rows=40) as peer:
                process, start = peer.process, time.perf_counter()
                _, status, used = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                if process.returncode:
                    raise RuntimeError(peer.screen)
                seconds, cpu = time.perf_counter() - start, used.ru_utime + used.ru_stime
                say("docker pull", Interval(seconds, peer.bytes_written, cpu, used.ru_maxrss * 1024))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pulling", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", help="a real one, with a registry")
    parser.add_argument("--registry", default="127.0.0.1:5000", help="as the engine sees it")
    parser.add_argument("--docker", default="", help="the docker command, to run beside it")
    parser.add_argument("--megabytes", type=int, default=600, help="of the image that is pulled (600)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement without an engine (10)")
    asked = parser.parse_args()
    print(f"{'':26} {'CPU %':>7} {'bytes/s':>9} {'seconds':>9}")
    if asked.engine:
        if not asked.docker:
            sys.exit("a registry is filled by docker: name it with --docker")
        on_engine(asked)
        return
    for times in (1, 10):
        on_demo(times, asked.docker, asked.seconds)


if __name__ == "__main__":
    main()
