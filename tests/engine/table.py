"""The table of the 107 operations of API 1.51: by which test each is exercised on real engines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("operations.tsv")
TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: method and path, the specification's tag, the test (`file::name`), screen and key that reach it.

    The last two are TO_COME where there is none yet.
    """

    operation: str
    method: str
    path: str
    tag: str
    test: str
    key: str


@cache
def rows() -> list[Row]:
    """All operations, in the specification's order."""
    return [Row(*line.split("\t")) for line in FILE.read_text().splitlines()[1:]]


def promised_by(test: str) -> set[str]:
    """The operations that a test (`tests/engine/file.py::name`) exercises by the table."""
    return {row.operation for row in rows() if f"tests/engine/{row.test}" == test}
