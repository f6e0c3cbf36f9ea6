"""The colours of a log: those that its programs wrote, besides the common style names."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.style import Style

from tui.widgets.lines import Palette

_ATTRIBUTES = {
    "sgr-bold": Style(bold=True),
    "sgr-faint": Style(dim=True),
    "sgr-italic": Style(italic=True),
    "sgr-underline": Style(underline=True),
    "sgr-reverse": Style(reverse=True),
    "sgr-strike": Style(strike=True),
}


@lru_cache(maxsize=512)
def _own(word: str) -> Style:
    """Return the style of a name from `tui.resources.logs.ansi_text`; an empty style for other names."""
    if word in _ATTRIBUTES:
        return _ATTRIBUTES[word]
    place, _, colour = word.partition("-")
    if place not in ("fg", "bg") or not colour:
        return Style()
    found = Color.parse(f"#{colour}") if len(colour) == 6 else Color.from_ansi(int(colour))
    return Style(color=found) if place == "fg" else Style(bgcolor=found)


class LogPalette(Palette):
    """The common style names, those of a program's colours, and `source-0` to `source-7`."""

    def _resolve(self, words: str) -> Style:
        style = super()._resolve(words)
        lit = "match" in words
        for word in words.split():
            if word.startswith("source-"):
                rules = self._widget.component_rules(f"log--{word}")
                if rules.has_rule("color"):
                    style += Style.from_color(rules.color.rich_color)
                style += Style(bold=True) if rules.text_style.bold else Style()
            elif not lit:  # a match must be visible in all colours of the program
                style += _own(word)
        return style
