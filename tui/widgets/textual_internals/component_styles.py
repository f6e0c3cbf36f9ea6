"""Styles of component classes, computed when they are first used."""

from __future__ import annotations

from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.widget import Widget


class LazyComponents(Widget):
    """A widget whose component classes cost nothing until one is drawn.

    Textual computes the styles of every name in `COMPONENT_CLASSES` each time it styles the widget: with fifteen names a widget
    costs sixteen times as much. `component_rules` computes one when it is asked for and keeps it until the next styling.
    """

    def component_rules(self, component: str) -> RenderStyles:
        """Return the styles that the stylesheet gives to `component`, a class name, within this widget."""
        kept: dict[str, RenderStyles] = self.__dict__.setdefault("_component_rules", {})
        rules = kept.get(component)
        if rules is None:
            node = DOMNode(classes=component)
            node._attach(self)
            self.app.stylesheet.apply(node)
            rules = kept[component] = node.styles
        return rules

    def notify_style_update(self) -> None:
        """Draw the widget again after Textual styled it: computed styles may be outdated."""
        if self.__dict__.pop("_component_rules", None):
            self.refresh()
        super().notify_style_update()
