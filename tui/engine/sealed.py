"""Secret values that do not show in a repr, a log, an error or a traceback with variables."""

from __future__ import annotations


class Sealed:
    """Secret text or bytes with a constant repr. Not a `str`, since traceback printers show the content of those."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """Return the secret; for sending only."""
        return self._value

    def __repr__(self) -> str:
        return "Sealed(…)"
