"""An engine over SSH, side by side with the docker command: first name, echo, events, processes and connections.

    python -m tests.bench.remote unix:///path/of/engine.sock [--docker /usr/bin/docker] [--runs 7]

An SSH server of its own on 127.0.0.1 leads to the engine. `warm` uses a control connection that is open already
(ControlMaster), as docker does; `cold` makes one. Wants: warm no later than `docker ps`; cold at most 0.15 s after
`ssh host true`; echo at most 5 ms above `ssh -t host docker exec -it`; an event at most 10 ms later
than over a socket; one process and one connection.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.crowd import crowd
from tests.bench.echo import echoes
from tests.bench.events import CONTAINERS, change
from tests.bench.start import Started
from tests.docker import Docker
from tests.engine.test_ssh import ssh_processes
from tests.engines.sshd import HOST, Sshd, sshd
from tests.program import LONGSHORE, Program
from tests.waiting import until
from tui.engine import Engine
from tui.engine.objects.execs import ExecCreate

STREAMS, LOGS, SHELLS = 30, 3, 2


@contextmanager
def control_connection(server: Sshd) -> Iterator[None]:
    """Have a control connection of the user's own, which both programs find in ssh_config."""
    control = server.folder / "control"
    server.configure(ControlPath=str(control))
    own = subprocess.Popen(["ssh", "-M", "-N", HOST], stdin=subprocess.DEVNULL)
    try:
        until(control.exists, "the control connection")
        yield
    finally:
        own.terminate()
        own.wait()
        server.configure()


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def first_name(command: Sequence[str], name: str, path: str) -> float:
    """Return the seconds from the start of a command to the first name on the screen."""
    with Started(command, name, {"PATH": path}) as program:
        took = program.wait_for_name()
        program.signal(15)
        program.wait_for_exit()
    return took


def say(name: str, values: Sequence[float], unit: str = "s") -> None:
    """Print one line of the table."""
    digits = 3 if unit == "s" else 2
    median, least, most = (f"{value:7.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
    print(f"{name:44} median {median} {unit}  least {least}  most {most}")


def starts(server: Sshd, url: str, docker: str, name: str, runs: int) -> None:
    """Measure the first name, warm and cold."""
    longshore, ps = (*LONGSHORE, "--host", url), (docker, "--host", url, "ps", "--all")
    warm: dict[str, list[float]] = {"longshore": [], "docker ps": []}
    with control_connection(server):
        for run in range(runs + 1):
            for label, command in (("longshore", longshore), ("docker ps", ps)):
                took = first_name(command, name, server.path)
                if run:
                    warm[label].append(took)
    cold: dict[str, list[float]] = {"longshore": [], "docker ps": [], "ssh host true": []}
    for run in range(runs + 1):
        found = {
            "longshore": first_name(longshore, name, server.path),
            "docker ps": first_name(ps, name, server.path),
            "ssh host true": timed(lambda: subprocess.run(["ssh", HOST, "true"], check=True)),
        }
        for label, took in found.items():
            if run:
                cold[label].append(took)
    local = [first_name((*LONGSHORE, "--host", f"unix://{url.partition(HOST)[2]}"), name, server.path) for _ in range(runs)]
    for kind, table in (("warm", warm), ("cold", cold)):
        for label, values in table.items():
            say(f"first name, {kind}: {label}", values)
    say("first name on the unix socket: longshore", local)


def events(server: Sshd, url: str, engine: str, rounds: int) -> None:
    """Measure how soon a change is on the screen, over SSH and on the socket."""
    prefix = f"a-bench-{os.getpid()}-"
    with crowd(engine, CONTAINERS, lambda client, number: client.run(name=f"{prefix}{number:02}")) as client:
        for label, address in (("unix socket", engine), ("SSH", url)):
            with Program(("--host", address), columns=120, rows=40, env={"PATH": server.path}) as program:
                program.wait_for("API 1.")
                program.press("%")
                program.wait_until_gone("CPU %")
                time.sleep(1)
                seen = [
                    change(program, client, f"{prefix}{number % CONTAINERS:02}", action).milliseconds
                    for number in range(rounds)
                    for action in ("pause", "unpause")
                ]
            say(f"event on the screen: {label}", seen, "ms")


def echo(server: Sshd, url: str, engine: str, docker: str) -> None:
    """Measure the echo of keys in a shell."""
    client = Docker(engine, f"bench-{os.getpid()}")
    try:
        client.run(name="remote-echo-bench")
        plain = ("ssh", "-t", HOST, docker, "-H", engine, "exec", "-it", "remote-echo-bench", "sh")
        with Program(command=plain, env={"PATH": server.path}) as program:
            program.wait_for("/ #")
            say("echo: ssh -t host docker exec -it", echoes(program), "ms")
        with Program(("-H", url, "exec", "remote-echo-bench"), env={"PATH": server.path}) as program:
            program.wait_for("/ #")
            time.sleep(1)
            say("echo: longshore over SSH", echoes(program), "ms")
    finally:
        client.clean_up()


async def counts(server: Sshd, url: str, engine: str) -> None:
    """Count the processes and connections behind a list, statistics, logs and shells."""
    client = Docker(engine, f"bench-{os.getpid()}")
    web = client.run("sh", "-c", "while :; do echo tick; sleep 0.1; done")

    async def consume(stream: object, started: asyncio.Event) -> None:
        async for _ in stream:  # type: ignore[attr-defined]
            started.set()

    try:
        async with Engine.connect(url) as connected:
            begun = [asyncio.Event() for _ in range(STREAMS + LOGS)]
            streams = [connected.containers.stats(web) for _ in range(STREAMS)]
            streams += [connected.containers.logs(web, tty=False, stdout=True, follow=True) for _ in range(LOGS)]
            tasks = [asyncio.create_task(consume(*each)) for each in zip(streams, begun, strict=True)]
            await asyncio.gather(*(each.wait() for each in begun))
            for _ in range(SHELLS):
                made = await connected.execs.create(web, ExecCreate(cmd=["sh"], tty=True, attach_stdin=True))
                await (await connected.execs.start(made, tty=True)).read()
            await connected.containers.list()
            what = f"a list, {STREAMS} statistics, {LOGS} logs, {SHELLS} shells"
            print(f"{what}: {len(ssh_processes(server))} ssh process, {server.connections()} TCP connection")
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        client.clean_up()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.remote", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--docker", default=shutil.which("docker") or "docker")
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    name = f"a-remote-bench-{os.getpid()}"
    path = asked.engine.removeprefix("unix://")
    with tempfile.TemporaryDirectory(prefix="remote-") as folder, sshd(Path(folder)) as server:
        server.restart(SetEnv=f"DOCKER_HOST={asked.engine} PATH={Path(asked.docker).parent}:/usr/bin:/bin")
        os.environ["PATH"] = server.path
        url = f"{server.address}{path}"
        client = Docker(asked.engine, name)
        try:
            client.create(name=name)
            starts(server, url, asked.docker, name, asked.runs)
            echo(server, url, asked.engine, asked.docker)
            events(server, url, asked.engine, asked.runs)
            asyncio.run(counts(server, url, asked.engine))
        finally:
            client.clean_up()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
