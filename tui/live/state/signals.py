"""Signals: calls to subscribers when a value is emitted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """Calls subscribers with each value, in the order of subscription, before `emit` returns."""

    def __init__(self) -> None:
        self._callbacks: dict[object, Callable[[T], object]] = {}

    def subscribe(self, callback: Callable[[T], object]) -> Callable[[], None]:
        """Call `callback` with every value from now on; returns a function that unsubscribes (and may be called twice)."""
        key = object()
        self._callbacks[key] = callback
        return lambda: self._callbacks.pop(key, None) and None

    def emit(self, value: T) -> None:
        """Call every subscriber with `value`, except those unsubscribed meanwhile.

        All subscribers are called even if one raises; its exception is raised afterwards.
        """
        failures: list[Exception] = []
        for key in list(self._callbacks):
            if callback := self._callbacks.get(key):
                try:
                    callback(value)
                except Exception as error:
                    failures.append(error)
        if len(failures) > 1:
            raise ExceptionGroup("several subscribers failed", failures)
        for failure in failures:
            raise failure


class State(Signal[T]):
    """A signal with memory: `value` is the value emitted last."""

    def __init__(self, value: T) -> None:
        super().__init__()
        self.value = value

    def set(self, value: T) -> None:
        """Emit `value` if it differs from the current one."""
        if value != self.value:
            self.value = value
            self.emit(value)
