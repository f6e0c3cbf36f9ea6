"""The embedded terminal: an emulator on pyte, the keys and mouse reports it takes, and the widget that shows it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.terminal.emulator import Emulator

__all__ = ["Emulator"]


def __getattr__(name: str) -> object:
    # loaded when it is asked for: pyte takes a while, and the first screen has no terminal
    if name == "Emulator":
        from tui.terminal.emulator import Emulator

        return Emulator
    raise AttributeError(name)
