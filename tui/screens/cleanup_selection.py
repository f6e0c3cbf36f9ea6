"""The commands of the clean-up that tick by age, or by a number of images to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

from tui.engine.digits import whole_number
from tui.live.cleanup.unused import Candidate
from tui.resources.cleanup.selection import Selection, but_newest, older_than
from tui.resources.logs.formats import moment
from tui.resources.model.formats import when
from tui.resources.model.text import count
from tui.screens.framework.commands import Command
from tui.widgets.prompt import Prompt

AGE_HELP = "older than: 30d, 12h, 2026-11-21"
KEEP_HELP = "images to keep of each repository, besides those in use: 3"


class TickedView(Protocol):
    """The view of a plan, as these commands need it."""

    prompt: Prompt

    @property
    def shown(self) -> Mapping[str, Candidate]:
        """The objects that are shown and can be removed, by the id of their row."""
        ...

    def tick(self, ids: Iterable[str], ticked: bool) -> None:
        """Set or clear the ticks of these rows."""

    def say(self, text: str) -> None:
        """Show one line about what happened."""

    def warn(self, text: str) -> None:
        """Show one line about what went wrong."""


def selection_commands(view: TickedView) -> Iterable[Command]:
    """Return the commands that tick by age and by number."""
    for name, help, example, run in (
        ("older", "tick objects older than an age and untick the others; volumes keep their ticks", AGE_HELP, tick_older),
        ("keep", "tick all unused images but the newest few of each repository", KEEP_HELP, tick_but_newest),
    ):
        yield Command(
            name=name,
            keys=(),
            help=help,
            run=partial(_ask, view, run, example),
            run_named=partial(run, view),
            group="plan",
            menu=True,
        )


def _ask(view: TickedView, run: Callable[[TickedView, str], None], example: str) -> None:
    view.prompt.ask("=", accept=lambda text: run(view, text))
    view.prompt.note(example)


def tick_older(view: TickedView, text: str) -> None:
    """Tick the shown objects that are older than an age, such as "30d", and untick the others."""
    before = moment(text.strip())
    if before is None:
        view.warn(f"{text.strip()!r} is not an age: {AGE_HELP}")
    else:
        _tick(view, older_than(view.shown, before), f"created before {when(before)}")


def tick_but_newest(view: TickedView, text: str) -> None:
    """Tick the shown tagged images but the newest few of each repository."""
    keep = whole_number(text.strip(), 4)
    if keep is None:
        view.warn(f"{text.strip()!r} is not a number: {KEEP_HELP}")
    else:
        _tick(view, but_newest(view.shown, keep), f"all but the newest {keep} of each repository")


def _tick(view: TickedView, selection: Selection, words: str) -> None:
    for ticked in (True, False):
        view.tick([id for id, on in selection.items() if on is ticked], ticked)
    chosen = sum(selection.values())
    view.say(f"{count(chosen, 'object')} ticked: {words}; {count(len(selection) - chosen, 'object')} unticked")
