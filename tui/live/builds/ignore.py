"""The rules of a `.dockerignore` file, applied as docker does (moby/patternmatcher). Pure; paths are relative, with slashes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_SPECIAL = re.compile(r"[*?\[\]\\]")

Matched = tuple[bool, ...]
"""For each rule whether a directory, or one above it, matches: what applies to all that is in it."""


@dataclass(frozen=True)
class Rule:
    """A line of the file: `exception` for a line that begins with `!`, `text` the line itself, `line` its number from 1."""

    pattern: str
    exception: bool
    text: str
    line: int

    def matches(self, path: str) -> bool:
        """Return whether the pattern matches a path, regardless of the directories above it."""
        return self._expression.fullmatch(path) is not None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(_expression(self.pattern), re.DOTALL)


class BadPattern(ValueError):
    """A line that docker refuses; `str()` names the line."""


class Ignore:
    """The rules of a file; the last rule that matches decides. Without rules nothing is ignored."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self._exceptions = [rule for rule in self.rules if rule.exception]

    @property
    def start(self) -> Matched:
        """What applies at the top of the context."""
        return (False,) * len(self.rules)

    def check(self, path: str, above: Matched) -> tuple[bool, Matched]:
        """Return whether a path is ignored, and what applies to all in it; `above` is what applies to all in its directory."""
        ignored, matched = False, list(above)
        for number, rule in enumerate(self.rules):
            if not matched[number]:
                if rule.exception != ignored or not rule.matches(path):
                    continue
                matched[number] = True
            ignored = not rule.exception
        return ignored, tuple(matched)

    def may_keep_below(self, path: str) -> bool:
        """Return whether an exception may apply to a path below an ignored directory."""
        return any(_reaches(rule.pattern, path) for rule in self._exceptions)

    def deciding(self, path: str) -> Rule | None:
        """Return the rule because of which a path is ignored, or None if the path is not ignored."""
        ignored, above, found = False, self.start, None
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            ignored, above = self.check("/".join(parts[:depth]), above)
            if ignored:
                found = next(rule for rule, hit in zip(reversed(self.rules), reversed(above), strict=True) if hit)
        return found if ignored else None


def read_rules(text: str) -> Ignore:
    """Return the rules of a `.dockerignore` file. Raises BadPattern."""
    rules = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if line.startswith("#") or not (written := line.strip()):
            continue
        exception = written.startswith("!")
        pattern = written[1:].strip() if exception else written
        if not pattern:
            raise BadPattern(f"line {number}: ! without a pattern")
        pattern = _clean(pattern)
        rule = Rule(pattern[1:] if len(pattern) > 1 and pattern.startswith("/") else pattern, exception, written, number)
        try:
            rule.matches(".")
        except re.error:
            raise BadPattern(f"line {number}: {written} is not a pattern") from None
        rules.append(rule)
    return Ignore(rules)


def _clean(path: str) -> str:
    """Return a path as Go's filepath.Clean: no double slashes, no `.`, `..` resolved."""
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _reaches(pattern: str, directory: str) -> bool:
    """Return whether a pattern may match something below a directory, as far as its parts before a `**` tell."""
    for part, of in zip(pattern.split("/"), directory.split("/"), strict=False):
        if "**" in part:
            return True
        if not re.fullmatch(_expression(part), of, re.DOTALL):
            return False
    return True


def _expression(pattern: str) -> str:
    """Return the regular expression of a pattern."""
    if pattern.startswith("**") and not _SPECIAL.search(pattern, 2):  # docker compares ends then: **x matches ax
        rest = pattern[2:]
        return f"(?:.*/)?{re.escape(rest[1:])}" if rest.startswith("/") else f".*{re.escape(rest)}"
    made, at = "", 0
    while at < len(pattern):
        letter = pattern[at]
        at += 1
        if letter == "*" and pattern[at : at + 1] == "*":
            at += 1 + (pattern[at + 1 : at + 2] == "/")
            made += "(?:.*/)?" if at < len(pattern) else ".*"
        elif letter == "*":
            made += "[^/]*"
        elif letter == "?":
            made += "[^/]"
        elif letter == "\\":
            made += re.escape(pattern[at : at + 1] or "\\")
            at += 1
        elif letter == "[":
            end = _class_end(pattern, at)
            made += "[" + pattern[at : end + 1].replace("[", "\\[")
            at = end + 1
        else:
            made += re.escape(letter)
    return made


def _class_end(pattern: str, at: int) -> int:
    """Return where the class of characters ends that begins before `at`. Raises re.error if it does not."""
    end = at + (pattern[at : at + 1] == "^")
    while end < len(pattern) and (pattern[end] != "]" or end == at + (pattern[at : at + 1] == "^")):
        end += 1 + (pattern[end] == "\\")
    if end >= len(pattern):
        raise re.error("the class has no end")
    return end
