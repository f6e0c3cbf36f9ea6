"""The settings of `config.toml`: name, type, default and meaning of each.

`docs/configuration.md` and `longshore config schema` are made from this table, so that what is documented is what is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from tui.themes import NAMES

Colour = Literal["", "red", "yellow", "green", "cyan", "blue", "magenta"]


class ContextSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a docker context, or of the host of an address."""

    colour: Annotated[Colour, msgspec.Meta(description="the colour of header and footer")] = ""
    read_only: Annotated[bool, msgspec.Meta(description="send only requests that change nothing")] = False
    name: Annotated[str, msgspec.Meta(description="the name in lists and questions")] = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: `type` as msgspec checks it, `takes` as the end of a sentence, the `default` as TOML, the `meaning`."""

    type: Any
    takes: str
    default: str
    meaning: str

    @property
    def simple(self) -> bool:
        """Return whether the setting is one value, which the environment can give too."""
        return bool(self.type != dict[str, Any])


_SWITCH = "takes true or false"

SETTINGS: dict[str, Setting] = {
    "prefix": Setting(
        str,
        "takes ctrl with a letter, such as ctrl+g, or a function key",
        r'"ctrl+\\"',
        "the key before the commands of a terminal session",
    ),
    "theme": Setting(
        Literal[NAMES],
        f"takes one of {', '.join(NAMES)}",
        '"auto"',
        "colours: `auto` is dark or light as the terminal is, `terminal` uses the terminal's 16 colours; `:theme` shows all",
    ),
    "mouse": Setting(
        bool,
        _SWITCH,
        "true",
        "use the mouse; false keeps the terminal's own selection of text. Inside GNU screen the default is false",
    ),
    "clipboard": Setting(bool, _SWITCH, "false", "programs in a terminal session may write to your clipboard (OSC 52)"),
    "bell": Setting(bool, _SWITCH, "false", "programs in a terminal session may ring your terminal's bell"),
    "wide": Setting(bool, _SWITCH, "false", "lists begin with all columns, as after `w`"),
    "log_megabytes": Setting(
        Annotated[int, msgspec.Meta(ge=1, le=4096)],
        "takes a number from 1 to 4096",
        "64",
        "memory of a log view; older lines are read again when they are scrolled to",
    ),
    "keys": Setting(
        dict[str, Any],
        'takes lines such as stop = "x" or "containers.stop" = "ctrl+x"',
        "",
        "keys of commands, by the command's name or by screen and name; `longshore config keys` lists the names",
    ),
    "contexts": Setting(
        dict[str, Any],
        "takes tables such as [contexts.production]",
        "",
        "settings of a docker context, or of the host of an address",
    ),
}

_VARIABLE = "LONGSHORE_"


def variable(name: str) -> str:
    """Return the name of the environment variable of a setting."""
    return _VARIABLE + name.upper()


def json_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of `config.toml`, for editors that check TOML."""
    types = {"keys": dict[str, str], "contexts": dict[str, ContextSettings]}
    (*schemas,), components = msgspec.json.schema_components(
        [types.get(name, setting.type) for name, setting in SETTINGS.items()], ref_template="#/$defs/{name}"
    )
    described = zip(SETTINGS.items(), schemas, strict=True)
    properties = {name: {**schema, "description": setting.meaning} for (name, setting), schema in described}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Longshore's config.toml",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "$defs": components,
    }
