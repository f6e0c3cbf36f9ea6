"""Copies that do not come to their end: nothing half is left here, and what may be half in the container is said."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.engine.scripted import RESET, SILENCE, Step, chunked, scripted
from tests.live.files.tars import DIRECTORY, member, packed
from tests.waiting import until_async
from tui.engine import Engine, errors
from tui.engine.transport.address import Address
from tui.live.files.rows import FileRow, Place
from tui.live.files.transfer import copy_in, copy_out
from tui.live.files.unpacking import Unpacker
from tui.live.jobs.jobs import Jobs

ARCHIVE = "/containers/web/archive"
ROW = FileRow(place=Place(container="web", name="web"), path="/data", mode=stat.S_IFDIR)
WHOLE = packed(member("data", DIRECTORY), (member("data/note"), b"hello"), (member("data/big"), b"x" * 200_000))


@asynccontextmanager
async def engine_that_sends(script: Sequence[Step]) -> AsyncIterator[Engine]:
    async with scripted({ARCHIVE: script}) as server, Engine.connect(Address.parse(server.address)) as engine:
        yield engine


def written(folder: Path) -> int:
    """Return the bytes of all files below a directory."""
    return sum((Path(at) / name).lstat().st_size for at, _, names in os.walk(folder) for name in names)


async def test_cancelled_it_leaves_nothing(tmp_path: Path) -> None:
    async with engine_that_sends([*chunked(WHOLE[:100_000], end=False), SILENCE]) as engine:
        jobs = Jobs()
        job = jobs.run("copying", copy_out(engine, ROW, tmp_path / "data"))
        await until_async(lambda: written(tmp_path) > 50_000, "a part of the copy")
        job.cancel()
        await job.wait()
    assert (job.state, job.note) == ("cancelled", "The unfinished copy was removed.")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("last", [RESET, b"0\r\n\r\n"], ids=["lost", "cut"])
async def test_a_tar_that_is_cut_leaves_nothing_and_says_so(tmp_path: Path, last: Step) -> None:
    async with engine_that_sends([*chunked(WHOLE[:100_000], end=False), last]) as engine:
        with pytest.raises(errors.EngineError, match=r"\. The unfinished copy was removed\.$"):
            await copy_out(engine, ROW, tmp_path / "data")
    assert os.listdir(tmp_path) == []


async def test_cancelled_when_the_copy_is_complete_it_is_kept_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    complete, go_on, publish = threading.Event(), threading.Event(), Unpacker.publish

    def slow_publish(unpacker: Unpacker) -> None:
        publish(unpacker)
        complete.set()
        go_on.wait()

    monkeypatch.setattr(Unpacker, "publish", slow_publish)
    async with engine_that_sends(chunked(WHOLE)) as engine:
        jobs = Jobs()
        job = jobs.run("copying", copy_out(engine, ROW, tmp_path / "data"))
        await asyncio.to_thread(complete.wait)
        job.cancel()
        go_on.set()
        await job.wait()
    assert (job.state, job.note) == ("cancelled", f"{tmp_path}/data was already complete and is kept.")
    assert (tmp_path / "data" / "note").read_text() == "hello"
    assert os.listdir(tmp_path) == ["data"]


async def test_an_endless_tar_is_written_until_it_is_cancelled_with_little_memory(tmp_path: Path) -> None:
    """The tar has no end mark: a file after the other, until the user stops it."""
    entries = [packed((member("data" if number == 0 else f"data/{number}"), b"x" * 5000))[:-1024] for number in range(1, 400)]
    script = [*chunked(packed(member("data", DIRECTORY))[:512], *(each[: 512 + 5120] for each in entries), end=False), SILENCE]
    async with engine_that_sends(script) as engine:
        jobs = Jobs()
        job = jobs.run("copying", copy_out(engine, ROW, tmp_path / "data"))
        await until_async(lambda: written(tmp_path) > 500_000, "a part of the copy")
        job.cancel()
        await job.wait()
    assert job.state == "cancelled"
    assert os.listdir(tmp_path) == []


async def test_a_lost_connection_says_what_may_be_half_in_the_container(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(bytes(100))
    async with engine_that_sends([RESET, b""]) as engine:
        with pytest.raises(errors.EngineError, match=r"\. /srv/data in the container may be incomplete\.$"):
            await copy_in(engine, tmp_path / "data", ROW.place, "/srv", "data")


async def test_a_cancelled_upload_says_what_may_be_half_in_the_container(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "log").write_bytes(bytes(5_000_000))
    async with engine_that_sends([SILENCE]) as engine:
        jobs = Jobs()
        job = jobs.run("copying", copy_in(engine, tmp_path / "data", ROW.place, "/srv", "data"))
        await until_async(lambda: job.done > 0, "a part to be sent")
        job.cancel()
        await job.wait()
    assert (job.state, job.note) == ("cancelled", "/srv/data in the container may be incomplete.")
