"""Any text is a valid filter, and no filter blocks the screen."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.resources.model.filter_expression import Matcher, natural

FIELDS = ("state", "label", "image")
ROW = {"state": ("exited", "exit 1: failed"), "label": ("app=web", "tier"), "image": ("nginx:1.27",)}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("state:exited", True),
        ("state:running", False),
        ("state:running,exited", True),
        ("state:failed", True),
        ("!state:exited", False),
        ("label:app=web", True),
        ("label:app", True),
        ("label:app=we", False),
        ("label:tier", True),
        ("label:app=web state:exited", True),
        ("label:app=web state:running", False),
        ("image:NGINX", True),
        ("state:exited web", True),
        ("state:exited ^db", False),
        ("state:exited !web", False),
        ("state:", True),
        ("port:80", False),  # no field of this list: text
    ],
)
def test_terms_name_fields_and_the_rest_is_an_expression(text: str, shown: bool) -> None:
    assert Matcher(text, FIELDS).matches("web-1", lambda: ROW) is shown


SLOW = r"\w+\w+\w+\w+\w+q"
"""Takes more than a second of CPU time on `SLOW_WORDS` with the `regex` package; Python's `re` is not used."""

SLOW_WORDS = "a" * 238 + " q"


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
    assert "searching for the plain text" in matcher.problem


def test_a_broken_expression_can_be_inverted_too() -> None:
    assert not Matcher("![").matches("a[b")
    assert Matcher("![").matches("ab")


def test_an_expression_that_takes_too_long_is_looked_for_literally_and_said_so() -> None:
    matcher = Matcher(SLOW)
    assert not matcher.matches(SLOW_WORDS)
    assert matcher.gave_up
    assert matcher.problem == "Too slow on these lines: searching for the plain text; use fewer * and +"
    assert matcher.matches(f"there is {SLOW} here")


@pytest.mark.parametrize(
    "text",
    ["(a+)+$", "(a|a)*$", "(a?){40}a{40}", "a*a*a*a*a*x", "(a|ab)+(c|bcd)+$", "(a?a?a?)*b", "a?" * 60 + "a" * 60, SLOW],
)
def test_expressions_that_could_take_for_ever_come_to_an_end(text: str) -> None:
    assert Matcher(text).matches("a" * 200 + " q") in (True, False)


@pytest.mark.parametrize("text", ["a{999999999}", "((a{1000}){1000}){1000}", "(ab){99999}{9}"])
def test_an_expression_that_would_fill_the_memory_is_looked_for_literally(text: str) -> None:
    matcher = Matcher(text)
    assert matcher.matches(f"here is {text}")
    assert "smaller numbers" in matcher.problem or "not a regular expression" in matcher.problem


@pytest.mark.parametrize(
    "text", ["[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", r"\d{4}-\d{2}", r"(\.\d{1,3}){3}"]
)
def test_usual_repeats_are_none_too_many(text: str) -> None:
    assert Matcher(text).problem == ""


@pytest.mark.parametrize("text", ['{"level":"error"}', "item{e}", "x{i<=2}", "a{,b}", "{}"])
def test_braces_that_count_nothing_are_braces(text: str) -> None:
    matcher = Matcher(text)
    assert matcher.matches(f"here is {text}")
    assert not matcher.matches("here is item, x, a")
    assert matcher.problem == ""


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


def test_the_filter_looks_at_all_the_words_of_a_row() -> None:
    words = "\n".join(f"registry.example.com/team/image:{number}" for number in range(1000)) + "\nlast-one"
    assert Matcher("last-one").matches(words)
    assert Matcher("last.+one").matches(words)
    assert not Matcher("!last-one").matches(words)
