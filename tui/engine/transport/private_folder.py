"""A folder for sockets that only this user may enter, which goes with the program, at the latest at the next start."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LONGEST = 60
"""Characters of the path, so that the names of sockets in it, and what ssh appends to them, stay below the system's 104."""

STARTING = 60.0
"""Seconds after which a folder without a lock is a leftover."""


class PrivateFolder:
    """A new folder, locked by this process for as long as it lives. Raises OSError if there is no place for one."""

    def __init__(self) -> None:
        self.path, self._lock = _make()

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _make() -> tuple[Path, int]:
    problem: OSError | None = None
    for parent in _parents():
        with suppress(OSError):
            remove_leftovers(parent)
        path = parent / f"{_prefix()}{secrets.token_hex(4)}"
        if len(str(path)) > LONGEST:
            continue
        try:
            path.mkdir(mode=0o700)
            return path, _locked(path)
        except OSError as error:
            problem = error
            shutil.rmtree(path, ignore_errors=True)
    raise problem or OSError("no directory with a path short enough for sockets")


def _prefix() -> str:
    return f"longshore-{os.getuid()}-"


def _parents() -> Iterator[Path]:
    """Yield the folders to try: the user's own for such things, then those for all."""
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(runtime)
    yield Path(tempfile.gettempdir())
    yield Path("/tmp")


def _locked(folder: Path) -> int:
    """Put a lock into the folder, held by this process; it appears locked already. Raises OSError."""
    new = folder / "lock.new"
    lock = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    new.rename(folder / "lock")
    return lock


def remove_leftovers(parent: Path) -> None:
    """Remove the folders of processes that were killed."""
    for folder in parent.glob(f"{_prefix()}*"):
        with suppress(OSError):
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and _abandoned(folder, found.st_mtime):
                shutil.rmtree(folder, ignore_errors=True)


def _abandoned(folder: Path, made: float) -> bool:
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return time.time() - made > STARTING
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
