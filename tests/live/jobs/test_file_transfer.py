"""Streams to and from files: written completely or not at all."""

import asyncio
import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from tests.hanging import hanging_folder
from tests.waiting import until, until_async
from tui.engine import errors
from tui.engine.transport.bulk import made_ahead, pour_chunks
from tui.live import threads
from tui.live.jobs import filenames
from tui.live.jobs.file_transfer import PIECE, Counted, NewFile, Source, new_file, send_file, write_file, write_text
from tui.live.jobs.filenames import path_of, why_no_new_file
from tui.live.jobs.jobs import Jobs

CHUNK = os.urandom(100_000)


async def chunks(count: int) -> AsyncGenerator[bytes, None]:
    for _ in range(count):
        yield CHUNK


def poured(chunks: AsyncGenerator[bytes, None]) -> Source:
    """Return chunks as a source."""
    return lambda sink: pour_chunks(chunks, sink)


async def test_a_stream_becomes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "image.tar"
    assert await write_file(file, poured(chunks(35)), "ImageGet") == 3_500_000
    assert file.read_bytes() == CHUNK * 35
    assert os.listdir(tmp_path) == ["image.tar"]


async def test_it_says_how_much_is_written(tmp_path: Path) -> None:
    jobs = Jobs()
    job = await jobs.run("save", write_file(tmp_path / "image.tar", poured(chunks(35)), "ImageGet")).wait()
    assert job.done == job.result == 3_500_000
    await jobs.close()


async def test_a_stream_that_breaks_leaves_no_file_and_says_so(tmp_path: Path) -> None:
    async def broken() -> AsyncGenerator[bytes, None]:
        for _ in range(35):
            yield CHUNK
        raise errors.ConnectionLost("The connection was lost.", "ImageGet")

    with pytest.raises(errors.ConnectionLost, match=r"The connection was lost\. The unfinished file was removed\."):
        await write_file(tmp_path / "image.tar", poured(broken()), "ImageGet")
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
    job = jobs.run("save", write_file(tmp_path / "image.tar", poured(endless()), "ImageGet"))
    await begun.wait()
    job.cancel()
    await job.wait()
    assert job.state == "cancelled"
    assert job.row().said == "The unfinished file was removed."
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
        await write_file(small_disk / "image.tar", poured(chunks(100)), "ImageGet")
    assert str(caught.value) == f"{small_disk}/image.tar cannot be written: the disk is full. The unfinished file was removed."
    assert os.listdir(small_disk) == []


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.EngineError, match="cannot be written: no such file or directory"):
        await write_file(tmp_path / "nowhere" / "image.tar", poured(chunks(1)), "ImageGet")


async def test_a_file_is_sent_in_pieces_and_told_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "image.tar"
    file.write_bytes(CHUNK * 35)
    told: list[tuple[int, int]] = []

    async def send(pieces: Counted) -> bytes:
        sent = [piece async for piece in made_ahead(pieces)]
        assert max(map(len, sent)) <= PIECE
        return b"".join(sent)

    jobs = Jobs()
    jobs.changed.subscribe(lambda job: told.append((job.done, job.total)))
    job = await jobs.run("load", send_file(file, send)).wait()
    assert job.result == CHUNK * 35
    assert told[-1] == (3_500_000, 3_500_000)
    await jobs.close()


async def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.EngineError, match="cannot be read: no such file"):
        await send_file(tmp_path / "image.tar", lambda pieces: asyncio.to_thread(list, pieces))


# -- existing files are not touched -----------------------------------------------------------------------------------


async def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "old.tar"
    file.write_text("old")
    with pytest.raises(
        errors.EngineError, match=r"old\.tar cannot be written: the file already exists and was not changed: choose"
    ):
        await write_file(file, poured(chunks(1)), "ImageGet")
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["old.tar"]


@pytest.mark.parametrize("typed", ["old.tar ", " old.tar", "./old.tar", "old.tar\t", "sub/../old.tar", "OLD/../old.tar\u3000"])
async def test_the_name_that_is_checked_is_the_name_that_is_written(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "OLD").mkdir()
    (tmp_path / "old.tar").write_text("old")
    assert path_of(typed).resolve() == tmp_path / "old.tar"
    assert "already exists: choose another name" in await why_no_new_file(typed)


