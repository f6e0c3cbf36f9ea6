"""Nothing of a tar is ever written outside of the chosen directory, and nothing half is left."""

from __future__ import annotations

import os
import stat
import tarfile
from pathlib import Path

import pytest

from tests.live.files.tars import DIRECTORY, HARDLINK, SYMLINK, member, packed
from tui.engine.errors import BrokenAnswer, Failed
from tui.live.files.unpacking import Unpacker


def unpack(tar: bytes, target: Path, replace: bool = False) -> Unpacker:
    unpacker = Unpacker(target, replace=replace)
    try:
        unpacker.feed(tar)
        unpacker.publish()
    finally:
        assert unpacker.discard() == ""
    return unpacker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a directory that is copied to, beside a file that nothing may touch."""
    (tmp_path / "outside").write_text("untouched")
    made = tmp_path / "chosen"
    made.mkdir()
    return made


@pytest.fixture(autouse=True)
def nothing_outside_changes(folder: Path, tmp_path: Path) -> object:
    yield
    assert sorted(os.listdir(tmp_path)) == ["chosen", "outside"]
    assert (tmp_path / "outside").read_text() == "untouched"
    assert not [name for name in os.listdir(folder) if name.startswith(".longshore")]


def test_a_tree_is_written_with_modes_and_times(folder: Path) -> None:
    tar = packed(
        member("etc", DIRECTORY, mode=0o555, mtime=1_600_000_000),
        (member("etc/conf", mode=0o640, mtime=1_500_000_000), b"x" * 100_000),
        member("etc/link", SYMLINK, "conf"),
        member("etc/same", HARDLINK, "etc/conf"),
        member("etc/sub", DIRECTORY),
        (member("etc/sub/deep"), b"deep"),
    )
    done = unpack(tar, folder / "copy")
    copy = folder / "copy"
    assert (copy / "conf").read_bytes() == b"x" * 100_000
    assert (stat.S_IMODE((copy / "conf").stat().st_mode), (copy / "conf").stat().st_mtime) == (0o640, 1_500_000_000)
    assert (stat.S_IMODE(copy.stat().st_mode), copy.stat().st_mtime) == (0o555, 1_600_000_000)
    assert os.readlink(copy / "link") == "conf"
    assert (copy / "same").samefile(copy / "conf")
    assert (copy / "sub" / "deep").read_bytes() == b"deep"
    assert (done.bytes, done.files, done.left_out, done.leading_out) == (100_004, 4, {}, 0)


def test_one_file_is_written_under_the_chosen_name(folder: Path) -> None:
    unpack(packed((member("note"), b"hello")), folder / "other")
    assert (folder / "other").read_text() == "hello"


@pytest.mark.parametrize(
    "name", ["../outside", "d/../../outside", "/etc/outside", "//outside", "d/..", "other/file", "d/" + "n" * 300]
)
def test_a_name_that_leads_elsewhere_or_cannot_be_is_left_out(folder: Path, name: str) -> None:
    done = unpack(packed(member("d", DIRECTORY), (member(name), b"evil"), (member("d/good"), b"good")), folder / "d")
    assert os.listdir(folder / "d") == ["good"]
    assert done.left_out.total() == 1


def test_the_first_name_may_not_lead_elsewhere_either(folder: Path) -> None:
    for name in ("../outside", "/outside", "..", "a/b"):
        with pytest.raises(Failed, match="was not copied"):
            unpack(packed((member(name), b"evil")), folder / "d")


@pytest.mark.parametrize("target", ["..", "../..", "/", "{outside}"])
def test_nothing_is_written_through_a_link(folder: Path, tmp_path: Path, target: str) -> None:
    target = target.format(outside=tmp_path)
    tar = packed(
        member("d", DIRECTORY),
        member("d/link", SYMLINK, target),
        (member("d/link/outside"), b"evil"),
        member("d/link/made", DIRECTORY),
        member("d/link/other", SYMLINK, "x"),
        (member("d/link"), b"evil"),
    )
    done = unpack(tar, folder / "d")
    assert os.readlink(folder / "d" / "link") == target  # written, and never followed
    assert os.listdir(folder / "d") == ["link"]
    assert (done.left_out.total(), done.leading_out) == (4, 1)


def test_a_hard_link_leads_only_to_files_of_the_archive(folder: Path, tmp_path: Path) -> None:
    tar = packed(
        member("d", DIRECTORY),
        member("d/up", HARDLINK, "../outside"),
        member("d/absolute", HARDLINK, str(tmp_path / "outside")),
        member("d/link", SYMLINK, str(tmp_path / "outside")),
        member("d/through", HARDLINK, "d/link"),
        member("d/missing", HARDLINK, "d/nothing"),
    )
    done = unpack(tar, folder / "d")
    assert os.listdir(folder / "d") == ["link"]
    assert done.left_out.total() == 4


def test_devices_and_pipes_are_left_out_and_setuid_is_dropped(folder: Path) -> None:
    tar = packed(
        member("d", DIRECTORY),
        member("d/disk", tarfile.BLKTYPE, devmajor=8, devminor=0),
        member("d/null", tarfile.CHRTYPE, devmajor=1, devminor=3),
        member("d/pipe", tarfile.FIFOTYPE),
        (member("d/su", mode=0o6755), b"program"),
    )
    done = unpack(tar, folder / "d")
    assert os.listdir(folder / "d") == ["su"]
    assert stat.S_IMODE((folder / "d" / "su").stat().st_mode) == 0o755
    assert done.left_out == {"devices and named pipes are not copied": 3}


def test_a_second_entry_of_the_same_name_does_not_replace_the_first(folder: Path) -> None:
    done = unpack(packed(member("d", DIRECTORY), (member("d/a"), b"first"), (member("d/a"), b"second")), folder / "d")
    assert (folder / "d" / "a").read_bytes() == b"first"
    assert done.left_out == {"a second entry of the same name": 1}


def test_names_that_are_not_utf8_or_differ_only_in_case_are_kept(folder: Path) -> None:
    odd = b"caf\xe9".decode("utf-8", "surrogateescape")
    unpack(
        packed(member("d", DIRECTORY), member(f"d/{odd}"), member("d/A"), member("d/a"), format=tarfile.GNU_FORMAT),
        folder / "d",
    )
    assert sorted(os.listdir(os.fsencode(folder / "d"))) == [b"A", b"a", b"caf\xe9"]


def test_a_name_of_4_kb_is_left_out(folder: Path) -> None:
    done = unpack(packed(member("d", DIRECTORY), member("d/" + "n" * 4096), member("d/" + "a/" * 2000 + "b")), folder / "d")
    assert os.listdir(folder / "d") == []
    assert done.left_out.total() == 2


def test_a_sparse_file_of_2_gb_takes_no_space(folder: Path) -> None:
    size, piece = 2 << 30, bytes(1 << 20)
    unpacker = Unpacker(folder / "sparse")
    begin, end = member("sparse"), b"the end"
    begin.size = size + len(end)
    unpacker.feed(begin.tobuf())
    for _ in range(size // len(piece)):
        unpacker.feed(piece)
    unpacker.feed(end + bytes(512 - len(end)) + bytes(1024))
    unpacker.publish()
    assert unpacker.discard() == ""
    found = (folder / "sparse").stat()
    assert found.st_size == size + len(end)
    assert found.st_blocks * 512 < 1 << 20
    with (folder / "sparse").open("rb") as file:
        file.seek(size)
        assert file.read() == end


def test_a_file_that_ends_with_zeros_is_complete(folder: Path) -> None:
    unpack(packed((member("note"), b"x" * 600 + bytes(5000))), folder / "note")
    assert (folder / "note").read_bytes() == b"x" * 600 + bytes(5000)


def test_a_tar_that_ends_early_leaves_nothing(folder: Path) -> None:
    with pytest.raises(BrokenAnswer):
        unpack(packed(member("d", DIRECTORY), (member("d/a"), b"a" * 5000))[:3000], folder / "d")
    assert os.listdir(folder) == []


def test_an_existing_file_is_replaced_only_when_asked_and_a_directory_never(folder: Path) -> None:
    (folder / "note").write_text("old")
    (folder / "d").mkdir()
    with pytest.raises(FileExistsError):
        unpack(packed((member("note"), b"new")), folder / "note")
    assert (folder / "note").read_text() == "old"
    unpack(packed((member("note"), b"new")), folder / "note", replace=True)
    assert (folder / "note").read_text() == "new"
    with pytest.raises(FileExistsError):
        unpack(packed(member("d", DIRECTORY)), folder / "d", replace=True)


def test_a_call_after_the_end_writes_nothing(folder: Path) -> None:
    unpacker = Unpacker(folder / "d")
    unpacker.discard()
    unpacker.feed(packed(member("d", DIRECTORY), member("d/late")))
    assert os.listdir(folder) == []
