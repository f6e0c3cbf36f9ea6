"""What the live data remembers after many lives, an idle time and a long log: memory must stand still.

    python -m tests.bench.soak --lives 20000 --idle 60 --log 60
    python -m tests.bench.soak --lives 20000 --events    # the events of lives alone: minutes instead of hours

The demo engine runs in another process; its containers are made, started, stopped and removed through its API while
a session with everything that a screen watches is connected. Printed are the resident memory in kB over time, its slope in
kB a life, and which collections grew. Ends with status 1 when the slope is over 0.02 kB a life.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass
from typing import Any

from tui.engine import Address
from tui.live.compose.projects import Projects
from tui.live.containers.container import PROJECT
from tui.live.containers.used_by import WithUsers, images_of
from tui.live.engine_session import Session
from tui.live.objects.images import IMAGES
from tui.live.state.collection import Collection
from tui.resources.registry import EVENTS

POINTS = 20
AT_ONCE = 12  # lives
FLAT = 0.02  # kB a life


def remembered(found: object) -> dict[str, int]:
    """The size of every collection that an object of the live data and its parts hold, by where it is."""
    sizes: dict[str, int] = {}
    seen: set[int] = set()
    waiting: list[tuple[str, object]] = [(type(found).__name__.lower(), found)]
    while waiting:
        name, found = waiting.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, Mapping | set | frozenset | list) or type(found).__name__ == "deque":
            sizes[name] = len(found)  # type: ignore[arg-type]
        if isinstance(found, Mapping):
            waiting += [(f"{name}[{key}]", each) for key, each in found.items()]
        elif type(found).__module__.startswith("tui.live") and not is_dataclass(found):  # rows are as large as they are
            waiting += [(f"{name}.{field}", each) for field, each in fields(found)]
    return sizes


def _all_remembered(*found: object) -> dict[str, int]:
    return {name: size for each in found for name, size in remembered(each).items()}


def fields(found: object) -> Iterable[tuple[str, Any]]:
    """The attributes of an object, in its dictionary or its slots."""
    if hasattr(found, "__dict__"):
        yield from vars(found).items()
    else:
        for name in getattr(type(found), "__slots__", ()):
            yield name, getattr(found, name, None)


def memory() -> int:
    """This process's resident memory in kB."""
    gc.collect()
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the line that fits the points best."""
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


@contextmanager
def engine_of_its_own() -> Iterator[str]:
    """A demo engine in another process, whose memory is not counted; yields its address."""
    serve = (
        "import sys; from tui.demo.background import serve_in_background\n"
        "with serve_in_background() as address: print(address, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", serve], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()  # the end of its input ends it


Live = Callable[[int], Awaitable[object]]


async def soak(lives: int, idle: float, log: float) -> int:
    """Lives in a demo engine, then an idle time and a time with logs; the status to end with."""
    from tui.engine.objects.containers import ContainerCreate

    with engine_of_its_own() as address:
        async with Session.open(address, events=EVENTS) as session:
            await _connected(session)
            images = session.store.of(IMAGES)
            image = next(iter(session.store.containers.rows.values())).image

            async def live(number: int) -> None:
                containers = session.engine.containers
                made = await containers.create(ContainerCreate(image=image, labels={PROJECT: f"soak-{number}"}))
                await containers.start(made.id)
                await containers.remove(made.id, force=True)

            status = await _lives(session, images, lives, live)
            _print("idle", await _over(idle))
            _print("log", await _logs(session, log))
    return status


async def soak_with_events(lives: int) -> int:
    """As `soak`, but the engine is a script's, which only tells of the lives: some thousand a minute."""
    from tests.live.scripted import ScriptedEngine, running

    engine = ScriptedEngine(running("web"))
    async with Session(Address.parse("unix:///scripted"), engine.store()) as session:
        await _connected(session)

        async def live(number: int) -> None:
            for action in ("create", "start", "die", "destroy"):
                engine.happen(action, f"soak-{number}", exitCode="1", **{PROJECT: f"soak-{number}"})
            await asyncio.sleep(0.002)

        return await _lives(session, Collection(), lives, live)


async def _connected(session: Session) -> None:
    while not session.connected:  # noqa: ASYNC110 - a bench, not a test
        await asyncio.sleep(0.01)


async def _lives(session: Session, images: Collection[Any], lives: int, live: Live) -> int:
    """So many lives under everything that a screen joins and watches; the status to end with."""
    containers = session.store.containers
    joined = [WithUsers(images, containers, lambda row: row.id, images_of), Projects(containers)]
    session.network_inspector.watch(lambda _row: True)
    session.inspector.watch(containers.rows)
    numbers = iter(range(lives))

    async def some() -> None:
        nonlocal done
        for number in numbers:
            await live(number)
            done += 1

    done = 0  # a list of them would grow with them
    before: dict[str, int] = {}
    points: list[tuple[float, float]] = []
    workers = [asyncio.ensure_future(some()) for _ in range(AT_ONCE)]
    began = time.monotonic()
    print(f"{'lives':>8} {'s':>6} {'kB':>8}")
    for step in range(1, POINTS + 1):
        wanted = lives * step // POINTS
        while done < wanted and not all(worker.done() for worker in workers):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        points.append((done, memory()))
        print(f"{done:8} {time.monotonic() - began:6.0f} {points[-1][1]:8.0f}", flush=True)
        if step == POINTS // 4:
            before = _all_remembered(session, *joined)
    await asyncio.gather(*workers)
    await asyncio.sleep(1)  # what is gathered is told
    grown = {
        name: (before.get(name, 0), size)
        for name, size in _all_remembered(session, *joined).items()
        if size > before.get(name, 0) + 8
    }
    steady = slope(points[-POINTS // 4 :])  # caches are full by then
    print(f"slope in the last quarter: {steady:.4f} kB a life; grew: {grown or 'nothing'}")
    return int(steady > FLAT)


async def _over(seconds: float) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    began = time.monotonic()
    while (now := time.monotonic() - began) < seconds:
        points.append((now, memory()))
        await asyncio.sleep(seconds / POINTS)
    return points


async def _logs(session: Session, seconds: float) -> list[tuple[float, float]]:
    from tui.live.logs.reader import LogReader, Source
    from tui.resources.logs.notes import note_words

    rows = [row for row in session.store.containers.rows.values() if row.alive]
    if not rows or not seconds:
        return []
    reader = LogReader(session, [Source(row.id, row.name) for row in rows[:8]], note_words, limit_bytes=1_000_000)
    reading = asyncio.ensure_future(reader.run())
    points = await _over(seconds)
    print(f"{len(reader.buffer)} lines kept of {reader.buffer.dropped_oldest + len(reader.buffer)}")
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return points


def _print(what: str, points: Sequence[tuple[float, float]]) -> None:
    if points:
        kept = points[len(points) // 4 :]
        print(
            f"{what}: " + " ".join(f"{kb:.0f}" for _, kb in points) + f" kB; slope {slope(kept) * 3600:.0f} kB an hour",
            flush=True,
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    made = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__.splitlines()[0])
    made.add_argument("--lives", type=int, default=2000)
    made.add_argument("--idle", type=float, default=0.0, help="seconds")
    made.add_argument("--log", type=float, default=0.0, help="seconds")
    made.add_argument("--events", action="store_true", help="an engine that only tells of lives, and is not there otherwise")
    asked = made.parse_args(argv)
    return asyncio.run(soak_with_events(asked.lives) if asked.events else soak(asked.lives, asked.idle, asked.log))


if __name__ == "__main__":
    sys.exit(main())
