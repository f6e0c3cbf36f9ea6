"""Fault injection: errors that a real engine does not produce on demand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

KINDS = frozenset({"refuse", "stall", "cut", "split", "repeat", "garbage", "half", "lie", "delay", "error", "answer"})


@dataclass(slots=True)
class Fault:
    """One fault on an operation ("*": on all).

    kind
        refuse: the connection closes without an answer · stall: no answer until the fault is removed or the connection closes ·
        cut: the connection breaks after `after` bytes of body · split: the body goes out in pieces of `size` bytes ·
        repeat: every piece of the body goes out twice · garbage: the body is not what was promised (`data`) ·
        half: a well-formed answer whose JSON stops in the middle · lie: Content-Length is wrong by `by` bytes ·
        delay: every piece waits `seconds` of the engine's clock · error: answered with `status` and `message` ·
        answer: answered with `status` and `data`, JSON, whatever the engine has or serves
    times
        how many requests it spoils; None: all of them.
    """

    operation: str
    kind: str
    after: int = 0
    size: int = 1
    by: int = 10
    seconds: float = 1.0
    status: int = 500
    message: str = "the demo engine was asked to fail"
    data: bytes = b"\x00\xff<html>not what you asked for\x1b[31m"
    times: int | None = None
    struck: int = 0
    removed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Faults:
    """The faults of one engine in the order of addition; the first match applies to a request."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, operation: str, kind: str, **details: Any) -> Fault:
        """Add a fault with `Fault`'s fields as details. Returns it, for `remove` and to read `struck`."""
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind}; there are {', '.join(sorted(KINDS))}")
        fault = Fault(operation, kind, **details)
        self.faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Remove a fault."""
        if fault in self.faults:
            self.faults.remove(fault)
            fault.removed.set()

    def clear(self) -> None:
        """No more faults."""
        for fault in [*self.faults]:
            self.remove(fault)

    def strike(self, operation: str) -> Fault | None:
        """Return the fault for this request, if any, and count it."""
        for fault in self.faults:
            if fault.operation in ("*", operation) and (fault.times is None or fault.struck < fault.times):
                fault.struck += 1
                return fault
        return None
