"""Write the tables of keys from the registry of commands: `python -m docs.make_keys`.

The tables are in `docs/keys.md` and `README.md`. The names of the commands that `config.toml` may give keys to are written too.

The views are those of the program over the demo engine, with the keys that they have without a configuration.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tui.app import Longshore
from tui.cli import Start
from tui.config import COMMAND_NAMES, Config
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.shop import compose_shop
from tui.engine.transport.address import find_address
from tui.keys import sign
from tui.live.engines import Engines
from tui.live.expressions import Expression
from tui.live.files.rows import FileRow, Place
from tui.live.logs.export import Hits
from tui.live.logs.grep import Grep
from tui.live.logs.reader import Source, Window
from tui.resources import registry
from tui.resources.logs.notes import note_words
from tui.resources.model.document import read_text
from tui.screens.difference import ContainerDifferenceView
from tui.screens.files.browser import FilesView
from tui.screens.files.content import FileView
from tui.screens.files.image import ImageFilesView
from tui.screens.framework.commands import Command
from tui.screens.framework.common_commands import common_commands
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.help import Configuration, DockerCommands, Help
from tui.screens.framework.list_view import ListView
from tui.screens.framework.routes import SCREENS
from tui.screens.framework.view import View
from tui.screens.framework.workspace import Target
from tui.screens.logins import LoginsView
from tui.screens.logs.grep import GrepView
from tui.screens.logs.line_views import HitsView, LogLineView
from tui.screens.logs.logs_view import LogsView
from tui.screens.monitor import MonitorView
from tui.screens.run_all import RunAllView
from tui.screens.terminals.open import connected_engine
from tui.screens.terminals.pane import HELP as TERMINAL_HELP

TOP = Path(__file__).parent.parent
PAGE = TOP / "docs" / "keys.md"
README = TOP / "README.md"
IN_README = ("containers", "images", "volumes", "networks", "projects", "services")
"""The lists whose keys the README shows; `docs/keys.md` has all."""
BEGIN, END = "<!-- keys -->", "<!-- /keys -->"
PATIENCE = 60.0
"""Seconds for which the demo engine's lists are waited for."""

OWN_KEYS = frozenset({"logs", "files", "file"})
"""Views with keys of their own: what they show are no objects of an engine."""

Same = tuple[str, tuple[str, ...], str]


class Keys:
    """The commands of every view by the view's name, those that all views of a sort share taken out."""

    def __init__(self, views: Sequence[tuple[str, View]], prefix: str) -> None:
        self.prefix = sign(prefix)
        self.views = {name: [*view.commands] for name, view in views}
        self.names = {name: {each.name: each.keys for each in commands} for name, commands in self.views.items()}
        any_view = views[0][1]
        self.everywhere = [*common_commands(any_view)]
        lists = [name for name, view in views if isinstance(view, ListView)]
        texts = [name for name, view in views if isinstance(view, DocumentView)]
        details = [name for name, view in views if isinstance(view, DetailsView)]
        everywhere = {_same(command) for command in self.everywhere}
        for name, commands in self.views.items():
            names = {command.name for command in self.everywhere}
            self.views[name] = [each for each in commands if each.name not in names or _same(each) not in everywhere]
            self.views[name] = [each for each in self.views[name] if not each.name.startswith("go-")]
        self.lists = self._taken_out(lists, share=0.6)
        self.texts = self._taken_out(texts)
        self.details = self._taken_out(details)

    def _taken_out(self, names: Sequence[str], share: float = 1.0) -> list[Command]:
        """Take out the commands that this share of the views of these names have, and return them."""
        counted = Counter(_same(command) for name in names for command in self.views[name])
        shared = {same for same, number in counted.items() if number >= share * len(names)}
        found = [command for command in self.views[names[0]] if _same(command) in shared]
        for name in names:
            self.views[name] = [command for command in self.views[name] if _same(command) not in shared]
        return found


def _same(command: Command) -> Same:
    return command.name, command.keys, command.help


# -- the views --------------------------------------------------------------------------------------------------------


async def read_keys() -> Keys:
    """Return the keys of all views, asked of the program over the demo engine."""
    async with _program() as app:
        views = [(name, app.context.view(name)) for name in SCREENS]
        views += [(view.kind, view) for view in _other_views(app)]
        return Keys(views, app.context.config.prefix)


@asynccontextmanager
async def _program() -> AsyncIterator[Longshore]:
    async with DemoEngine(compose_shop(lively=False), ManualClock()).serve() as url:
        address = find_address(url)
        engines = Engines(events=registry.EVENTS)
        app = Longshore(engines, [Target(address)], Config(), Start())
        try:
            async with app.run_test():
                await connected_engine(app.context)  # the views of files need an engine
                yield app
                await app.context.terminals.close()
        finally:
            await engines.close()


def _other_views(app: Longshore) -> list[View]:
    """Return the views that no name in the prompt opens: details, logs, the monitor, texts."""
    context = app.context
    row: Any = _Row()
    views: list[View] = []
    for name in SCREENS:
        if registry.BY_NAME[name].where and (resource := registry.load(name)).tabs and resource.lists:
            views.append(_Details(context, resource, context.rows(name), row))
    views.append(LogsView(context, [Source("0", "web")]))
    views.append(LogLineView(context, read_text(""), ""))
    views.append(HitsView(context, "", "", Hits(0, 0, []), (), lambda _hit: None))
    views.append(GrepView(context, Grep(context.session, [], Expression(""), Window(), note_words), ""))
    views.append(RunAllView(context, [], "", "", 1))
    views.append(ContainerDifferenceView(context, {}, {}, ("", "")))
    views.append(MonitorView(context, []))
    place = Place(container="", name="")
    views.append(FilesView(context, place))
    views.append(ImageFilesView(context, row))
    views.append(FileView(context, FileRow(place=place, path="/")))
    views.append(DockerCommands(context))
    views.append(LoginsView(context))
    views.append(Configuration(context))
    views.append(Help(context, context.view("containers").commands, ""))
    return views


