"""Validation and completion of typed file names.

Checks and transfers both take the path from `path_of`. No function waits for a file system that does not answer.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from functools import cache
from heapq import nsmallest
from pathlib import Path
from typing import NamedTuple

from tui.engine.errors import EngineError, one_line
from tui.live.threads import answered

MOST_OFFERED = 21
"""Paths offered for completion at most."""

SILENT = "the file system does not answer: wait, or choose another directory"


class FileNameError(EngineError):
    """The text cannot be the name of a file."""


class Place(NamedTuple):
    """A name in a folder, independent of the path to the folder: two paths to one file are equal."""

    device: int
    folder: int
    name: str


being_written: set[Place] = set()
"""The files that this process is writing."""


def path_of(text: str) -> Path:
    """Return the path for typed text: stripped, `~` and `~name` expanded. Raises FileNameError.

    The folder of a user called by name is looked up once, by the check of the name: the look-up may take its time.
    """
    name = text.strip()
    if why := why_no_name(name):
        raise FileNameError(why)
    return Path(_expanded(name))


def why_no_name(text: str) -> str:
    """Return the reason why no file can have this name, else "", without asking the file system."""
    name = text.strip()
    if not name:
        return "enter a file name"
    if name == "~" or name.rpartition("/")[2] in ("", ".", ".."):
        return f"{one_line(name)} is a directory: add a file name"
    try:
        encoded = os.fsencode(name)
    except UnicodeEncodeError:
        encoded = b"\0"
    return "a character is not allowed in a file name: remove the character" if b"\0" in encoded else ""


def _expanded(name: str) -> str:
    """Return a name with a `~` or `~name` at its beginning expanded. Raises FileNameError."""
    user, slash, rest = name.partition("/")
    return _home_of(user) + slash + rest if user.startswith("~") else name


@cache
def _home_of(user: str) -> str:
    """Return the folder of a user, written as `~` or `~name`. Raises FileNameError."""
    home = os.path.expanduser(user)
    if home.startswith("~"):
        raise FileNameError(f"{one_line(user)} is not the home directory of a user: write the full path")
    return home


async def why_no_new_file(text: str) -> str:
    """Return the reason why a file cannot be created under this name, else ""."""
    return await answered(_folder(text), lambda: _why_no_new_file(text), SILENT)


async def why_no_file(text: str) -> str:
    """Return the reason why this file cannot be read, else ""."""
    return await answered(_folder(text), lambda: _why_no_file(text), SILENT)


def folder_of(text: str) -> Path:
    """Return the path of a folder for typed text, as `path_of`; a slash may end it. Raises FileNameError."""
    return path_of(text.strip().rstrip("/") or text)


async def why_no_folder(text: str) -> str:
    """Return the reason why this folder cannot be read, else ""."""
    return await answered(_folder(text), lambda: _why_no_folder(text), SILENT)


def local_path(text: str) -> Path:
    """Return the path of a typed file or directory with a name of its own: ".", ".." and links are resolved.

    Raises FileNameError.
    """
    name = text.strip()
    if not name:
        raise FileNameError("enter a file name")
    return Path(os.path.abspath(_expanded(name)))


async def why_no_path(text: str) -> str:
    """Return the reason why there is no file and no directory of this path, else ""."""
    return await answered(_folder(text), lambda: _why_no_path(text, folder=False), SILENT)


async def why_no_directory(text: str) -> str:
    """Return the reason why no file can be created in this directory, else ""."""
    return await answered(_folder(text), lambda: _why_no_path(text, folder=True), SILENT)


async def existing(folder: Path, names: Iterable[str]) -> list[str]:
    """Return the names that exist in a directory."""
    wanted = [*names]
    return await answered(str(folder), lambda: [name for name in wanted if os.path.lexists(folder / name)], [])


async def paths(text: str) -> list[str]:
    """Return the files and folders whose path begins with the text; none if the folder cannot be read."""
    return await answered(_folder(text), lambda: _paths(text), [])


def _folder(text: str) -> str:
    """Return the folder part of the text, as typed."""
    return text.strip().rpartition("/")[0]


def reason(error: OSError) -> str:
    """Return the error's text in lower case and without the file name."""
    if isinstance(error, FileExistsError):
        return "the file already exists and was not changed: choose another name"
    return os.strerror(error.errno).lower() if error.errno else one_line(str(error)) or type(error).__name__


