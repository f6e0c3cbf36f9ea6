"""The directories of a container as they become known.

The API has no request that lists a directory. What there is, and what it costs the engine and the connection:

- `ContainerArchive` sends a directory with all that is below it, sorted by path. The headers are read as they arrive, and the
  contents are dropped. The first names are there at once; the last ones after as many bytes as the directory holds.
  Directories that have been passed on the way are complete too, so that opening them costs nothing.
- `ContainerArchiveInfo` describes one path, in some milliseconds. It is used for the names that a large directory probably has:
  those of the file system hierarchy standard, of mounts, and of changed files.
- `ContainerChanges` names what differs from the image, once for a container. With the driver overlay2 it costs a walk through
  the container's own layer; with vfs, the comparison of two whole trees.
"""

from __future__ import annotations

import asyncio
import posixpath
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

from tui.engine import Engine
from tui.engine.errors import EngineError, EngineRefusal, NotFound
from tui.engine.objects.containers import ContainerInspect
from tui.live.files.rows import CHANGES, FileChange, FileRow, Place, from_entry, from_stat
from tui.live.files.tar_reader import TarEntry, TarReader

LISTING_BYTES, LISTING_SECONDS = 64 << 20, 1.5
"""Reading a directory for its list stops after so many bytes and so many seconds, unless all of it is asked for: a slow
connection is not filled, and a fast one reads some hundred MB."""

PROBE_AFTER_SECONDS = 0.15
"""Seconds after which the names are asked for that a directory probably has."""

PROBES_AT_A_TIME = 6
MOST_PROBES = 60
MOST_KEPT = 100_000
"""Rows kept at most, besides those of the directory that is shown."""

LIKELY = {
    "/": "bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var app data",
    "/usr": "bin games include lib lib32 lib64 libexec libx32 local sbin share src",
    "/var": "backups cache db lib local lock log mail opt run spool tmp www",
}
"""Names that a directory probably has."""


@dataclass(slots=True)
class Directory:
    """What is known of a directory: its rows by path.

    `complete`: all names are known, and the sizes of directories in it; `cut`: reading stopped before the end.
    """

    rows: dict[str, FileRow] = field(default_factory=dict)
    complete: bool = False
    cut: bool = False


