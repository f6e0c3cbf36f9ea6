"""The parts of a log line: its level, its fields, and whether the line continues the line before."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from tui.engine.digits import whole_number

LEVELS = ("trace", "debug", "info", "warn", "error", "fatal")
"""From the least to the most severe."""

STYLES = {"trace": "dim", "debug": "dim", "info": "good", "warn": "warn", "error": "bad", "fatal": "bad"}
LOOKED_AT = 1000  # characters of a line in which a named level is searched
BEGINNING = 120  # characters in which a bare word counts as a level: after the time, before the message

_WORDS = {
    "trace": "trace",
    "trc": "trace",
    "verbose": "trace",
    "finest": "trace",
    "finer": "trace",
    "silly": "trace",
    "debug": "debug",
    "dbg": "debug",
    "dbug": "debug",
    "fine": "debug",
    "config": "debug",
    "info": "info",
    "inf": "info",
    "information": "info",
    "informational": "info",
    "notice": "info",
    "log": "info",
    "default": "info",
    "ok": "info",
    "warn": "warn",
    "warning": "warn",
    "wrn": "warn",
    "error": "error",
    "err": "error",
    "eror": "error",
    "severe": "error",
    "fail": "error",
    "crit": "fatal",
    "critical": "fatal",
    "fatal": "fatal",
    "ftl": "fatal",
    "panic": "fatal",
    "alert": "fatal",
    "emerg": "fatal",
    "emergency": "fatal",
    "crash": "fatal",
}
_NUMBERS = {10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal"}  # pino, bunyan
_LETTERS = {"T": "trace", "D": "debug", "I": "info", "W": "warn", "E": "error", "F": "fatal", "C": "fatal"}

_NAMED = re.compile(  # "level":"warn" in JSON, level=warn in logfmt
    r"""(?:"(?:level|lvl|severity|loglevel|log\.level|level_name|levelname|@l)"\s*:\s*"?|(?:^|[\s,{])(?:level|lvl|severity)="?)"""
    r"([A-Za-z]{2,13}|\d{1,2})\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    r"\b(TRACE|TRC|DEBUG|DBG|INFO|INF|NOTICE|LOG|WARN|WARNING|WRN|ERROR|ERR|SEVERE|CRIT|CRITICAL|FATAL|FTL|PANIC|ALERT|EMERG)\b"
    r"(?![=\w])"
)
_BRACKETED = re.compile(
    r"[\[<(|](?:[\w.-]{1,20}:)?\s?"
    r"(trace|debug|dbug|info|notice|warn|warning|error|err|eror|crit|critical|fatal|panic|alert|emerg|fail)\s?[\]>)|]",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"^(?:[\w./-]{1,40}: )?"
    r"(trace|debug|dbug|info|notice|warn|warning|error|err|crit|critical|fatal|panic|fail)(?:\[\d+\])?:(?=\s|$)",
    re.IGNORECASE,
)
_GLOG = re.compile(r"^([IWEF])\d{4} \d\d:\d\d")  # Kubernetes
_LETTER = re.compile(r"^\d[\d:.TZ/, -]{7,34} \[?([TDIWEFC])\]? ")
_REDIS = re.compile(r"^\d+:[A-Z] \d\d \w{3} \d{4} [\d:.]+ ([.*#-]) ")
_PROGRAM = re.compile(
    r"^(?:[A-Z][A-Za-z.]{0,60}(?:Error|Exception): |Exception in thread|Unhandled |Uncaught |npm ERR!|Segmentation fault|"
    r"thread '.{1,60}' panicked)"
)


class Found(NamedTuple):
    """A level, and start and end of its word in the line."""

    level: str
    start: int
    end: int


def level_of(text: str) -> Found | None:
    """Return the level that a line names in JSON, logfmt or common log formats, or None."""
    head = text[:LOOKED_AT]
    if found := _NAMED.search(head):
        word = found[1]
        level = _WORDS.get(word.lower()) if (known := whole_number(word)) is None else _NUMBERS.get(known)
        if level:
            return Found(level, *found.span(1))
    if text.startswith("{"):
        return None
    head = text[:BEGINNING]
    best: Found | None = None
    for pattern in (_SPOKEN, _BRACKETED, _CAPITALS):
        if (found := pattern.search(head)) and (best is None or found.start(1) < best.start):
            best = Found(_WORDS[found[1].lower()], *found.span(1))
    if best is not None:
        return best
    if (found := _GLOG.match(head)) or (found := _LETTER.match(head)):
        return Found(_LETTERS[found[1]], *found.span(1))
    if found := _REDIS.match(head):
        return Found({".": "trace", "-": "debug", "*": "info", "#": "warn"}[found[1]], *found.span(1))
    if found := _PROGRAM.match(head):
        return Found("error", *found.span())
    if head.startswith("Traceback (most recent"):
        return Found("error", 0, 9)
    return None


def at_least(level: str, least: str) -> bool:
    """Return whether a level is at least as severe as `least`; a line without a level counts as "info".

    No `least` passes all.
    """
    return not least or LEVELS.index(level or "info") >= LEVELS.index(least)


# --- fields ----------------------------------------------------------------------------------------------------------

_PAIR = re.compile(r'(?:^|(?<=\s))([A-Za-z_@][\w.@/-]{0,80})=("(?:[^"\\]|\\.)*"|[^\s"]*)')
_KEY = re.compile(r'"(?:[^"\\]|\\.){1,80}"(?=\s*:)')


def fields_of(text: str) -> dict[str, Any] | None:
    """Return the fields of a JSON or logfmt line, ignoring a prefix of the JSON; None if neither."""
    start = text.find("{")
    if start >= 0 and text.rstrip().endswith("}"):
        try:
            value = json.loads(text[start:])
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            return value
    pairs = _PAIR.findall(text)
    if len(pairs) < 2:
        return None
    return {key: _unquoted(value) for key, value in pairs}


def _unquoted(value: str) -> str:
    if value[:1] != '"':
        return value
    try:
        read = json.loads(value)
    except ValueError:
        return value[1:-1]
    return str(read)


def keys_of(text: str) -> list[tuple[int, int]]:
    """Return start and end of the field names in a JSON or logfmt line."""
    if text.startswith("{"):
        return [found.span() for found in _KEY.finditer(text)]
    found = [(match.start(1), match.end(1) + 1) for match in _PAIR.finditer(text)]
    return found if len(found) > 1 else []


# --- lines that belong to the one before -----------------------------------------------------------------------------

_GOES_ON = re.compile(
    r"\s+\S|Traceback \(most recent|Caused by: |Suppressed: |During handling of the above|The above exception was|"
    r"goroutine \d+ \[|stack backtrace:|[})\]]+[,;]?\s*$|\.\.\. \d+ (?:more|common)"
)
_JAVA = re.compile(r"(?:[a-z]\w{0,60}\.){1,12}[A-Z][\w$]{0,100}(?:Exception|Error|Throwable)\b")
_EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(?::\s|$)")
_GO_FRAME = re.compile(r"(?:created by )?[\w./*()\[\]-]+\(.*\)$|\[signal |goroutine |created by |exit status |\s|$")


class Continuations:
    """Detector of lines that continue the line before: stack traces, indented text. For one source, fed in order."""

    def __init__(self) -> None:
        self._trace = ""  # the language of the current stack trace

    def goes_on(self, text: str) -> bool:
        """Return whether this line belongs to the line before."""
        if self._trace == "python":
            if text[:1] in (" ", "\t") or not text:
                return True
            self._trace = ""
            if _EXCEPTION.match(text):
                return True
        elif self._trace == "go":
            if _GO_FRAME.match(text):
                return True
            self._trace = ""
        first = text[:1]
        if text.startswith("panic: "):
            self._trace = "go"
            return False
        if not (first and first in " \tTCSDg.s})]" and _GOES_ON.match(text)):
            return first.islower() and _JAVA.match(text) is not None
        if text.startswith("Traceback"):
            self._trace = "python"
        elif text.startswith("goroutine"):
            self._trace = "go"
        return True