def meanings(keys: Keys) -> dict[str, dict[str, set[str]]]:
    """Return the names of the commands on each key, and the views that have them. Tabs have one name in lists and details."""
    found: dict[str, dict[str, set[str]]] = {}
    shared = (("lists", keys.lists), ("texts", keys.texts), ("details", keys.details))
    for view, commands in (*shared, *keys.views.items()):
        for command in commands:
            for key in command.keys:
                found.setdefault(sign(key), {}).setdefault(command.name.removeprefix("tab-"), set()).add(view)
    return found


class _Row:
    """Stands for an object whose details are looked at: which one it is makes no difference to the keys."""

    def __getattr__(self, name: str) -> _Row:
        return self

    def __getitem__(self, _key: object) -> _Row:
        return self


class _Details(DetailsView[Any]):
    """The details of an object that is never asked for anything."""

    def __init__(self, context: Any, resource: Any, rows: Any, row: Any) -> None:
        self._resource_tabs = resource.tabs
        super().__init__(context, resource, rows, row)

    def _first_tab(self, name: str) -> Any:
        return self._resource_tabs[0]


# -- the tables -------------------------------------------------------------------------------------------------------


def page(keys: Keys) -> str:
    """`docs/keys.md`: every view with its keys, the names of its commands, and what they do."""
    parts = [
        "# Keys",
        "",
        "Written by `python -m docs.make_keys` from the registry of commands; do not edit.",
        "",
        "Every command has a name: `:` runs it by that name, and `config.toml` gives it other keys, such as",
        '`"containers.stop" = "ctrl+x"` under `[keys]`. `?` shows the keys of the view on the screen,',
        "`!` what applies to the selection.",
        "",
    ]
    parts += [
        "A letter stands for one verb in all lists and details; logs, files and terminals have keys of their own. What removes",
        "is on `del` and `ctrl+k` only, and never on a letter. `enter` submits a form from its last field, `ctrl+s` from any.",
        "",
        "## Letters in lists and details",
        "",
        "| key | verb | where |",
        "|---|---|---|",
        *_letters(keys),
        "",
    ]
    sections = [
        ("Everywhere", keys.everywhere),
        ("In lists, where a view has no other command on the key", keys.lists),
        ("In every text", keys.texts),
        ("In the details of every object", keys.details),
        *((f"View: {name}", commands) for name, commands in keys.views.items()),
    ]
    for title, commands in sections:
        parts += [f"## {title}", "", *(_table(commands) if commands else ["No keys besides those above."]), ""]
    parts += [
        "## In a terminal session",
        "",
        f"Every key goes to the program in the container, but for those after `{keys.prefix}`.",
        "",
        f"| after `{keys.prefix}` | what it does |",
        "|---|---|",
        *(f"| {_code(key)} | {_text(words.replace('*', ' (OSC 133)'))} |" for key, words in TERMINAL_HELP),
        "",
    ]
    return "\n".join(parts)


def _letters(keys: Keys) -> list[str]:
    lines = []
    for key, names in sorted(meanings(keys).items(), key=lambda item: (item[0].lower(), item[0])):
        if len(key) == 1 and key.isalpha():
            lines += [
                f"| {_code(key)} | {name} | {', '.join(sorted(views - OWN_KEYS))} |"
                for name, views in sorted(names.items())
                if views - OWN_KEYS
            ]
    return lines


def _table(commands: Sequence[Command]) -> list[str]:
    groups = list(dict.fromkeys(command.group for command in commands))
    lines = ["| keys | command | what it does | group |", "|---|---|---|---|"]
    for group in groups:
        for command in commands:
            if command.group == group:
                lines.append(f"| {_signs(command)} | `{command.name}` | {_text(command.help)} | {group} |")
    return lines


def _signs(command: Command) -> str:
    return " ".join(_code(each) for each in dict.fromkeys(sign(key) for key in command.keys))


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _text(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def tables(keys: Keys) -> str:
    """Return the table of the README: the keys of the lists that are used most."""
    parts = ["| where | keys |", "|---|---|"]
    for name in IN_README:
        commands = [command for command in keys.views[name] if command.group != "moving"]
        if commands:
            parts.append(f"| {name} | {_row(commands)} |")
    parts.append(f"| all lists | {_row([command for command in keys.lists if command.group != 'moving'])} |")
    return "\n".join(parts)


def _row(commands: Sequence[Command]) -> str:
    return ", ".join(f"{_signs(each)} {each.name}" if each.keys else f"`:{each.name}`" for each in commands)


def with_tables(text: str, keys: Keys) -> str:
    """Return the README with the current tables between their markers. Raises ValueError where there are none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md lacks {BEGIN} and {END}, between which the tables of keys stand.")
    return f"{before}{BEGIN}\n{tables(keys)}\n{END}{after}"


async def contents() -> dict[Path, str]:
    """Each file with what it should hold."""
    keys = await asyncio.wait_for(read_keys(), PATIENCE)
    pairs = {view: [f"{name}={','.join(pressed)}" for name, pressed in found.items()] for view, found in keys.names.items()}
    names = "".join(f"{view}: {' '.join(found)}\n" for view, found in pairs.items())
    return {COMMAND_NAMES: names, PAGE: page(keys), README: with_tables(README.read_text(encoding="utf-8"), keys)}


def main() -> int:
    """Write the files; the exit status is 0."""
    for file, text in asyncio.run(contents()).items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
