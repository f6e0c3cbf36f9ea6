"""The table of the 107 operations of API 1.51: which test exercises each on real engines, which screen and keys reach it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("operations.tsv")
TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: method and path, the specification's tag, the test (`file::name`), screen and keys that reach it.

    `screen` is what follows `longshore` on the command line, `keys` are pressed there one after the other; what stands
    between double quotes is typed. Any of these three is TO_COME where there is none yet.
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
        """The keys as people write them, one by one; a text to type has its quotation marks."""
        return re.findall(r'"[^"]*"|\S+', self.keys)


@cache
def rows() -> list[Row]:
    """All operations, in the specification's order."""
    return [Row(*line.split("\t")) for line in FILE.read_text().splitlines()[1:]]


def promised_by(test: str) -> set[str]:
    """The operations that a test (`tests/engine/file.py::name`) exercises by the table."""
    return {row.operation for row in rows() if f"tests/engine/{row.test}" == test}
