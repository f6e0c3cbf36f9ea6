"""Logs of real engines: paged, followed and resumed without gaps or repeats, merged, saved, searched."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.live.reading import ends_with, has, has_note, load_all, notes, reading, texts
from tests.live.relay import Relay
from tests.live.scripted import at_work
from tests.waiting import until_async
from tui.demo import DemoEngine
from tui.live.engine_session import Session
from tui.live.expressions import Expression
from tui.live.logs.messages import MESSAGE
from tui.live.logs.reader import TAIL_SECONDS, LogReader, Source, Window
from tui.resources.logs.notes import note_words

COUNTING = "trap 'exit 0' TERM; n=0; while :; do n=$((n+1)); echo $n; sleep 0.02; done"
"""A script that counts without end, fifty lines a second."""

TICKING = "trap 'exit 0' TERM; while :; do echo $1 tick; sleep 0.05; done"


GO = "while ! test -e /go; do sleep 0.05; done"
"""A script that waits for the file /go."""


@pytest.fixture
async def session(engine_address: str) -> AsyncIterator[Session]:
    async with Session.open(engine_address) as opened:
        await until_async(lambda: opened.connected)
        yield opened


async def finished(docker: Docker, script: str, tty: bool = False) -> str:
    id = await asyncio.to_thread(docker.run, "sh", "-c", script, tty=tty)
    await asyncio.to_thread(docker.wait, id)
    return id


def is_count(lines: list[str]) -> bool:
    """Whether the lines are consecutive numbers without gaps or repeats."""
    numbers = [int(line) for line in lines]
    return bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize("tty", [False, True])
async def test_a_long_log_opens_at_its_tail_and_is_paged_to_its_start(session: Session, docker: Docker, tty: bool) -> None:
    id = await finished(docker, "seq 5000", tty)
    async with reading(session, id) as reader:
        await has(reader, "5000")
        assert len(reader.buffer) <= 500
        assert not reader.at_start
        assert await reader.older() > 500
        await load_all(reader)
        assert reader.at_start
        assert texts(reader) == [str(n) for n in range(1, 5001)]
        assert await reader.older() == 0


async def test_a_window_without_a_tail_is_loaded_whole(session: Session, docker: Docker) -> None:
    id = await finished(docker, "seq 5000")
    async with reading(session, id, window=Window(tail=None)) as reader:
        await until_async(lambda: reader.at_start)
        assert texts(reader) == [str(n) for n in range(1, 5001)]


async def test_both_outputs_are_told_apart(session: Session, docker: Docker) -> None:
    id = await finished(docker, "echo out; sleep 0.1; echo error >&2")
    async with reading(session, id) as reader:
        await has(reader, "error")
        lines = reader.buffer.lines(reader.buffer.first_id, reader.buffer.end_id)
        assert [(line.stream, line.data) for line in lines if line.stream != "note"] == [
            ("stdout", b"out"),
            ("stderr", b"error"),
        ]


@pytest.mark.parametrize("tty", [False, True])
async def test_lines_longer_than_the_engines_messages_are_whole(session: Session, docker: Docker, tty: bool) -> None:
    id = await finished(docker, "head -c 100000 /dev/zero | tr '\\0' x; echo; echo after", tty)
    async with reading(session, id) as reader:
        await has(reader, "after")
        await load_all(reader)
        assert texts(reader) == ["x" * 100_000, "after"]


OWN_STAMPS = ("2031-05-06T07:08:09.123456789Z", "2026-13-01T00:00:00.000000000Z", "9999-12-31T23:59:59.999999999Z")
"""Time stamps in a container's output: later than the engine's, an invalid month, later than the supported range."""


def saying_times(end: str = "") -> tuple[str, list[str]]:
    """Return a script that writes lines with time stamps at all positions, and its lines."""
    lines = [f"{stamp} begins with it" for stamp in OWN_STAMPS]
    lines += [f"{stamp} {stamp} twice" for stamp in OWN_STAMPS]
    lines += [f"here is {stamp} within it" for stamp in OWN_STAMPS]
    lines += ["x" * 20_000 + f" {stamp} far behind" for stamp in OWN_STAMPS]
    long = "head -c 20000 /dev/zero | tr '\\0' x"
    script = "; ".join(f"{long}; echo '{line[20_000:]}'" if line[:1] == "x" else f"echo '{line}'" for line in lines)
    return script + end, lines


@asynccontextmanager
async def over_tcp(engine: str, folder: Path, piece: int) -> AsyncIterator[Session]:
    """Open a session over TCP that transfers at most `piece` bytes at a time."""
    async with Relay(engine, folder, tcp=True, piece=piece) as relay, Session.open(relay.url) as session:
        await until_async(lambda: session.connected)
        yield session


@pytest.mark.parametrize("tty", [False, True])
async def test_times_that_a_container_writes_are_text_and_following_goes_on(
    session: Session, docker: Docker, tty: bool
) -> None:
    script, lines = saying_times(f"; {GO}; echo later; sleep 3600")
    id = await asyncio.to_thread(docker.run, "sh", "-c", script, tty=tty)
    async with reading(session, id) as reader:
        await has(reader, lines[-1])
        await load_all(reader)
        assert texts(reader) == lines
        await asyncio.to_thread(docker.exec, id, "touch", "/go")
        await has(reader, "later")
        await asyncio.to_thread(docker.request, "POST", f"/containers/{id}/restart", {"t": 0})
        await until_async(lambda: texts(reader) == [*lines, "later"] * 2, "the second run after the first")
        assert not any("no longer in the engine's log" in note for note in notes(reader))


@pytest.mark.parametrize("piece", [1000, 16_384])
@pytest.mark.parametrize("tty", [False, True])
async def test_where_tcp_cuts_the_stream_means_nothing(
    engine_address: str, docker: Docker, tmp_path: Path, tty: bool, piece: int
) -> None:
    script, lines = saying_times()
    id = await finished(docker, script, tty)
    async with over_tcp(engine_address, tmp_path, piece) as session, reading(session, id) as reader:
        await has(reader, lines[-1])
        await load_all(reader)
        assert texts(reader) == lines
        saved = await reader.save(tmp_path / "saved", timestamps=True).wait()
        assert saved.result is not None
        kept = (tmp_path / "saved").read_text().splitlines()
        assert [line.split(" ", 1)[1] for line in kept] == lines


@pytest.mark.not_on_demo("it keeps the bytes that a program wrote, where Docker keeps letters")
@pytest.mark.parametrize("tty", [False, True])
async def test_letters_cut_by_the_engines_messages_do_not_hide_their_ends(session: Session, docker: Docker, tty: bool) -> None:
    id = await finished(docker, "printf x; head -c 40000 /dev/zero | tr '\\0' @ | sed 's/@/é/g'; echo; echo after", tty)
    async with reading(session, id) as reader:
        await has(reader, "after")
        await load_all(reader)
        long, after = texts(reader)
        assert after == "after"
        assert "Z " not in long
        assert long.count("é") >= 40_000 - 5 * 2  # the engine stores U+FFFD for each half of a split letter


@pytest.mark.parametrize("tty", [False, True])
async def test_a_line_without_an_end_does_not_swallow_the_next_run(session: Session, docker: Docker, tty: bool) -> None:
    id = await finished(docker, "echo first; printf unfinished", tty)
    async with reading(session, id) as reader:
        await has(reader, "unfinished")
        await asyncio.to_thread(docker.start, id)
        await until_async(lambda: len(texts(reader)) >= 4)
        assert texts(reader) == ["first", "unfinished"] * 2


async def test_a_last_line_of_whole_messages_without_an_end_is_there_also_when_nothing_follows(
    session: Session, docker: Docker
) -> None:
    id = await finished(docker, f"echo first; head -c {2 * MESSAGE} /dev/zero | tr '\\0' x", tty=False)
    rows = session.store.containers.rows
    await until_async(lambda: id in rows, "the container to be listed")
    reader = LogReader(session, [Source(id, rows[id].name)], note_words)
    reader.following = False
    async with at_work(reader.run):
        await has(reader, "x" * 2 * MESSAGE)
        reader.following = True
        await asyncio.to_thread(docker.start, id)
        await load_all(reader)
        await until_async(lambda: len(texts(reader)) >= 4)
        assert texts(reader) == ["first", "x" * 2 * MESSAGE] * 2


@pytest.mark.parametrize("tty", [False, True])
async def test_it_follows_over_a_restart(session: Session, docker: Docker, tty: bool) -> None:
    id = await asyncio.to_thread(docker.run, "sh", "-c", "echo begin; " + COUNTING, tty=tty)
    async with reading(session, id) as reader:
        await has(reader, "20")
        await asyncio.to_thread(docker.request, "POST", f"/containers/{id}/restart", {"t": 5})
        await until_async(lambda: texts(reader).count("20") == 2)
        await asyncio.to_thread(docker.kill, id)
        await has_note(reader, "code 137")
        runs = "\n".join(texts(reader)).split("begin\n")
        assert runs[0] == ""
        assert [is_count(run.split()) for run in runs[1:]] == [True, True]
        assert [note for note in notes(reader) if "started" in note or "exited" in note][-2:] == [
            "started",
            "exited with code 137: killed",
        ]


async def test_it_follows_a_new_container_of_the_same_name(session: Session, docker: Docker) -> None:
    name = f"again-{docker.run_id}"
    id = await asyncio.to_thread(docker.run, "sh", "-c", "echo old; sleep 3600", name=name)
    async with reading(session, id) as reader:
        await has(reader, "old")
        await asyncio.to_thread(docker.remove, id)
        new = await asyncio.to_thread(docker.run, "sh", "-c", "echo new; sleep 3600", name=name)
        await has(reader, "new")
        assert texts(reader) == ["old", "new"]
        assert reader.container_id(0) == new
        assert any("recreated" in note for note in notes(reader))


async def test_it_goes_on_after_the_network_was_away(engine_address: str, docker: Docker, tmp_path: Path) -> None:
    id = docker.run("sh", "-c", COUNTING)
    async with Relay(engine_address, tmp_path) as relay, Session.open(relay.url) as session, reading(session, id) as reader:
        await has(reader, "10")
        for printed in (60, 150):
            await relay.cut()
            await until_async(lambda printed=printed: docker.logs(id)[0].count(b"\n") > printed)
            await relay.restore()
            session.retry_now()
            await until_async(lambda printed=printed: len(texts(reader)) > printed)
        assert is_count(texts(reader))
        assert texts(reader)[0] == "1"
        assert any("connection" in note for note in notes(reader))


async def test_many_lines_of_an_absence_are_all_fetched(engine_address: str, docker: Docker, tmp_path: Path) -> None:
    id = docker.run("sh", "-c", "echo 1; while ! test -e /go; do sleep 0.02; done; seq 2 3000; sleep 3600")
    async with Relay(engine_address, tmp_path) as relay, Session.open(relay.url) as session, reading(session, id) as reader:
        await has(reader, "1")
        await relay.cut()
        await asyncio.to_thread(docker.exec, id, "touch", "/go")
        await until_async(lambda: docker.logs(id)[0].count(b"\n") == 3000)
        await relay.restore()
        session.retry_now()
        await has(reader, "3000")
        assert texts(reader) == [str(n) for n in range(1, 3001)]


async def test_an_engine_that_is_not_there_yet_is_waited_for(engine_address: str, docker: Docker, tmp_path: Path) -> None:
    id = docker.run("sh", "-c", "echo hello; sleep 3600")
    async with Relay(engine_address, tmp_path) as relay, Session.open(relay.url) as session:
        await until_async(lambda: session.connected)
        await relay.cut()
        await until_async(lambda: not session.connected)
        async with reading(session, id) as reader:
            await relay.restore()
            session.retry_now()
            await has(reader, "hello")


async def test_several_logs_are_merged_by_time(session: Session, docker: Docker) -> None:
    first = await asyncio.to_thread(docker.run, "sh", "-c", TICKING, "sh", "a")
    second = await asyncio.to_thread(docker.run, "sh", "-c", TICKING, "sh", "b")
    async with reading(session, first, second) as reader:
        await until_async(lambda: min(len(texts(reader, 0)), len(texts(reader, 1))) > 20)
        lines = reader.buffer.lines(reader.buffer.first_id, reader.buffer.end_id)
        assert [line.time_ns for line in lines] == sorted(line.time_ns for line in lines)
        assert set(texts(reader, 0)) == {"a tick"}
        assert set(texts(reader, 1)) == {"b tick"}


async def test_merged_logs_are_paged_together(session: Session, docker: Docker) -> None:
    ids = [await finished(docker, f"seq {count}") for count in (1500, 10, 3000)]
    async with reading(session, *ids) as reader:
        await has(reader, "3000")
        await load_all(reader)
        lines = reader.buffer.lines(reader.buffer.first_id, reader.buffer.end_id)
        assert [line.time_ns for line in lines] == sorted(line.time_ns for line in lines)
        assert [texts(reader, source) for source in range(3)] == [
            [str(n) for n in range(1, count + 1)] for count in (1500, 10, 3000)
        ]


@pytest.mark.not_on_demo("its logs are rotated before they are that long")
async def test_memory_is_bounded_and_what_was_dropped_is_fetched_again(session: Session, docker: Docker) -> None:
    script = "seq 20000; while ! test -e /go; do sleep 0.02; done; seq 20001 30000; sleep 3600"
    id = await asyncio.to_thread(docker.run, "sh", "-c", script)
    await until_async(lambda: docker.logs(id, "1")[0] == b"20000\n")
    async with reading(session, id, limit_bytes=300_000) as reader:
        await has(reader, "20000")
        await asyncio.to_thread(docker.exec, id, "touch", "/go")
        await has(reader, "30000")
        await load_all(reader)
        assert reader.buffer.bytes_kept < 400_000
        assert texts(reader)[0] == "1"
        assert is_count(texts(reader))
        assert not reader.at_end
        while await reader.newer():
            assert reader.buffer.bytes_kept < 700_000
        assert reader.at_end
        assert texts(reader)[-1] == "30000"
        assert is_count(texts(reader))
        while not reader.at_start and texts(reader)[0] != "1":
            await reader.older()
        await reader.newest()
        assert texts(reader)[-1] == "30000"
        assert is_count(texts(reader))


async def test_any_time_can_be_gone_to(session: Session, docker: Docker) -> None:
    id = await finished(docker, "seq 8000")
    async with reading(session, id) as reader:
        await has(reader, "8000")
        job = await reader.search_all(Expression("^3000$")).wait()
        assert job.result is not None
        assert (job.result.matching, job.result.lines) == (1, 8000)
        moment = job.result.hits[0].time_ns
        found = await reader.go_to(moment)
        there = [line for line in reader.buffer.lines(found, reader.buffer.end_id) if line.time_ns == moment]
        assert b"3000" in [line.data for line in there]  # several lines may have the same time
        assert there[0].id - found < 3
        assert is_count(texts(reader))
        while await reader.newer():
            pass
        assert texts(reader)[-1] == "8000"
        assert is_count(texts(reader))


async def test_following_can_be_turned_off_and_on(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.run, "sh", "-c", COUNTING)
    async with reading(session, id) as reader:
        await has(reader, "10")
        reader.following = False
        seen = len(texts(reader))
        await until_async(lambda: docker.logs(id)[0].count(b"\n") > seen + 30)
        assert len(texts(reader)) <= seen + 10
        reader.following = True
        await until_async(lambda: len(texts(reader)) > seen + 30)
        assert is_count(texts(reader))


async def test_a_log_that_cannot_be_read_says_so_and_what_to_do(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.run, "echo", "lost", host={"LogConfig": {"Type": "none"}})
    async with reading(session, id) as reader:
        await has_note(reader, "--log-driver local")
        assert '"none"' in reader.problem.value
        job = await reader.save(Path("/nowhere")).wait()
        assert "--log-driver local" in str(job.error)


async def test_a_flood_is_skipped_and_counted_and_the_last_line_arrives(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.run, "sh", "-c", "seq 100000 | sed 's/$/ of a flood/'; echo the end; sleep 3600")
    async with reading(session, id, limit_bytes=2**20) as reader:
        await ends_with(reader, "the end")
        assert reader.buffer.bytes_kept <= 2**20
        numbers = [int(text.split()[0]) for text in texts(reader)[:-1]]
        assert numbers == sorted(set(numbers))
        assert (reader.skipped > 0) == any("skipped" in note for note in notes(reader))


async def test_the_whole_log_is_saved(session: Session, docker: Docker, tmp_path: Path) -> None:
    id = await finished(docker, "seq 8000; echo error >&2")
    async with reading(session, id) as reader:
        job = await reader.save(tmp_path / "log.txt").wait()
        assert job.error is None
        assert job.result is not None
        assert job.result.lines == 8_001
        assert sorted((tmp_path / "log.txt").read_text().split()) == sorted([*map(str, range(1, 8_001)), "error"])
        job = await reader.save(tmp_path / "timed.txt", timestamps=True).wait()
        first = (tmp_path / "timed.txt").read_text().splitlines()[0]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (1|error)", first)
        assert sorted(os.listdir(tmp_path)) == ["log.txt", "timed.txt"]


async def test_merged_logs_are_saved_in_one_file_by_time(session: Session, docker: Docker, tmp_path: Path) -> None:
    ids = [await finished(docker, f"echo {word}") for word in ("one", "two")]
    async with reading(session, *ids) as reader:
        await (await reader.save(tmp_path / "log.txt").wait()).wait()
        lines = (tmp_path / "log.txt").read_text().splitlines()
        names = [source.name for source in reader.sources]
        assert [line.split(" | ") for line in lines] == [
            [names[0].ljust(max(map(len, names))), "one"],
            [names[1].ljust(max(map(len, names))), "two"],
        ]


async def test_a_save_that_is_cancelled_or_fails_leaves_no_file(session: Session, docker: Docker, tmp_path: Path) -> None:
    id = await finished(docker, "seq 100000")
    async with reading(session, id) as reader:
        job = reader.save(tmp_path / "log.txt")
        await until_async(lambda: os.listdir(tmp_path))
        job.cancel()
        await job.wait()
        assert os.listdir(tmp_path) == []
        job = await reader.save(tmp_path / "missing" / "log.txt").wait()
        assert "cannot be written: no such file or directory." in str(job.error)


async def test_a_very_long_line_is_abbreviated_and_fetched_whole(session: Session, docker: Docker) -> None:
    id = await finished(docker, "head -c 3000000 /dev/zero | tr '\\0' x; echo end; echo after")
    async with reading(session, id) as reader:
        await has(reader, "after")
        await load_all(reader)
        line = reader.buffer.line(reader.buffer.first_id)
        assert len(line.data) + line.left_out == 3_000_003
        assert len(line.data) == 2**20
        assert await reader.whole(line) == b"x" * 3_000_000 + b"end"


@pytest.mark.parametrize("patience", [TAIL_SECONDS, 0.0])
async def test_the_demo_engines_logs_are_read_alike(monkeypatch: pytest.MonkeyPatch, patience: float) -> None:
    """Whether all logs answer before the first lines are shown, or some only after that."""
    monkeypatch.setattr("tui.live.logs.reader.TAIL_SECONDS", patience)
    async with DemoEngine().serve() as address, Session.open(address) as session:
        await until_async(lambda: session.connected)
        rows = session.store.containers.rows
        chosen = [id for id, row in rows.items() if row.name in ("shop-api-1", "shop-worker-1", "shop-db-1")]
        async with reading(session, *chosen) as reader:
            await until_async(lambda: len(reader.buffer) > 100)
            before = len(reader.buffer)
            await until_async(lambda: len(reader.buffer) > before)
            for _ in range(3):
                await reader.older()
            lines = [
                line for line in reader.buffer.lines(reader.buffer.first_id, reader.buffer.end_id) if line.stream != "note"
            ]
            assert len({line.source for line in lines}) == 3
            assert [line.time_ns for line in lines] == sorted(line.time_ns for line in lines)
            records = [(line.source, line.time_ns, line.data) for line in lines if line.data.startswith(b"{")]
            assert len(records) == len(set(records))
