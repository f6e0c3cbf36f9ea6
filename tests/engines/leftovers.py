"""Removes what an engine leaves after its processes: its folder and its cgroups."""

import contextlib
import os
import shutil
import time
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
SECONDS = 20  # to wait for killed processes to end


def cgroup_of(folder: Path) -> str:
    """Return the parent cgroup of all containers of the engine in `folder`."""
    return f"longshore-{folder.name}"


def remove_leftovers(folder: Path) -> None:
    """Remove the cgroups and the folder of an engine whose processes are ending or have ended."""
    end = time.monotonic() + SECONDS
    while not _remove_cgroups(cgroup_of(folder)) and time.monotonic() < end:
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


def _remove_cgroups(name: str) -> bool:
    """Remove the engine's cgroups; returns whether all are removed (one with a dying process cannot be yet)."""
    tops = [top for top in (CGROUPS / name, *CGROUPS.glob(f"*/{name}")) if top.is_dir() and not top.parent.is_symlink()]
    for top in tops:
        for path, _, _ in os.walk(top, topdown=False):
            with contextlib.suppress(OSError):
                Path(path).rmdir()
    return not any(top.exists() for top in tops)
