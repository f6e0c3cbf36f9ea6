"""Local files are sent as Python's own module reads them."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from tui.engine.errors import EngineError
from tui.live.files.packing import PIECE, pack, size_of


def test_a_tree_is_packed_with_modes_links_and_owners(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir(mode=0o750)
    (tmp_path / "sub" / "big").write_bytes(os.urandom(3 * PIECE + 5))
    (tmp_path / "sub" / "empty").touch(mode=0o600)
    (tmp_path / "sub" / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "sub" / "pipe")
    pieces = [*pack(tmp_path / "sub", "renamed", (5, 6))]
    assert max(map(len, pieces)) < 3 * PIECE
    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as archive:
        found = {each.name: each for each in archive.getmembers()}
        assert [*found] == ["renamed", "renamed/big", "renamed/empty", "renamed/link"]
        big = archive.extractfile("renamed/big")
        assert big is not None
        assert big.read() == (tmp_path / "sub" / "big").read_bytes()
    assert {(each.uid, each.gid) for each in found.values()} == {(5, 6)}
    assert (found["renamed"].mode, found["renamed/empty"].mode, found["renamed/link"].linkname) == (0o750, 0o600, "/etc/passwd")
    assert size_of(tmp_path / "sub") == 3 * PIECE + 5


def test_a_file_that_becomes_shorter_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(bytes(3 * PIECE))
    pieces = pack(file, "log")
    next(pieces)
    os.truncate(file, PIECE)
    with pytest.raises(EngineError, match="became shorter"):
        list(pieces)
