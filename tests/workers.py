"""The distribution of a test run over processes (pytest-xdist).

The tests on one real engine stay in one process, since they share that engine, its registry and its images; these groups start
first and mostly wait. Every other process has its own demo engine, and takes the remaining tests as they come.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

DEMO = "demo"
SINGLE = ("tests/test_", "tests/screens/")  # slow files: each test is distributed by itself; the others by file
TOGETHER = ("tests/test_hostile_objects.py", "tests/test_release.py")  # except tests that share one fixture
FIRST = "tests/test_house.py::test_the_house_is_in_order[mypy]"  # the longest test
REAL_ENGINE = re.compile(r"\[(?:.*-)?(docker-\d+|podman)(?:-.*)?\]$", re.DOTALL)


def worker_count(arguments: Sequence[str], engines: Sequence[str]) -> int:
    """Return the number of processes for these arguments: for files only this one (0), else one per core and one per engine."""
    if all(Path(argument.partition("::")[0]).is_file() for argument in arguments):
        return 0
    return _cores() + sum(name != DEMO for name in engines)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def group(test: str) -> str:
    """Return the group of a test by its node id: tests of one group run in one process, in order."""
    file = test.partition("::")[0]
    if engine := REAL_ENGINE.search(test):
        return engine[1]
    return test if file.startswith(SINGLE) and file not in TOGETHER else file


def place(test: str) -> tuple[int, str]:
    """Return the position of a test in a run: on real engines by engine, the type check, slow files, fast files."""
    if engine := REAL_ENGINE.search(test):
        return 0, engine[1]
    if test == FIRST:
        return 1, ""
    return (2 if test.startswith(SINGLE) else 3), ""


class Scheduling(LoadScopeScheduling):
    """Scheduler of the tests by their groups, in the order of the collection.

    xdist's own "loadgroup" marks the node ids of tests, which pytest 9.2 rejects.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
