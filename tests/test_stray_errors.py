"""Errors, warnings and log records that Python would print stay out of the terminal while the program runs: they are in the
crash report."""

import sys
from pathlib import Path

import pytest

from tests.program import Program
from tests.waiting import until

STRAY = {
    "an error of a thread": "threading.Thread(target=boom).start()",
    "an error of a finalizer": "Ends()",
    "an error on the way back from C": "ctypes.CFUNCTYPE(None)(boom)()",
    "a task whose error nobody awaits": "asyncio.ensure_future(later())",
    "a task that is dropped": "asyncio.ensure_future(dropped()); asyncio.get_running_loop().call_later(0.1, gc.collect)",
    "a coroutine that is never awaited": "later()",
    "a warning": "warnings.warn('boom', DeprecationWarning, stacklevel=1)",
    "a log record": "logging.getLogger('x').error('boom')",
    "a log record with its error": "logging.getLogger('x').error('of', exc_info=RuntimeError('boom'))",
}

SCRIPT = """
import asyncio, ctypes, gc, logging, sys, threading, warnings
from tui.screens.framework.resource_view import ResourceView
def boom():
    raise RuntimeError("boom")
class Ends:
    def __del__(self):
        boom()
async def later():
    boom()
async def dropped():
    await asyncio.get_running_loop().create_future()
def widen(self):
    {stray}
ResourceView.widen = widen
from tui.cli import main
sys.exit(main(["--demo"]))
"""


@pytest.mark.parametrize("stray", STRAY)
def test_what_python_would_print_is_in_the_crash_report_and_not_on_the_screen(stray: str, tmp_path: Path) -> None:
    script = tmp_path / "stray.py"
    script.write_text(SCRIPT.format(stray=STRAY[stray]))
    with Program(columns=120, command=[sys.executable, "-W", "always::DeprecationWarning:__main__", str(script)]) as program:
        program.wait_for("shop-web-1")
        program.wait_for("? help")
        program.press("w")
        report = program.home / "state" / "longshore" / "crash.txt"
        said = {"a task that is dropped": "Task was destroyed", "a coroutine that is never awaited": "never awaited"}
        until(lambda: report.exists() and said.get(stray, "boom") in report.read_text(), "the report")
        program.press("?")
        program.wait_for("help of containers")
        program.press("q", "q")
        program.wait_for_exit()
        assert b"Traceback" not in program.raw
        assert b"boom" not in program.raw
        assert program.not_restored() == []
