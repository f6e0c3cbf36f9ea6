"""Fuzzes the forms: arbitrary text in every field of every form; each check says what is wrong, or nothing, and raises nothing.

What a form makes of texts that are right (the objects for the engine, the docker command) raises nothing either.
"""

from __future__ import annotations

from tests.fields import AWKWARD, FORMS

SPLITTER = "\x1f"
"""Stands between the texts of two fields."""


def one(data: bytes) -> None:
    """Judge one form: the first byte chooses which, the rest are the texts of its fields. Raises what a check raises."""
    form = FORMS[data[0] % len(FORMS)] if data else FORMS[0]
    parts = data[1:].decode("utf-8", "surrogateescape").split(SPLITTER)
    texts = {}
    for number, field in enumerate(form.fields):
        part = parts[number] if number < len(parts) else ""
        chosen = part[:1] == "\x1e"  # one of the texts that broke a check once, with the rest behind it
        texts[field.name] = AWKWARD[ord(part[1]) % len(AWKWARD)] + part[2:] if chosen and part[1:] else part
    form.judge(texts)
