"""Numbers, times and states as texts short enough for a column.

Times are wall-clock seconds since the epoch, UTC; 0 means "never" or "unknown". Sizes are bytes.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from tui.engine.signals import ending_signal
from tui.live.clock import moment as engine_moment
from tui.live.clock import now as engine_now
from tui.resources.model.text import count

NEVER = 0.0
YEAR_10000 = 253_402_300_800
MINUTE, HOUR, DAY = 60, 3600, 86400

# --- the clock -------------------------------------------------------------------------------------------------------

_clock: Callable[[], float] = engine_now


def now() -> float:
    """Return the engine's wall-clock seconds. All ages on the screens are computed from this clock."""
    return _clock()


@contextmanager
def clock_at(seconds: float) -> Iterator[None]:
    """Set `now` to `seconds` inside the context: for tests and screenshots that must not change."""
    global _clock
    before = _clock
    _clock = lambda: seconds  # noqa: E731
    try:
        yield
    finally:
        _clock = before


def moment(stamp: str) -> float:
    """Return an engine's time stamp (RFC 3339, nanoseconds) in seconds.

    "0001-01-01T00:00:00Z" and invalid texts are `NEVER`.
    """
    return max(engine_moment(stamp), NEVER)


GREATEST = 1e30
UNKNOWN = "?"
"""Shown for NaN, which a quotient of two of the engine's numbers may be."""


def bounded(amount: float) -> float:
    """Return `amount` limited to plus and minus 1e30; NaN stays NaN."""
    try:
        return amount if math.isnan(amount) else max(-GREATEST, min(GREATEST, amount))
    except OverflowError:  # an integer larger than any float
        return GREATEST if amount > 0 else -GREATEST


def _local(seconds: float) -> datetime | None:
    """Return the local time, or None outside the range of `datetime`."""
    try:
        return datetime.fromtimestamp(seconds).astimezone()
    except (OverflowError, ValueError, OSError):
        return None


# --- times -----------------------------------------------------------------------------------------------------------


def age(seconds: float) -> str:
    """Return the age of a time for a column: "<1m", "12m", "3h", "30h", "12d", "3y". It changes once a minute at most."""
    if not 0 < seconds < YEAR_10000:
        return ""
    old = now() - seconds
    if old < MINUTE:
        return "<1m"
    if old < HOUR:
        return f"{math.floor(old / MINUTE)}m"
    if old < 2 * DAY:
        return f"{math.floor(old / HOUR)}h"
    if old < 1000 * DAY:
        return f"{math.floor(old / DAY)}d"
    return f"{math.floor(old / (365 * DAY))}y"