class FileTree:
    """The directories of a place, read when asked for and kept. `kept` counts the rows."""

    def __init__(self, engine: Callable[[], Engine], place: Place) -> None:
        """`engine` returns the engine, or raises EngineError while none is connected."""
        self.place = place
        self.kept = 0
        self.changes: dict[str, FileChange] = {}
        self.mounts: dict[str, str] = {}
        self._engine = engine
        self._directories: dict[str, Directory] = {}

    def directory(self, path: str) -> Directory:
        """Return what is known of a directory."""
        return self._directories.setdefault(path, Directory())

    def forget(self, path: str) -> None:
        """Forget what was read below a path, which may have changed."""
        for known in [known for known in self._directories if known == path or known.startswith(path.rstrip("/") + "/")]:
            self.kept -= len(self._directories.pop(known).rows)

    async def read_again(self, path: str) -> None:
        """Read the row of a path that was changed, created or removed (`ContainerArchiveInfo`). Raises EngineError."""
        self.forget(path)
        rows = self.directory(posixpath.dirname(path)).rows
        known = rows.pop(path, None)
        with suppress(NotFound):
            row = await self.status(path)
            rows[path] = replace(row, uid=known.uid, gid=known.gid, user=known.user, group=known.group) if known else row

    async def read_mounts(self) -> None:
        """Read what is mounted where (`ContainerInspect`). Raises EngineError."""
        self.mounts = mounts_of(await self._engine().containers.inspect(self.place.container))

    async def read_changes(self) -> None:
        """Read what differs from the image (`ContainerChanges`). Raises EngineError."""
        found = await self._engine().containers.changes(self.place.container)
        self.changes = {each.path: CHANGES[each.kind] for each in found if each.kind in range(len(CHANGES))}

    def marked(self, row: FileRow) -> FileRow:
        """Return a row with its change and mount."""
        return replace(row, change=self.changes.get(row.path, ""), mount=self.mounts.get(row.path, ""))

    def removed(self, path: str) -> list[FileRow]:
        """Return the rows of files that the image has in a directory and the container has not."""
        return [
            FileRow(place=self.place, path=gone, change="removed")
            for gone, change in self.changes.items()
            if change == "removed" and posixpath.dirname(gone) == path
        ]

    async def status(self, path: str) -> FileRow:
        """Return the row of a path (`ContainerArchiveInfo`). Raises NotFound."""
        return from_stat(self.place, path, await self._engine().containers.archive_info(self.place.container, path))

    async def target(self, row: FileRow) -> FileRow:
        """Return what a symbolic link leads to; another row is returned unchanged. Raises EngineError."""
        if not row.is_link:
            return row
        found = await self._engine().containers.archive_info(self.place.container, row.path)
        return await self.status(found.link_target or posixpath.normpath(posixpath.join(posixpath.dirname(row.path), row.link)))

    async def read(self, path: str, arrived: Callable[[list[FileRow]], object], whole: bool = False) -> None:
        """Read a directory (`ContainerArchive`, `ContainerArchiveInfo`); `arrived` is called with rows as they become known.

        Unless the `whole` directory is asked for, reading stops as `LISTING_BYTES` says. Raises EngineError.
        """
        walk = _Walk(self, path)
        begun = time.monotonic()
        ready = asyncio.Event()
        probing = asyncio.ensure_future(self._probe(path, arrived, ready))
        try:
            async with aclosing(self._engine().containers.archive(self.place.container, path.rstrip("/") + "/.")) as chunks:
                async for chunk in chunks:
                    walk.feed(chunk)
                    if rows := walk.arrived():
                        arrived(rows)
                    if not whole and walk.bytes_read >= LISTING_BYTES and time.monotonic() - begun >= LISTING_SECONDS:
                        self.directory(path).cut = True
                        break
                else:
                    walk.finish()
                    arrived(walk.arrived())
            if self.directory(path).cut:
                ready.set()
                await probing
        finally:
            probing.cancel()
            with suppress(asyncio.CancelledError, EngineError):
                await probing

    async def _probe(self, path: str, arrived: Callable[[list[FileRow]], object], ready: asyncio.Event) -> None:
        """Ask for the names that a directory probably has, unless it has been read until then; at once when `ready`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(ready.wait(), PROBE_AFTER_SECONDS)
        places = asyncio.Semaphore(PROBES_AT_A_TIME)

        async def ask(name: str) -> None:
            async with places:
                if name not in self.directory(path).rows:
                    with suppress(EngineRefusal):
                        row = await self.status(name)
                        if self.directory(path).rows.setdefault(name, row) is row:
                            self.kept += 1
                            arrived([row])

        async with asyncio.TaskGroup() as group:
            for name in self._likely(path):
                group.create_task(ask(name))

    def _likely(self, path: str) -> list[str]:
        names = [posixpath.join(path, name) for name in LIKELY.get(path, "").split()]
        names += _children(path, [*self.mounts, *(at for at, change in self.changes.items() if change != "removed")])
        return [*dict.fromkeys(names)][:MOST_PROBES]


class _Walk:
    """One reading of a directory and all that is below it: fills the tree's directories."""

    def __init__(self, tree: FileTree, path: str) -> None:
        self._tree, self._path = tree, path
        self._reader = TarReader(self._entry)
        self._root: str | None = None  # the tar's own name of the directory
        self._open: list[tuple[str, int]] = [(path, 0)]  # the directories above the last entry, with the bytes in them so far
        self._new: dict[str, FileRow] = {}
        self._keeps = True

    @property
    def bytes_read(self) -> int:
        """Return the bytes read."""
        return self._reader.bytes_read

    def feed(self, chunk: bytes) -> None:
        """Read the next bytes."""
        self._reader.feed(chunk)

    def arrived(self) -> list[FileRow]:
        """Return the rows of the directory that became known since the last call."""
        new, self._new = self._new, {}
        return [*new.values()]

    def finish(self) -> None:
        """Mark what was read as complete. Raises BrokenAnswer if the tar is not."""
        self._reader.finish()
        self._close_to("")
        self._tree.directory(self._path).complete = True
        self._tree.directory(self._path).cut = False

    def _entry(self, entry: TarEntry) -> None:
        if self._root is None:
            self._root = entry.name.strip("/")
            if self._root in ("", "."):
                self._root = entry.name.rstrip("/")
            return
        inside = entry.name.removeprefix(self._root).strip("/").removeprefix("./")
        if not inside or ".." in inside.split("/"):
            return
        path = posixpath.join(self._path, inside)
        parent = posixpath.dirname(path)
        self._close_to(parent)
        row = from_entry(self._tree.place, path, entry)
        if parent == self._path or self._keeps:
            self._put(parent, row)
        if row.is_directory:
            self._open.append((path, 0))
        elif stat.S_ISREG(entry.mode):
            at, total = self._open[-1]
            self._open[-1] = (at, total + entry.size)

    def _put(self, parent: str, row: FileRow) -> None:
        rows = self._tree.directory(parent).rows
        known = rows.get(row.path)
        if known is None:
            self._tree.kept += 1
            self._keeps = self._tree.kept < MOST_KEPT
        elif row.is_directory and row.size is None:
            row = replace(row, size=known.size)
        rows[row.path] = row
        if parent == self._path:
            self._new[row.path] = row

    def _close_to(self, parent: str) -> None:
        """Close the directories that do not contain `parent`: all that is in them has been read."""
        while len(self._open) > 1 and not (parent == (at := self._open[-1][0]) or parent.startswith(at + "/")):
            path, total = self._open.pop()
            above, before = self._open[-1]
            self._open[-1] = (above, before + total)
            if self._keeps:
                self._tree.directory(path).complete = True
            holder = posixpath.dirname(path)
            if (row := self._tree.directory(holder).rows.get(path)) is not None:
                self._put(holder, replace(row, size=total))


def mounts_of(found: ContainerInspect) -> dict[str, str]:
    """Return what is mounted in a container, by path, as text."""
    named = {each.destination: _mount_words(each.type, each.name, each.source) for each in found.mounts}
    return {posixpath.normpath(path): words for path, words in named.items()} | dict.fromkeys(
        found.host_config.tmpfs or {}, "tmpfs"
    )


def _mount_words(kind: str, name: str, source: str) -> str:
    return f"volume {name}" if kind == "volume" and name else f"{source} of the host" if kind == "bind" else kind


def _children(path: str, paths: Iterable[str]) -> list[str]:
    """Return the direct children of a directory that these paths are, or are below."""
    prefix = path.rstrip("/") + "/"
    return [prefix + each[len(prefix) :].partition("/")[0] for each in paths if each.startswith(prefix) and each != prefix]
