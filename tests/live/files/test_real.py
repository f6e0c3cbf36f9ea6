"""Files of containers and volumes, on every engine: listing, copying, reading in parts, putting back."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.engine.tars import tar
from tui.engine import Engine
from tui.engine.errors import Conflict, EngineError
from tui.live.files.rows import Changed, FileRow, Place, changed
from tui.live.files.transfer import copy_in, copy_out, create_directory, put_back, read_part
from tui.live.files.tree import FileTree


def place(container: str) -> Place:
    return Place(container=container, name="web")


async def listed(tree: FileTree, path: str) -> dict[str, FileRow]:
    arrived: dict[str, FileRow] = {}
    await tree.read(path, lambda rows: arrived.update({row.name: row for row in rows}), whole=True)
    assert tree.directory(path).complete
    assert {row.name for row in tree.directory(path).rows.values()} == arrived.keys()
    return arrived


async def test_a_directory_of_a_container_that_never_ran_is_listed(engine: Engine, docker: Docker) -> None:
    container = docker.create()
    await engine.containers.put_archive(container, "/tmp", tar(note="hello", sub__deep="12345", sub__more__below="1"))
    tree = FileTree(lambda: engine, place(container))
    found = await listed(tree, "/tmp")
    assert found.keys() == {"note", "sub"}
    assert (found["note"].size, found["sub"].size) == (5, 6)
    assert stat.filemode(found["note"].mode) == "-rw-r-----"
    assert found["sub"].is_directory
    assert tree.directory("/tmp/sub").complete  # passed on the way
    assert {*tree.directory("/tmp/sub").rows} == {"/tmp/sub/deep", "/tmp/sub/more"}
    assert {"bin", "etc", "tmp"} <= (await listed(tree, "/")).keys()


async def test_changes_are_marked_also_of_what_was_removed(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "rm /etc/group; echo x >> /etc/passwd; touch /etc/added; sleep 1000")
    tree = FileTree(lambda: engine, place(container))
    while "/etc/added" not in tree.changes:
        await tree.read_changes()
    found = {name: tree.marked(row).change for name, row in (await listed(tree, "/etc")).items()}
    assert (found["passwd"], found["added"]) == ("modified", "added")
    assert [(row.name, row.change) for row in tree.removed("/etc")] == [("group", "removed")]


async def test_a_volume_is_listed_and_its_mount_is_named(engine: Engine, docker: Docker) -> None:
    volume = docker.volume()
    container = docker.create(volumes=[f"{volume}:/data"])
    await engine.containers.put_archive(container, "/data", tar(kept="in the volume"))
    tree = FileTree(lambda: engine, place(container))
    await tree.read_mounts()
    assert tree.mounts["/data"] == f"volume {volume}"
    assert (await listed(tree, "/data")).keys() == {"kept"}


@pytest.mark.not_on_demo("it has no program that makes links")
async def test_a_link_leads_to_its_target(engine: Engine, docker: Docker) -> None:
    container = docker.run("sh", "-c", "ln -s /etc /tmp/config; ln -s ../etc/passwd /tmp/users; touch /tmp/done; sleep 1000")
    tree = FileTree(lambda: engine, place(container))
    while "done" not in (found := await listed(tree, "/tmp")):
        tree.forget("/tmp")
    assert (await tree.target(found["config"])).path == "/etc"
    assert (await tree.target(found["users"])).path == "/etc/passwd"


@pytest.mark.not_on_demo("its file names are text")
@pytest.mark.needs_api("1.44", "older engines answer with an empty archive for such a name")
async def test_a_name_that_is_not_utf8_is_listed_read_and_copied_both_ways(
    engine: Engine, docker: Docker, tmp_path: Path
) -> None:
    odd = b"caf\xe9 \xff".decode("utf-8", "surrogateescape")
    (tmp_path / odd).mkdir()
    (tmp_path / odd / odd).write_text("content")
    container = docker.create()
    await copy_in(engine, tmp_path / odd, place(container), "/tmp", odd)
    tree = FileTree(lambda: engine, place(container))
    row = (await listed(tree, f"/tmp/{odd}"))[odd]
    assert (await tree.status(row.path)).size == 7
    assert (await read_part(engine, row, 0, 100)).data == b"content"
    await put_back(engine, place(container), row.path, (await read_part(engine, row, 0, 100)).entry, b"edited")
    await copy_out(engine, row, tmp_path / "back")
    assert (tmp_path / "back").read_text() == "edited"


async def test_trees_go_in_and_come_out_equal(engine: Engine, docker: Docker, tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "sub" / "empty").mkdir(parents=True)
    (source / "big").write_bytes(os.urandom(3_000_000))
    (source / "sub" / "script").write_text("#!/bin/sh\n")
    (source / "sub" / "script").chmod(0o750)
    os.utime(source / "sub" / "script", (1_600_000_000, 1_600_000_000))
    (source / "sub" / "link").symlink_to("script")
    container = docker.create()
    heard: list[Changed] = []
    stop = changed.subscribe(heard.append)
    size = await copy_in(engine, source, place(container), "/tmp", "tree")
    stop()
    assert (size, heard) == (3_000_010, [Changed(container, "/tmp/tree")])
    row = (await listed(FileTree(lambda: engine, place(container)), "/tmp"))["tree"]
    done = await copy_out(engine, row, tmp_path / "back")
    assert (done.bytes, done.files, done.left_out) == (3_000_010, 3, {})
    assert sorted(str(path.relative_to(tmp_path / "back")) for path in (tmp_path / "back").rglob("*")) == sorted(
        str(path.relative_to(source)) for path in source.rglob("*")
    )
    assert (tmp_path / "back" / "big").read_bytes() == (source / "big").read_bytes()
    found = (tmp_path / "back" / "sub" / "script").stat()
    assert (stat.S_IMODE(found.st_mode), found.st_mtime) == (0o750, 1_600_000_000)


@pytest.mark.not_on_demo("it has no owners by number")
async def test_files_that_go_in_belong_to_root_or_keep_their_owner(engine: Engine, docker: Docker, tmp_path: Path) -> None:
    (tmp_path / "note").write_text("hello")
    os.chown(tmp_path / "note", 1234, 77)
    container = docker.create()
    for keep, owner in ((False, (0, 0)), (True, (1234, 77))):
        await copy_in(engine, tmp_path / "note", place(container), "/tmp", "note", keep)
        row = (await listed(FileTree(lambda: engine, place(container)), "/tmp"))["note"]
        assert (row.uid, row.gid) == owner


async def test_what_may_be_half_in_the_container_is_said(engine: Engine, docker: Docker, tmp_path: Path) -> None:
    (tmp_path / "note").mkdir()
    container = docker.create()
    with pytest.raises(EngineError, match="/no/note in the container may be incomplete"):
        await copy_in(engine, tmp_path / "note", place(container), "/no", "note")


async def test_a_file_is_read_in_parts(engine: Engine, docker: Docker) -> None:
    container, content = docker.create(), os.urandom(200_000)
    await engine.containers.put_archive(container, "/tmp", tar(log=content))
    row = FileRow(place=place(container), path="/tmp/log", mode=stat.S_IFREG)
    for start, size in ((0, 1000), (150_000, 10_000), (199_990, 1000), (200_000, 5), (0, 1_000_000)):
        part = await read_part(engine, row, start, size)
        assert (part.start, part.data, part.entry.size) == (start, content[start : start + size], 200_000)
    assert (await read_part(engine, row, -500, 500)).data == content[-500:]
    assert (await read_part(engine, row, -500_000, 500_000)).data == content


@pytest.mark.not_on_demo("it has no owners by number")
async def test_an_edited_file_keeps_its_owner_and_mode(engine: Engine, docker: Docker) -> None:
    container = docker.run(
        "sh", "-c", "echo old > /tmp/conf; chown 12:13 /tmp/conf; chmod 4751 /tmp/conf; touch /tmp/done; sleep 1000"
    )
    tree = FileTree(lambda: engine, place(container))
    while "done" not in (found := await listed(tree, "/tmp")):
        tree.forget("/tmp")
    part = await read_part(engine, found["conf"], 0, 1000)
    await put_back(engine, place(container), "/tmp/conf", part.entry, b"new content\n")
    now = (await listed(tree, "/tmp"))["conf"]
    assert (now.uid, now.gid, now.size, stat.S_IMODE(now.mode)) == (12, 13, 12, 0o4751)
    assert (await asyncio.to_thread(docker.exec, container, "cat", "/tmp/conf"))[1].strip() == "new content"


async def test_a_directory_is_created_once(engine: Engine, docker: Docker) -> None:
    container = docker.create()
    await create_directory(engine, place(container), "/tmp/made")
    assert (await listed(FileTree(lambda: engine, place(container)), "/tmp"))["made"].is_directory
    with pytest.raises(Conflict, match="exists already"):
        await create_directory(engine, place(container), "/tmp/made")
