"""The text fields of a form: what each takes, and what is offered for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from tui.resources.model.action import FieldLines


class FormField(NamedTuple):
    """A text field. `check` returns the error in a text, or ""; `offers` returns values that complete a text.

    `examine` and `look_up` are the same for what takes a while, such as asking a file system. `examine` is for texts in which
    `check` finds no error.
    """

    name: str
    label: str
    initial: str = ""
    check: Callable[[str], str] = lambda _text: ""
    hint: str = ""
    secret: bool = False
    offers: Callable[[str], Sequence[str]] = lambda _text: ()
    examine: Callable[[str], Awaitable[str]] | None = None
    look_up: Callable[[str], Awaitable[Sequence[str]]] | None = None
    lines: FieldLines = ""
    note: Callable[[], str] = lambda: ""  # what is known about the text, shown below it
    masked: bool = False  # words whose secrets are masked until the user asks for them


def one_of(values: Iterable[str]) -> Callable[[str], Sequence[str]]:
    """Return a function that offers the values containing the typed text, best matches first.

    It offers all values if the text is one of them.
    """
    known = tuple(dict.fromkeys(values))

    def offers(text: str) -> list[str]:
        found = known if text in known else [value for value in known if text in value]
        return sorted(found, key=lambda value: text not in known and not value.startswith(text))

    return offers


def common_beginning(texts: Sequence[str]) -> str:
    """Return the longest beginning that all texts have."""
    first, last = min(texts, default=""), max(texts, default="")
    same = next((number for number, letter in enumerate(first) if letter != last[number : number + 1]), len(first))
    return first[:same]


def unsendable(text: str) -> str:
    """Return the error in a text that neither an engine nor a file system accepts, or ""."""
    if "\0" in text:
        return "remove the character NUL"
    half = next((letter for letter in text if "\ud800" <= letter <= "\udfff"), "")
    return f"remove the invalid character (U+{ord(half):04X})" if half else ""
