"""However the program ends or stops, and in any state, its terminal is restored."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.program import TOP, Program
from tests.waiting import until

LOG = "shop-web-1"
ENDS = {"TERM": 0, "HUP": 0, "QUIT": -signal.SIGQUIT, "ABRT": -signal.SIGABRT}
"""Signals, and the exit status: the interface ends normally, or the program dies of the signal."""

There = Callable[[Program], None]


# states of the program


def in_list(program: Program) -> None:
    program.wait_for(lambda text: LOG in text and "l logs" in text)


def in_dialog(program: Program) -> None:
    in_list(program)
    program.press("!")
    program.wait_for("esc cancel")


def in_prompt(program: Program) -> None:
    in_list(program)
    program.press(":")
    program.wait_for("go there")


def in_log(program: Program) -> None:
    in_list(program)
    program.press("l")
    program.wait_for(" lines")


def in_pager(program: Program) -> None:
    in_log(program)
    program.press("v")
    program.wait_for("log.txt")


def in_shell(program: Program) -> None:
    in_list(program)
    program.press("s")
    program.wait_for("#")


def stopped(program: Program) -> None:
    in_list(program)
    stop(program)


def stopped_in_pager(program: Program) -> None:
    in_pager(program)
    stop(program)


STOPPED = [stopped, stopped_in_pager]
STATES = [in_list, in_dialog, in_prompt, in_log, in_pager, in_shell, *STOPPED]


def stop(program: Program) -> None:
    program.signal(signal.SIGTSTP)
    until(lambda: state(program.process.pid) == "T", "the program to be stopped")


def state(process: int) -> str:
    """Return the kernel's letter for the state of a process: R, S, T (stopped), Z."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def started(**env: str) -> Program:
    return Program(["--demo", LOG], columns=100, rows=30, env={"PAGER": "less", "LESS": "", **env})


def keys_act(program: Program) -> None:
    """Check that the list is on the screen and reacts to keys."""
    program.press(":")
    program.wait_for("go there")
    program.press("escape")
    program.wait_until_gone("go there")


def leaves_well(program: Program) -> None:
    program.press("ctrl+c")
    assert program.wait_for_exit() == 0
    assert program.not_restored() == []


# exits


@pytest.mark.parametrize("there", STATES)
@pytest.mark.parametrize("name", ENDS)
def test_a_signal_ends_the_program_and_the_terminal_is_as_before(name: str, there: There) -> None:
    with started() as program:
        there(program)
        program.signal(getattr(signal, f"SIG{name}"))
        if there in STOPPED:
            program.signal(signal.SIGCONT)
        assert program.wait_for_exit() == ENDS[name]
        assert program.not_restored() == []


@pytest.mark.parametrize("name", ["INT", "USR1", "USR2", "ALRM", "XCPU"])
def test_other_signals_that_end_a_program_restore_the_terminal_too(name: str) -> None:
    number = getattr(signal, f"SIG{name}")
    with started() as program:
        in_list(program)
        program.signal(number)
        assert program.wait_for_exit() == (0 if name == "INT" else -number)
        assert program.not_restored() == []


@pytest.mark.parametrize("name", ENDS)
def test_an_editor_is_ended_with_the_program(name: str) -> None:
    with started(EDITOR="vi") as program:
        in_log(program)
        program.press("V")
        program.wait_for("log.txt")
        program.signal(getattr(signal, f"SIG{name}"))
        assert program.wait_for_exit() == ENDS[name]
        assert program.not_restored() == []


@pytest.mark.parametrize("name", ["TERM", "HUP", "QUIT", "ABRT"])
def test_a_signal_before_the_interface_is_up_leaves_no_trace(name: str) -> None:
    with started() as program:
        until(lambda: 1049 in program.modes, "the first list")
        program.signal(getattr(signal, f"SIG{name}"))
        program.wait_for_exit()
        assert program.not_restored() == []


# pagers and editors


