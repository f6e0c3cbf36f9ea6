"""The commands of a view: one registry for keys, footer, action menu, prompt and help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass

from tui.config import Config
from tui.keys import key_name, sign


def textual_names(key: str) -> tuple[str, ...]:
    """Return the names that Textual may use for a key: a capital letter has two, depending on the terminal."""
    return (key, f"upper_{key.lower()}") if len(key) == 1 and key.isupper() else (key,)


def always() -> str:
    """Return no refusal: for commands that always apply."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a view. `refusal` returns why not now, or ""; `group` is the heading in the help."""

    name: str
    keys: tuple[str, ...]  # Textual's names
    help: str
    run: Callable[[], Awaitable[None] | None]
    refusal: Callable[[], str] = always
    group: str = "here"
    footer: bool = False
    menu: bool = False  # shown in the action menu
    run_named: Callable[[str], Awaitable[None] | None] | None = (
        None  # with the name of an object after the command in the prompt
    )


class Commands:
    """The commands of a view, with the keys of the user's configuration; other commands lose such a key.

    `keyless`: sentences about commands that lost all their keys to others in this way.
    """

    def __init__(self, view: str, commands: Iterable[Command], config: Config) -> None:
        self._commands = {command.name: command for command in commands}
        chosen = {name: config.keys_of(view, name) for name in self._commands}
        taken = {key_name(key) for keys in chosen.values() for key in keys or ()}
        self._keys = {
            name: tuple(key for key in command.keys if key not in taken) if (keys := chosen[name]) is None else keys
            for name, command in self._commands.items()
        }
        self.keyless = [
            f'{sign(key)} is {winner} here now, so that {name} has no key; give it one in config.toml, or "{view}.{name}" = ""'
            for name, command in self._commands.items()
            if chosen[name] is None and not self._keys[name]
            for key in command.keys[:1]
            for winner, keys in chosen.items()
            if keys and key in map(key_name, keys)
        ]

    def __len__(self) -> int:
        return len(self._commands)

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __getitem__(self, name: str) -> Command:
        return self._commands[name]

    def get(self, name: str) -> Command | None:
        """Return the command of this name, or None."""
        return self._commands.get(name)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of a command in Textual's names."""
        return self._keys[name]

    def signs(self, name: str) -> str:
        """Return the keys of a command for users: `x`, `j or down`."""
        return " or ".join(dict.fromkeys(sign(key) for key in self._keys[name]))


def moving(
    move: Callable[[int], None],
    page: Callable[[float], None],
    first: Callable[[], None],
    last: Callable[[], None],
    sideways: Callable[[int], None] | None = None,
    what: str = "row",
    turns: tuple[str, ...] = (),
    back: tuple[str, ...] = (),
) -> Iterator[Command]:
    """Yield the commands that move in a list or a text of `what`.

    `turns` and `back`: further keys for a page down and up, such as space and `b`.
    """
    ways: list[tuple[str, tuple[str, ...], Callable[[], None], str]] = [
        ("down", ("j", "down"), lambda: move(1), "down"),
        ("up", ("k", "up"), lambda: move(-1), "up"),
        ("top", ("g", "home"), first, f"first {what}"),
        ("bottom", ("G", "end"), last, f"last {what}"),
        ("page-down", ("pagedown", "ctrl+f", *turns), lambda: page(1), "a page down"),
        ("page-up", ("pageup", "ctrl+b", *back), lambda: page(-1), "a page up"),
        ("half-down", ("ctrl+d",), lambda: page(0.5), "half a page down"),
        ("half-up", ("ctrl+u",), lambda: page(-0.5), "half a page up"),
    ]
    if sideways is not None:
        ways.append(("left", ("left",), lambda: sideways(-1), "to the left"))
        ways.append(("right", ("right",), lambda: sideways(1), "to the right"))
    for name, keys, run, words in ways:
        yield Command(name=name, keys=keys, help=words, run=run, group="moving")


def secrets_verb(run: Callable[[], None]) -> Command:
    """Return the command on `v`, for views with values that may be secrets."""
    return Command(name="show-secrets", keys=("v",), help="show or mask secrets", run=run, group="text")


def secrets_said(shown: bool) -> str:
    """Return the message after that command."""
    return "secrets are shown" if shown else "secrets are masked"
