"""Views that only say something: every key of a view, the docker commands of what was done."""

from __future__ import annotations

from collections.abc import Iterable

from tui.resources.document import Document, SheetWriter
from tui.resources.text import Line, Span, cells, line
from tui.screens.desk import Desk
from tui.screens.reading import ReadingView
from tui.screens.verbs import Verb, Verbs


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
    """What was done since the start, as docker commands, oldest first."""

    kind = "commands"
    wrapped = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        written = SheetWriter()
        for command in self._commands():
            written.line(Span(command), copy=command)
        self.show_document(written.done())

    def _commands(self) -> Iterable[str]:
        return self.desk.commands or ["nothing was done yet: what you do stands here as docker commands, to copy and to repeat"]
