"""The views help (all keys of a view) and commands (the docker commands of past actions)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tui.config import Config, path
from tui.keys import sign
from tui.resources.model.docker_commands import written
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.text import Line, Span, cells, line
from tui.screens.framework.commands import Command, Commands, secrets_said, secrets_verb
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView


class Help(DocumentView):
    """The help of a view, made from its commands."""

    kind = "help"
    wrapped = True

    def __init__(self, context: ViewContext, commands: Commands, of: str) -> None:
        self.of = of
        super().__init__(context)
        self.show_document(help_document(commands))

    def title_line(self) -> Line:
        return line(Span("help", "title"), Span(f" of {self.of}"))


def help_document(commands: Commands) -> Document:
    """Return the commands by group, each with keys, help text, and name in the prompt."""
    written = SheetWriter()
    groups: dict[str, list[Command]] = {}
    for command in commands:
        groups.setdefault(command.group, []).append(command)
    for group, members in groups.items():
        written.section(group)
        widest = max(cells(commands.signs(command.name)) for command in members)
        for command in members:
            why = command.refusal()
            written.line(
                Span(f"{commands.signs(command.name):<{widest}}  ", "key"),
                Span(command.help, "dim" if why else ""),
                Span(f"  :{command.name}", "accent"),
                Span(f"  unavailable: {why}" if why else "", "dim"),
                copy=command.name,
            )
    written.section("Changing keys")
    written.text('in config.toml in the configuration directory, for example: [keys] stop = "ctrl+x"')
    return written.done()


class Configuration(DocumentView):
    """The settings in force, and the problems of `config.toml`."""

    kind = "config"
    wrapped = True

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context)
        self.show_document(config_document(context.config, path()))


def config_document(config: Config, file: Path) -> Document:
    """Return the problems of the configuration and its settings."""
    written = SheetWriter(secrets=True)  # the file has none: masking would hide parts of its problems
    written.section("Configuration")
    written.field("File", str(file) if config.found else f"{file} (does not exist)")
    for number, problem in enumerate(config.problems):
        written.field("Problems" if not number else "", problem, "bad")
    written.section("Settings")
    for name, value in config.single_values():
        written.field(name, value if isinstance(value, str) else str(value).lower())
    for name, keys in config.keys.items():
        written.field(f"keys.{name}", ", ".join(map(sign, keys.split(","))) if keys else "no key")
    return written.done()


class DockerCommands(DocumentView):
    """The docker commands of past actions, oldest first; a line each, in shell syntax."""

    kind = "commands"
    wrapped = True

    def __init__(self, context: ViewContext) -> None:
        self.secrets = False
        super().__init__(context)
        self._show()

    def on_ready(self) -> None:
        super().on_ready()
        self.follow(self.context.program.listed, lambda _command: self._show(again=True))
        self._show(again=True)  # a command may have been recorded before the view subscribed

    def own_commands(self) -> Iterable[Command]:
        yield secrets_verb(self.toggle_secrets)
        yield from super().own_commands()

    def toggle_secrets(self) -> None:
        """Show or mask secrets."""
        self.secrets = not self.secrets
        self._show(again=True)
        self.say(secrets_said(self.secrets))

    def _show(self, again: bool = False) -> None:
        sheet = SheetWriter(secrets=True)  # the words are masked here, before they are quoted
        for command in self.context.program.docker_commands:
            text = written(command, self.secrets)
            sheet.line(Span(text), copy=text)
        if not self.context.program.docker_commands:
            sheet.line("No actions yet. Actions are listed here as docker commands, to copy and repeat.")
        self.show_document(sheet.done(), again=again)
