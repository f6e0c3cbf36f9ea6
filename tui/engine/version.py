"""Negotiation of the API version."""

from __future__ import annotations

import re
from typing import NamedTuple

from tui.engine.digits import whole_number
from tui.engine.errors import BrokenAnswer, UnsupportedVersion, sentence


class ApiVersion(NamedTuple):
    """A version of the Engine API; compares by number, so 1.9 is older than 1.40."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @classmethod
    def parse(cls, text: str) -> ApiVersion:
        """Parse "1.51". Raises ValueError."""
        first, _, second = text.partition(".")
        major, minor = whole_number(first, 4), whole_number(second, 4)
        if major is None or minor is None:
            raise ValueError(f"not an API version: {text!r}")
        return cls(major, minor)


OLDEST = ApiVersion(1, 40)
NEWEST = ApiVersion(1, 51)

# The engine's message for an unsupported version, on every path (400).
_REFUSED = re.compile(r"client version \S+ is too (old|new)")


def negotiate(engine: str) -> ApiVersion:
    """Return the lower of the client's and the engine's newest version; `engine` is from its ping.

    Raises UnsupportedVersion for an engine that is too old, BrokenAnswer if it is not a version.
    """
    try:
        theirs = ApiVersion.parse(engine)
    except ValueError:
        raise BrokenAnswer(
            f"The answer is not from a Docker engine (API version {sentence(engine)!r}). Check the address."
        ) from None
    if theirs < OLDEST:
        raise UnsupportedVersion(
            f"The engine speaks API {theirs}, which is older than {OLDEST}. Update the engine to Docker 19.03 or newer."
        )
    return min(theirs, NEWEST)


def is_version_refusal(message: str) -> bool:
    """Whether an engine's error means that it does not support the client's version."""
    return _REFUSED.search(message) is not None
