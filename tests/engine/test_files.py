"""Copying files to and from containers, on real engines."""

from __future__ import annotations

import stat
import tarfile
import tracemalloc
from collections.abc import AsyncIterator
from functools import partial

import pytest

from tests.docker import Docker
from tests.engine.conftest import collected, pieces
from tests.engine.tars import file_in, names_in, tar
from tui.engine import Engine, errors
from tui.engine.objects.files import PathStat


async def test_what_is_at_a_path(engine: Engine, docker: Docker) -> None:
    container = docker.create()
    await engine.containers.put_archive(container, "/tmp", tar(note="hello"))
    found = await engine.containers.archive_info(container, "/tmp/note")
    assert (found.name, found.size, found.is_folder, found.is_link) == ("note", 5, False, False)
    assert stat.filemode(found.unix_mode) == "-rw-r-----"
    assert found.mtime.startswith("20")
    folder = await engine.containers.archive_info(container, "/tmp")
    assert folder.is_folder
    assert stat.S_ISDIR(folder.unix_mode)


async def test_what_is_missing_is_said_in_words(engine: Engine, docker: Docker) -> None:
    with pytest.raises(errors.NotFound, match="'/no/such' does not exist in the container"):
        await engine.containers.archive_info(docker.create(), "/no/such")
    with pytest.raises(errors.NotFound, match="/no/such"):
        async for _ in engine.containers.archive(docker.create(), "/no/such"):
            pass


async def test_files_go_in_and_come_out_again(engine: Engine, docker: Docker) -> None:
    container, content = docker.create(), b"0123456789" * 50_000
    await engine.containers.put_archive(container, "/tmp", pieces(tar(big=content, small="x")), copy_uid_gid=True)
    one = b"".join([chunk async for chunk in engine.containers.archive(container, "/tmp/big")])
    assert file_in(one, "big") == content
    folder = b"".join([chunk async for chunk in engine.containers.archive(container, "/tmp")])
    assert {"tmp/big", "tmp/small"} <= {name.strip("/") for name in names_in(folder)}


async def test_a_tar_goes_only_into_a_folder(engine: Engine, docker: Docker) -> None:
    container = docker.create()
    await engine.containers.put_archive(container, "/tmp", tar(note="hello"))
    with pytest.raises(errors.EngineRefusal, match="not a directory"):
        await engine.containers.put_archive(container, "/tmp/note", tar(other="x"))
    with pytest.raises(errors.NotFound):
        await engine.containers.put_archive(container, "/no/such", tar(other="x"))


@pytest.mark.not_on_demo("it forgives")
async def test_a_folder_does_not_replace_a_file_when_forbidden(engine: Engine, docker: Docker) -> None:
    container = docker.create()
    with pytest.raises(errors.EngineRefusal, match="cannot overwrite"):
        await engine.containers.put_archive(container, "/", tar(tmp="a file"), no_overwrite_dir_non_dir=True)


async def test_a_whole_file_system_comes_out(engine: Engine, docker: Docker) -> None:
    container = docker.create()
    await engine.containers.put_archive(container, "/tmp", tar(note="hello"))
    exported = await collected(partial(engine.containers.export, container))
    assert "tmp/note" in {name.strip("/") for name in names_in(exported)}


def test_gos_modes_become_unix_modes() -> None:
    for mode, words in (
        (0o644, "-rw-r--r--"),
        (1 << 31 | 1 << 20 | 0o777, "drwxrwxrwt"),
        (1 << 27 | 0o777, "lrwxrwxrwx"),
        (1 << 23 | 0o755, "-rwsr-xr-x"),
        (1 << 26 | 1 << 21 | 0o620, "crw--w----"),
        (1 << 26 | 0o660, "brw-rw----"),
        (1 << 25 | 0o600, "prw-------"),
        (1 << 24 | 0o600, "srw-------"),
    ):
        assert stat.filemode(PathStat(mode=mode).unix_mode) == words


@pytest.mark.not_on_demo("it keeps its files in this process")
async def test_big_files_pass_through_little_memory(engine: Engine, docker: Docker) -> None:
    container, size, block = docker.create(), 64 << 20, b"0123456789abcdef" * 4096

    async def big() -> AsyncIterator[bytes]:
        member = tarfile.TarInfo("big")
        member.size = size
        yield member.tobuf()
        for _ in range(size // len(block)):
            yield block
        yield bytes(1024)

    tracemalloc.start()
    try:
        await engine.containers.put_archive(container, "/tmp", big())
        got = 0
        async for chunk in engine.containers.archive(container, "/tmp/big"):
            got += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert got > size
    assert peak < 8 << 20
