"""The first list, painted over a plain socket before the interface is loaded."""

import subprocess
import sys

import pytest

from tests.bench.keys import demo
from tests.program import Program
from tests.terminal_screen import TerminalScreen
from tui.engine.address import find_address
from tui.startup import painted, read


def test_the_first_list_loads_neither_the_interface_nor_the_client() -> None:
    script = """if True:
        import sys
        import tui.cli, tui.config
        from tui.engine.address import find_address
        from tui.startup import painted, read
        print(painted(read(find_address(sys.argv[1])), 80, 24))
        print(sorted(set(sys.modules) & {"textual", "rich", "httpx", "httpcore", "anyio", "asyncio", "pyte", "ssl"}))
        """
    with demo(3, 1) as url:
        done = subprocess.run([sys.executable, "-c", script, url], capture_output=True, text=True, timeout=60, check=True)
    assert "project-00-web-1" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("columns", "rows"), [(160, 40), (120, 40), (80, 24), (40, 10)])
def test_the_interface_takes_over_with_the_same_headings_and_rows(columns: int, rows: int) -> None:
    with demo(5, 0) as url:
        before = TerminalScreen(columns, rows)
        before.feed(painted(read(find_address(url)), columns, rows).encode())
        first = before.text.split("\n")[1:7]
        with Program(["--host", url], columns=columns, rows=rows) as program:
            program.wait_for("? help")
            program.wait_for(lambda screen: screen.split("\n")[1:7] == first)


def test_an_engine_that_is_not_there_gives_no_first_list() -> None:
    assert read(find_address("unix:///nowhere/engine.sock")) == ()
