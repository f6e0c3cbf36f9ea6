"""Problems of the engine itself: no answers, a wrong clock, warnings about its security."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.live.problem import Problem, Severity
from tui.live.problems.facts import EngineFacts
from tui.resources.model import formats
from tui.resources.model.text import one_line

SILENT = 2.0
"""Seconds without an answer that are a problem."""

SKEW = 30.0
"""Seconds between the clocks that are a problem."""

_OPEN_API = re.compile(r"API is accessible on (\S+) without encryption", re.IGNORECASE)
_BRIDGE = re.compile(r"bridge-nf-call-ip6?tables is disabled", re.IGNORECASE)
_SLOW_DRIVERS = {
    "vfs": "The storage driver vfs copies all layers for each container, which is slow and fills the disk.",
    "devicemapper": "The storage driver devicemapper is no longer supported by docker.",
}


def _problem(engine: EngineFacts, rule: str, what: str, advice: str, severity: Severity = "warn") -> Problem:
    name = one_line(engine.info.name) if engine.info is not None else ""
    return Problem(
        rule=rule,
        screen="system",
        object_id="engine",
        name=f"engine {name}".rstrip(),
        severity=severity,
        what=one_line(what),
        advice=(advice,),
    )


def silent(engine: EngineFacts) -> Iterator[Problem]:
    """Find an engine that does not answer."""
    if engine.silent_seconds >= SILENT:
        yield _problem(
            engine,
            "silent",
            "The engine does not answer.",
            "Look at the load and the memory of the host, and at the engine's log: journalctl -u docker.",
            "bad",
        )


def clock(engine: EngineFacts) -> Iterator[Problem]:
    """Find a clock that differs from this machine's."""
    if abs(engine.skew) >= SKEW:
        side = "ahead of" if engine.skew > 0 else "behind"
        yield _problem(
            engine,
            "clock",
            f"The engine's clock is {formats.duration(abs(engine.skew))} {side} this machine's.",
            "Correct the clock that is wrong (NTP): certificates, tokens and the times of logs depend on it.",
        )


def warnings(engine: EngineFacts) -> Iterator[Problem]:
    """Find warnings of the engine about an open API and its firewall; missing support for limits is shown by :system."""
    for text in engine.info.warnings if engine.info is not None else ():
        if match := _OPEN_API.search(text):
            yield _problem(
                engine,
                "open-api",
                f"The engine's API is open to anyone at {match[1].strip('[]')}, which is root on the host.",
                "Close the address, or require TLS with client certificates (--tlsverify).",
                "bad",
            )
        elif _BRIDGE.search(text):
            yield _problem(
                engine,
                "bridge-firewall",
                f"{text.removeprefix('WARNING: ')}: rules between containers do not apply.",
                "Load the kernel module br_netfilter on the host.",
            )


def storage(engine: EngineFacts) -> Iterator[Problem]:
    """Find storage drivers that limit what the engine can do."""
    driver = engine.info.driver if engine.info is not None else ""
    if driver in _SLOW_DRIVERS:
        yield _problem(engine, "storage-driver", _SLOW_DRIVERS[driver], "Use overlay2 on a file system that supports it.")
