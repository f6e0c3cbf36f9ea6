"""The command `longshore config`: what is configured, where, and whether it is right."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tui.config import Config, default_keys, load, nearest, path
from tui.keys import sign
from tui.output import page, say
from tui.settings import json_schema

OK, PROBLEMS, WRONG = 0, 1, 2
"""Exit status: nothing to say; the configuration has problems; wrong arguments, or no editor."""

_NEW_FILE = """\
# Configuration of Longshore. `longshore config check` checks it; a setting with a problem keeps its default.
"""


def configure(words: Sequence[str]) -> int:
    """Run `longshore config WORDS`; return the exit status."""
    if len(words) > 1:
        say(f"longshore: config: {words[1]!r} is one argument too many")
        return WRONG
    name = words[0] if words else "show"
    if name not in COMMANDS:
        say(f"longshore: config has no command {name!r}{nearest(name, COMMANDS)}")
        return WRONG
    return COMMANDS[name]()


def _load() -> Config:
    return load(path(), named="LONGSHORE_CONFIG" in os.environ)


def _path() -> int:
    page(f"{path()}\n")
    return OK


def _check() -> int:
    config = _load()
    if config.problems:
        page("".join(f"{path()}: {problem}\n" for problem in config.problems))
        return PROBLEMS
    page(f"{path()}: {'no problems' if config.found else 'does not exist; all settings have their defaults'}\n")
    return OK


def _show() -> int:
    page("".join(f"{line}\n" for line in settings_in_force(_load(), path())))
    return OK


def settings_in_force(config: Config, file: Path) -> Iterator[str]:
    """Yield the settings as lines of TOML, each with where it was given."""
    yield f"# {file}" if config.found else f"# {file} does not exist"
    for problem in config.problems:
        yield f"# problem: {problem}"
    for name, value in config.single_values():
        yield f"{f'{name} = {json.dumps(value)}':<28}# {config.origins.get(name, 'default')}"
    if config.keys:
        yield "[keys]"
        for name, keys in config.keys.items():
            yield f"{json.dumps(name)} = {json.dumps(', '.join(map(sign, keys.split(','))) if keys else '')}"
    for name, context in config.contexts.items():
        yield f"[contexts.{json.dumps(name)}]"
        yield f"colour = {json.dumps(context.colour)}"
        yield f"read_only = {json.dumps(context.read_only)}"
        yield f"name = {json.dumps(context.name)}"


def _keys() -> int:
    config = _load()
    for view, commands in default_keys().items():
        page(f"[{view}]\n")
        page("".join(f"{line}\n" for line in keys_of(config, view, commands)))
    return OK


def keys_of(config: Config, view: str, commands: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the keys of a view's commands, a line each; those that are configured are marked."""
    for name, defaults in commands.items():
        keys = config.keys_of(view, name)
        pressed = ", ".join(map(sign, defaults if keys is None else keys))
        yield f"{name:<24} {pressed}{'  # configured' if keys is not None else ''}".rstrip()


def _schema() -> int:
    for line in json.dumps(json_schema(), indent=2).splitlines():
        page(f"{line}\n")
    return OK


def _edit() -> int:
    """Open the file in the user's editor, and check it afterwards."""
    words = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(_NEW_FILE, encoding="utf-8")
        done = subprocess.run([*shlex.split(words), str(file)], check=False)
    except (OSError, ValueError) as error:
        say(f"longshore: {file} cannot be edited with {words!r}: {error}. Set EDITOR to your editor.")
        return WRONG
    if done.returncode:
        say(f"longshore: the editor {words!r} ended with {done.returncode}")
    return _check()


COMMANDS: dict[str, Callable[[], int]] = {
    "path": _path,
    "show": _show,
    "check": _check,
    "keys": _keys,
    "schema": _schema,
    "edit": _edit,
}
