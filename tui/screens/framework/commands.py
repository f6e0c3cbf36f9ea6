"""What can be done on a view: one registry of verbs feeds keys, footer, action menu, prompt and help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass

from tui.config import Config

_SIGNS = {
    "exclamation_mark": "!",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "minus": "-",
    "full_stop": ".",
    "percent_sign": "%",
    "dollar_sign": "$",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "space": "space",
    "escape": "esc",
    "delete": "del",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "backslash": "\\",
    "ampersand": "&",
    "comma": ",",
    "equals_sign": "=",
    "plus": "+",
}


def sign(key: str) -> str:
    """How a key, in Textual's name, is written for people: `exclamation_mark` is `!`, `upper_k` is `K`."""
    *modifiers, last = key.split("+")
    last = last.removeprefix("upper_").upper() if last.startswith("upper_") else _SIGNS.get(last, last)
    return "+".join([*modifiers, last])


_NAMES = {sign: name for name, sign in _SIGNS.items() if len(sign) == 1}


def key_name(key: str) -> str:
    """Textual's name of a key that may be written as people do: `!` is `exclamation_mark`."""
    return _NAMES.get(key, key)


def textual_names(key: str) -> tuple[str, ...]:
    """What Textual may call a key: a capital letter has two names, depending on the terminal."""
    return (key, f"upper_{key.lower()}") if len(key) == 1 and key.isupper() else (key,)


def always() -> str:
    """The refusal of a verb that always applies: none."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something a person can do here. `refusal` says why not now, or nothing; `group` is its heading in the help."""

    name: str
    keys: tuple[str, ...]  # Textual's names
    help: str
    run: Callable[[], Awaitable[None] | None]
    refusal: Callable[[], str] = always
    group: str = "here"
    footer: bool = False
    menu: bool = False  # stands in the action menu
    run_named: Callable[[str], Awaitable[None] | None] | None = None  # with an object's name after it in the prompt


class Commands:
    """The verbs of one view, with the keys that the user's configuration gives them; what had such a key loses it.

    `unknown`: names that the configuration gives keys to and that this view does not have.
    """

    def __init__(self, view: str, commands: Iterable[Command], config: Config) -> None:
        self._commands = {command.name: command for command in commands}
        chosen = {name: config.keys_of(view, name) for name in self._commands}
        taken = {key_name(key) for keys in chosen.values() for key in keys or ()}
        self._keys = {
            name: tuple(key for key in command.keys if key not in taken) if (keys := chosen[name]) is None else keys
            for name, command in self._commands.items()
        }
        self.unknown = config.unknown(view, self._commands)

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __getitem__(self, name: str) -> Command:
        return self._commands[name]

    def get(self, name: str) -> Command | None:
        """The verb of this name, if the view has it."""
        return self._commands.get(name)

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys, in Textual's names, that do `name` here."""
        return self._keys[name]

    def signs(self, name: str) -> str:
        """The keys that do `name` here, as people write them: `x`, `j or down`."""
        return " or ".join(dict.fromkeys(sign(key) for key in self._keys[name]))


def moving(
    move: Callable[[int], None],
    page: Callable[[float], None],
    first: Callable[[], None],
    last: Callable[[], None],
    sideways: Callable[[int], None] | None = None,
    what: str = "row",
    turns: tuple[str, ...] = (),
) -> Iterator[Command]:
    """The verbs that go about in a list or a text of `what`. `turns`: what turns a page besides, such as the space bar."""
    ways: list[tuple[str, tuple[str, ...], Callable[[], None], str]] = [
        ("down", ("j", "down"), lambda: move(1), "down"),
        ("up", ("k", "up"), lambda: move(-1), "up"),
        ("top", ("g", "home"), first, f"first {what}"),
        ("bottom", ("G", "end"), last, f"last {what}"),
        ("page-down", ("pagedown", "ctrl+f", *turns), lambda: page(1), "a page down"),
        ("page-up", ("pageup", "ctrl+b"), lambda: page(-1), "a page up"),
        ("half-down", ("ctrl+d",), lambda: page(0.5), "half a page down"),
        ("half-up", ("ctrl+u",), lambda: page(-0.5), "half a page up"),
    ]
    if sideways is not None:
        ways.append(("left", ("left",), lambda: sideways(-1), "to the left"))
        ways.append(("right", ("right",), lambda: sideways(1), "to the right"))
    for name, keys, run, words in ways:
        yield Command(name=name, keys=keys, help=words, run=run, group="moving")


def secrets_verb(run: Callable[[], None]) -> Command:
    """`v`, where values are shown that may be secrets."""
    return Command(name="secrets", keys=("v",), help="show values that look like secrets, or mask them", run=run, group="text")


def secrets_said(shown: bool) -> str:
    """What is said when that was done."""
    return "secrets are shown" if shown else "secrets are masked"
