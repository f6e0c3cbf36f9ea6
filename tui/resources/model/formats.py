"""What numbers, times and states mean, in words that fit a column.

Times are wall-clock seconds since the epoch, UTC; 0 means "never" or "not known". Sizes are bytes.
"""

import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from tui.engine.signals import ending_signal
from tui.live.containers import stats_math
from tui.resources.model.text import count

NEVER = 0.0
MINUTE, HOUR, DAY = 60, 3600, 86400
HALF_A_DAY = 12 * HOUR

# --- the clock -------------------------------------------------------------------------------------------------------

_clock: Callable[[], float] = time.time


def now() -> float:
    """The wall-clock seconds that every age on a screen is counted from: the one clock of the screens."""
    return _clock()


@contextmanager
def clock_at(seconds: float) -> Iterator[None]:
    """While this lasts, `now` stands at `seconds`: for tests and for pictures that must always look the same."""
    global _clock
    before = _clock
    _clock = lambda: seconds  # noqa: E731
    try:
        yield
    finally:
        _clock = before


def moment(stamp: str) -> float:
    """An engine's time stamp (RFC 3339, nanoseconds) in seconds. Its "0001-01-01T00:00:00Z" and what is no time are `NEVER`."""
    return max(stats_math.moment(stamp), NEVER)


GREATEST = 1e30
UNKNOWN = "?"
"""What stands for a number that is none. No engine's answer holds such a number; a quotient of two may be one."""


def bounded(amount: float) -> float:
    """`amount` between plus and minus 1e30, so that it can be reckoned with; NaN stays."""
    try:
        return amount if math.isnan(amount) else max(-GREATEST, min(GREATEST, amount))
    except OverflowError:  # a whole number beyond all floats
        return GREATEST if amount > 0 else -GREATEST


def _local(seconds: float) -> datetime | None:
    """The local time, or nothing where the calendar does not reach."""
    try:
        return datetime.fromtimestamp(seconds).astimezone()
    except (OverflowError, ValueError, OSError):
        return None


# --- times -----------------------------------------------------------------------------------------------------------


def age(seconds: float) -> str:
    """How old something is, for a column: "07:28" in the last half day, then "17 h", "12 d", "3 y".

    A time of day never changes, hours and days seldom do: an idle list has nothing to repaint.
    """
    seconds = bounded(seconds)
    if not seconds > 0:
        return ""
    old = now() - seconds
    if old < HALF_A_DAY:
        local = _local(seconds)
        return f"{local:%H:%M}" if local else ""
    if old < 3 * DAY:
        return f"{math.floor(old / HOUR)} h"
    if old < 1000 * DAY:
        return f"{math.floor(old / DAY)} d"
    return f"{math.floor(old / (365 * DAY))} y"


def duration(seconds: float) -> str:
    """A length of time with its two greatest units: "0.3 s", "42 s", "3 min 5 s", "2 h", "4 d 3 h"."""
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
    """How long ago: "3 minutes ago", "5 days ago"; for a time to come "in 3 minutes"; "never"."""
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


def clock(seconds: float) -> str:
    """A time of day, local: "07:28"."""
    local = _local(seconds)
    return f"{local:%H:%M}" if local else ""


def when(seconds: float) -> str:
    """A moment in full, in local time: "2026-11-21 07:28:03", after a day with "(5 days ago)", which stays true; or "never"."""
    local = _local(seconds) if seconds > 0 else None
    if local is None:
        return "never"
    return f"{local:%Y-%m-%d %H:%M:%S}" + (f" ({ago(seconds)})" if abs(now() - seconds) >= DAY else "")


# --- amounts ---------------------------------------------------------------------------------------------------------


def _scaled(amount: float, base: int, units: tuple[str, ...]) -> str:
    """Three digits and a unit. 999.5 kB is 1 MB, never 1000 kB."""
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
    """Bytes on disk or on the wire, counted in thousands as docker does: "731 B", "12.5 MB"."""
    return _scaled(amount, 1000, _DECIMAL)


def memory(amount: float) -> str:
    """Bytes of memory, counted in 1024s as docker does: "12.5 MiB"."""
    return _scaled(amount, 1024, _BINARY)


def short_size(amount: float) -> str:
    """`size` for narrow columns: "731", "12.5M"."""
    return _scaled(amount, 1000, ("", "k", "M", "G", "T", "P", "E")).replace(" ", "")


def short_memory(amount: float) -> str:
    """`memory` for narrow columns: "12.5M", "2.00G"."""
    return _scaled(amount, 1024, ("", "K", "M", "G", "T", "P", "E")).replace(" ", "")


