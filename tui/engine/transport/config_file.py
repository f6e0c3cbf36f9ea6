"""Rewriting docker's `config.json`: its content, which has credentials, its owner and its mode are kept."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tui.engine.errors import sentence


def rewrite(file: Path, change: Callable[[dict[str, Any]], bool]) -> str:
    """Apply `change` to the content of a file, and write it if that returns whether anything changed.

    Return why that failed, else ""; nothing is raised, so that no traceback contains the content.
    """
    try:
        target = file.resolve()
        whole: dict[str, Any] = json.loads(target.read_bytes() or b"{}") if target.exists() else {}
        if change(whole):
            _make_folder(target.parent)
            _replace(target, json.dumps(whole, indent="\t", ensure_ascii=False).encode())
    except OSError as error:
        return sentence(error.strerror or str(error))
    except ValueError:
        return "not JSON"
    return ""


def _make_folder(folder: Path) -> None:
    """Create docker's folder with mode 0700 if it is missing."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    give(folder, folder.parent.stat())


def _replace(target: Path, content: bytes) -> None:
    """Replace the file atomically. It keeps its owner and mode; a new one has mode 0600.

    Under `sudo -E` a new file gets the folder's owner, so that the user can read it afterwards.
    """
    old = target.stat() if target.exists() else None
    handle, name = tempfile.mkstemp(dir=target.parent, prefix="config.json")
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content)
        give(Path(name), old or target.parent.stat())
        os.chmod(name, old.st_mode & 0o7777 if old else 0o600)  # after chown, which clears mode bits
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def give(path: Path, like: os.stat_result) -> None:
    """Copy the owner of another file or folder. Only root may; other users own what they create, as with docker."""
    with suppress(PermissionError):
        os.chown(path, like.st_uid, like.st_gid)
