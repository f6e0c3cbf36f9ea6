"""Streams into files and out of them: whole or not at all."""

import asyncio
import os
import subprocess
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from tui.engine import errors
from tui.live.filetransfer import PIECE, read_file, write_file
from tui.live.jobs import Jobs

CHUNK = os.urandom(100_000)


async def chunks(count: int) -> AsyncGenerator[bytes, None]:
    for _ in range(count):
        yield CHUNK


async def test_a_stream_becomes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "image.tar"
    assert await write_file(file, chunks(35), "ImageGet") == 3_500_000
    assert file.read_bytes() == CHUNK * 35
    assert os.listdir(tmp_path) == ["image.tar"]


async def test_it_says_how_much_is_written(tmp_path: Path) -> None:
    jobs = Jobs()
    job = await jobs.run("save", write_file(tmp_path / "image.tar", chunks(35), "ImageGet")).wait()
    assert job.done == job.result == 3_500_000
    await jobs.close()


async def test_a_stream_that_breaks_leaves_no_file_and_says_so(tmp_path: Path) -> None:
    async def broken() -> AsyncGenerator[bytes, None]:
        for _ in range(35):
            yield CHUNK
        raise errors.ConnectionLost("The connection was lost.", "ImageGet")

    with pytest.raises(errors.ConnectionLost, match=r"The connection was lost\. Nothing of .*image\.tar was kept\."):
        await write_file(tmp_path / "image.tar", broken(), "ImageGet")
    assert os.listdir(tmp_path) == []


async def test_cancelled_it_leaves_no_file(tmp_path: Path) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def endless() -> AsyncGenerator[bytes, None]:
        for _ in range(2 * PIECE // len(CHUNK)):
            yield CHUNK
        begun.set()
        await never.wait()
        yield b""

    jobs = Jobs()
    job = jobs.run("save", write_file(tmp_path / "image.tar", endless(), "ImageGet"))
    await begun.wait()
    job.cancel()
    await job.wait()
    assert job.state == "cancelled"
    assert os.listdir(tmp_path) == []
    await jobs.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    if os.geteuid():
        pytest.skip("only root can make a file system that is soon full")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


async def test_a_full_disk_is_one_clear_line_and_is_not_left_full(small_disk: Path) -> None:
    with pytest.raises(errors.EngineError) as caught:
        await write_file(small_disk / "image.tar", chunks(100), "ImageGet")
    assert str(caught.value) == f"{small_disk}/image.tar cannot be written: the disk is full. Nothing of it was kept."
    assert os.listdir(small_disk) == []


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.EngineError, match="cannot be written: no such file or directory"):
        await write_file(tmp_path / "nowhere" / "image.tar", chunks(1), "ImageGet")


async def test_a_file_is_read_in_pieces_and_told_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "image.tar"
    file.write_bytes(CHUNK * 35)
    told: list[tuple[int, int]] = []
    pieces = [piece async for piece in read_file(file, lambda done, total: told.append((done, total)))]
    assert b"".join(pieces) == CHUNK * 35
    assert max(map(len, pieces)) <= PIECE
    assert told[-1] == (3_500_000, 3_500_000)


async def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.EngineError, match="cannot be read: no such file"):
        [piece async for piece in read_file(tmp_path / "image.tar")]
