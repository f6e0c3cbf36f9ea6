"""The signals of Linux by number and name, whatever this program runs on: the containers run on Linux."""

from __future__ import annotations

from tui.engine.digits import whole_number

SIGNALS = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL",
    5: "SIGTRAP",
    6: "SIGABRT",
    7: "SIGBUS",
    8: "SIGFPE",
    9: "SIGKILL",
    10: "SIGUSR1",
    11: "SIGSEGV",
    12: "SIGUSR2",
    13: "SIGPIPE",
    14: "SIGALRM",
    15: "SIGTERM",
    16: "SIGSTKFLT",
    17: "SIGCHLD",
    18: "SIGCONT",
    19: "SIGSTOP",
    20: "SIGTSTP",
    21: "SIGTTIN",
    22: "SIGTTOU",
    23: "SIGURG",
    24: "SIGXCPU",
    25: "SIGXFSZ",
    26: "SIGVTALRM",
    27: "SIGPROF",
    28: "SIGWINCH",
    29: "SIGIO",
    30: "SIGPWR",
    31: "SIGSYS",
}

NUMBERS = {name: number for number, name in SIGNALS.items()}


def signal_number(text: str) -> int:
    """Return the number of a signal as events and users write it: 9 for "9", "SIGKILL", "KILL"; 0 for no signal."""
    if (known := whole_number(text)) is not None:
        return known
    return NUMBERS.get(text.upper()) or NUMBERS.get(f"SIG{text.upper()}", 0)


def signal_name(number: int) -> str:
    """ "SIGKILL" for 9; "signal 99" for a number without a name."""
    return SIGNALS.get(number, f"signal {number}")


def ending_signal(exit_code: int) -> str:
    """Return the name of the signal that an exit code stands for: "SIGKILL" for 137; empty for a code that stands for none."""
    return SIGNALS.get(exit_code - 128, "")
