"""The embedded terminal: an emulator based on pyte, the encoding of keys and mouse reports, and the widget."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.terminal.emulator import Emulator

__all__ = ["Emulator"]


def __getattr__(name: str) -> object:
    # imported when first used: pyte takes long to import, and the first screen has no terminal
    if name == "Emulator":
        from tui.terminal.emulator import Emulator

        return Emulator
    raise AttributeError(name)
