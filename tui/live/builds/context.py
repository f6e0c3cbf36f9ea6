"""The context of a build: a directory with a Dockerfile, without what `.dockerignore` ignores.

What is not asynchronous here blocks: it runs in threads. Nothing of the context is held: it is walked once to count it and
once to send it.
"""

from __future__ import annotations

import os
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tui.engine import errors
from tui.engine.threads import in_thread
from tui.live.builds.dockerfile import LARGEST, BadDockerfile, Dockerfile, read_dockerfile
from tui.live.builds.ignore import BadPattern, Ignore, Matched, read_rules
from tui.live.files.packing import TYPES, Member, tar_of
from tui.live.jobs.filenames import reason

DOCKERFILE, IGNORE = "Dockerfile", ".dockerignore"
ROOT = (0, 0)
"""The owner of all files in an image, as docker sends them."""

COUNTED_SECONDS = 5.0
"""Seconds after which a context is not counted further."""

UNREADABLE = 5
"""Unreadable files that are named at most."""


@dataclass(frozen=True, slots=True)
class Context:
    """A directory to build from, its Dockerfile and its rules. `ignored_by` is the path of the file of the rules, or None."""

    directory: Path
    dockerfile_path: Path
    dockerfile: Dockerfile
    ignore: Ignore
    ignored_by: Path | None = None

    @property
    def dockerfile_name(self) -> str:
        """Return the Dockerfile's path in the context, or "" if it is outside of it."""
        try:
            return self.dockerfile_path.relative_to(self.directory).as_posix()
        except ValueError:
            return ""

    @property
    def dockerfile_shown(self) -> str:
        """Return the Dockerfile's path for users."""
        return errors.one_line(self.dockerfile_name or str(self.dockerfile_path))


@dataclass(slots=True)
class Size:
    """What a context holds: files, bytes, bytes by top-level entry, what is left out and cannot be read.

    Not `complete`: the count was ended early, and the context is larger.
    """

    files: int = 0
    bytes: int = 0
    largest: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)
    complete: bool = True


def open_context(directory: Path, dockerfile: str = "") -> Context:
    """Return the context of a directory; `dockerfile` is a path relative to it, or absolute. Raises EngineError."""
    try:
        top = directory.expanduser().resolve(strict=True)
        if not top.is_dir():
            raise errors.Failed(
                f"{errors.one_line(str(directory))} is not a directory: choose the directory of the Dockerfile."
            )
    except NOT_READ as error:
        raise _failed(directory, error) from None
    try:
        path = Path(os.path.normpath(top / (Path(dockerfile).expanduser() if dockerfile else DOCKERFILE)))
    except NOT_READ as error:
        raise _failed(dockerfile, error) from None
    text = _text(path)
    if text is None:
        hint = "" if dockerfile else " Choose another directory, or name the Dockerfile."
        raise errors.Failed(f"There is no file {errors.one_line(str(path))}.{hint}")
    try:
        parsed = read_dockerfile(text)
    except BadDockerfile as error:
        raise errors.Failed(f"{errors.one_line(path.name)}, {error}." if error.line else f"{path.name}: {error}.") from None
    ignore, ignored_by = _rules(top, path)
    return Context(top, path, parsed, ignore, ignored_by)


NOT_READ = (OSError, RuntimeError, ValueError)
"""What Python raises for a path that cannot be read, for a home directory that is not known, for text that is no path."""


def _failed(path: Path | str, error: Exception) -> errors.Failed:
    why = reason(error) if isinstance(error, OSError) else "this is no path" if isinstance(error, ValueError) else str(error)
    return errors.Failed(f"{errors.one_line(str(path))} cannot be read: {why.rstrip('.')}.")


def _rules(top: Path, dockerfile: Path) -> tuple[Ignore, Path | None]:
    """Return the rules of the Dockerfile's own ignore file, else of the context's. Raises Failed."""
    for file in (dockerfile.with_name(dockerfile.name + IGNORE), top / IGNORE):
        text = _text(file)
        if text is not None:
            try:
                return read_rules(text), file
            except BadPattern as error:
                raise errors.Failed(f"{errors.one_line(file.name)}, {errors.one_line(str(error))}.") from None
    return Ignore(), None


