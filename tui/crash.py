"""What is left of a crash: one line for the person, a traceback without values for the report."""

from __future__ import annotations

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path


def report(error: BaseException) -> str:
    """Write the traceback, without locals since they may hold credentials, to a file only the user reads; say where."""
    from platformdirs import user_state_path

    lines = [datetime.now(UTC).isoformat(timespec="seconds") + "\n", f"Python {sys.version.split()[0]}\n"]
    lines += traceback.format_exception(type(error), error, error.__traceback__)
    what = f"longshore: a mistake in Longshore ended it ({type(error).__name__})"
    try:
        file = _file(user_state_path("longshore"))
        file.write_text("".join(lines), errors="backslashreplace")
    except OSError as trouble:
        return f"{what}; its traceback could not be kept: {trouble}"
    return f"{what}; please report it with {file}"


def _file(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "crash.txt"
    file.touch(mode=0o600)
    file.chmod(0o600)
    return file
