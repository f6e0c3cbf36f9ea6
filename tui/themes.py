"""The themes by the names of the setting `theme`."""

from __future__ import annotations

AUTO, DARK, LIGHT, TERMINAL = "auto", "dark", "light", "terminal"

TEXTUAL_THEMES = (
    "atom-one-dark", "atom-one-light", "catppuccin-frappe", "catppuccin-latte", "catppuccin-macchiato", "catppuccin-mocha",
    "dracula", "flexoki", "gruvbox", "monokai", "nord", "rose-pine", "rose-pine-dawn", "rose-pine-moon", "solarized-dark",
    "solarized-light", "tokyo-night",
)  # fmt: skip
"""Textual's own themes besides its dark and light ones."""

NAMES = (AUTO, DARK, LIGHT, TERMINAL, *TEXTUAL_THEMES)


def textual_theme(name: str, *, dark: bool, plain: bool) -> str:
    """Return Textual's name of a theme. `dark`: the terminal is dark; `plain`: it has sixteen colours at most."""
    if plain or name == TERMINAL:
        return "ansi-dark" if dark else "ansi-light"
    if name == AUTO:
        return "textual-dark" if dark else "textual-light"
    return f"textual-{name}" if name in (DARK, LIGHT) else name
