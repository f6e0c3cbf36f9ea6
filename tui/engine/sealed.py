"""Values that nobody may read by accident: not in a repr, a log, an error or a traceback with its variables."""

from __future__ import annotations


class Sealed:
    """Text or bytes behind a repr that tells nothing. Not a `str` itself, since printers of tracebacks cut those open."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """What is inside; for the wire only."""
        return self._value

    def __repr__(self) -> str:
        return "Sealed(…)"
