"""What the command line asked for."""

from __future__ import annotations

from dataclasses import dataclass

from tui.engine.transport.tls_options import NO_TLS_OPTIONS, TlsOptions


@dataclass(frozen=True, slots=True)
class Start:
    """What the command line asked for. `words` are what stands after the options: a screen, an object, a command."""

    words: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    host: str | None = None
    context: str | None = None
    read_only: bool = False
    demo: bool = False
    tls: TlsOptions = NO_TLS_OPTIONS

    @property
    def prefix(self) -> tuple[str, ...]:
        """How docker would be told the same engine: its options `--host X`, `--tlsverify`, or nothing."""
        if self.context:
            return ("--context", self.context)
        return (*(("--host", self.host) if self.host else ()), *self.tls.words)
