"""A file system that never answers, like a network file system without its server: a FUSE mount whose server reads no
request."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_LAZY = 2  # MNT_DETACH


@contextmanager
def hanging_folder(folder: Path) -> Iterator[Path]:
    """Mount it on a new directory. Every call on its contents blocks until the end, and fails then."""
    if os.geteuid() or not Path("/dev/fuse").exists():
        pytest.skip("only root can mount a file system that never answers, and /dev/fuse is needed")
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    server = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    try:
        options = f"fd={server},rootmode=40000,user_id=0,group_id=0".encode()
        if libc.mount(b"hanging", os.fsencode(folder), b"fuse", 0, options):
            raise OSError(ctypes.get_errno(), "mount")
        try:
            yield folder
        finally:
            libc.umount2(os.fsencode(folder), _LAZY)
    finally:
        os.close(server)  # pending calls get an error
