"""The choice of the colours, with a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.themes import AUTO, DARK, LIGHT, NAMES, TERMINAL
from tui.widgets.dialogs import Entry, Pick
from tui.widgets.textual_internals.paced_app import PacedApp

if TYPE_CHECKING:
    from tui.screens.framework.view import View

_HELP = {
    AUTO: "dark or light, as the terminal is",
    DARK: "light text on a dark background",
    LIGHT: "dark text on a light background",
    TERMINAL: "the terminal's own 16 colours and background",
}


async def choose_theme(view: View) -> None:
    """Ask for a theme, show each under the cursor, and keep the chosen one until the program ends (`:theme`)."""
    app = view.app
    assert isinstance(app, PacedApp)
    before = app.theme_name

    def picked(name: str | None) -> None:
        app.show_theme(name or before)
        if name:
            view.foreground_view.say(f'theme {name} until Longshore ends; theme = "{name}" in config.toml keeps it')

    entries = [Entry(name, name, help=_HELP.get(name, "")) for name in NAMES]
    await view.show(Pick(f"theme (now {before})", entries, proposed=before, preview=app.show_theme), picked)
