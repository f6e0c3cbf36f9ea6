"""The user's configuration: `config.toml` in the platform's configuration directory."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_KNOWN = {"keys", "prefix", "mouse", "clipboard", "wide", "log_megabytes"}


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
    log_megabytes: int = 64

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
    unknown = sorted(set(values) - _KNOWN)
    if unknown:
        raise ConfigError(f"{file}: {unknown[0]!r} is not a setting; there are {', '.join(sorted(_KNOWN))}")
    keys = values.get("keys", {})
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise ConfigError(f'{file}: [keys] takes lines such as stop = "x" or "containers.stop" = "ctrl+x"')
    for name, kind in (("prefix", str), ("mouse", bool), ("clipboard", bool), ("wide", bool)):
        if name in values and not isinstance(values[name], kind):
            raise ConfigError(f"{file}: {name} takes {'a key such as ctrl+g' if kind is str else 'true or false'}")
    size = values.get("log_megabytes", 64)
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= 4096:
        raise ConfigError(f"{file}: log_megabytes takes a number from 1 to 4096")
    return Config(
        keys=keys,
        prefix=values.get("prefix", "ctrl+backslash"),
        mouse=values.get("mouse", True),
        clipboard=values.get("clipboard", False),
        wide=values.get("wide", False),
        log_megabytes=size,
    )
