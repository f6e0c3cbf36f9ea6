"""Words of a form's field whose secrets are shown masked until the user asks for them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from tui.resources.model.form_values import joined
from tui.resources.model.masking import MASK, masked_pair, masked_words

DOT = MASK[0]

HALF = "a masked value can only be replaced as a whole: ctrl+r shows the values"


class MaskedWords:
    """The words of a field's first text: pairs `NAME=value`, or the words of a command.

    `real` gives the secrets back in a text, and `masked` hides them; both leave all else as it was typed.
    """

    def __init__(self, text: str) -> None:
        try:
            words = shlex.split(text)
        except ValueError:  # no words that could be told apart
            words = []
        self._real: dict[str, str] = {}  # by the masked word; both as they are written in the field
        for word, line_word in zip(words, masked_words(words), strict=True):
            shown = masked_pair(word) if masked_pair(word) != word else line_word
            if shown != word and DOT not in word:
                mask, number = joined([shown]), 1
                while self._real.get(mask, joined([word])) != joined([word]):  # two secrets that look alike
                    number += 1
                    mask = joined([f"{shown}{number}"])
                self._real[mask] = joined([word])

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._real)

    def real(self, text: str) -> str:
        """Return a text with the secrets in place of their masks."""
        return _replaced(text, self._real)

    def masked(self, text: str) -> str:
        """Return a text with masks in place of the secrets."""
        return _replaced(text, {word: mask for mask, word in self._real.items()})

    def problem(self, text: str) -> str:
        """Return the error in a text in which a mask was edited, or ""."""
        return HALF if self and DOT in self.real(text) else ""


def _replaced(text: str, words: Mapping[str, str]) -> str:
    if not words:
        return text
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.sub(rf"(?<!\S)(?:{pattern})(?!\S)", lambda found: words[found[0]], text)
