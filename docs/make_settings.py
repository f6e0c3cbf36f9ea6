"""Write the table of settings in `docs/configuration.md` from `tui/settings.py`: `python -m docs.make_settings`."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from tui.settings import SETTINGS, ContextSettings, json_schema, variable

PAGE = Path(__file__).with_name("configuration.md")
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"


def contents() -> str:
    """Return what the page should hold."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{_table()}{END}{rest.partition(END)[2]}"


def _table() -> str:
    lines = ["| setting | default | meaning | in the environment |", "|---|---|---|---|"]
    for name, setting in SETTINGS.items():
        if setting.simple:
            lines.append(f"| `{name}` | `{setting.default}` | {setting.meaning} | `{variable(name)}` |")
        elif name != "contexts":
            lines.append(f"| `[{name}]` | | {setting.meaning} | |")
    described = json_schema()["$defs"]["ContextSettings"]["properties"]
    for field in msgspec.structs.fields(ContextSettings):
        values = described[field.name].get("enum")
        choice = f": {', '.join(value for value in values if value)}" if values else ""
        lines.append(
            f"| `[contexts.NAME]` `{field.name}` | `{msgspec.json.encode(field.default).decode()}` "
            f"| {described[field.name]['description']}{choice} | |"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page; the exit status is 0."""
    PAGE.write_text(contents(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
