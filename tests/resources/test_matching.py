"""Whatever is typed into the filter means something, and nothing freezes."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.resources.matching import LONGEST_WORDS, Matcher, natural


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("", "web", True),
        ("!", "web", True),
        ("web", "WEB-1 running", True),
        ("Web", "web-1 running", False),
        ("Web", "Web-1 running", True),
        ("^web.*running$", "web-1 running", True),
        (r"\Sx", "WX", True),
        ("!web", "web-1", False),
        ("!web", "db-1", True),
        ("web|db", "db-1", True),
        ("a.*b.*c.*d", "a_b_c_d", True),
        ("a.*b.*c.*d", "a_c_b_d", False),
        ("(web|db)-[0-9]+", "db-17", True),
    ],
)
def test_a_filter_is_an_expression(text: str, words: str, found: bool) -> None:
    matcher = Matcher(text)
    assert matcher.matches(words) is found
    assert matcher.problem == ""


@pytest.mark.parametrize("text", ["web[", "(", "*", "a{2,1}", "\\", "x" * 201, "a{99999999999999999999}", "(?P<a"])
def test_what_is_no_expression_is_looked_for_literally_and_said_so(text: str) -> None:
    matcher = Matcher(text)
    assert matcher.matches(f"there is {text} here")
    assert not matcher.matches("nothing of the kind")
    assert "looking for the text itself" in matcher.problem


def test_a_broken_expression_can_be_inverted_too() -> None:
    assert not Matcher("![").matches("a[b")
    assert Matcher("![").matches("ab")


@pytest.mark.parametrize(
    "text",
    ["(a+)+$", "(a|a)*$", "(a?){40}a{40}", "a*a*a*a*a*b", "(a|ab)+(c|bcd)+$", "(a?a?a?)*b", "a?" * 60 + "a" * 60],
)
def test_expressions_that_could_take_for_ever_never_run(text: str) -> None:
    matcher = Matcher(text)
    assert not matcher.matches("a" * 10_000)
    assert "take for ever" in matcher.problem


def test_a_slow_expression_is_given_up_in_the_middle_of_a_pass() -> None:
    matcher = Matcher("a+[ab]+$")
    matcher.begin()
    for _ in range(10_000):
        matcher.matches("a" * (LONGEST_WORDS - 1) + "c")
    assert matcher.gave_up
    assert "takes too long" in matcher.problem


def test_odd_expressions_print_no_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Matcher("[[a]").matches("a")


@given(st.text(max_size=30), st.text(max_size=100))
def test_nothing_typed_can_break_the_filter(text: str, words: str) -> None:
    assert Matcher(text).matches(words) in (True, False)


def test_people_count_naturally() -> None:
    assert sorted(["web-10", "web-2", "Web-1", "db", "", "web²"], key=natural) == ["", "db", "Web-1", "web-2", "web-10", "web²"]
    assert natural("9" * 100_000)
