"""The embedded terminal: an emulator on pyte, the keys and mouse reports it takes, and the widget that shows it."""

from tui.terminal.emulator import Emulator

__all__ = ["Emulator"]
