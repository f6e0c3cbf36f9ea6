"""The commands of the clean-up that tick by age, or by a number of images to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from tui.engine.digits import whole_number
from tui.resources.cleanup.selection import Selection, but_newest, older_than
from tui.resources.logs.formats import moment
from tui.resources.model.formats import when
from tui.resources.model.text import count
from tui.screens.cleanup import PlanView
from tui.screens.framework.commands import Command

AGE_HELP = "older than: 30d, 12h, 2026-11-21"
KEEP_HELP = "images to keep of each repository, besides those in use: 3"


def selection_commands(view: PlanView[Any]) -> Iterable[Command]:
    """Return the commands that tick by age and by number."""
    for name, help, example, run in (
        ("older", "tick what is older than an age, untick the rest; volumes stay as they are", AGE_HELP, tick_older),
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


def _ask(view: PlanView[Any], run: Callable[[PlanView[Any], str], None], example: str) -> None:
    view.prompt.ask("=", accept=lambda text: run(view, text))
    view.prompt.note(example)


def tick_older(view: PlanView[Any], text: str) -> None:
    """Tick the shown objects that are older than an age, such as "30d", and untick the others."""
    before = moment(text.strip())
    if before is None:
        view.warn(f"{text.strip()!r} is not an age: {AGE_HELP}")
    else:
        _tick(view, older_than(view.shown, before), f"created before {when(before)}")


def tick_but_newest(view: PlanView[Any], text: str) -> None:
    """Tick the shown tagged images but the newest few of each repository."""
    keep = whole_number(text.strip(), 4)
    if keep is None:
        view.warn(f"{text.strip()!r} is not a number: {KEEP_HELP}")
    else:
        _tick(view, but_newest(view.shown, keep), f"all but the newest {keep} of each repository")


def _tick(view: PlanView[Any], selection: Selection, words: str) -> None:
    for ticked in (True, False):
        view.plan.tick([id for id, on in selection.items() if on is ticked], ticked)
    chosen = sum(selection.values())
    view.say(f"{count(chosen, 'object')} ticked: {words}; {count(len(selection) - chosen, 'object')} unticked")
