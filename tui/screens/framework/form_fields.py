"""Forms from descriptions: the fields and boxes of an action, with completions that need the machine, such as files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tui.engine.errors import EngineError
from tui.live.jobs.filenames import (
    paths,
    why_no_directory,
    why_no_file,
    why_no_folder,
    why_no_name,
    why_no_new_file,
    why_no_path,
)
from tui.resources.model.action import Answers, Choice, Field
from tui.screens.framework.context import ViewContext
from tui.widgets.dialogs import Tick
from tui.widgets.form_field import FormField, one_of

if TYPE_CHECKING:
    from tui.engine import Engine


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
    if field.kind in _EXAMINED:
        return _file_field(field, initial)
    offers = _offers(context, field, row)
    look_up = field.look_up if field.asks is None else _asking(context, field.asks)
    look_up = _mounting(context) if field.kind == "mounts" else look_up
    form_field = FormField(
        field.name, field.label, initial, field.check, field.hint, secret, offers, field.examine, look_up, field.lines
    )
    return form_field._replace(masked=field.kind == "masked")


_EXAMINED: Mapping[str, Callable[[str], Awaitable[str]]] = {
    "file": why_no_file,
    "folder": why_no_folder,
    "path": why_no_path,
    "directory": why_no_directory,
    "new-file": why_no_new_file,
}
"""What tells why there is no such file, by the kind of a field."""


def _file_field(field: Field[Any], initial: str) -> FormField:
    def check(text: str) -> str:
        if field.check(text) or field.kind in ("path", "directory") or (field.optional and not text.strip()):
            return field.check(text)
        return why_no_name(text.rstrip("/") or text if field.kind == "folder" else text)

    async def examine(text: str) -> str:
        return "" if field.optional and not text.strip() else await _EXAMINED[field.kind](text)

    look_up = _directories if field.kind in ("folder", "directory") else paths
    made = new_file_field(field.name, field.label, initial, field.hint)
    return made._replace(check=check, examine=examine, look_up=look_up)


async def _directories(text: str) -> list[str]:
    """Return the directories whose path begins with the text."""
    return [path for path in await paths(text) if path.endswith("/")]


def _asking(
    context: ViewContext, ask: Callable[[Engine], Awaitable[Sequence[str]]]
) -> Callable[[str], Awaitable[Sequence[str]]]:
    """Return a function that offers what the engine answers; it is asked once, and a refusal offers nothing."""
    known: list[Sequence[str]] = []

    async def look_up(text: str) -> Sequence[str]:
        if not known:
            try:
                known.append(await ask(context.acting_session.engine))
            except EngineError:
                known.append(())
        return one_of(known[0])(text)

    return look_up


def _mounting(context: ViewContext) -> Callable[[str], Awaitable[Sequence[str]]]:
    """Return a function that completes the last word: a volume's name, or a path of an engine's host that is this machine."""
    context.names("volumes")  # lists them now, so that they are there when something is typed

    async def look_up(text: str) -> Sequence[str]:
        volumes, here = context.rows("volumes"), context.acting_session.address.scheme == "unix"
        before, blank, word = text.rpartition(" ")
        if word.startswith("/"):
            found = await paths(word) if here and ":" not in word else ()
        else:
            names = sorted(context.names("volumes")) if volumes.loaded and ":" not in word else ()
            found = [f"{name}:" for name in names if name.startswith(word)]
        return [f"{before}{blank}{each}" for each in found]

    return look_up


def _offers(context: ViewContext, field: Field[Any], row: object | None) -> Callable[[str], Sequence[str]]:
    if callable(field.offers):
        return one_of(field.offers(row) if row is not None else ())
    if isinstance(screen := field.offers, str):
        context.names(screen)  # lists the objects now, so that they are there when something is typed
        return lambda text: one_of(sorted(context.names(screen)))(text)
    return one_of(field.offers)
