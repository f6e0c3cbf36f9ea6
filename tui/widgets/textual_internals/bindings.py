"""The keys bound to a widget or a screen, made or replaced after its construction."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode


class LateBindings:
    """A screen whose bindings are made when Textual first asks for them: after its construction."""

    def make_bindings(self) -> list[Binding]:
        """Return the keys of the screen."""
        return []

    @cached_property
    def _made_bindings(self) -> BindingsMap:
        return BindingsMap(self.make_bindings())

    @property
    def _bindings(self) -> BindingsMap:
        return self._made_bindings

    @_bindings.setter
    def _bindings(self, _from_classes: BindingsMap) -> None:
        """Return no bindings: those that Textual collects from the classes are not used."""


def bound(node: DOMNode, key: str) -> tuple[Binding, ...]:
    """Return the bindings of this widget or screen, without those of its parents."""
    return tuple(node._bindings.key_to_bindings.get(key, ()))


def bind_first(node: DOMNode, bindings: Iterable[Binding]) -> None:
    """Bind keys of one widget or screen; they come before those that its class has."""
    node._bindings = BindingsMap([*bindings, *(binding for _, binding in node._bindings)])
