"""There is one table of signals, and it is Linux's."""

import re
import signal
import sys
from pathlib import Path

import pytest

from tui.engine.signals import NUMBERS, SIGNALS, ending_signal, signal_name, signal_number

TUI = Path(__file__).parents[2] / "tui"


@pytest.mark.skipif(sys.platform != "linux", reason="the table is Linux's")
def test_the_numbers_are_those_of_linux() -> None:
    ours = {name: number for name, number in NUMBERS.items() if hasattr(signal, name)}
    assert ours == {name: int(getattr(signal, name)) for name in ours}
    assert len(ours) >= 30


@pytest.mark.parametrize(("text", "number"), [("9", 9), ("SIGKILL", 9), ("kill", 9), ("", 0), ("nonsense", 0)])
def test_a_signal_is_read_by_number_and_by_name(text: str, number: int) -> None:
    assert signal_number(text) == number


def test_names_and_exit_codes() -> None:
    assert (signal_name(15), signal_name(99)) == ("SIGTERM", "signal 99")
    assert (ending_signal(137), ending_signal(1), ending_signal(255)) == ("SIGKILL", "", "")
    assert all(ending_signal(128 + number) == name for number, name in SIGNALS.items())


def test_no_second_table_of_signals_and_no_second_reader_of_a_taken_port() -> None:
    """The demo engine is an engine of its own and shares only the objects of the client."""
    tables, readers = [], []
    for file in sorted(TUI.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "demo" not in file.parts:
            tables += [file.name] if re.search(r'\d+: "SIG[A-Z]+"', text) else []
            readers += [file.name] if re.search(r"(?<!The )port is already allocated", text) else []  # "The …" is for users
    assert (tables, readers) == (["signals.py"], ["port_taken.py"])
