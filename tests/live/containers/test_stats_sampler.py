"""Statistics: streams only for watched, running containers; one batch a second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.live.scripted import ScriptedEngine, at_work, exited, id_of, running
from tests.waiting import until_async
from tui.engine.objects.stats import CpuStats, CpuUsage, Stats
from tui.live.containers.container import Container
from tui.live.containers.stats_math import Usage
from tui.live.containers.stats_sampler import Arrival, StatsSampler
from tui.live.state.store import Connected, Lost, Store


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.state.store.FIRST_DELAY", 0.01)
    monkeypatch.setattr("tui.live.containers.stats_sampler.GATHER", 0.02)
    monkeypatch.setattr("tui.live.containers.stats_sampler.FIRST_GATHER", 0.01)
    monkeypatch.setattr("tui.live.containers.stats_sampler.SETTLE", 0.001)


@asynccontextmanager
async def sampling(engine: ScriptedEngine) -> AsyncIterator[tuple[Store[Container], StatsSampler]]:
    store = engine.store()
    sampler = StatsSampler(store)
    async with at_work(store.run, sampler.run):
        await until_async(lambda: isinstance(store.connection.value, Connected))
        yield store, sampler


def sampled(engine: ScriptedEngine, *names: str) -> bool:
    return engine.sampled.keys() == {id_of(name) for name in names}


def row(store: Store[Container], name: str) -> Container:
    return store.containers.rows[id_of(name)]


async def test_only_watched_and_running_containers_are_sampled() -> None:
    engine = ScriptedEngine(running("web"), running("db"), exited("job"))
    async with sampling(engine) as (_, sampler):
        sampler.watch([id_of("web"), id_of("job"), id_of("unknown")])
        await until_async(lambda: sampled(engine, "web"))
        sampler.watch([id_of("db")])
        await until_async(lambda: sampled(engine, "db"))
        sampler.watch([])
        await until_async(lambda: sampled(engine))
    assert engine.asked["stats"] == 2


async def test_the_first_frame_tells_memory_and_processes_and_the_second_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.containers.stats_sampler.GATHER", 60.0)  # neither waits for the next batch
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
        engine.sample("web", 100)
        first = await until_async(lambda: row(store, "web").usage)
        assert (first.memory, first.cpu_percent) == (100, None)
        engine.sample("web", 200, second=1)
        second = await until_async(lambda: (found := row(store, "web").usage) is not first and found)
        assert (second.memory, second.cpu_percent) == (200, pytest.approx(10.0))


async def test_a_stream_opened_again_does_not_hide_the_cpu_for_a_second() -> None:
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
        engine.sample("web", 100)
        engine.sample("web", 200, second=1)
        await until_async(lambda: row(store, "web").usage)
        engine.break_down()
        await until_async(lambda: isinstance(store.connection.value, Lost) and sampled(engine))
        engine.recover()
        await until_async(lambda: sampled(engine, "web"))
        shown: list[float | None] = []
        store.containers.changed.subscribe(lambda _: (use := row(store, "web").usage) and shown.append(use.cpu_percent))
        engine.sample("web", 300)
        engine.sample("web", 400, second=1)
        await until_async(lambda: (use := row(store, "web").usage) and use.memory == 400)
        assert None not in shown


async def test_rows_that_pass_by_get_no_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.containers.stats_sampler.SETTLE", 0.5)
    names = [f"c{number}" for number in range(20)]
    engine = ScriptedEngine(*(running(name) for name in names))
    async with sampling(engine) as (_, sampler):
        sampler.watch([id_of("c0")])
        await until_async(lambda: sampled(engine, "c0"))
        for name in names:
            sampler.watch([id_of(name)])
            await asyncio.sleep(0)  # the sampler may act between
        await until_async(lambda: sampled(engine, "c19"))
    assert engine.asked["stats"] == 2


async def test_frames_of_one_second_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.containers.stats_sampler.FIRST_GATHER", 0.2)
    names = [f"c{number}" for number in range(100)]
    engine = ScriptedEngine(*(running(name) for name in names))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of(name) for name in names])
        await until_async(lambda: sampled(engine, *names))
        told: list[int] = []
        store.containers.changed.subscribe(lambda changes: told.append(len(changes.changed)))
        for second in range(2):
            for name in names:
                engine.sample(name, 100, second)
        await until_async(lambda: told)
        assert told == [100]


async def test_a_container_that_ends_loses_its_stream_and_its_numbers() -> None:
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
        engine.sample("web", 100)
        engine.sample("web", 200, second=1)
        await until_async(lambda: row(store, "web").usage)
        engine.listed[id_of("web")] = exited("web")
        engine.happen("die", "web", exitCode="0")
        await until_async(lambda: sampled(engine))
        assert row(store, "web").usage is None
        engine.listed[id_of("web")] = running("web")
        engine.happen("start", "web")
        await until_async(lambda: sampled(engine, "web"))


async def test_what_is_no_longer_watched_shows_no_old_numbers() -> None:
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
        engine.sample("web", 100)
        engine.sample("web", 200, second=1)
        await until_async(lambda: row(store, "web").usage)
        sampler.watch([])
        await until_async(lambda: row(store, "web").usage is None)


async def test_a_lost_connection_keeps_the_numbers_and_opens_the_streams_again() -> None:
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
        engine.sample("web", 100)
        engine.sample("web", 200, second=1)
        await until_async(lambda: row(store, "web").usage)
        engine.break_down()
        await until_async(lambda: isinstance(store.connection.value, Lost) and sampled(engine))
        assert row(store, "web").usage is not None
        engine.recover()
        await until_async(lambda: sampled(engine, "web"))


async def test_a_stream_that_ends_by_itself_is_not_asked_for_again_and_again() -> None:
    engine = ScriptedEngine(running("web"), running("db"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web"), id_of("db")])
        await until_async(lambda: sampled(engine, "web", "db"))
        engine.sampled[id_of("web")].put_nowait(None)
        await until_async(lambda: sampled(engine, "db"))
        for second in range(3):
            engine.sample("db", 100, second)
        await until_async(lambda: row(store, "db").usage)
        assert engine.asked["stats"] == 2


async def test_no_stream_outlives_the_sampler() -> None:
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (_, sampler):
        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
    assert sampled(engine)


async def test_viewers_have_their_own_containers_and_what_one_leaves_another_keeps() -> None:
    engine = ScriptedEngine(running("web"), running("db"))
    async with sampling(engine) as (_, sampler):
        sampler.watch([id_of("web")])
        sampler.watch([id_of("web"), id_of("db")], viewer="monitor")
        await until_async(lambda: sampled(engine, "web", "db"))
        sampler.watch([], viewer="monitor")
        await until_async(lambda: sampled(engine, "web"))
        sampler.watch([])
        await until_async(lambda: sampled(engine))
    assert engine.asked["stats"] == 2


async def test_what_was_sampled_is_remembered_and_its_trend_stands_in_the_row() -> None:
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (store, sampler):

        def known() -> int:
            track = sampler.history.track(id_of("web"))
            return len(track) if track else 0

        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
        for second in range(10):
            engine.sample("web", 100, second)
            await until_async(lambda second=second: known() == second)
        assert row(store, "web").trend[-1] == pytest.approx(10.0)
        sampler.watch([])
        await until_async(lambda: row(store, "web").usage is None)
        assert row(store, "web").trend == ()
        assert sampler.history.track(id_of("web")) is not None


async def test_figures_whose_stream_has_become_silent_are_dropped_and_the_engine_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.live.containers.stats_sampler.STALE", 0.05)
    engine = ScriptedEngine(running("web"), running("db"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web"), id_of("db")])
        await until_async(lambda: sampled(engine, "web", "db"))
        for name in ("web", "db"):
            engine.sample(name, 100)
            engine.sample(name, 200, second=1)
        await until_async(lambda: row(store, "web").usage)
        await until_async(lambda: row(store, "web").usage is None and row(store, "db").usage is None)
        assert row(store, "web").trend == ()
        await until_async(lambda: engine.asked["ping"] == 1)
        engine.sample("web", 300, second=2)  # the stream was only slow
        await until_async(lambda: row(store, "web").usage)
        assert engine.asked["stats"] == 2


def test_figures_are_not_old_before_the_next_is_due() -> None:
    assert Arrival(at=100.0, distance=1.0).old_at == 105.0
    assert Arrival(at=100.0, distance=5.0).old_at == 108.0  # Podman sends a frame in 5 s


async def test_figures_from_before_a_loss_are_dropped_after_it_without_a_ping(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
        engine.sample("web", 100)
        engine.sample("web", 200, second=1)
        await until_async(lambda: row(store, "web").usage)
        engine.break_down()
        await until_async(lambda: isinstance(store.connection.value, Lost))
        assert row(store, "web").usage is not None  # shown in grey by the screen
        monkeypatch.setattr("tui.live.containers.stats_sampler.STALE", 0.0)
        monkeypatch.setattr("tui.live.containers.stats_sampler.LATE", 0.0)
        engine.recover()
        await until_async(lambda: row(store, "web").usage is None)
        await until_async(lambda: sampled(engine, "web"))


async def test_without_figures_there_is_nothing_to_wait_for() -> None:
    engine = ScriptedEngine(running("web"))
    async with sampling(engine) as (_, sampler):
        sampler.watch([id_of("web")])
        await until_async(lambda: sampled(engine, "web"))
        assert not sampler._ageing.is_set()
        sampler.watch([])
        await until_async(lambda: sampled(engine))
        assert engine.asked["ping"] == 0


async def test_while_nobody_watches_all_are_sampled_at_once_and_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.containers.stats_sampler.SLOW", 0.05)
    engine = ScriptedEngine(running("web"), running("db"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web"), id_of("db")])
        await until_async(lambda: sampled(engine, "web", "db"))
        engine.sample("web", 100)
        engine.sample("web", 200, second=1)
        await until_async(lambda: (use := row(store, "web").usage) and use.cpu_percent is not None)
        shown = row(store, "web").usage
        sampler.slow.set(True)
        await until_async(lambda: sampled(engine))
        assert row(store, "web").usage is shown  # until there are newer values
        await until_async(lambda: engine.asked["stats once"] >= 6)
        read = await until_async(lambda: (use := row(store, "db").usage) and use.cpu_percent is not None and use)
        assert read.cpu_percent == pytest.approx(10.0)  # since the sample before
        assert engine.asked["stats"] == 2
        sampler.slow.set(False)
        await until_async(lambda: sampled(engine, "web", "db"))
        assert row(store, "db").usage is not None
        asked = engine.asked["stats once"]
        await asyncio.sleep(0.2)
        assert engine.asked["stats once"] == asked


async def test_what_is_watched_steadily_is_sampled_each_second_in_any_case() -> None:
    engine = ScriptedEngine(running("web"), running("db"))
    async with sampling(engine) as (_, sampler):
        sampler.watch([id_of("web"), id_of("db")])
        sampler.watch([id_of("db")], viewer="monitor", steady=True)
        await until_async(lambda: sampled(engine, "web", "db"))
        sampler.slow.set(True)
        await until_async(lambda: sampled(engine, "db"))
        await until_async(lambda: engine.asked["stats once"] == 1)
        sampler.watch([], viewer="monitor")
        await until_async(lambda: sampled(engine))


async def test_a_container_that_ends_while_nobody_watches_causes_no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.containers.stats_sampler.SLOW", 0.02)
    monkeypatch.setattr("tui.live.containers.stats_sampler.STALE", 0.2)
    engine = ScriptedEngine(running("web"), running("db"))
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web"), id_of("db")])
        sampler.slow.set(True)
        await until_async(lambda: row(store, "web").usage and row(store, "db").usage)
        engine.listed[id_of("web")] = exited("web")
        engine.happen("die", "web", exitCode="0")
        await until_async(lambda: row(store, "web").usage is None)
        asked = engine.asked["stats once"]
        await until_async(lambda: engine.asked["stats once"] > asked + 20)
        assert row(store, "db").usage is not None
        assert engine.asked["ping"] == 0


async def test_a_single_sample_tells_the_first_figures_where_a_stream_takes_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.containers.stats_sampler.GATHER", 60.0)  # it waits for no batch
    engine = ScriptedEngine(running("web"))
    engine.newest = True
    async with sampling(engine) as (store, sampler):
        sampler.watch([id_of("web")])
        first = await until_async(lambda: row(store, "web").usage)
        assert (first.memory, first.cpu_percent) == (1, None)
        engine.sample("web", 300, second=3)  # of an hour before the single sample
        engine.sample("web", 400, second=4)
        await until_async(lambda: engine.sampled[id_of("web")].empty())
        assert row(store, "web").usage is first
    assert engine.asked["stats once"] == 1


async def test_two_samples_close_to_each_other_do_not_tell_the_cpu() -> None:
    sampler = StatsSampler(ScriptedEngine(running("web")).store())

    def taken(second: float, used: int) -> Usage | None:
        cpu = CpuStats(cpu_usage=CpuUsage(total_usage=used), system_cpu_usage=10 * used, online_cpus=1)
        sampler._take_frame("web", Stats(read=f"2026-03-01T10:00:{second:06.3f}Z", cpu_stats=cpu), 1.0)
        return sampler._fresh.get("web")

    for second, used, expected in ((10.0, 1000, None), (10.1, 1001, None), (11.1, 2001, 10.0)):
        found = taken(second, used)
        assert found is not None
        assert found.cpu_percent == (None if expected is None else pytest.approx(expected))
