"""Forms from descriptions: the fields and boxes of an action, with completions that need the machine, such as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tui.live.jobs.filenames import paths, why_no_file, why_no_name, why_no_new_file
from tui.resources.model.action import Answers, Choice, Field
from tui.screens.framework.context import ViewContext
from tui.widgets.dialogs import Tick
from tui.widgets.form import FormField, one_of


def form_fields(
    context: ViewContext, fields: Iterable[Field[Any]], row: object | None = None, known: Answers | None = None
) -> list[FormField]:
    """Return the form fields for a row; `known` are earlier answers."""
    return [_field(context, field, row, known) for field in fields]


def ticks(choices: Iterable[Choice], known: Answers | None = None) -> list[Tick]:
    """Return the boxes of a dialog."""
    return [
        Tick(choice.name, choice.label, choice.ticked if known is None else choice.name in known.ticked) for choice in choices
    ]


def new_file_field(name: str, label: str, initial: str = "", hint: str = "") -> FormField:
    """Return a field for the name of a file that is to be created."""
    return FormField(name, label, initial, why_no_name, hint, examine=why_no_new_file, look_up=paths)


def _field(context: ViewContext, field: Field[Any], row: object | None, known: Answers | None) -> FormField:
    initial = known.text(field.name) if known else field.initial(row) if row is not None else ""
    secret = field.kind == "secret"
    if field.kind in ("file", "new-file"):
        made = new_file_field(field.name, field.label, initial, field.hint)
        examine = why_no_file if field.kind == "file" else why_no_new_file
        return made._replace(check=lambda text: field.check(text) or why_no_name(text), examine=examine)
    return FormField(field.name, field.label, initial, field.check, field.hint, secret, _offers(context, field, row))


def _offers(context: ViewContext, field: Field[Any], row: object | None) -> Callable[[str], Sequence[str]]:
    if callable(field.offers):
        return one_of(field.offers(row) if row is not None else ())
    if isinstance(screen := field.offers, str):
        context.names(screen)  # lists the objects now, so that they are there when something is typed
        return lambda text: one_of(sorted(context.names(screen)))(text)
    return one_of(field.offers)
