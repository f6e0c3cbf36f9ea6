"""A client with a scripted engine: faults and timing that a real engine cannot produce on demand."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from tui.engine import errors
from tui.engine.objects.containers import ContainerInspect, ContainerState, ContainerSummary
from tui.engine.objects.events import Actor, Event
from tui.engine.objects.stats import CpuStats, CpuUsage, MemoryStats, Stats
from tui.engine.objects.system import Ping, SystemInfo
from tui.live.containers.container import CONTAINERS, Container
from tui.live.state.store import Store

LOST = errors.ConnectionLost("The connection was lost.")


def id_of(name: str) -> str:
    """Return a full id for a short name."""
    return name.encode().hex().ljust(64, "0")


def running(name: str, status: str = "Up 5 minutes") -> ContainerSummary:
    return ContainerSummary(id=id_of(name), names=[f"/{name}"], state="running", status=status)


def exited(name: str, code: int = 0) -> ContainerSummary:
    return ContainerSummary(id=id_of(name), names=[f"/{name}"], state="exited", status=f"Exited ({code}) 2 hours ago")


class ScriptedEngine:
    """Lists `listed`; `happen` sends events; `break_down` and `recover` simulate a loss; `asked` counts requests."""

    def __init__(self, *listed: ContainerSummary) -> None:
        self.listed = {summary.id: summary for summary in listed}
        self.restart_counts: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.down: errors.EngineError | None = None
        self.refusal: errors.EngineRefusal | None = None  # of the list
        self.info_refusal: errors.EngineRefusal | None = None
        self.answers = Ping(api_version="1.51", server="Docker/28.5.2 (linux)")
        self.identity = "one"
        self.lets_subscribe = asyncio.Event()  # cleared: subscribing to events gets no answer
        self.lets_subscribe.set()
        self.lets_ping = asyncio.Event()  # cleared: a ping gets no answer
        self.lets_ping.set()
        self.while_listing: list[Callable[[], None]] = []  # called after the list was built, before the answer arrives
        self.filters: Mapping[str, Sequence[str]] = {}
        self.sinces: list[str] = []
        self.sampled: dict[str, asyncio.Queue[Stats | None]] = {}
        self._streams: list[asyncio.Queue[Event | None]] = []
        self._time = 1_800_000_000_000_000_000
        # the client's attributes
        self.newest = False  # whether it serves what newer APIs have
        self.api_version = "1.51"
        self.ping_info = self.answers
        self.containers = self
        self.system = self

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["ScriptedEngine"]:
        self._request("connect")
        self.ping_info = self.answers
        yield self

    async def prepare(self) -> None:
        pass

    async def explain(self, error: errors.EngineError) -> errors.EngineError:
        return error

    def store(self) -> Store[Container]:
        return Store(self.connect, CONTAINERS)  # type: ignore[arg-type]

    # controls for tests

    def happen(self, action: str, name: str, type: str = "container", new_name: str = "", **attributes: str) -> None:
        """Send an event to all subscribers."""
        self._time += 1_000_000
        actor = Actor(id_of(name), {"name": new_name or name, **attributes})
        for stream in self._streams:
            stream.put_nowait(Event(type=type, action=action, actor=actor, time=self._time // 10**9, time_nano=self._time))

    def break_down(self, reason: errors.EngineError = LOST) -> None:
        """End all streams and refuse all requests."""
        self.down = reason
        self.end_streams()

    def end_streams(self) -> None:
        """End the streams of events, as a proxy's idle timeout does."""
        for stream in self._streams:
            stream.put_nowait(None)
        for frames in self.sampled.values():
            frames.put_nowait(None)

    def recover(self) -> None:
        self.down = None

    def sample(self, name: str, used: int, second: int = 0) -> None:
        """Send a frame of statistics: `used` bytes of memory; second 0 is a stream's first frame."""
        cpu = CpuStats(cpu_usage=CpuUsage(total_usage=second), system_cpu_usage=10 * second, online_cpus=1)
        self.sampled[id_of(name)].put_nowait(
            Stats(
                read=f"2026-03-01T10:00:{second + 1:02}Z",
                preread=f"2026-03-01T10:00:{second:02}Z" if second else "0001-01-01T00:00:00Z",
                cpu_stats=cpu,
                memory_stats=MemoryStats(usage=used, limit=1000),
            )
        )

    @property
    def requests(self) -> int:
        return self.asked.total()

    @property
    def subscribed(self) -> int:
        return len(self._streams)

    # requests

    async def ping(self) -> Ping:
        self._request("ping")
        await self.lets_ping.wait()
        return self.answers

    async def list(self, all: bool = True, filters: Mapping[str, Sequence[str]] | None = None) -> list[ContainerSummary]:
        self._request("list" if filters is None else "list some")
        answer = [summary for id, summary in self.listed.items() if filters is None or id in filters["id"]]
        await asyncio.sleep(0)
        while self.while_listing:
            self.while_listing.pop(0)()
            await asyncio.sleep(0.01)
        if self.refusal:
            raise self.refusal
        return answer

    async def inspect(self, id: str) -> ContainerInspect:
        self._request("inspect")
        if id not in self.listed:
            raise errors.NotFound(f"No such container: {id}", "ContainerInspect", 404)
        return ContainerInspect(id=id, restart_count=self.restart_counts[id], state=ContainerState(running=True))

    async def info(self) -> SystemInfo:
        self._request("info")
        if self.info_refusal:
            raise self.info_refusal
        return SystemInfo(id=self.identity)

    def when_slow(self, notify: Callable[[float], object]) -> None:
        self.notify_slow = notify

    async def events(
        self,
        since: str = "",
        filters: Mapping[str, Sequence[str]] | None = None,
        begun: Callable[[], object] | None = None,
    ) -> AsyncGenerator[Event, None]:
        self._request("events")
        await self.lets_subscribe.wait()
        if begun is not None:
            begun()
        self.filters = filters or {}
        self.sinces.append(since)
        stream: asyncio.Queue[Event | None] = asyncio.Queue()
        self._streams.append(stream)
        try:
            while event := await stream.get():
                yield event
            if self.down:
                raise self.down
        finally:
            self._streams.remove(stream)

    async def stats(self, id: str) -> AsyncGenerator[Stats, None]:
        self._request("stats")
        self.sampled[id] = asyncio.Queue()
        try:
            while frame := await self.sampled[id].get():
                yield frame
        finally:
            del self.sampled[id]

    def serves(self, _version: str) -> bool:
        return self.newest

    async def stats_once(self, id: str) -> Stats:
        self._request("stats once")
        used = self.asked["stats once"]
        cpu = CpuStats(cpu_usage=CpuUsage(total_usage=used), system_cpu_usage=10 * used, online_cpus=1)
        return Stats(read=f"2026-03-01T11:00:{used:02}Z", cpu_stats=cpu, memory_stats=MemoryStats(usage=used, limit=1000))

    def _request(self, what: str) -> None:
        self.asked[what] += 1
        if self.down:
            raise self.down


@asynccontextmanager
async def at_work(*workers: Callable[[], object]) -> AsyncIterator[None]:
    """Run these coroutine functions during a test; an exception fails the test."""
    tasks = [asyncio.ensure_future(worker()) for worker in workers]  # type: ignore[arg-type]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
