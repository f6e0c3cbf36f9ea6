"""The incremental reader of tars reads what Python's own module writes, in pieces of any size."""

from __future__ import annotations

import stat
import tarfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.files.tars import DIRECTORY, HARDLINK, SYMLINK, member, packed
from tui.engine.errors import BrokenAnswer
from tui.live.files.tar_reader import BLOCK, LONGEST_EXTENSION, TarEntry, TarReader, _header

Found = list[tuple[TarEntry, bytes]]


def read(data: bytes, step: int = 1 << 20) -> Found:
    found: list[tuple[TarEntry, bytearray]] = []
    reader = TarReader(lambda entry: found.append((entry, bytearray())), lambda piece: found[-1][1].extend(piece))
    for start in range(0, len(data), step):
        reader.feed(data[start : start + step])
    reader.finish()
    return [(entry, bytes(content)) for entry, content in found]


names = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=300)


@given(
    st.lists(st.tuples(names, st.binary(max_size=1500)), max_size=5),
    st.integers(1, 700),
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
)
def test_names_and_contents_arrive_in_pieces_of_any_size(files: list[tuple[str, bytes]], step: int, format: int) -> None:
    tar = packed(*((member(f"d/{name}"), content) for name, content in files), format=format)
    assert [(entry.name, content) for entry, content in read(tar, step)] == [(f"d/{name}", data) for name, data in files]


def test_every_type_of_entry_is_told_apart() -> None:
    tar = packed(
        member("d", DIRECTORY, mode=0o1777),
        (member("d/file", mode=0o4755, uid=3_000_000, gid=7, mtime=1_700_000_000), b"content"),
        member("d/link", SYMLINK, "file"),
        member("d/hard", HARDLINK, "d/file"),
        member("d/null", tarfile.CHRTYPE, devmajor=1, devminor=3),
        member("d/pipe", tarfile.FIFOTYPE),
    )
    entries = [entry for entry, _ in read(tar)]
    assert [stat.filemode(entry.mode)[0] for entry in entries] == ["d", "-", "l", "-", "c", "p"]
    file = entries[1]
    assert (file.uid, file.gid, file.mtime, file.size, stat.S_IMODE(file.mode)) == (3_000_000, 7, 1_700_000_000, 7, 0o4755)
    assert (entries[2].link, entries[3].link, entries[3].hard, entries[4].device) == ("file", "d/file", True, (1, 3))


def test_a_name_that_is_not_utf8_keeps_its_bytes() -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert [entry.name for entry, _ in read(packed(member(name), format=tarfile.GNU_FORMAT))] == [name]


def test_a_file_of_8_gib_is_announced_with_its_size() -> None:
    info = member("big")
    info.size = 9 << 30
    found: list[TarEntry] = []
    TarReader(found.append).feed(info.tobuf(tarfile.PAX_FORMAT))
    assert [entry.size for entry in found] == [9 << 30]


SPARSE = tarfile.TarInfo("./GNUSparseFile.0/file")
SPARSE.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "file"}


@pytest.mark.parametrize(
    "tar",
    [
        packed((member("file"), b"content"))[:700],
        packed(member("n" * 400))[:600],
        b"<html>not a tar</html>".ljust(512),
        member("sparse", tarfile.GNUTYPE_SPARSE).tobuf(tarfile.GNU_FORMAT),
        SPARSE.tobuf(tarfile.PAX_FORMAT) + bytes(1024),
    ],
    ids=["cut in a file", "cut in a header", "no tar", "sparse", "sparse by a record"],
)
def test_what_is_no_complete_tar_is_refused(tar: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        read(tar)


def test_an_endless_header_is_refused_before_it_is_held() -> None:
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = tarfile.XHDTYPE, LONGEST_EXTENSION + 1
    with pytest.raises(BrokenAnswer, match="too long"):
        TarReader(lambda _entry: None).feed(info.tobuf(tarfile.USTAR_FORMAT))


@given(st.binary(max_size=3000))
def test_bytes_of_any_kind_are_read_or_refused(data: bytes) -> None:
    with suppress(BrokenAnswer):  # any other error fails
        assert sum(len(content) for _, content in read(data)) <= len(data)


@pytest.mark.parametrize(
    ("record", "value"),
    [("mtime", "inf"), ("mtime", "nan"), ("mtime", "1e400"), ("size", "²"), ("size", "-1"), ("uid", "1_0"), ("gid", "9" * 30)],
)
def test_a_record_that_is_no_number_is_refused(record: str, value: str) -> None:
    info = tarfile.TarInfo("file")
    info.pax_headers = {record: value}
    with pytest.raises(BrokenAnswer, match="invalid PAX header"):
        TarReader(lambda _entry: None).feed(info.tobuf(tarfile.PAX_FORMAT))


@pytest.mark.parametrize(("value", "time"), [("1.5", 1.5), ("-1.25", -1.25), ("1700000000", 1.7e9), ("3.", 3.0)])
def test_times_of_records_are_seconds_with_a_fraction(value: str, time: float) -> None:
    info, found = tarfile.TarInfo("file"), list[TarEntry]()
    info.pax_headers = {"mtime": value}
    TarReader(found.append).feed(info.tobuf(tarfile.PAX_FORMAT))
    assert [entry.mtime for entry in found] == [time]


@given(
    names,
    st.integers(0, 0o7777),
    st.integers(0, 3_000_000),
    st.integers(0, 10**11),
    st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE]),
    st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT]),
    st.tuples(st.integers(0, 511), st.integers(0, 255)) | st.none(),
)
def test_plain_headers_are_read_as_python_s_own_module_reads_them(
    name: str, mode: int, owner: int, size: int, kind: bytes, format: int, spoiled: tuple[int, int] | None
) -> None:
    made = member(name[:60], kind, name[:30], mode, uid=owner, gid=owner // 2, size=size, mtime=size // 7)
    with suppress(ValueError):  # more than this format can hold
        block = bytearray(made.tobuf(format, "utf-8", "surrogateescape")[-BLOCK:])
        if spoiled is not None:
            block[spoiled[0]] = spoiled[1]
        found = _header(bytes(block))
        if found is None:
            return
        other = tarfile.TarInfo.frombuf(bytes(block), "utf-8", "surrogateescape")
        for field, value in found._asdict().items():
            assert value == getattr(other, field), field
