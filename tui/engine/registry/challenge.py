"""The header `WWW-Authenticate` of a registry: how it wants to be logged in to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_CHALLENGE = re.compile(r"(?P<scheme>bearer|basic)\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PARAMETER = re.compile(r'(?P<name>[A-Za-z_]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^",\s]+))')


@dataclass(frozen=True, slots=True)
class Challenge:
    """A scheme, "bearer" or "basic", and its parameters: of "bearer" the `realm` that gives tokens, `service` and `scope`."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, header: str) -> Challenge | None:
        """Parse the header's value; None for other schemes."""
        found = _CHALLENGE.match(header.strip())
        if found is None:
            return None
        parameters = {
            each["name"].lower(): each["plain"] or re.sub(r"\\(.)", r"\1", each["quoted"] or "")
            for each in _PARAMETER.finditer(found["rest"])
        }
        return cls(found["scheme"].lower(), parameters)
