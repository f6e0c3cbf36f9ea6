"""Whatever ends or stops the program, and whatever it is doing then, its terminal is as before."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.program import Program
from tests.waiting import until

LOG = "shop-web-1"
ENDS = {"TERM": 0, "HUP": 0, "INT": 0, "QUIT": -signal.SIGQUIT, "ABRT": -signal.SIGABRT, "USR1": -signal.SIGUSR1}
"""Signals, and the exit status: the interface ends in good order, or the program dies of the signal."""


def in_list(program: Program) -> None:
    program.wait_for("help")


def in_dialog(program: Program) -> None:
    program.wait_for("help")
    program.press("!")
    program.wait_for("esc cancel")


def in_prompt(program: Program) -> None:
    program.wait_for("help")
    program.press(":")
    program.wait_for("go there")


def in_log(program: Program) -> None:
    program.wait_for("help")
    program.press("l")
    program.wait_for("lines")


def in_pager(program: Program) -> None:
    in_log(program)
    program.press("v")
    program.wait_for(lambda text: "help" not in text and (":" in text or "END" in text or "log.txt" in text))
    until(lambda: children(program), "the pager")


def in_shell(program: Program) -> None:
    program.wait_for("help")
    program.press("s")
    program.wait_for("#")


def stopped(program: Program) -> None:
    program.wait_for("help")
    program.signal(signal.SIGTSTP)
    until(lambda: state(program.process.pid) == "T", "the program to be stopped")


def stopped_in_pager(program: Program) -> None:
    in_pager(program)
    program.signal(signal.SIGTSTP)
    until(lambda: state(program.process.pid) == "T", "the program to be stopped")


STATES = [in_list, in_dialog, in_prompt, in_log, in_pager, in_shell, stopped, stopped_in_pager]


def state(process: int) -> str:
    """The kernel's letter for what a process does: R, S, T (stopped), Z."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def children(program: Program) -> list[int]:
    return [
        int(child) for child in Path(f"/proc/{program.process.pid}/task/{program.process.pid}/children").read_text().split()
    ]


def started(pager: str = "less") -> Program:
    return Program(["--demo", LOG], columns=100, rows=30, env={"PAGER": pager, "LESS": ""})


@pytest.mark.parametrize("there", STATES)
@pytest.mark.parametrize("name", ENDS)
def test_a_signal_ends_the_program_and_the_terminal_is_as_before(name: str, there: Callable[[Program], None]) -> None:
    with started() as program:
        there(program)
        program.signal(getattr(signal, f"SIG{name}"))
        if there in (stopped, stopped_in_pager):
            program.signal(signal.SIGCONT)
        assert program.wait_for_exit() == ENDS[name]
        assert program.not_restored() == []
