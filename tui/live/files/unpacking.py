"""Writing a tar from an engine into a local directory: never outside of it, and nothing half.

Everything is created in a new directory of a random name beside the target, by file descriptors of directories that this
process created, without following symbolic links. The complete tree is renamed to its name in the end; after a failure it is
removed.
Devices, named pipes and names that the file system refuses are left out. Symbolic links are written as they are and never
followed. All functions block: they run in threads.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tui.engine import errors
from tui.live.files.tar_reader import TarEntry, TarReader

REFUSED_NAMES = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EEXIST, errno.ENOTDIR, errno.EISDIR})
"""Errors of a name; those of the disk end the transfer."""

DEEPEST = 1000
"""Levels of directories at most."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class _LeftOut(Exception):
    """The entry is not written; the text says why."""


class Unpacker:
    """Writes the entries of one tar to `target`, whose directory exists.

    `bytes` and `files` count what was written; `left_out` counts entries by why they were left out, `leading_out` the symbolic
    links that lead out of the tree. `published`: the target is complete.
    """

    def __init__(self, target: Path, owners: bool = False, replace: bool = False) -> None:
        """`owners`: set owner ids, which only root may; `replace`: replace an existing file, never a directory."""
        self.target = target
        self.bytes = self.files = self.leading_out = 0
        self.published = False
        self.left_out: Counter[str] = Counter()
        self._owners, self._replace = owners, replace
        self._reader = TarReader(self._entry, self._data)
        self._lock = threading.Lock()  # a call that was abandoned finishes before the next one
        self._closed = False
        self._name: str | None = None  # the tar's own name of what is copied
        self._file = -1
        self._holes = False  # whether zeros of the file that is written were left out
        self._entry_written: TarEntry | None = None
        self._directories: list[tuple[tuple[str, ...], TarEntry]] = []
        self._at: tuple[str, ...] | None = None  # the directory that `_at_fd` is open for
        self._at_fd = -1
        self._there = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._part = f".longshore-{secrets.token_hex(8)}.part"
        try:
            os.mkdir(self._part, 0o700, dir_fd=self._there)
            self._root = os.open(self._part, _FOLDER, dir_fd=self._there)
        except OSError:
            os.close(self._there)
            raise

    def feed(self, data: bytes | memoryview) -> None:
        """Write the next bytes of the tar. Raises OSError, BrokenAnswer."""
        with self._lock:
            if not self._closed:
                self._reader.feed(data)

    def publish(self) -> None:
        """Give the complete tree its name. Raises OSError, BrokenAnswer; FileExistsError if the name exists by now."""
        with self._lock:
            self._publish()

    def _publish(self) -> None:
        self._reader.finish()
        self._end_file()
        if self._name is None or not self._exists("content"):
            what = next(iter(self.left_out), "the archive is empty")
            raise errors.Failed(f"{errors.one_line(self.target.name)} was not copied: {what}.")
        for parts, entry in reversed(self._directories):
            self._set_directory(parts, entry)
        self._move()

    def discard(self) -> str:
        """Remove what was written and not published; return as a sentence what remains, or ""."""
        with self._lock:
            self._closed = True
            return self._remove()

    def _remove(self) -> str:
        for descriptor in (self._file, self._at_fd, self._root):
            if descriptor >= 0:
                os.close(descriptor)
        self._file = self._at_fd = self._root = -1
        try:
            shutil.rmtree(self._part, dir_fd=self._there)
        except FileNotFoundError:
            return ""
        except OSError as error:
            return f"{errors.one_line(str(self.target.parent / self._part))} remains: {os.strerror(error.errno or 0).lower()}."
        finally:
            os.close(self._there)
        return ""

    # -- entries ------------------------------------------------------------------------------------------------------

    def _entry(self, entry: TarEntry) -> None:
        self._end_file()
        try:
            self._write(entry)
        except _LeftOut as why:
            self.left_out[str(why)] += 1
        except OSError as error:
            if error.errno not in REFUSED_NAMES:
                raise
            same = error.errno == errno.EEXIST
            self.left_out["a second entry of the same name" if same else "a name that cannot be created here"] += 1

    def _write(self, entry: TarEntry) -> None:
        parts = self._parts(entry.name)
        if stat.S_ISDIR(entry.mode):
            self._mkdir(parts)
            self._directories.append((parts, entry))
        elif stat.S_ISLNK(entry.mode):
            self._symlink(parts, entry)
        elif entry.hard:
            self._link(parts, entry)
        elif stat.S_ISREG(entry.mode):
            folder = self._folder(parts[:-1])
            self._file = os.open(parts[-1], _NEW, 0o600, dir_fd=folder)
            self._entry_written = entry
            self.files += 1
        else:
            raise _LeftOut("devices and named pipes are not copied")

    def _parts(self, name: str) -> tuple[str, ...]:
        """Return the parts of the path in the part directory: "content", then those below it. Raises _LeftOut."""
        of_the_root = self._name == "" or (self._name is None and not name.strip("/"))
        if name.startswith("/") and not of_the_root:
            raise _LeftOut("an absolute name")
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if ".." in parts:
            raise _LeftOut("a name that leads out of the directory")
        if any("\0" in part for part in parts):
            raise _LeftOut("a name that cannot be created here")
        if len(parts) > DEEPEST:
            raise _LeftOut(f"more than {DEEPEST} levels of directories")
        if self._name is None:
            if len(parts) > 1:
                raise _LeftOut("a name outside of the copied path")
            self._name = parts[0] if parts else ""
            return ("content",)
        if self._name:
            if not parts or parts[0] != self._name:
                raise _LeftOut("a name outside of the copied path")
            parts = parts[1:]
        return ("content", *parts)

    def _folder(self, parts: tuple[str, ...]) -> int:
        """Return a descriptor of a directory that was written before. Raises OSError, _LeftOut."""
        if parts == self._at:
            return self._at_fd
        descriptor = os.dup(self._root)
        try:
            for part in parts:
                below = os.open(part, _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = below
        except OSError as error:
            os.close(descriptor)
            if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENOENT):
                raise _LeftOut("a name below something that is no directory of the archive") from None
            raise
        if self._at_fd >= 0:
            os.close(self._at_fd)
        self._at, self._at_fd = parts, descriptor
        return descriptor

    def _mkdir(self, parts: tuple[str, ...]) -> None:
        os.mkdir(parts[-1], 0o700, dir_fd=self._folder(parts[:-1]))

    def _symlink(self, parts: tuple[str, ...], entry: TarEntry) -> None:
        if not entry.link or "\0" in entry.link:
            raise _LeftOut("a symbolic link without a target")
        os.symlink(entry.link, parts[-1], dir_fd=self._folder(parts[:-1]))
        self.files += 1
        level = len(parts) - 2
        for part in entry.link.split("/"):
            level += -1 if part == ".." else 0 if part in ("", ".") else 1
            if level < 0 or entry.link.startswith("/"):
                self.leading_out += 1
                break

    def _link(self, parts: tuple[str, ...], entry: TarEntry) -> None:
        """Create a hard link to a file that was written before."""
        target = self._parts(entry.link)
        source = os.dup(self._folder(target[:-1]))
        try:
            if not stat.S_ISREG(os.stat(target[-1], dir_fd=source, follow_symlinks=False).st_mode):
                raise _LeftOut("a hard link to something that is no file")
            folder = self._folder(parts[:-1])
            os.link(target[-1], parts[-1], src_dir_fd=source, dst_dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            raise _LeftOut("a hard link to a file that is not in the archive") from None
        finally:
            os.close(source)
        self.files += 1

    def _data(self, piece: memoryview) -> None:
        if self._file < 0:
            return
        self.bytes += len(piece)
        if piece[0] == 0 and not bytes(piece).strip(b"\0"):  # a sparse file stays sparse
            os.lseek(self._file, len(piece), os.SEEK_CUR)
            self._holes = True
            return
        while piece:
            piece = piece[os.write(self._file, piece) :]

    def _end_file(self) -> None:
        if self._file < 0 or self._entry_written is None:
            return
        file, self._file = self._file, -1
        try:
            if self._holes:
                self._holes = False
                os.ftruncate(file, self._entry_written.size)
            self._set(file, self._entry_written)
        finally:
            os.close(file)

    def _set(self, descriptor: int, entry: TarEntry) -> None:
        if self._owners:
            os.fchown(descriptor, entry.uid, entry.gid)
        os.fchmod(descriptor, stat.S_IMODE(entry.mode) & 0o777)  # no setuid programs of containers on this machine
        with suppress(OverflowError):  # a time that the system cannot hold
            os.utime(descriptor, (entry.mtime, entry.mtime))

    def _set_directory(self, parts: tuple[str, ...], entry: TarEntry) -> None:
        folder = os.dup(self._folder(parts))
        try:
            self._set(folder, entry)
        finally:
            os.close(folder)

    # -- the end ------------------------------------------------------------------------------------------------------

    def _exists(self, name: str) -> bool:
        try:
            os.stat(name, dir_fd=self._root, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def _move(self) -> None:
        """Rename the content to its name; an existing name only with `replace`, and no directory."""
        name = self.target.name
        try:
            found = os.stat(name, dir_fd=self._there, follow_symlinks=False)
        except FileNotFoundError:
            found = None
        if found is not None and (not self._replace or stat.S_ISDIR(found.st_mode)):
            raise FileExistsError(errno.EEXIST, "")
        os.rename("content", name, src_dir_fd=self._root, dst_dir_fd=self._there)
        self.published = True
