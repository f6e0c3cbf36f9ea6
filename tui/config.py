"""The user's configuration: `config.toml` in the platform's configuration directory, and `LONGSHORE_…` in the environment.

Every setting is checked when the file is read. One with a problem keeps its default; the problems are shown after the start.
A variable of the environment wins over the file.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from tui.engine.digits import whole_number
from tui.engine.in_time import ANSWER_SECONDS, in_time
from tui.keys import NotAKey, read_key, read_prefix, sign
from tui.settings import SETTINGS, ContextSettings, variable
from tui.themes import AUTO

COMMAND_NAMES = Path(__file__).with_name("command_names.txt")
"""The commands of each view, written by `python -m docs.make_keys`."""


@dataclass(frozen=True, slots=True)
class Config:
    """The user's settings.

    `keys` maps an action ("containers.stop", or "stop" on every screen) to Textual's names of its keys, separated by commas.
    `prefix` is the key before the commands of the embedded terminal, `theme` a name of `tui.themes`. With `clipboard`, a
    program in a terminal may write to the clipboard (OSC 52), and with `bell` ring the user's terminal. Without `mouse`, the
    terminal's own selection works
    everywhere; inside GNU screen (STY), which holds a lone Escape while a program has the mouse, that is the default.
    `log_megabytes` limits the loaded part of a log. `contexts` are the settings of docker contexts by name, or of the host of
    an address. `problems` are the faults of the file, one line each; `found` says whether there is a file. `origins` says of
    each setting that is not the default where it was given: "line 3", or the name of a variable.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    prefix: str = "ctrl+backslash"
    theme: str = AUTO
    mouse: bool = field(default_factory=lambda: not os.environ.get("STY"))
    clipboard: bool = False
    bell: bool = False
    wide: bool = False
    log_megabytes: int = 64
    contexts: Mapping[str, ContextSettings] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    found: bool = False
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def keys_of(self, screen: str, action: str) -> tuple[str, ...] | None:
        """Return the configured keys of an action on a screen, which may be none; None if not configured."""
        chosen = self.keys.get(f"{screen}.{action}", self.keys.get(action))
        return None if chosen is None else tuple(key.strip() for key in chosen.split(",") if key.strip())

    def single_values(self) -> Iterator[tuple[str, Any]]:
        """Yield the settings of one value by name, keys as users write them."""
        for name, setting in SETTINGS.items():
            if setting.simple:
                value = getattr(self, name)
                yield name, sign(value) if name == "prefix" else value

    def of_context(self, name: str) -> ContextSettings:
        """Return the settings of a docker context, or of a host."""
        return self.contexts.get(name) or ContextSettings()


def path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the configuration: `LONGSHORE_CONFIG`, else `config.toml` in the platform's directory of Longshore."""
    if named := environ.get("LONGSHORE_CONFIG"):
        return Path(named)
    if sys.platform == "linux":  # without the library, which imports more than the first list has time for
        given = os.environ.get("XDG_CONFIG_HOME", "").strip()
        return (Path(given) if given else Path.home() / ".config") / "longshore" / "config.toml"
    from platformdirs import user_config_path

    return user_config_path("longshore") / "config.toml"


def load(file: Path, *, named: bool = False, environ: Mapping[str, str] = os.environ) -> Config:
    """Read `file` and the environment. A missing file gives the defaults, which is a problem if the user `named` the file."""
    return _with_environment(_of_file(file, named), environ)


def _of_file(file: Path, named: bool) -> Config:
    try:
        text = in_time(file.read_bytes, ANSWER_SECONDS).decode()
    except FileNotFoundError:
        return Config(problems=(f"LONGSHORE_CONFIG names {file}, which does not exist",) if named else ())
    except TimeoutError:
        return Config(found=True, problems=("cannot be read: its file system does not answer",))
    except (OSError, UnicodeDecodeError) as error:
        return Config(found=True, problems=(f"cannot be read: {error}",))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Config(found=True, problems=(f"is not TOML, so that all settings have their defaults: {error}",))
    return _checked(values, text)


def _checked(values: Mapping[str, Any], text: str) -> Config:
    config, problems, origins = Config(), [], {}
    for name, value in values.items():
        try:
            if name not in SETTINGS:
                raise _Problem(f"there is no setting {name!r}{nearest(name, SETTINGS)}")
            config = replace(config, **{name: _setting(name, value)})
            origins[name] = f"line {_line(text, name)}"
        except _Problem as problem:
            problems.append((_line(text, name), f"{problem}"))
    if config.keys:
        keys, faults = _check_keys(config.keys)
        config = replace(config, keys=keys)
        problems += [(_line(text, f"keys.{name}"), words) for name, words in faults]
    if config.contexts:
        contexts, faults = _check_contexts(config.contexts)
        config = replace(config, contexts=contexts)
        problems += [(_line(text, f"contexts.{name}"), words) for name, words in faults]
    found = sorted(problems, key=lambda problem: problem[0])
    told = tuple(f"line {line}: {words}" if line else words for line, words in found)
    return replace(config, found=True, problems=told, origins=origins)


_WORDS = {"true": True, "1": True, "false": False, "0": False}


