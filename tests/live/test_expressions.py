"""Expressions run with a time limit, which each pass resets."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.live.expressions import Expression
from tui.live.logs.search import finder

SLOW, TEXT = r"\w+\w+q", "a" * 200 + " q"


def test_time_that_is_over_gives_the_expression_up() -> None:
    expression = Expression(SLOW)
    expression.allow(0)
    assert not expression.found(TEXT)
    assert expression.gave_up
    assert expression.found(f"here is {SLOW}")
    assert expression.again().found(f"here is {SLOW}")


def test_each_pass_has_its_own_time() -> None:
    expression = Expression(SLOW)
    for _ in range(20):
        expression.allow(60)
        assert not expression.found(TEXT)
    assert not expression.gave_up
    assert expression._left < 60


@given(st.text("abAB.|*+?()[]{}^$\\\\wd1,- \n", max_size=12), st.text("abAB.|-1, ", max_size=20))
def test_nothing_that_is_typed_raises(text: str, words: str) -> None:
    expression = Expression(text)
    assert expression.found(words) in (True, False)
    assert all(0 <= start < end <= len(words) for start, end in expression.spans(words, 5))
    finder(expression)


@given(st.text("ab.|-1 A", min_size=1, max_size=8), st.lists(st.text("abAB.|-1 ", max_size=12), min_size=1, max_size=8))
def test_lines_as_they_are_stored_are_found_as_their_texts(text: str, lines: list[str]) -> None:
    from tui.live.logs.buffer import LogBuffer

    expression, buffer = Expression(text), LogBuffer()
    buffer.append([(n, 0, 0, line.encode(), 0) for n, line in enumerate(lines)])
    ready = finder(expression)
    assert ready is not None
    assert buffer.matches(ready, 0, len(lines), budget=60).ids == [n for n, line in enumerate(lines) if expression.found(line)]


@pytest.mark.parametrize("text", ["web", "web|db", "tui.py", r"a\-b"])
def test_words_alone_do_not_bring_the_package_in(text: str) -> None:
    code = "import sys; from tui.live.expressions import Expression; "
    code += f"Expression({text!r}).found('x'); sys.exit('regex' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
