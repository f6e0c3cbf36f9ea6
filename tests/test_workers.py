"""The distribution of a test run over processes and engines."""

import os
from pathlib import Path

import pytest

from tests.choice import ON_DEMO, ON_OLDER_ENGINES, engines_for
from tests.workers import FIRST, group, place, worker_count

FREE = "tests/screens/test_list.py::test_a[demo]"
QUICK = "tests/engine/test_version.py::test_b[1.2-3]"


@pytest.mark.parametrize("case", ["[docker-20]", "[docker-20-x]", "[a\nb-docker-20]", "[x-docker-20-y]"])
def test_what_runs_on_one_real_engine_stays_in_one_process(case: str) -> None:
    assert group(f"tests/engine/test_a.py::test_x{case}") == group(f"tests/test_b.py::test_y{case}") == "docker-20"


def test_other_tests_are_spread_one_by_one_where_they_are_slow_and_by_the_file_where_they_are_quick() -> None:
    assert (group(FREE), group(QUICK)) == (FREE, "tests/engine/test_version.py")


def test_real_engines_come_first_and_quick_files_last() -> None:
    old, new = "tests/a.py::test[docker-20]", "tests/a.py::test[docker-28]"
    assert sorted([QUICK, FREE, FIRST, new, old], key=place) == [old, new, FIRST, FREE, QUICK]


def test_files_run_in_one_process_and_folders_in_one_for_each_core_and_engine() -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert worker_count([__file__, f"{__file__}::test_x"], ["docker-28", "demo"]) == 0
    assert worker_count([os.path.dirname(__file__)], ["docker-28", "docker-20", "demo"]) == cores + 2


KNOWN = {"docker-20": (1, 41), "docker-28": (1, 51)}
EVERYWHERE = ["docker-20", "docker-28", "demo"]
VERSION = "tests/test_monitor.py::test_limits_that_press_are_said_in_words"


@pytest.mark.parametrize(
    ("test", "wanted", "engines"),
    [
        ("tests/engine/api/test_networks.py::test_any", EVERYWHERE, EVERYWHERE),
        ("tests/test_hostile_objects.py::test_any", EVERYWHERE, ["docker-28"]),
        ("tests/test_hostile_objects.py::test_any", ["demo"], ["docker-28"]),
        ("tests/test_hostile_objects.py::test_any", ["docker-20"], ["docker-20"]),
        (VERSION, EVERYWHERE, ["docker-20", "docker-28"]),
        ("tests/test_harness.py::test_any", EVERYWHERE, EVERYWHERE),
    ],
)
def test_the_whole_program_meets_the_newest_engine_and_others_where_it_matters(
    test: str, wanted: list[str], engines: list[str]
) -> None:
    assert engines_for(test, KNOWN, wanted) == engines


def test_the_tables_name_tests_that_there_are() -> None:
    top = Path(__file__).parents[1]
    for test in (*ON_OLDER_ENGINES, *ON_DEMO):
        file, _, name = test.partition("::")
        assert f"def {name}" in (top / file).read_text(), test
