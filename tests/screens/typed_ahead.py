"""Two keys typed so quickly that the second comes before the first has had its effect: every pair of keys of a view.

For any keys, the program does not break, a screen of its own is shown, and keys still act on it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence

from textual import events
from textual.keys import _character_to_key

from tests.screens.rig import Rig, _character
from tests.waiting import until_async
from tui.screens.framework.routes import SCREENS
from tui.screens.framework.view import View
from tui.screens.terminals.screen import TerminalScreen
from tui.widgets.dialogs import Dialog

WEB = "shop-web-1"
Pair = tuple[tuple[str, ...], tuple[str, ...]]
"""Two keys, each perhaps with the prefix before it."""

SECONDS = 20.0  # within which a key has to act
GAPS = (None, 0.0, 0.002, 0.02, 0.1)
"""Seconds between the two keys; None: both arrive in one write."""

PATHS: dict[str, tuple[str, tuple[str, ...]]] = {
    **{name: (name, ()) for name in SCREENS},
    "container": ("containers", ("enter",)),
    "image": ("images", ("enter",)),
    "network": ("networks", ("enter",)),
    "volume": ("volumes", ("enter",)),
    "logs": ("containers", ("l",)),
    "log line": ("containers", ("l", "enter")),
    "monitor": ("containers", ("m",)),
    "help": ("containers", ("?",)),
    "commands": ("containers", ("$",)),
    "menu": ("containers", ("!",)),
    "levels": ("containers", ("l", "S")),
    "question": ("containers", ("delete",)),
    "form": ("containers", ("R",)),
    "prompt": ("containers", (":",)),
    "filter": ("containers", ("/",)),
    "terminal": ("containers", ("s",)),
}
"""How to reach each view, and each kind of dialog: a main screen and keys."""

IN_DIALOGS = ("y", "n", "q", "enter", "escape", "space", "tab", "/", "1", "w", "down", "ctrl+s", "ctrl+n", "backspace")
OTHERS = ("é", "ctrl+g", "f12", "ctrl+j")


def keys_of(rig: Rig) -> list[tuple[str, ...]]:
    """Return the keys for the screen shown: its own keys, those of dialogs, a few without a meaning."""
    screen = rig.app.screen
    prefix = rig.app.context.config.prefix
    if isinstance(screen, TerminalScreen):
        return [(key,) for key in ("x", "enter", "escape", "q")] + [(prefix, key) for key in "dxnp[z?|omr/"]
    bound = [key for key, _ in screen._bindings if key not in ("ctrl+q", "ctrl+z")]
    return [(key,) for key in dict.fromkeys([*map(_name, bound), *IN_DIALOGS, *OTHERS])]


def rounds(keys: Sequence[tuple[str, ...]], chance: random.Random) -> Iterator[list[Pair]]:
    """Yield every key after every key, in rounds: in each, every key is the first and the second of one pair."""
    first, distances = [*keys], [*range(len(keys))]
    chance.shuffle(first)
    chance.shuffle(distances)
    for distance in distances:
        yield [(key, first[(index + distance) % len(first)]) for index, key in enumerate(first)]


def _name(key: str) -> str:
    """Return a binding's key in the rig's format: a character itself, other keys by name."""
    if key.startswith("upper_"):
        return key.removeprefix("upper_").upper()
    return next((chr(code) for code in range(33, 127) if _character_to_key(chr(code)) == key), key)


def never_leave(rig: Rig) -> None:
    """Keep the program running even if keys that quit are pressed."""
    rig.app.exit = lambda *_args, **_more: None  # type: ignore[method-assign]


async def go_to(rig: Rig, view: str) -> None:
    """Show a view, from any other."""
    screen, keys = PATHS[view]
    if rig.app.view.prompt.is_open:
        rig.app.view.prompt.close()
    rig.app.go(screen, WEB if screen == "containers" else "")
    await rig.settle(1)
    for key in keys:
        await rig.press(key)


async def type_pair(rig: Rig, first: Sequence[str], second: Sequence[str], gap: float | None) -> None:
    """Send the keys, `gap` seconds apart, and wait until both have had their effect."""
    await send(rig, first)
    if gap is not None:
        await asyncio.sleep(gap)
    await send(rig, second)
    await rig.settle()


async def send(rig: Rig, keys: Sequence[str]) -> None:
    """Send keys without waiting."""
    driver = rig.app._driver
    assert driver is not None
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        driver.send_message(events.Key(name, key if len(key) == 1 else _character(key)))


async def wrong_with(rig: Rig) -> str:
    """Return which part of the promise is broken now, or "". Closes open dialogs."""
    app = rig.app
    for _ in range(12):
        if app.crash is not None:
            return f"it broke: {app.crash!r}"
        screen = app.screen
        if not isinstance(screen, View | Dialog | TerminalScreen):
            return f"{screen} is shown, of {app.screen_stack}"
        if isinstance(screen, View):
            return await _deaf(rig, screen)
        await send(rig, (app.context.config.prefix, "d") if isinstance(screen, TerminalScreen) else ("escape",))
        if not await _comes(lambda screen=screen: app.screen is not screen):
            return f"no key acts on {screen}"
    return f"{app.screen} cannot be left"


async def _deaf(rig: Rig, view: View) -> str:
    """Return what is wrong with a view, or "": keys must act on it, and it must be visible."""
    if view.prompt.is_open:
        await send(rig, ("escape",))
        if not await _comes(lambda: not view.prompt.is_open):
            return f"the prompt of {view} cannot be left"
    await send(rig, (":", "x"))
    if not await _comes(lambda: view.prompt.is_open and view.prompt.text == "x"):
        return f"no key acts on {view} with the focus on {view.focused}; {rig.app.screen} is shown; {rig.app.crash!r}"
    if not rig.text.strip():
        return f"nothing is seen on {view}"
    await send(rig, ("escape",))
    return "" if await _comes(lambda: not view.prompt.is_open) else f"the prompt of {view} cannot be left"


async def _comes(condition: Callable[[], bool]) -> bool:
    """Return whether a condition becomes true in time."""
    try:
        return await until_async(condition, seconds=SECONDS)
    except TimeoutError:
        return False
