"""A problem of one object of an engine: what is wrong, since when, how that is known, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Severity = Literal["bad", "warn"]
"""bad: something does not work; warn: it works, and needs attention."""

_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem, found by the rule of this name.

    All texts are clean and can be shown. Times are in seconds by the engine's clock, 0 if unknown.
    `screen` names the list that the object is in. `not_before` is the time from which the finding counts. A problem that
    `explains` the cause of another one of the same object becomes one of its `parts`; `short` is the text of such a problem
    without a cause of its own, or empty if it knows its cause. `hidden` is the user's reason for hiding the problem, `fixed`
    the time at which the rule no longer found it.
    """

    rule: str
    screen: str = "containers"
    object_id: str
    name: str
    severity: Severity = "bad"
    what: str
    evidence: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    since: float = 0.0
    not_before: float = 0.0
    explains: bool = False
    short: str = ""
    parts: tuple[Problem, ...] = ()
    hidden: str = ""
    fixed: float = 0.0

    @property
    def id(self) -> str:
        """The rule and the object, which are unique together."""
        return f"{self.rule}/{self.screen}/{self.object_id}"

    @property
    def active(self) -> bool:
        """Whether the problem is there, and not hidden."""
        return not self.fixed and not self.hidden

    @property
    def signature(self) -> str:
        """What stays the same as long as the problem does: the severity and the text without its figures."""
        return f"{self.severity} {_NUMBERS.sub('#', self.what)}"
