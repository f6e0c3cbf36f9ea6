"""Secrets in the words of a field: masked, kept unless they are replaced, and never taken for one another."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from tui.resources.model.form_values import joined
from tui.resources.model.masked_words import HALF, MaskedWords

PAIRS = "A=1 'DB_PASSWORD=a b' DATA_API_KEY=xyz URL=postgres://me:secret@db/x"


def test_secrets_are_masked_and_given_back() -> None:
    words = MaskedWords(PAIRS)
    shown = words.masked(PAIRS)
    assert not any(secret in shown for secret in ("a b", "xyz", "me:secret"))
    assert shown.startswith("A=1 ")
    assert words.real(shown) == PAIRS
    assert words.problem(shown) == words.problem(PAIRS) == ""


def test_what_is_typed_replaces_a_secret_and_leaves_the_others() -> None:
    words = MaskedWords(PAIRS)
    first, second, third, fourth = shlex.split(words.masked(PAIRS))
    edited = joined([fourth, "DB_PASSWORD=new", third, "B=2"])
    assert shlex.split(words.real(edited)) == ["URL=postgres://me:secret@db/x", "DB_PASSWORD=new", "DATA_API_KEY=xyz", "B=2"]
    assert words.problem(edited) == ""
    assert words.problem(joined([second + "x", third])) == HALF
    assert shlex.split(words.real(joined([first, third]))) == ["A=1", "DATA_API_KEY=xyz"]


def test_secrets_that_look_alike_are_not_confused() -> None:
    text = "psql --password one --password two --password one"
    words = MaskedWords(text)
    _, _, one, _, two, _, again = words.masked(text).split()
    assert len({one, two}) == 2
    assert again == one
    assert words.real(f"psql {two}") == "psql two"


@given(st.lists(st.sampled_from(["A=1", "TOKEN=abc", "TOKEN=def", "X_TOKEN=abc", "PASSWORD='", "--key", "v", ""]), max_size=8))
def test_any_words_come_back_unchanged(words: list[str]) -> None:
    text = joined(words)
    hidden = MaskedWords(text)
    assert hidden.real(hidden.masked(text)) == text
    assert "abc" not in hidden.masked(text)
