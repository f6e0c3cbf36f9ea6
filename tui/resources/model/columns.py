"""Columns that many resource types share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column
from tui.resources.model.text import Cell, one_line

Row = TypeVar("Row")


def text_column(
    title: str,
    text: Callable[[Row], str],
    width: int,
    *,
    styles: Mapping[str, str] | str = "",
    min_width: int = 0,
    priority: int = 0,
    grows: bool = False,
    middle: bool = False,
) -> Column[Row]:
    """Return a column of text from the engine, sorted naturally; `styles` maps texts to styles, or is one style for all."""

    def cell(row: Row) -> Cell:
        value = text(row)
        return Cell(one_line(value), styles if isinstance(styles, str) else styles.get(value, ""))

    def key(row: Row) -> object:
        return natural(text(row)) if text(row) else None

    return Column(
        title=title, cell=cell, key=key, width=width, min_width=min_width, priority=priority, grows=grows, middle=middle
    )


def name_column(title: Callable[[Row], str], width: int = 24) -> Column[Row]:
    """Return the column of the objects' names."""
    return text_column("NAME", title, width, styles="title", min_width=12, grows=True, middle=True)