def _with_environment(config: Config, environ: Mapping[str, str]) -> Config:
    """Return the configuration with the settings that are given in the environment."""
    problems = list(config.problems)
    for name, setting in SETTINGS.items():
        given = environ.get(variable(name), "")
        if not given or not setting.simple:
            continue
        value: Any = _WORDS.get(given.lower(), given) if setting.type is bool else given
        if setting.type not in (bool, str) and (number := whole_number(given)) is not None:
            value = number
        try:
            config = replace(config, **{name: _setting(name, value)})
            config = replace(config, origins={**config.origins, name: variable(name)})
        except _Problem as problem:
            problems.append(f"{variable(name)}: {problem}")
    return replace(config, problems=tuple(problems))


class _Problem(Exception):
    """A setting with a problem; `str()` is a sentence."""


def _setting(name: str, value: Any) -> Any:
    """Return the value of a setting. Raises _Problem."""
    takes = SETTINGS[name].takes
    try:
        given = msgspec.convert(value, SETTINGS[name].type)
        if name == "prefix":
            return read_prefix(given)
    except msgspec.ValidationError:
        raise _Problem(f"{name} {takes}") from None
    except NotAKey as error:
        raise _Problem(f"{name} {takes}: {error}") from None
    return dict(_flat(given)) if name == "keys" else given


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the entries of a table with dotted names: TOML reads an unquoted `containers.stop` as a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _check_contexts(given: Mapping[str, Any]) -> tuple[dict[str, ContextSettings], list[tuple[str, str]]]:
    """Return the settings of the contexts, and the names and problems of those that cannot be read.

    These are read-only, since that may be what was meant.
    """
    settings: dict[str, ContextSettings] = {}
    problems: list[tuple[str, str]] = []
    for name, value in given.items():
        try:
            settings[name] = msgspec.convert(value, ContextSettings)
        except msgspec.ValidationError:
            settings[name] = ContextSettings(read_only=True)
            takes = 'colour = "red", yellow, green, cyan, blue or magenta, read_only = true or false, and name = "prod"'
            problems.append((name, f"[contexts.{name}] takes {takes}: the context is read-only until this is corrected"))
    return settings, problems


# -- keys -------------------------------------------------------------------------------------------------------------


def default_keys() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the keys of the commands of each view, by the names of view and command, as Textual calls the keys."""
    lines = COMMAND_NAMES.read_text(encoding="utf-8").splitlines()
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for view, _, commands in (line.partition(":") for line in lines if line):
        pairs = (command.partition("=") for command in commands.split())
        found[view] = {name: tuple(keys.split(",")) if keys else () for name, _, keys in pairs}
    return found


def _check_keys(given: Mapping[str, Any]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the entries of `[keys]` that can be used, with Textual's names, and the names and problems of the others."""
    views = default_keys()
    keys: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    for name, value in given.items():
        try:
            where = _views_with(name, views)
            wanted = _read_keys(name, value)
            if clash := next((clash for view in where if (clash := _same_key(view, name, wanted, keys, views))), ""):
                raise _Problem(clash)
            keys[name] = ",".join(wanted)
        except _Problem as problem:
            problems.append((name, str(problem)))
    return keys, problems


def _views_with(name: str, views: Mapping[str, Collection[str]]) -> list[str]:
    """Return the views with the action of this name. Raises _Problem for an unknown name."""
    view, dot, action = name.rpartition(".")
    if not dot:
        if found := [view for view, actions in views.items() if name in actions]:
            return found
        raise _Problem(f"no screen has an action {name!r}{nearest(name, {each for names in views.values() for each in names})}")
    if view not in views:
        raise _Problem(f"there is no screen {view!r}{nearest(view, views)}")
    if action not in views[view]:
        raise _Problem(f"{view} has no action {action!r}{nearest(action, views[view])}")
    return [view]


def _read_keys(name: str, value: Any) -> list[str]:
    """Return Textual's names of the keys in an entry. Raises _Problem."""
    if not isinstance(value, str):
        raise _Problem(f'{name} takes keys as text, such as "x" or "ctrl+x, Z"')
    parts = ["," if part == "" and value.strip() == "," else part for part in value.split(",")] if value.strip() else []
    try:
        return [read_key(part) for part in parts if part.strip()]
    except NotAKey as error:
        raise _Problem(f"{name}: {error}") from None


def _same_key(
    view: str, name: str, wanted: Collection[str], keys: Mapping[str, str], views: Mapping[str, Collection[str]]
) -> str:
    """Return the problem that an earlier entry gives one of these keys to another action of the view, or ""."""
    action = name.rpartition(".")[2]
    for earlier, taken in keys.items():
        screen, _, other = earlier.rpartition(".")
        applies = screen == view if screen else other in views[view]
        if applies and other != action and (shared := set(wanted) & set(taken.split(","))):
            return f"{name}: {earlier} has the key {min(shared)} already"
    return ""


def nearest(name: str, names: Collection[str]) -> str:
    """Return the end of a sentence about an unknown name: the most similar one, else all."""
    from difflib import get_close_matches

    if near := get_close_matches(name, names, 1):
        return f"; did you mean {near[0]}?"
    return f"; there are {', '.join(sorted(names))}" if len(names) < 12 else ""


def _line(text: str, wanted: str) -> int:
    """Return the number of the line that gives a value to a dotted name, or 0."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            table = bare.strip("[] ").replace('"', "").replace("'", "")
            if table == wanted:
                return number
            table += "."
        name = bare.partition("=")[0].strip().replace('"', "").replace("'", "").replace(" ", "")
        if "=" in bare and f"{table}{name}" == wanted:
            return number
    return 0
