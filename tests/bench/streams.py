"""What a stream of statistics costs the client: CPU to open it, CPU for each frame.

    python -m tests.bench.streams
    python -m tests.bench.streams --streams 100 --frames 60

A process of its own plays the engine and sends each stream a frame of `docker stats` at a time, as an engine does once a
second. Measured is the CPU of this process: from the request to the first frame, and for each further one until it is
decoded; and, beside it, the CPU of decoding alone, which no way of receiving can go below.
Wants: at most 0.35 ms to open a stream, at most 90 microseconds for a frame.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from contextlib import aclosing
from multiprocessing.connection import Connection
from pathlib import Path

from tui.engine import Engine
from tui.engine.objects.stats import Stats
from tui.engine.transport.decoding import decode

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
PING = b"HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nContent-Length: 2\r\n\r\nOK"
CPU = (
    '{"cpu_usage":{"total_usage":21519000,"usage_in_kernelmode":3990000,"usage_in_usermode":17528000},'
    '"system_cpu_usage":23419880000000,"online_cpus":2,'
    '"throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}}'
)
TABLE = ",".join(f'"{name}":{number * 4096}' for number, name in enumerate(f"some_counter_{n}" for n in range(36)))
BLOCKS = ",".join(f'{{"major":254,"minor":0,"op":"{op}","value":4096}}' for op in ("read", "write"))
NETWORK = (
    '"networks":{"eth0":{"rx_bytes":1116,"rx_packets":14,"rx_errors":0,"rx_dropped":0,"tx_bytes":126,"tx_packets":3,'
    '"tx_errors":0,"tx_dropped":0}}'
)
FRAME = (
    f'{{"name":"/web-1","id":"{"b19c1a20" * 8}","read":"2026-11-30T08:59:03.123456789Z","preread":'
    f'"2026-11-30T08:59:02.123456789Z","pids_stats":{{"current":1,"limit":18446744073709551615}},"blkio_stats":'
    f'{{"io_service_bytes_recursive":[{BLOCKS}],"io_serviced_recursive":null}},"num_procs":0,"storage_stats":{{}},'
    f'"cpu_stats":{CPU},"precpu_stats":{CPU},"memory_stats":{{"usage":335872,"stats":{{{TABLE}}},"limit":25276059648}},'
    f"{NETWORK}}}\n"
).encode()
"""A frame as Docker 28 sends it, 2.0 kB."""

APART = 0.001  # seconds between two frames: each wakes the client, as those of an engine do


def _serve(path: str, control: Connection) -> None:
    """Play the engine: send each open stream a frame whenever the other process asks for one."""

    async def serve() -> None:
        streams: list[asyncio.StreamWriter] = []

        async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while (line := await reader.readline()).startswith(b"GET"):
                while (await reader.readline()).strip():
                    pass
                if b"/_ping" in line:
                    writer.write(PING)
                    continue
                writer.write(HEAD)
                writer.write(_chunk())
                if b"/containers/%064x/" % 0 not in line:
                    streams.append(writer)

        async with await asyncio.start_unix_server(client, path):
            control.send("ready")
            while await asyncio.to_thread(control.recv):
                for each in streams:
                    each.write(_chunk())
                    await asyncio.sleep(APART)

    asyncio.run(serve())


def _chunk() -> bytes:
    return b"%x\r\n%b\r\n" % (len(FRAME), FRAME)


async def measure(path: str, control: Connection, streams: int, frames: int) -> tuple[float, float]:
    """Return the CPU seconds of opening a stream and of a frame."""
    arrived, count = asyncio.Event(), 0

    async def follow(engine: Engine, number: int) -> None:
        nonlocal count
        async with aclosing(engine.containers.stats(f"{number:064x}")) as samples:
            async for sample in samples:
                assert sample.pids_stats.current == 1
                count += 1
                if count % streams == 0:
                    arrived.set()

    async def all_arrived() -> None:
        await arrived.wait()
        arrived.clear()

    async with Engine.connect(f"unix://{path}") as engine, asyncio.TaskGroup() as group:
        async with aclosing(engine.containers.stats("0" * 64)) as warming_up:
            await anext(warming_up)
        began = time.process_time()
        tasks = [group.create_task(follow(engine, number)) for number in range(1, streams + 1)]
        await all_arrived()
        opened = time.process_time() - began
        began = time.process_time()
        for _ in range(frames):
            control.send("frame")
            await all_arrived()
        taken = time.process_time() - began
        for task in tasks:
            task.cancel()
    return opened / streams, taken / streams / frames


def decoding(frames: int) -> float:
    """Return the CPU seconds of decoding one frame."""
    began = time.process_time()
    for _ in range(frames):
        decode(FRAME, Stats)
    return (time.process_time() - began) / frames


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.streams", description=__doc__.partition("\n")[0])
    parser.add_argument("--streams", type=int, default=36)
    parser.add_argument("--frames", type=int, default=100, help="of each stream (100)")
    asked = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.TemporaryDirectory(prefix="longshore-streams-") as folder:
        path = str(Path(folder) / "engine.sock")
        engine = context.Process(target=_serve, args=(path, theirs), daemon=True)
        engine.start()
        try:
            ours.recv()
            opening, frame = asyncio.run(measure(path, ours, asked.streams, asked.frames))
        finally:
            engine.terminate()
            engine.join()
    print(f"{asked.streams} streams, {asked.frames} frames of {len(FRAME)} bytes each")
    print(f"open a stream, with its first frame: {opening * 1e3:.2f} ms of CPU (at most 0.35)")
    print(f"a frame: {frame * 1e6:.0f} microseconds of CPU (at most 90); {decoding(2000) * 1e6:.0f} of it decode")


if __name__ == "__main__":
    main()
