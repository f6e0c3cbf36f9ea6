"""What the command line asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tui.engine.transport.tls_options import NO_TLS_OPTIONS, TlsOptions

Output = Literal["", "plain", "json"]


@dataclass(frozen=True, slots=True)
class Start:
    """What the command line asked for. `words` are what stands after the options: a screen, an object, a command.

    `output` is the form of a printed result, or empty; `since` the period of logs to search, `file` the file to
    write. `host` or `context` names the engine; `more` are further engines, each a host and a context, of which one is given.
    """

    words: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    host: str | None = None
    context: str | None = None
    read_only: bool = False
    demo: bool = False
    tls: TlsOptions = NO_TLS_OPTIONS
    output: Output = ""
    since: str = ""
    file: str = ""
    more: tuple[tuple[str | None, str | None], ...] = ()

    @property
    def engines(self) -> list[Start]:
        """What was asked for, for each engine. The TLS options are those of every host."""
        first = replace(self, more=())
        return [
            first,
            *(
                replace(first, host=host, context=context, tls=self.tls if host else NO_TLS_OPTIONS)
                for host, context in self.more
            ),
        ]

    @property
    def prefix(self) -> tuple[str, ...]:
        """How docker would be told the same engine: its options `--host X`, `--tlsverify`, or nothing."""
        if self.context:
            return ("--context", self.context)
        return (*(("--host", self.host) if self.host else ()), *self.tls.words)
