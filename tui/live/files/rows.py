"""A file of a container as a row, and where files are browsed."""

from __future__ import annotations

import posixpath
import stat
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tui.engine.objects.files import PathStat
from tui.live.clock import moment
from tui.live.files.tar_reader import TarEntry
from tui.live.state.signals import Signal

FileChange = Literal["", "modified", "added", "removed"]
"""How a path differs from the container's image; empty: not at all, or not known yet."""

CHANGES: tuple[FileChange, ...] = ("modified", "added", "removed")
"""The kinds of `ContainerChanges` by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where files are browsed: a container, from the directory `root` downwards.

    `volume` names the volume that is mounted there, if that is what is browsed.
    """

    container: str  # id
    name: str  # of the container
    root: str = "/"
    volume: str = ""

    def shown(self, path: str) -> str:
        """Return a path as users see it: in a volume, below its own root."""
        return (
            posixpath.join("/", posixpath.relpath(path, self.root))
            if self.volume and path != self.root
            else ("/" if self.volume else path)
        )

    def whole(self, shown: str, at: str) -> str:
        """Return the path in the container for one that is typed in directory `at`; it never leads above the root."""
        inside = self.root if shown.startswith("/") else at
        path = posixpath.normpath(posixpath.join(inside, shown.lstrip("/")))
        path = "/" + path.lstrip("/")
        root = self.root.rstrip("/")
        return path if path == self.root or path.startswith(f"{root}/") else self.root


class Changed(NamedTuple):
    """A path of a container that this program changed."""

    container: str  # id
    path: str


changed: Signal[Changed] = Signal()
"""Emits each path that this program changed, since no event of the engine names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file, a directory, a link or a device.

    `mode` is that of `stat`, with the type, 0 if not known; `size` in bytes, for a directory of all files in it, None if not
    known; `mtime` in seconds since the epoch. Names are the engine's: clean them.
    """

    place: Place
    path: str
    mode: int = 0
    size: int | None = None
    uid: int | None = None
    gid: int | None = None
    user: str = ""
    group: str = ""
    mtime: float | None = None
    link: str = ""
    device: tuple[int, int] = (0, 0)
    change: FileChange = ""
    mount: str = ""  # what is mounted there: "volume data", "/srv/conf of the host"

    @property
    def id(self) -> str:
        """The path, which identifies a file."""
        return self.path

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.path)

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory, and no link to one."""
        return stat.S_ISDIR(self.mode)

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.mode)

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return stat.S_ISREG(self.mode)


def from_entry(place: Place, path: str, entry: TarEntry) -> FileRow:
    """Return the row of a tar's entry."""
    return FileRow(
        place=place,
        path=path,
        mode=entry.mode,
        size=None if stat.S_ISDIR(entry.mode) else entry.size,
        uid=entry.uid,
        gid=entry.gid,
        user=entry.user,
        group=entry.group,
        mtime=entry.mtime,
        link=entry.link,
        device=entry.device,
    )


def from_stat(place: Place, path: str, found: PathStat) -> FileRow:
    """Return the row of a path's status, which has no owner."""
    mode = found.unix_mode
    return FileRow(
        place=place,
        path=path,
        mode=mode,
        size=found.size if stat.S_ISREG(mode) else None,
        mtime=moment(found.mtime),
        link=found.link_target,
    )
