"""Export to a file: a table as text in columns, or as CSV if the name ends in .csv; a document as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.engine.errors import EngineError
from tui.live.jobs.filenames import path_of
from tui.resources.model.advice import told
from tui.resources.model.text import cells, count, one_line
from tui.screens.framework.form_fields import new_file_field
from tui.widgets.form import Filled, Form

if TYPE_CHECKING:
    from tui.resources.model.resource import Column
    from tui.screens.framework.list_view import ListView
    from tui.screens.framework.service_view import ServiceView

LONGEST_NAME = 60
"""Maximum characters of a proposed file name, before its suffix."""


async def ask_and_save(view: ListView[Any]) -> None:
    """Ask for a file and write all columns of the shown rows, in their order."""
    await _ask(view, "Save the table", view.resource.name, ".csv: comma-separated", lambda file: _table(view, file))


async def ask_and_save_text(view: ServiceView, title: str, text: str) -> None:
    """Ask for a file, named by a title, and write a text to it."""
    said = f"saved {count(text.count(chr(10)) + 1, 'line')}"
    await _ask(view, "Save the text", title, "the whole text", lambda _file: (text + "\n", said))


async def _ask(view: ServiceView, title: str, name: str, hint: str, content: Callable[[Path], tuple[str, str]]) -> None:
    """Ask for a file, write the text that `content` returns, and show the message that it returns."""

    def save(filled: Filled | None) -> None:
        if filled is not None:
            file = path_of(dict(filled.typed)["file"])
            view.app.run_worker(_save(view, file, *content(file)))

    await view.show(Form(title, [new_file_field("file", "File", _file_name(name), hint)]), save)


async def _save(view: ServiceView, file: Path, text: str, said: str) -> None:
    from tui.live.jobs.file_transfer import write_text

    try:
        await write_text(file, text)
    except EngineError as error:
        view.foreground_view.warn(told(error))
    else:
        view.foreground_view.say(f"{said} to {one_line(str(file))}", "good")


def _file_name(name: str) -> str:
    """Return a file name of letters, digits and characters without meaning to a shell."""
    words = "".join(letter if letter.isalnum() or letter in "._-" else " " for letter in name).split()
    return f"{'-'.join(words)[:LONGEST_NAME].lstrip('.-') or 'text'}.txt"


def _table(view: ListView[Any], file: Path) -> tuple[str, str]:
    """Return the table in the format of the file's suffix, and the message after saving."""
    rows = [row for row in (view.listing.row(key) for key in view.listing.order) if row is not None]
    columns = view.resource.columns
    table = [[column.title for column in columns], *([_text(column, row) for column in columns] for row in rows)]
    return _comma_separated(table) if file.suffix == ".csv" else _in_columns(table), f"saved {count(len(rows), 'row')}"


def _text(column: Column[Any], row: Any) -> str:
    """Return what a column says of a row, names whole."""
    return one_line(column.full(row)) if column.full is not None else column.cell(row).text


def _in_columns(table: list[list[str]]) -> str:
    widths = [max(map(cells, column)) for column in zip(*table, strict=True)]
    lines = (
        "  ".join(text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True)).rstrip() for row in table
    )
    return "\n".join(lines) + "\n"


def _comma_separated(table: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue()
