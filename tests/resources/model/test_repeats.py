"""Runs of like lines."""

import pytest

from tui.resources.model.repeats import Run, repeats


@pytest.mark.parametrize(
    ("lines", "runs"),
    [
        ("", []),
        ("a", [Run(0, 1, 1)]),
        ("ab", [Run(0, 1, 1), Run(1, 1, 1)]),
        ("aaa", [Run(2, 1, 3)]),
        ("ababab", [Run(4, 2, 3)]),
        ("xababy", [Run(0, 1, 1), Run(3, 2, 2), Run(5, 1, 1)]),
        ("abcdabcd", [Run(4, 4, 2)]),
        ("abcdeabcde", [Run(number, 1, 1) for number in range(10)]),
        ("aabaab", [Run(1, 1, 2), Run(2, 1, 1), Run(4, 1, 2), Run(5, 1, 1)]),
    ],
)
def test_runs_of_lines(lines: str, runs: list[Run]) -> None:
    assert repeats([*lines]) == runs


def test_the_runs_cover_all_lines_once() -> None:
    lines = [*"aaabababxyzxyzxyzq" * 20]
    assert sum(run.length * run.times for run in repeats(lines)) == len(lines)
