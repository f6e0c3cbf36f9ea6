"""The table of the 107 operations of API 1.51: the test on real engines, and the screen and keys for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("operations.tsv")
TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: method and path, the specification's tag, the test (`file::name`), screen and keys.

    `screen` is the argument of `longshore`, `keys` are pressed there in turn; text between double quotes is typed. Each of
    these three is TO_COME if missing.
    """

    operation: str
    method: str
    path: str
    tag: str
    test: str
    screen: str
    keys: str

    @property
    def pressed(self) -> list[str]:
        """The keys in display form, one by one; typed text has its quotation marks."""
        return re.findall(r'"[^"]*"|\S+', self.keys)


@cache
def rows() -> list[Row]:
    """Return all operations in the specification's order."""
    return [Row(*line.split("\t")) for line in FILE.read_text().splitlines()[1:]]


def promised_by(test: str) -> set[str]:
    """Return the operations that the table lists for a test (`tests/engine/file.py::name`)."""
    return {row.operation for row in rows() if f"tests/engine/{row.test}" == test}
