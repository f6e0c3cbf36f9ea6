"""Forms from descriptions: the fields and boxes of an action, with what only the machine knows, such as its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from tui.resources.description import Answers, Choice, Field
from tui.resources.text import one_line
from tui.screens.desk import Desk
from tui.widgets.dialogs import Tick
from tui.widgets.form import FormField, one_of


def form_fields(
    desk: Desk, fields: Iterable[Field[Any]], row: object | None = None, known: Answers | None = None
) -> list[FormField]:
    """The fields of a form about a row; `known` is what was filled in before."""
    return [_field(desk, field, row, known) for field in fields]


def ticks(choices: Iterable[Choice], known: Answers | None = None) -> list[Tick]:
    """The boxes of a dialog."""
    return [
        Tick(choice.name, choice.label, choice.ticked if known is None else choice.name in known.ticked) for choice in choices
    ]


def _field(desk: Desk, field: Field[Any], row: object | None, known: Answers | None) -> FormField:
    initial = known.text(field.name) if known else field.initial(row) if row is not None else ""
    secret = field.kind == "secret"
    return FormField(field.name, field.label, initial, _check(field), field.hint, secret, _offers(desk, field, row))


def _check(field: Field[Any]) -> Callable[[str], str]:
    of_file = {"file": why_no_file, "new-file": why_no_new_file}.get(field.kind)
    return field.check if of_file is None else lambda text: field.check(text) or of_file(text)


def _offers(desk: Desk, field: Field[Any], row: object | None) -> Callable[[str], Sequence[str]]:
    if field.kind in ("file", "new-file"):
        return paths
    if callable(field.offers):
        return one_of(field.offers(row) if row is not None else ())
    if isinstance(screen := field.offers, str):
        desk.names(screen)  # lists them now, if they were not; they are there when something is typed
        return lambda text: one_of(sorted(desk.names(screen)))(text)
    return one_of(field.offers)


def why_no_new_file(name: str) -> str:
    """What is wrong with the name of a file that is to be written, or nothing."""
    path = Path(name).expanduser()
    if wrong := _why_not_a_files(name):
        return wrong
    if path.exists():
        return f"{one_line(str(path))} exists already: choose another name"
    return "" if path.parent.is_dir() else f"there is no folder {one_line(str(path.parent))}"


def why_no_file(name: str) -> str:
    """What is wrong with the name of a file that is to be read, or nothing."""
    path = Path(name).expanduser()
    return _why_not_a_files(name) or ("" if path.is_file() else f"there is no file {one_line(str(path))}")


def _why_not_a_files(name: str) -> str:
    path = Path(name).expanduser()
    if not name.strip():
        return "a file needs a name"
    return f"{one_line(str(path))} is a folder" if path.is_dir() else ""


def paths(text: str) -> list[str]:
    """Files and folders whose path begins with a text; those of a folder that cannot be read are none."""
    folder, slash, beginning = text.rpartition("/")
    try:
        inside = sorted(Path(folder or slash or ".").expanduser().iterdir())
    except OSError:
        return []
    found = [path for path in inside if path.name.startswith(beginning) and (beginning or not path.name.startswith("."))]
    return [f"{folder}{slash}{path.name}{'/' if path.is_dir() else ''}" for path in found if path.name.isprintable()]
