"""Linux signals by name and number."""

from __future__ import annotations

import re

SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM = 1, 2, 3, 9, 15

NAMES = [
    "HUP",
    "INT",
    "QUIT",
    "ILL",
    "TRAP",
    "ABRT",
    "BUS",
    "FPE",
    "KILL",
    "USR1",
    "SEGV",
    "USR2",
    "PIPE",
    "ALRM",
    "TERM",
    "STKFLT",
    "CHLD",
    "CONT",
    "STOP",
    "TSTP",
    "TTIN",
    "TTOU",
    "URG",
    "XCPU",
    "XFSZ",
    "VTALRM",
    "PROF",
    "WINCH",
    "IO",
    "PWR",
    "SYS",
]
NUMBERS = {name: number for number, name in enumerate(NAMES, start=1)}
FIRST_REAL_TIME, LAST = 34, 64


def number_of(signal: str | int) -> int | None:
    """Return the number of `SIGTERM`, `term`, `15` or `RTMIN+3`; None for an unknown signal."""
    text = str(signal).strip().upper().removeprefix("SIG")
    if text.isdigit():
        return int(text) if 1 <= int(text) <= LAST else None
    real_time = re.fullmatch(r"RTM(IN|AX)([+-]\d+)?", text)
    if real_time:
        number = (FIRST_REAL_TIME if real_time[1] == "IN" else LAST) + int(real_time[2] or 0)
        return number if FIRST_REAL_TIME <= number <= LAST else None
    return NUMBERS.get(text)
