"""The report of an error in the program: one line for the user, a traceback without values in a file."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

LARGEST = 256_000  # bytes of the file beyond which it is emptied
PATIENCE = 2.0  # seconds for the file system to answer


def report(error: BaseException, what: str = "crashed") -> str:
    """Write the traceback, without locals since they may hold credentials, to a private file; return one line about it.

    `what` is the effect, as in "Longshore crashed".
    """
    import traceback  # the first list does without

    from platformdirs import user_state_path

    lines = [datetime.now(UTC).isoformat(timespec="seconds") + "\n", f"Python {sys.version.split()[0]}\n"]
    lines += traceback.format_exception(type(error), error, error.__traceback__)
    said = _said(error, what)
    try:
        file = _file(user_state_path("longshore"))
        with _opened(file) as out:
            out.write("".join(lines) + "\n")
    except OSError as trouble:
        return f"{said}; the crash report could not be written: {trouble}"
    return f"{said}; please report the bug with {file}"


async def reported(error: BaseException, what: str = "crashed") -> str:
    """As `report`, in a thread: the event loop waits neither for the file nor for the source of the traceback."""
    import asyncio  # the first list does without

    try:
        return await asyncio.wait_for(asyncio.to_thread(report, error, what), PATIENCE)
    except TimeoutError:
        return f"{_said(error, what)}; the crash report could not be written: its file system does not answer"


def _said(error: BaseException, what: str) -> str:
    return f"Longshore {what} ({type(error).__name__})"


def _file(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / "crash.txt"


def _opened(file: Path) -> TextIO:
    """Open the report for appending; emptied first if too large. A symbolic link is not followed. Raises OSError."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    os.fchmod(handle, 0o600)
    if os.fstat(handle).st_size >= LARGEST:
        os.ftruncate(handle, 0)
    return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")