def _text(path: Path) -> str | None:
    """Return the text of a small file, or None if there is no such file. Raises Failed."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise errors.Failed(f"{errors.one_line(str(path))} is not a file.")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except NOT_READ as error:
        raise _failed(path, error) from None
    if len(data) > LARGEST:
        raise errors.Failed(f"{errors.one_line(str(path))} is larger than {LARGEST >> 20} MiB.")
    return data.decode("utf-8", "replace")


async def read_context(directory: Path, dockerfile: str = "") -> Context:
    """Return what `open_context` does, in a thread. Raises EngineError, also if the file system does not answer."""
    try:
        return await in_thread(lambda: open_context(directory, dockerfile))
    except OSError as error:
        raise _unreadable(error, directory) from None


async def measure_context(context: Context, cancelled: Callable[[], bool] = lambda: False) -> Size:
    """Return what `count_context` does, in a thread. Raises Failed."""
    try:
        return await in_thread(lambda: count_context(context, cancelled), 2 * COUNTED_SECONDS)
    except OSError as error:
        raise _unreadable(error, context.directory) from None


def _unreadable(error: OSError, directory: Path) -> errors.Failed:
    why = str(error.strerror) if isinstance(error, TimeoutError) else reason(error)
    return errors.Failed(f"{errors.one_line(str(error.filename or directory))} cannot be read: {why}.")


def walk(context: Context, left_out: Counter[str] | None = None, keep: Callable[[str], bool] | None = None) -> Iterator[Member]:
    """Yield what a context holds in the order of its sorted paths, directories before what is in them.

    `left_out` counts what is no file, directory or link, by kind; `keep` tells which paths are wanted, if not all. An ignored
    directory comes where something in it is kept. Raises OSError with the path.
    """
    walker = _Walker(context, Counter() if left_out is None else left_out, keep)
    return walker.below("", context.directory, context.ignore.start, ())


class _Walker:
    def __init__(self, context: Context, left_out: Counter[str], keep: Callable[[str], bool] | None) -> None:
        self._ignore = context.ignore
        self._left_out = left_out
        self._keep = keep

    def below(self, prefix: str, path: Path, above: Matched, waiting: tuple[Member, ...]) -> Iterator[Member]:
        """Yield what a directory holds. `waiting` are ignored directories that come before the first thing kept in them."""
        with os.scandir(path) as entries:
            listed = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        for entry in listed:
            name = f"{prefix}{entry.name}"
            if self._keep is not None and not self._keep(name):
                continue
            ignored, matched = self._ignore.check(name, above)
            is_directory = entry.is_dir(follow_symlinks=False)
            if ignored and not (is_directory and self._ignore.may_keep_below(name)):
                continue
            found = entry.stat(follow_symlinks=False)
            if stat.S_IFMT(found.st_mode) not in TYPES:
                self._left_out[_KINDS.get(stat.S_IFMT(found.st_mode), "special file")] += 1
                continue
            member = Member(name, Path(entry.path), found)
            if not ignored:
                yield from waiting
                waiting = ()
                yield member
            if is_directory:
                inside = self.below(f"{name}/", member.path, matched, (*waiting, member) if ignored else ())
                for each in inside:
                    waiting = ()
                    yield each


_KINDS = {
    stat.S_IFSOCK: "socket",
    stat.S_IFIFO: "pipe",
    stat.S_IFBLK: "device",
    stat.S_IFCHR: "device",
}


def count_context(context: Context, cancelled: Callable[[], bool] = lambda: False) -> Size:
    """Count what a context holds, at most for `COUNTED_SECONDS`, and find what cannot be read. Raises OSError."""
    size, until = Size(), time.monotonic() + COUNTED_SECONDS
    for member in walk(context, size.left_out):
        if time.monotonic() > until or cancelled():
            size.complete = False
            break
        top = member.name.partition("/")[0]
        if stat.S_ISREG(member.found.st_mode):
            size.files += 1
            size.bytes += member.found.st_size
            size.largest[top] += member.found.st_size
            if len(size.unreadable) < UNREADABLE and not os.access(member.path, os.R_OK):
                size.unreadable.append(member.name)
    return size


def context_tar(context: Context, left_out: Counter[str] | None = None) -> Iterator[bytes]:
    """Yield the tar of a context for the classic builder, owned by root.

    The Dockerfile and the rules are always in it, since the builder reads them there; it removes what the rules ignore. Raises
    OSError; EngineError if a file became shorter meanwhile.
    """
    return tar_of(_with_build_files(context, left_out), ROOT)


OUTSIDE_NAME = ".dockerfile.longshore"
"""The name in the tar of a Dockerfile that is not in the context's directory."""


def _with_build_files(context: Context, left_out: Counter[str] | None) -> Iterator[Member]:
    missing = {context.dockerfile_name or OUTSIDE_NAME: context.dockerfile_path}
    if context.ignored_by == context.directory / IGNORE:
        missing[IGNORE] = context.ignored_by
    for member in walk(context, left_out):
        missing.pop(member.name, None)
        yield member
    for name, path in missing.items():
        real = path.resolve()
        yield Member(name, real, real.stat())
