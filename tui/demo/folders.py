"""The demo engine's private folder, and removal of those left by killed processes."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "longshore-demo-"
LONGEST_PARENT = 56
"""Bytes of the path of the folder's parent: with the folder and the socket in it, at most 104 bytes make an address."""

_NAME = re.compile(rf"{PREFIX}(?P<process>[0-9]{{1,10}})-\w+", re.ASCII)


@contextmanager
def private_folder() -> Iterator[Path]:
    """Create a folder that only this user can open; removed afterwards. Its lock is held meanwhile."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_parent()))
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _parent() -> str:
    """Return the temporary folder, or /tmp where its path is too long for that of a socket in it."""
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) <= LONGEST_PARENT else "/tmp"


def sweep(where: Path | None = None) -> None:
    """Remove folders of this user's demo engines whose process has ended, as after kill -9."""
    with suppress(OSError):  # the temporary folder cannot be listed
        for each in os.scandir(where or _parent()):
            if (found := _NAME.fullmatch(each.name)) and _is_ours(each) and not _runs(int(found["process"])):
                _remove(Path(each.path))


def _is_ours(entry: os.DirEntry[str]) -> bool:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:  # removed meanwhile
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # another user's process, or not a PID: keep the folder
        return True
    return True


def _remove(folder: Path) -> None:
    """Remove a folder unless its lock is held: a container may share the folder but not the PIDs."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(lock)
