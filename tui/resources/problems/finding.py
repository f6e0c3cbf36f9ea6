"""How a rule says what it found of a container, and what the last lines of a log say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui.live.problem import Problem, Severity
from tui.live.problems.facts import ContainerFacts
from tui.resources.containers.formats import title
from tui.resources.model.masking import masked_text
from tui.resources.model.text import decode, one_line

LAST = 15
"""Lines at the end of a log that count: what was said before them may be over."""

LONGEST = 2000  # characters of a line that are looked at


def problem(
    rule: str,
    facts: ContainerFacts,
    what: str,
    *,
    severity: Severity = "bad",
    evidence: Sequence[str] = (),
    advice: Sequence[str] = (),
    since: float = 0.0,
    not_before: float = 0.0,
    explains: bool = False,
    short: str = "",
) -> Problem:
    """Return a problem of a container. Secrets in its texts are masked."""
    return Problem(
        rule=rule,
        object_id=facts.row.id,
        name=title(facts.row),
        severity=severity,
        what=masked_text(one_line(what)),
        evidence=tuple(masked_text(one_line(text)) for text in evidence),
        advice=tuple(advice),
        since=since or facts.first_seen,
        not_before=not_before,
        explains=explains,
        short=one_line(short),
    )


def last_lines(facts: ContainerFacts) -> list[str]:
    """Return the last lines of the log of a suspected container, the newest first, clean."""
    if facts.read is None:
        return []
    return [decode(line.data[:LONGEST]) for line in reversed(facts.read.logs[-LAST:])]


def said(facts: ContainerFacts, *patterns: re.Pattern[str]) -> re.Match[str] | None:
    """Return the newest match of a pattern in the last lines of the log, or None."""
    if facts.read is None or not facts.read.logs:
        return None
    key = tuple(map(id, patterns))
    if key not in facts.found_in_log:
        found = (match for line in last_lines(facts) for pattern in patterns if (match := pattern.search(line)))
        facts.found_in_log[key] = next(found, None)
    return facts.found_in_log[key]


def quoted(match: re.Match[str]) -> str:
    """Return the line of a match as evidence."""
    return f"Log: {one_line(match.string).strip()[:200]}"