def place_of(folder: os.stat_result, name: str) -> Place:
    """Return the `Place` of a name in a folder."""
    return Place(folder.st_dev, folder.st_ino, name)


def _why_no_new_file(text: str) -> str:
    try:
        path = path_of(text)
        found = _lstat(path)
        folder = _stat(path.parent)
    except FileNameError as error:
        return error.message
    except OSError as error:
        return f"{one_line(text.strip())} cannot be written: {reason(error)}"
    shown, parent = one_line(str(path)), one_line(str(path.parent))
    if folder is None or not stat.S_ISDIR(folder.st_mode):
        return f"no such directory: {parent}"
    if place_of(folder, path.name) in being_written:
        return f"{shown} is being written by another job: choose another name"
    if found is not None:
        return f"{shown} is a directory" if stat.S_ISDIR(found.st_mode) else f"{shown} already exists: choose another name"
    return "" if os.access(path.parent, os.W_OK | os.X_OK) else f"no permission to write to the directory {parent}"


def _why_no_file(text: str) -> str:
    try:
        path = path_of(text)
        found = _stat(path)
    except FileNameError as error:
        return error.message
    except OSError as error:
        return f"{one_line(text.strip())} cannot be read: {reason(error)}"
    shown = one_line(str(path))
    if found is None:
        return f"no such file: {shown}"
    if stat.S_ISDIR(found.st_mode):
        return f"{shown} is a directory"
    if not stat.S_ISREG(found.st_mode):
        return f"{shown} is not a regular file"
    return "" if os.access(path, os.R_OK) else f"no permission to read {shown}"


def _why_no_folder(text: str) -> str:
    try:
        path = folder_of(text)
        found = _stat(path)
    except FileNameError as error:
        return error.message
    except OSError as error:
        return f"{one_line(text.strip())} cannot be read: {reason(error)}"
    if found is None or not stat.S_ISDIR(found.st_mode):
        return f"no such directory: {one_line(str(path))}"
    return "" if os.access(path, os.R_OK | os.X_OK) else f"no permission to read the directory {one_line(str(path))}"


def _why_no_path(text: str, folder: bool) -> str:
    try:
        path = local_path(text)
        found = _stat(path)
    except FileNameError as error:
        return error.message
    except (OSError, ValueError) as error:
        return f"{one_line(text.strip())} cannot be read: {reason(error) if isinstance(error, OSError) else error}"
    shown = one_line(str(path))
    if found is None:
        return f"no such {'directory' if folder else 'file or directory'}: {shown}"
    if folder and not stat.S_ISDIR(found.st_mode):
        return f"{shown} is not a directory"
    wanted = os.W_OK | os.X_OK if folder else os.R_OK
    return "" if os.access(path, wanted) else f"no permission to {'write to' if folder else 'read'} {shown}"


def _lstat(path: Path) -> os.stat_result | None:
    """Return the status of a path without following symbolic links; None if nothing exists. Raises OSError."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _stat(path: Path) -> os.stat_result | None:
    """Return the status of a path, following symbolic links; None if nothing exists. Raises OSError."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _paths(text: str) -> list[str]:
    folder, slash, beginning = text.rpartition("/")
    try:
        with os.scandir(_expanded(folder) or slash or ".") as entries:
            fitting = (entry for entry in entries if _offered(entry.name, beginning))
            found = nsmallest(MOST_OFFERED, fitting, key=lambda entry: entry.name)
            return [f"{folder}{slash}{entry.name}{'/' if entry.is_dir() else ''}" for entry in found]
    except (OSError, ValueError, FileNameError):  # missing, not readable, not a folder, or no such user
        return []


def _offered(name: str, beginning: str) -> bool:
    """Whether to offer a name: hidden files only after a typed dot, and only names that a form can return unchanged."""
    fits = name.startswith(beginning) and (beginning or not name.startswith("."))
    return bool(fits) and name.isprintable() and name == name.strip()
