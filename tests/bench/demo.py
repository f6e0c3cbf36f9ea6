"""What the demo engine can bear: 10,000 containers listed, 1,000 stats streams held, and how soon it serves.

python -m tests.bench.demo
"""

from __future__ import annotations

import asyncio
import resource
import time

from tests.demo.asking import Client, ask, connected
from tui.demo import DemoEngine
from tui.demo.scenarios.many import many_containers
from tui.demo.scenarios.shop import compose_shop

CONTAINERS, STREAMS, SECONDS = 10_000, 1_000, 10


async def start() -> float:
    """Seconds from nothing to the shop's list."""
    begun = time.perf_counter()
    async with DemoEngine(compose_shop()).serve() as address:
        await ask(address, "GET", "/containers/json?all=1")
    return time.perf_counter() - begun


async def listing() -> tuple[float, float, float, int]:
    """Seconds to make the world, to list it, to list it again, and the bytes of the list."""
    begun = time.perf_counter()
    demo = DemoEngine(many_containers(CONTAINERS))
    made = time.perf_counter() - begun
    async with demo.serve() as address:
        times = []
        for _ in range(2):
            begun = time.perf_counter()
            reply = await ask(address, "GET", "/containers/json?all=1")
            times.append(time.perf_counter() - begun)
    return made, times[0], times[1], len(reply.body)


async def frames_of(address: str, name: str, count: list[int], until: float) -> None:
    """Count the frames of one stats stream."""
    async with connected(address) as client:
        await client.send("GET", f"/containers/{name}/stats")
        await client.head()
        await _count(client, count, until)


async def _count(client: Client, count: list[int], until: float) -> None:
    try:
        async with asyncio.timeout_at(until):
            async for piece in client.pieces():
                count[0] += piece.count(b"\n")
    except TimeoutError:
        return


async def streams() -> tuple[int, float]:
    """Frames of all streams in ten seconds, and the CPU seconds that engine and readers took together."""
    demo = DemoEngine(many_containers(STREAMS))
    async with demo.serve() as address:
        used, count = time.process_time(), [0]
        until = asyncio.get_running_loop().time() + SECONDS
        await asyncio.gather(*(frames_of(address, one, count, until) for one in list(demo.world.containers)))
        return count[0], time.process_time() - used


async def main() -> None:
    """Print the figures."""
    low, high = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(high, max(low, 4 * STREAMS)), high))
    print(f"the shop is made, served and listed in {await start():.3f} s")
    made, first, second, size = await listing()
    print(
        f"{CONTAINERS} containers: made in {made:.2f} s, listed in {first:.2f} s, again in {second:.2f} s, {size / 1e6:.1f} MB"
    )
    frames, cpu = await streams()
    print(
        f"{STREAMS} stats streams for {SECONDS} s: {frames} frames, {cpu:.1f} s of CPU with their readers in the same process"
    )
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main())
