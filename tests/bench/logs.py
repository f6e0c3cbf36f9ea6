"""Logs beside `docker logs`, on the same containers in the same run: `python -m tests.bench.logs ADDRESS [DOCKER]`.

ADDRESS is an engine's (unix:///...), DOCKER the docker command. Measured is what stands below the screen: until the last line
is known, what it costs in memory and CPU; then a search among 1,000,000 loaded lines.
"""

import argparse
import asyncio
import os
import resource
import secrets
import subprocess
import time
from collections.abc import Callable

from tests.docker import Docker
from tui.live.engine_session import Session
from tui.live.expressions import Expression
from tui.live.logs.buffer import LogBuffer
from tui.live.logs.reader import LogReader, Source
from tui.resources.logs.filters import Rows
from tui.resources.logs.match_search import Finding
from tui.resources.logs.notes import note_words

LINES = 200_000
TEXT = "sed 's/.*/line & of a log, with a few words to make it as long as lines are/'"
LAST = f"line {LINES} ".encode()


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def until(condition: Callable[[], object], seconds: float = 60) -> float:
    """Wait, looking every millisecond; when it was true."""
    end = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError
        await asyncio.sleep(0.001)
    return time.perf_counter()


def last_line(reader: LogReader) -> bytes:
    """The newest line that is no note."""
    lines = reader.buffer.lines(reader.buffer.end_id - 5, reader.buffer.end_id)
    return next((line.data for line in reversed(lines) if line.stream != "note"), b"")


def docker_logs(command: str, address: str, id: str) -> float:
    """Seconds `docker logs` takes."""
    start = time.perf_counter()
    subprocess.run([command, "-H", address, "logs", id], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def docker_follows(command: str, address: str, id: str) -> float:
    """When `docker logs -f` shows the last line."""
    with subprocess.Popen([command, "-H", address, "logs", "-f", id], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        rest = b""
        while LAST not in rest:
            rest = rest[-200:] + os.read(process.stdout.fileno(), 1 << 20)
        end = time.perf_counter()
        process.kill()
    return end


class Bench:
    def __init__(self, session: Session, docker: Docker, command: str) -> None:
        self.session, self.docker, self.command = session, docker, command

    async def open(self, id: str) -> tuple[LogReader, "asyncio.Task[None]"]:
        await until(lambda: id in self.session.store.containers.rows)
        reader = LogReader(self.session, [Source(id, id[:12])], note_words)
        return reader, asyncio.create_task(reader.run())

    async def finished(self) -> None:
        id = await asyncio.to_thread(self.docker.run, "sh", "-c", f"seq {LINES} | {TEXT}")
        await asyncio.to_thread(self.docker.wait, id)
        theirs = await asyncio.to_thread(docker_logs, self.command, self.docker.address, id)
        start = time.perf_counter()
        reader, task = await self.open(id)
        ours = await until(lambda: last_line(reader).startswith(LAST)) - start
        print(f"finished log of {LINES:,} lines, last line known: {ours:.3f} s (under 0.25); docker logs {theirs:.2f} s")
        start = time.perf_counter()
        job = await reader.search_all(Expression("line 199999 ")).wait()
        assert job.result is not None
        assert job.result.matching == 1
        print(f"  looked through whole at the engine: {time.perf_counter() - start:.2f} s")
        start, pages = time.perf_counter(), 0
        while await reader.older():
            pages += 1
        print(f"  paged to its start: {time.perf_counter() - start:.2f} s, {pages} pages, {len(reader.buffer):,} lines")
        print(f"  memory at most {peak_megabytes():.0f} MB (under 100)")
        task.cancel()

    async def live(self) -> None:
        script = f"while ! test -e /go; do sleep 0.05; done; seq {LINES} | {TEXT}; sleep 3600"
        id = await asyncio.to_thread(self.docker.run, "sh", "-c", script)
        reader, task = await self.open(id)
        theirs = asyncio.create_task(asyncio.to_thread(docker_follows, self.command, self.docker.address, id))
        await asyncio.sleep(0.5)
        start, cpu = time.perf_counter(), time.process_time()
        await asyncio.to_thread(self.docker.exec, id, "touch", "/go")
        ours = await until(lambda: last_line(reader).startswith(LAST)) - start
        used = time.process_time() - cpu
        print(
            f"the same printed live: last line after {ours:.2f} s (CPU {used:.2f} s, about {reader.skipped:,} skipped,", end=""
        )
        print(f" {len(reader.buffer):,} kept); docker logs -f {await theirs - start:.2f} s")
        task.cancel()

    async def flood(self) -> None:
        id = await asyncio.to_thread(self.docker.run, "sh", "-c", "timeout 6 yes a line of a flood that never ends; sleep 3600")
        reader, task = await self.open(id)
        await asyncio.sleep(2)
        cpu, start, worst = time.process_time(), time.perf_counter(), 0.0
        while time.perf_counter() < start + 3:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            worst = max(worst, time.perf_counter() - before)
        share = (time.process_time() - cpu) / (time.perf_counter() - start)
        print(f"flood: {share:.0%} of a core, the event loop held {worst * 1000:.0f} ms at most (under 50)", end="")
        print(f", about {reader.skipped:,} lines skipped, {len(reader.buffer):,} kept")
        task.cancel()

    async def long_line(self) -> None:
        id = await asyncio.to_thread(self.docker.run, "sh", "-c", "head -c 100000000 /dev/zero | tr '\\0' x; echo; echo after")
        await asyncio.to_thread(self.docker.wait, id)
        start = time.perf_counter()
        reader, task = await self.open(id)
        first = await until(lambda: last_line(reader) == b"after") - start
        await reader.older()
        line = reader.buffer.line(reader.buffer.first_id)
        print(f"a line of 100 MB: the line after it known in {first:.3f} s, itself abbreviated in", end="")
        size = (len(line.data) + line.left_out) / 1e6
        print(f" {time.perf_counter() - start:.2f} s ({size:.0f} MB); memory {peak_megabytes():.0f} MB")
        task.cancel()


def search() -> None:
    buffer = LogBuffer(256 * 2**20)
    count = 1_000_000
    for start in range(0, count, 5000):
        buffer.append(
            (n, 0, n & 1, b"%d a line of text, with a few words to make it as long as lines are" % n, 0)
            for n in range(start, start + 5000)
        )
    buffer.append([(count, 0, 0, b"the Needle in it", 0)])
    for text in ("Needle", "needle", r"ne+dle\s", r"Nee[^x]le in"):
        start_time = time.perf_counter()
        finding = Finding(Rows(buffer), text)
        while finding.work(1.0):
            pass
        assert len(finding) == 1
        print(f"search among 1,000,000 lines for {text!r}: {time.perf_counter() - start_time:.2f} s")


async def run(address: str, command: str) -> None:
    docker = Docker(address, f"bench-{secrets.token_hex(3)}")
    try:
        async with Session.open(address) as session:
            await until(lambda: session.connected)
            bench = Bench(session, docker, command)
            await bench.finished()
            await bench.live()
            await bench.flood()
            await bench.long_line()
    finally:
        docker.clean_up()
    search()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("docker", nargs="?", default="docker")
    given = parser.parse_args()
    asyncio.run(run(given.address, given.docker))


if __name__ == "__main__":
    main()