async def test_a_file_that_came_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "image.tar"

    async def meanwhile() -> AsyncGenerator[bytes, None]:
        yield CHUNK
        file.write_text("another program's")

    with pytest.raises(errors.EngineError, match="the file already exists and was not changed"):
        await write_file(file, poured(meanwhile()), "ImageGet")
    assert file.read_text() == "another program's"
    assert os.listdir(tmp_path) == ["image.tar"]


async def test_a_symbolic_link_is_never_followed(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    for number, target in enumerate((mine, tmp_path / "nothing")):
        link = tmp_path / f"link{number}.tar"
        link.symlink_to(target)
        assert "already exists" in await why_no_new_file(str(link))
        with pytest.raises(errors.EngineError, match="the file already exists"):
            await write_file(link, poured(chunks(1)), "ImageGet")
    assert mine.read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


async def test_the_file_beside_cannot_be_guessed_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    beside = set()
    for number in range(3):
        async with NewFile(tmp_path / f"{number}.tar") as file:
            await file.write(CHUNK)
            (part,) = set(os.listdir(tmp_path)) - {f"{number}.tar" for number in range(3)}
            assert _mode(tmp_path / part) == 0o600
            beside.add(part)
    assert len(beside) == 3
    assert sorted(os.listdir(tmp_path)) == ["0.tar", "1.tar", "2.tar"]
    assert {_mode(tmp_path / f"{number}.tar") for number in range(3)} == {0o600}


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_of_two_jobs_onto_one_name_the_second_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    async with new_file(tmp_path / "image.tar") as file:
        await file.write(b"the first's")
        assert "is being written by another job: choose another name" in await why_no_new_file(f"{tmp_path}/link/image.tar")
        with pytest.raises(errors.EngineError, match="another job is writing the file: choose another name"):
            await write_file(tmp_path / "link" / "image.tar", poured(chunks(1)), "ImageGet")
    assert (tmp_path / "image.tar").read_bytes() == b"the first's"
    assert not filenames.being_written
    assert sorted(os.listdir(tmp_path)) == ["image.tar", "link"]


async def test_many_jobs_onto_one_name_make_one_file_and_each_says_what_is_true(tmp_path: Path) -> None:
    file = tmp_path / "image.tar"
    done = await asyncio.gather(*(write_file(file, poured(chunks(20)), "ImageGet") for _ in range(10)), return_exceptions=True)
    assert done.count(2_000_000) == 1
    assert sum(isinstance(one, errors.EngineError) for one in done) == 9
    assert file.stat().st_size == 2_000_000
    assert os.listdir(tmp_path) == ["image.tar"]


@pytest.mark.parametrize("answer", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
@pytest.mark.parametrize("taken", [False, True], ids=["free", "taken"])
async def test_a_file_system_without_hard_links_is_no_less_careful(
    answer: int, taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "image.tar"

    def no_links(*_args: object, **_more: object) -> None:
        if taken:
            file.write_text("another program's")
        raise OSError(answer, os.strerror(answer))

    monkeypatch.setattr(os, "link", no_links)
    if taken:
        with pytest.raises(errors.EngineError, match="the file already exists and was not changed"):
            await write_file(file, poured(chunks(1)), "ImageGet")
        assert file.read_text() == "another program's"
    else:
        await write_file(file, poured(chunks(1)), "ImageGet")
        assert file.read_bytes() == CHUNK
    assert os.listdir(tmp_path) == ["image.tar"]


async def test_a_folder_that_is_moved_meanwhile_is_said_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    folder, moved = tmp_path / "folder", tmp_path / "moved"
    folder.mkdir()

    async def meanwhile() -> AsyncGenerator[bytes, None]:
        yield CHUNK
        folder.rename(moved)
        folder.mkdir()

    with pytest.raises(
        errors.EngineError, match=r"the directory was moved during the transfer\. The unfinished file was removed\."
    ):
        await write_file(folder / "image.tar", poured(meanwhile()), "ImageGet")
    assert os.listdir(folder) == os.listdir(moved) == []


async def test_what_was_complete_when_it_was_cancelled_stays_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked, go_on, link = threading.Event(), threading.Event(), os.link

    def slow_link(*args: object, **more: object) -> None:
        link(*args, **more)  # type: ignore[arg-type]
        linked.set()
        go_on.wait()

    monkeypatch.setattr(os, "link", slow_link)
    jobs = Jobs()
    job = jobs.run("save", write_file(tmp_path / "image.tar", poured(chunks(1)), "ImageGet"))
    await asyncio.to_thread(linked.wait)
    job.cancel()
    go_on.set()
    await job.wait()
    assert job.state == "cancelled"
    assert job.row().said == f"{tmp_path}/image.tar was already complete and is kept."
    assert os.listdir(tmp_path) == ["image.tar"]
    await jobs.close()


async def test_a_text_with_half_a_character_is_saved(tmp_path: Path) -> None:
    await write_text(tmp_path / "table.txt", "a\ud800b\n")
    assert (tmp_path / "table.txt").read_text() == "a?b\n"


# -- a file system that does not answer --------------------------------------------------------------------------------


async def test_cancelled_on_a_file_system_that_does_not_answer_it_ends_and_says_what_may_be_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung, answer, write = threading.Event(), threading.Event(), os.write

    def hanging(file: int, data: memoryview) -> int:
        hung.set()
        answer.wait()
        return write(file, data)

    monkeypatch.setattr(os, "write", hanging)
    jobs = Jobs()
    job = jobs.run("save", write_file(tmp_path / "image.tar", poured(chunks(35)), "ImageGet"))
    await asyncio.to_thread(hung.wait)
    await jobs.close()
    assert job.state == "cancelled"
    assert "The file system does not answer" in job.row().said
    assert ".part may remain." in job.row().said
    answer.set()
    monkeypatch.undo()
    await until_async(lambda: not os.listdir(tmp_path))  # the file is removed once the file system answers


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Path]:
    """A folder whose file system never answers; releases the blocked calls afterwards."""
    with hanging_folder(tmp_path / "network") as folder:
        yield folder
    until(lambda: not any(thread.is_alive() for thread in threads._hung.values()))


async def test_no_check_of_a_name_waits_for_a_file_system_that_does_not_answer(hanging: Path) -> None:
    for _ in range(20):
        assert await filenames.why_no_new_file(f"{hanging}/image.tar") == filenames.SILENT
        assert await filenames.why_no_file(f"{hanging}/image.tar") == filenames.SILENT
        assert await filenames.paths(f"{hanging}/im") == []
    assert len(threads._hung) == 1  # no second call before the first has returned
    assert await filenames.why_no_file(__file__) == ""  # other folders are still checked


def test_a_name_with_a_tilde_inside_is_no_user_s_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert str(path_of("./~x")) == "~x"
    assert str(path_of("./~")) == "~"
    assert str(path_of("a/~x/b")) == "a/~x/b"
    assert str(path_of("~/x")) == "/home/somebody/x"
    with pytest.raises(filenames.FileNameError, match="~nosuchuser is not the home directory"):
        path_of("~nosuchuser/x")


HANGING = """
import asyncio, os, sys
from tui.live.threads import DaemonThreads

async def main():
    asyncio.get_running_loop().set_default_executor(DaemonThreads())
    waiting = asyncio.ensure_future(asyncio.to_thread(os.stat, sys.argv[1] + "/x"))
    assert await asyncio.to_thread(int, "7") == 7
    try:
        await asyncio.to_thread(int, "none")
    except ValueError:
        print("raised")

asyncio.run(main())
print("ended")
"""


def test_the_end_of_the_program_waits_for_no_file_system(hanging: Path) -> None:
    done = subprocess.run([sys.executable, "-c", HANGING, hanging], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "raised\nended\n"


# -- the event loop is not blocked ------------------------------------------------------------------------------------


async def test_removing_a_large_file_does_not_hold_up_the_event_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loops = {threading.get_ident()}
    unlink, where = os.unlink, []

    def noted(*args: object, **more: object) -> None:
        where.append(threading.get_ident())
        unlink(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "unlink", noted)
    await write_file(tmp_path / "image.tar", poured(chunks(1)), "ImageGet")
    with pytest.raises(errors.EngineError):
        await write_file(tmp_path / "image.tar", poured(chunks(1)), "ImageGet")
    assert where
    assert loops.isdisjoint(where)