@pytest.mark.parametrize(
    ("key", "variable", "value", "said"),
    [
        ("v", "PAGER", "no-such-program", "no-such-program was not started"),
        ("V", "VISUAL", "no-such-program", "no-such-program was not started"),
        ("V", "EDITOR", "/etc/passwd", "/etc/passwd was not started"),
        ("v", "PAGER", "'less", "is not a valid command"),
        ("v", "PAGER", "false", "false ended with status 1"),
    ],
)
def test_a_program_that_cannot_be_started_is_said_and_keys_act(key: str, variable: str, value: str, said: str) -> None:
    with started(**{variable: value}) as program:
        in_log(program)
        program.press(key)
        program.wait_for(said)
        program.press("w")
        keys_act(program)
        leaves_well(program)


def test_a_pager_that_is_killed_leaves_the_program_on_a_clean_terminal() -> None:
    with started() as program:
        in_pager(program)
        (pager,) = children(program)
        os.kill(pager, signal.SIGKILL)
        program.wait_for("less ended with status -9")
        keys_act(program)
        leaves_well(program)


def children(program: Program) -> list[int]:
    """Return the processes started by the program."""
    tasks = Path(f"/proc/{program.process.pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


# job control


def go_on(program: Program, *before: int) -> None:
    for number in before:
        program.signal(number)
        if number == signal.SIGTSTP or number == signal.SIGSTOP:
            until(lambda: state(program.process.pid) == "T", "the program to be stopped")
    program.signal(signal.SIGCONT)
    until(lambda: state(program.process.pid) != "T", "the program to go on")


GOING_ON = {
    "alone": (),
    "three times": (signal.SIGCONT, signal.SIGCONT),
    "after SIGSTOP": (signal.SIGSTOP,),
    "after SIGTSTP": (signal.SIGTSTP,),
    "twice after SIGTSTP": (signal.SIGTSTP, signal.SIGCONT),
}
EACH = [(there, how) for there in (in_list, in_pager) for how in GOING_ON]
CASES = [*EACH, (in_dialog, "alone"), (in_shell, "alone")]


@pytest.mark.parametrize(("there", "how"), CASES)
def test_a_job_that_goes_on_has_its_terminal_once_and_leaves_it_as_before(there: There, how: str) -> None:
    with started() as program:
        there(program)
        go_on(program, *GOING_ON[how])
        if there is in_pager:
            program.press("q")
            program.wait_for(" lines")
        program.wait_for(lambda _text: 1049 in program.modes)
        program.signal(signal.SIGTERM)
        assert program.wait_for_exit() == 0
        assert program.not_restored() == []


def test_a_stopped_job_has_given_the_terminal_back() -> None:
    with started() as program:
        stopped(program)
        until(lambda: not program.not_restored(), "what the program wrote before it stopped to be read")
        go_on(program)
        program.wait_for(LOG)
        keys_act(program)
        leaves_well(program)


def test_control_z_goes_to_the_shell_and_fg_comes_back() -> None:
    with Program(command=["bash", "--norc", "-i"], columns=100, rows=30, env={"PS1": "shell> "}) as program:
        program.wait_for("shell>")
        program.type(f"{sys.executable} -m tui --demo {LOG}\r")
        in_list(program)
        program.press("ctrl+z")
        program.wait_for("Stopped")
        assert 1049 not in program.modes
        program.type("bg\r")
        program.wait_for("&")
        program.type("echo still $((40 + 2))\r")
        program.wait_for("still 42")
        program.type("fg\r")
        in_list(program)
        keys_act(program)
        program.press("ctrl+c")
        program.wait_for(lambda text: text.rstrip().endswith("shell>"))
        assert 1049 not in program.modes


def test_control_z_without_a_shell_is_refused() -> None:
    with started() as program:
        in_list(program)
        program.press("ctrl+z")
        program.wait_for("no shell to return to")
        leaves_well(program)


def test_a_signal_during_a_change_of_the_terminal_waits_for_its_end() -> None:
    done = subprocess.run([sys.executable, "-c", CHANGING], cwd=TOP, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("changed restored ", -signal.SIGQUIT)


CHANGING = """
import os, signal, sys
from tui.exit_signals import before_death, delayed_death

def say(word):
    os.write(1, f"{word} ".encode())

before_death(lambda: say("too early"))
with delayed_death():
    os.kill(os.getpid(), signal.SIGQUIT)
    say("changed")
    before_death(lambda: say("restored"))
"""