def coarse(amount: float) -> str:
    """`size` in at most four cells, for figures that move: "0", "999", "1.2k", "12k", "350M"."""
    scaled, unit = max(bounded(amount), 0.0), 0
    if math.isnan(scaled):
        return UNKNOWN
    while scaled >= 999.5:
        scaled, unit = scaled / 1000, unit + 1
    return f"{scaled:.{1 if unit and scaled < 9.95 else 0}f}{' kMGTPEZYRQ'[min(unit, 10)].strip()}"


def rate(per_second: float) -> str:
    """Bytes a second: "1.25 kB/s"."""
    return f"{size(per_second)}/s"


def percent(amount: float) -> str:
    """A percentage: "0.4%", "12.5%", "250%"."""
    amount = bounded(amount)
    if math.isnan(amount):
        return UNKNOWN
    return f"{amount:.0f}%" if amount >= 99.95 else f"{amount:.1f}%"


# --- how a process ended ---------------------------------------------------------------------------------------------

_ENDS = {  # exit code: (a word or two, the whole story)
    0: ("finished", "The program ended by itself and reported success."),
    1: ("failed", "The program reported a failure; its logs say which."),
    2: ("failed", "The program reported a failure; for shells and many tools 2 means wrong arguments."),
    125: ("engine failed", "The engine could not run the container; its own message says why."),
    126: ("not executable", "The command was found but could not be run: no permission, or not a program of this platform."),
    127: ("command not found", "The command does not exist in the container: look at the command, the entrypoint and PATH."),
    128: ("bad exit code", "The program ended with an exit code out of range, or never started."),
    129: ("hung up", "SIGHUP: its terminal went away."),
    130: ("interrupted", "SIGINT: somebody pressed Ctrl+C."),
    131: ("quit", "SIGQUIT: somebody asked it to quit."),
    132: ("illegal instruction", "SIGILL: the program is built for another processor, or broken."),
    134: ("aborted", "SIGABRT: the program gave up by itself, a failed assertion or a runtime's panic."),
    135: ("bus error", "SIGBUS: it reached memory that is not there; /dev/shm may be too small."),
    136: ("arithmetic error", "SIGFPE: a division by zero or the like."),
    137: ("killed", "SIGKILL: killed from outside: docker kill, a stop that took too long, or the host ran out of memory."),
    139: ("crashed", "SIGSEGV: the program reached for memory that is not its own."),
    141: ("broken pipe", "SIGPIPE: who read its output went away."),
    143: ("terminated", "SIGTERM: it was asked to stop, and stopped."),
    255: ("failed", "The program ended with -1 or 255, or an exit code that is not known."),
}
_OUT_OF_MEMORY = ("out of memory", "The kernel killed it because the container reached its memory limit.")


def _end(code: int, oom: bool) -> tuple[str, str]:
    if oom and code != 0:
        return _OUT_OF_MEMORY
    if code in _ENDS:
        return _ENDS[code]
    if signal := ending_signal(code):
        return signal, f"{signal} ended it."
    return "failed", "The program reported a failure; what this number means is in its own manual."


def exit_word(code: int, oom: bool = False) -> str:
    """What an exit code means, in a word or two: "finished", "killed", "out of memory"."""
    return _end(code, oom)[0]


def exit_reason(code: int, oom: bool = False, error: str = "") -> str:
    """What an exit code means, in a sentence, with the engine's own words if it had any."""
    story = _end(code, oom)[1]
    return f"{story} The engine said: {error}" if error else story


def exit_style(code: int) -> str:
    """Finished is nothing to look at, asked to stop is fair, all else is bad."""
    return "dim" if code in (0, 130, 143) else "bad"


# --- states and settings ---------------------------------------------------------------------------------------------

_HEALTH = {
    "healthy": ("healthy", "good"),
    "unhealthy": ("unhealthy", "bad"),
    "starting": ("starting", "warn"),
}


def health(status: str) -> tuple[str, str]:
    """A health status as a word and a style; nothing for a container that has no health check."""
    return _HEALTH.get(status, ("", ""))


_POLICIES = {"": "never", "no": "never", "always": "always", "unless-stopped": "always, unless stopped by hand"}


def restart_policy(name: str, maximum: int = 0) -> str:
    """A restart policy in words: "always", "on failure, at most 5 times"."""
    if name == "on-failure":
        return f"on failure, at most {count(maximum, 'time')}" if maximum else "on failure"
    return _POLICIES.get(name, name)


# --- names -----------------------------------------------------------------------------------------------------------

_DIGEST = re.compile(r"sha256:([0-9a-f]{12})[0-9a-f]{52}")


def short_image(name: str) -> str:
    """An image's name as short as it still tells images apart: without the registry, digests cut to twelve digits."""
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        name = rest.removeprefix("library/")
    return _DIGEST.sub(r"\1", name)


def named(names: Sequence[str], noun: str) -> str:
    """What a question is about: "container web", or "3 containers" whose names stand below it."""
    return f"{noun} {names[0]}" if len(names) == 1 else count(len(names), noun)