def duration(seconds: float) -> str:
    """Return a length of time with its two largest units: "0.3 s", "42 s", "3 min 5 s", "2 h", "4 d 3 h"."""
    seconds = bounded(seconds)
    if math.isnan(seconds):
        return UNKNOWN
    if seconds < 0:
        return "-" + duration(-seconds)
    if seconds < 10:
        return f"{seconds:.2g} s"
    left = round(seconds)
    parts: list[str] = []
    for unit, length in (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", 1)):
        amount, left = divmod(left, length)
        if amount:
            parts.append(f"{amount} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])


def ago(seconds: float) -> str:
    """Return the distance of a time from now: "3 minutes ago", "5 days ago", "in 3 minutes" for the future, or "never"."""
    seconds = bounded(seconds)
    if not seconds > 0:
        return "never"
    old = now() - seconds
    distance = abs(old)
    if distance < 2:
        return "just now"
    units = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second"))
    length, unit = next(pair for pair in units if distance >= pair[0])
    amount = count(int(distance // length), unit)
    return f"{amount} ago" if old > 0 else f"in {amount}"


def zone() -> str:
    """Return the name of the local time zone now, for the titles of columns with times: "UTC", "CET"."""
    return f"{datetime.now().astimezone():%Z}"


def clock(seconds: float) -> str:
    """Return the local time of day: "07:28"."""
    local = _local(seconds)
    return f"{local:%H:%M}" if local else ""


def when(seconds: float) -> str:
    """Return a time in full, local: "2026-11-21 07:28:03 CET", after a day with "(5 days ago)"; or "never"."""
    local = _local(seconds) if seconds > 0 else None
    if local is None:
        return "never"
    return f"{local:%Y-%m-%d %H:%M:%S %Z}" + (f" ({ago(seconds)})" if abs(now() - seconds) >= DAY else "")


# --- amounts ---------------------------------------------------------------------------------------------------------


def _scaled(amount: float, base: int, units: tuple[str, ...]) -> str:
    """Return three significant digits and a unit. 999.5 kB is 1 MB, not 1000 kB."""
    amount = bounded(amount)
    if math.isnan(amount):
        return UNKNOWN
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    step = 0
    while amount >= 999.5 and step < len(units) - 1:
        amount /= base
        step += 1
    decimals = 0 if step == 0 or amount >= 99.95 else 1 if amount >= 9.995 else 2
    return f"{sign}{amount:.{decimals}f} {units[step]}"


_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def size(amount: float) -> str:
    """Return bytes on disk or on the network in powers of 1000, as docker does: "731 B", "12.5 MB"."""
    return _scaled(amount, 1000, _DECIMAL)


def memory(amount: float) -> str:
    """Return bytes of memory in powers of 1024, as docker does: "12.5 MiB"."""
    return _scaled(amount, 1024, _BINARY)


def short_memory(amount: float) -> str:
    """Return `memory` for narrow columns: "12.5M", "2.00G"."""
    return _scaled(amount, 1024, ("", "K", "M", "G", "T", "P", "E")).replace(" ", "")


def coarse(amount: float) -> str:
    """Return `size` in at most four cells, for changing figures: "0", "999", "1.2k", "12k", "350M"."""
    scaled, unit = max(bounded(amount), 0.0), 0
    if math.isnan(scaled):
        return UNKNOWN
    while scaled >= 999.5:
        scaled, unit = scaled / 1000, unit + 1
    return f"{scaled:.{1 if unit and scaled < 9.95 else 0}f}{' kMGTPEZYRQ'[min(unit, 10)].strip()}"


def rate(per_second: float) -> str:
    """Return bytes per second: "1.25 kB/s"."""
    return f"{size(per_second)}/s"


def percent(amount: float) -> str:
    """Return a percentage: "0.4%", "12.5%", "250%"."""
    amount = bounded(amount)
    if math.isnan(amount):
        return UNKNOWN
    return f"{amount:.0f}%" if amount >= 99.95 else f"{amount:.1f}%"


# --- how a process ended ---------------------------------------------------------------------------------------------

_ENDS = {  # exit code: (a word or two, the whole story)
    0: ("finished", "The program exited with success."),
    1: ("failed", "The program failed; see the logs."),
    2: ("failed", "The program failed; its manual says what 2 means, the logs may say why."),
    125: ("engine failed", "The engine could not run the container; see the engine's error."),
    126: ("not executable", "The command is not executable: no permission, or built for another platform."),
    127: (
        "command not found",
        "Usually a command does not exist in the container: check the command, the entrypoint and PATH.",
    ),
    128: ("bad exit code", "The program exited with an invalid code, or never started."),
    129: ("hung up", "SIGHUP: the terminal was closed."),
    130: ("interrupted", "Interrupted (SIGINT), as by Ctrl+C."),
    131: ("quit", "SIGQUIT: quit was requested."),
    132: ("illegal instruction", "SIGILL: the program is built for another CPU, or is damaged."),
    134: ("aborted", "SIGABRT: the program aborted itself, after a failed assertion or a panic."),
    135: ("bus error", "SIGBUS: access to memory that does not exist; /dev/shm may be too small."),
    136: ("arithmetic error", "SIGFPE: arithmetic error, such as a division by zero."),
    137: ("killed", "SIGKILL: docker kill, a stop timeout, or the host ran out of memory."),
    139: ("crashed", "SIGSEGV: the program accessed invalid memory."),
    141: ("broken pipe", "SIGPIPE: the reader of the output was closed."),
    143: ("terminated", "SIGTERM: a stop was requested."),
    255: ("failed", "The program exited with -1 or 255, or the exit code is unknown."),
}
_OUT_OF_MEMORY = ("out of memory", "The kernel killed the program because the container reached its memory limit.")


def _end(code: int, oom: bool) -> tuple[str, str]:
    if oom and code != 0:
        return _OUT_OF_MEMORY
    if code in _ENDS:
        return _ENDS[code]
    if signal := ending_signal(code):
        return signal, f"The program exited by {signal}."
    return "failed", "The program failed; the code is defined by the program."


def exit_word(code: int, oom: bool = False) -> str:
    """Return the meaning of an exit code in one to three words: "finished", "killed", "out of memory"."""
    return _end(code, oom)[0]


def exit_reason(code: int, oom: bool = False, error: str = "") -> str:
    """Return the meaning of an exit code as a sentence, with the engine's error message if there is one."""
    story = _end(code, oom)[1]
    return f"{story} Engine error: {error}" if error else story


def exit_style(code: int) -> str:
    """Return the style of an exit code: dim for success, SIGINT and SIGTERM, else bad."""
    return "dim" if code in (0, 130, 143) else "bad"


# --- states and settings ---------------------------------------------------------------------------------------------

_HEALTH = {
    "healthy": ("healthy", "good"),
    "unhealthy": ("unhealthy", "bad"),
    "starting": ("starting", "warn"),
}


def health(status: str) -> tuple[str, str]:
    """Return a health status as text and style; empty for a container without a health check."""
    return _HEALTH.get(status, ("", ""))


_POLICIES = {"": "never", "no": "never", "always": "always", "unless-stopped": "unless stopped"}


def restart_policy(name: str, maximum: int = 0) -> str:
    """Return a restart policy as text: "always", "on failure, at most 5 times"."""
    if name == "on-failure":
        return f"on failure, at most {count(maximum, 'time')}" if maximum else "on failure"
    return _POLICIES.get(name, name)


# --- names -----------------------------------------------------------------------------------------------------------

_DIGEST = re.compile(r"sha256:([0-9a-f]{12})[0-9a-f]{52}")


def familiar_image(name: str) -> str:
    """Return an image's name as docker shows it, without docker's own registry; digests cut to twelve digits."""
    name = name.removeprefix("docker.io/").removeprefix("library/")
    return _DIGEST.sub(r"\1", name)


def short_image(name: str) -> str:
    """Return an image's name without any registry, digests cut to twelve digits: ambiguous, see `Column.full`."""
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        name = rest.removeprefix("library/")
    return short_digest(name)


def short_digest(name: str) -> str:
    """Return an image's name with its digest cut to twelve digits: "shop/web@0123456789ab"."""
    return _DIGEST.sub(r"\1", name)


def named(names: Sequence[str], noun: str) -> str:
    """Return the objects of a question: "container web", or "3 containers" (the names are listed below)."""
    return f"{noun} {names[0]}" if len(names) == 1 else count(len(names), noun)
