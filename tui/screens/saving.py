"""Saving a table to a file: as text in columns, or as CSV when the name says so."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.resources.text import cells, count
from tui.screens.filling import paths, why_no_new_file
from tui.widgets.form import Filled, Form, FormField

if TYPE_CHECKING:
    from tui.screens.arranged import ArrangedView


async def ask_and_save(view: ArrangedView[Any]) -> None:
    """Ask for a file's name and write all columns of the rows that are shown, in their order."""

    def save(filled: Filled | None) -> None:
        if filled is not None:
            _save(view, Path(dict(filled.typed)["file"]).expanduser())

    name = f"{view.resource.name}.txt"
    fields = [FormField("file", "File", name, why_no_new_file, "a .csv is written with commas", offers=paths)]
    await view.show(Form("Save the table", fields), save)


def _save(view: ArrangedView[Any], file: Path) -> None:
    rows = [row for row in (view.listing.row(key) for key in view.listing.order) if row is not None]
    columns = view.resource.columns
    table = [[column.title for column in columns], *([column.cell(row).text for column in columns] for row in rows)]
    text = _comma_separated(table) if file.suffix == ".csv" else _in_columns(table)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        view.warn(f"{file} exists already and was left as it is: choose another name")
    except OSError as error:
        view.warn(f"{file} could not be written: {error.strerror}")
    else:
        view.say(f"saved {count(len(rows), 'row')} to {file}", "good")


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
