"""A program with a table of 5,000 rows, for tests in a terminal.

`c` changes a row, `b` all rows all the time, `z` suspends for a line. With `--textual` frames are drawn by Textual itself, for
comparison in benchmarks.
"""

import sys
from pathlib import Path

from textual.app import App

from tui.resources.model.text import Cell
from tui.widgets.table import Heading, Table
from tui.widgets.textual_internals.paced_app import PacedApp


class TableProgram(PacedApp):
    CSS_PATH = Path(__file__).parents[2] / "styles" / "lines.tcss"
    BINDINGS = [("q", "quit"), ("c", "change"), ("b", "busy"), ("z", "leave")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.table = Table()
        self.changes = 0

    def compose(self):
        yield self.table

    def on_mount(self) -> None:
        headings = [Heading("NAME", 30), Heading("STATE", 12), Heading("CPU", 7, right=True)]
        self.table.show(headings, [f"id{number:05}" for number in range(5000)], self.cells)
        self.table.focus()

    def cells(self, key: str) -> list[Cell]:
        changed = key == "id00003" and self.changes
        return [Cell(f"web-{key} [/]"), Cell("changed" if changed else "running", "good"), Cell(f"{self.changes}.5", "dim")]

    def action_change(self) -> None:
        self.changes += 1
        self.table.show_changes({"id00003"})

    def action_busy(self) -> None:
        """Change every row a hundred times a second."""
        self.set_interval(0.01, self._all)

    def _all(self) -> None:
        self.changes += 1
        self.table.show_changes(set(self.table.visible_keys))

    def action_leave(self) -> None:
        with self.suspend():
            print("outside", flush=True)


class TextualsOwn(TableProgram):
    """The same program with Textual's driver and frames."""

    def _build_driver(self, headless, inline, mouse, size):
        from textual.drivers.linux_driver import LinuxDriver

        self.driver_class = LinuxDriver
        return super()._build_driver(headless, inline, mouse, size)

    def _display(self, screen, renderable) -> None:
        App._display(self, screen, renderable)


if __name__ == "__main__":
    (TextualsOwn if "--textual" in sys.argv else TableProgram)().run()
    sys.exit(0)
