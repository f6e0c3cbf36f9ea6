"""What was typed into the fields of forms: checked, and as the engine or docker takes it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

from tui.resources.model.action import Answers

_PLAIN = re.compile(r"[^\s'\"\\]+")


def check_pairs(text: str) -> str:
    """Return the error in a field of `name=value` words, or ""."""
    try:
        parts = shlex.split(text)
    except ValueError:
        return "a closing quotation mark is missing"
    wrong = [word for word in parts if not word.partition("=")[0]]
    return f"{wrong[0]!r} has no name before the =" if wrong else ""


def pairs(text: str) -> dict[str, str]:
    """Return the `name=value` words of a field that `check_pairs` accepted."""
    return {name: value for name, _, value in (word.partition("=") for word in shlex.split(text))}


def joined(words: Iterable[str]) -> str:
    """Join words into a text that `shlex.split` takes apart again; quote only where that is needed."""
    return " ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in words)


def pair_text(values: Mapping[str, str]) -> str:
    """Return names and values as the words that `pairs` reads."""
    return joined(f"{name}={value}" for name, value in values.items())


def pair_flags(flag: str, values: Mapping[str, str]) -> list[str]:
    """Return the flags of a docker command for these names and values."""
    return [f"{flag}={name}={value}" if value else f"{flag}={name}" for name, value in values.items()]


def typed(answers: Answers, name: str) -> str:
    """Return the text typed into a field, without blanks around it."""
    return answers.text(name).strip()
