"""Views that only say something: every key of a view, the docker commands of what was done."""

from __future__ import annotations

from collections.abc import Iterable

from tui.resources.model.docker_commands import written
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.text import Line, Span, cells, line
from tui.screens.framework.commands import Verb, Verbs, secrets_said, secrets_verb
from tui.screens.framework.context import Desk
from tui.screens.framework.document_view import ReadingView


class Help(ReadingView):
    """The help of a view, made from its verbs."""

    kind = "help"
    wrapped = True

    def __init__(self, desk: Desk, verbs: Verbs, of: str) -> None:
        self.of = of
        super().__init__(desk)
        self.show_document(help_document(verbs))

    def title_line(self) -> Line:
        return line(Span("help", "title"), Span(f" of {self.of}"))


def help_document(verbs: Verbs) -> Document:
    """The verbs by group, each with its keys, its name in the prompt, and what it does."""
    written = SheetWriter()
    groups: dict[str, list[Verb]] = {}
    for verb in verbs:
        groups.setdefault(verb.group, []).append(verb)
    for group, members in groups.items():
        written.section(group)
        widest = max(cells(verbs.signs(verb.name)) for verb in members)
        for verb in members:
            why = verb.refusal()
            written.line(
                Span(f"{verbs.signs(verb.name):<{widest}}  ", "key"),
                Span(verb.help),
                Span(f"  :{verb.name}", "accent"),
                Span(f" — not now: {why}" if why else "", "dim"),
                copy=verb.name,
            )
    written.section("keys can be changed")
    written.text('in config.toml in your configuration folder, such as: [keys] stop = "ctrl+x"')
    return written.done()


class Commands(ReadingView):
    """What was done since the start, as docker commands, oldest first; a line each, as a shell reads it."""

    kind = "commands"
    wrapped = True

    def __init__(self, desk: Desk) -> None:
        self.secrets = False
        super().__init__(desk)
        self._show()

    def begin(self) -> None:
        super().begin()
        self.follow(self.desk.listed, lambda _command: self._show(again=True))
        self._show(again=True)  # one may have come before anything was followed

    def verbs(self) -> Iterable[Verb]:
        yield secrets_verb(self.toggle_secrets)
        yield from super().verbs()

    def toggle_secrets(self) -> None:
        """Show values that look like secrets, or mask them again."""
        self.secrets = not self.secrets
        self._show(again=True)
        self.say(secrets_said(self.secrets))

    def _show(self, again: bool = False) -> None:
        sheet = SheetWriter(secrets=True)  # the words are masked here, before they are quoted
        for command in self.desk.commands:
            text = written(command, self.secrets)
            sheet.line(Span(text), copy=text)
        if not self.desk.commands:
            sheet.line("nothing was done yet: what you do stands here as docker commands, to copy and to repeat")
        self.show_document(sheet.done(), again=again)
