"""What Python itself would print into the screen: errors of threads and finalizers, warnings, the records of loggers."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable
from typing import TextIO

from tui.crash import report

Tell = Callable[[BaseException], object]


def take_errors(tell: Tell) -> None:
    """Call `tell`, in any thread, with each error that Python would print; it replaces an earlier `tell`.

    Warnings are only written to the crash report, since nothing was ended by them.
    """

    def of_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            tell(found.exc_value)

    def of_finalizer(found: sys.UnraisableHookArgs) -> None:
        tell(found.exc_value or RuntimeError(found.err_msg))

    threading.excepthook = of_thread
    sys.unraisablehook = of_finalizer
    warnings.showwarning = _keep_warning


def take_records() -> None:
    """Keep the records of loggers, of which the first list has none."""
    import logging

    class Records(logging.Handler):
        """Writes log records to the crash report."""

        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            keep(error or RuntimeError(f"{record.name}: {record.getMessage()}"))

    logging.getLogger().handlers = [Records(logging.WARNING)]


def keep(error: BaseException, what: str = "failed in the background") -> None:
    """Write an error to the crash report, in a thread: its file system may not answer."""
    threading.Thread(target=report, args=(error, what), daemon=True).start()


def _keep_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    keep(category(f"{message}, at {filename}:{lineno}"))
