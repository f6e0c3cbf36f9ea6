"""The user's configuration: `config.toml` in the platform's configuration directory."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec

_TAKES = {
    "keys": '[keys] takes lines such as stop = "x" or "containers.stop" = "ctrl+x"',
    "prefix": "prefix takes a key such as ctrl+g",
    "mouse": "mouse takes true or false",
    "clipboard": "clipboard takes true or false",
    "wide": "wide takes true or false",
    "log_megabytes": "log_megabytes takes a number from 1 to 4096",
}
"""What each setting takes."""


class ConfigError(Exception):
    """The file cannot be used; `str()` is one line with the file, the error and the remedy."""


@dataclass(frozen=True, slots=True)
class Config:
    """The user's settings.

    `keys` maps an action ("containers.stop", or "stop" on every screen) to Textual's names of its keys, separated by commas.
    `prefix` is the key before the commands of the embedded terminal. With `clipboard`, a program in a terminal may write to the
    clipboard (OSC 52). Without `mouse`, the terminal's own selection works everywhere. `log_megabytes` limits the loaded part
    of a log.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    prefix: str = "ctrl+backslash"
    mouse: bool = True
    clipboard: bool = False
    wide: bool = False
    log_megabytes: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 64

    def keys_of(self, screen: str, action: str) -> tuple[str, ...] | None:
        """Return the configured keys of an action on a screen, which may be none; None if not configured."""
        chosen = self.keys.get(f"{screen}.{action}", self.keys.get(action))
        return None if chosen is None else tuple(key.strip() for key in chosen.split(",") if key.strip())

    def unknown(self, screen: str, actions: Container[str]) -> list[str]:
        """Return the configured action names of this screen that are not among its `actions`."""
        return [name for name in self.keys if name.startswith(f"{screen}.") and name.partition(".")[2] not in actions]


def path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the configuration: `LONGSHORE_CONFIG`, else `config.toml` in the platform's directory for
    Longshore."""
    if named := environ.get("LONGSHORE_CONFIG"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("longshore") / "config.toml"


def load(file: Path) -> Config:
    """Read `file`; a missing file gives the defaults. Raises ConfigError if the file cannot be used."""
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}; mend it, or move it away") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}") from None
    if unknown := sorted(set(values) - set(_TAKES)):
        raise ConfigError(f"{file}: {unknown[0]!r} is not a setting; there are {', '.join(sorted(_TAKES))}")
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        name = next(name for name in _TAKES if f"`$.{name}" in str(error))
        raise ConfigError(f"{file}: {_TAKES[name]}") from None
