"""What the command line asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """What the command line asked for. `words` are what stands after the options: a screen, an object, a command."""

    words: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    host: str | None = None
    context: str | None = None
    read_only: bool = False
    demo: bool = False

    @property
    def prefix(self) -> tuple[str, ...]:
        """How docker would be told the same engine: the words `--host X`, or nothing."""
        if self.host:
            return ("--host", self.host)
        return ("--context", self.context) if self.context else ()
