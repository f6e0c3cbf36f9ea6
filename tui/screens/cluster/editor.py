"""A new secret or config from the user's editor. The text is in memory only: a file that touches no disk."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tui.engine.sealed import Sealed
from tui.live.cluster.changes import stored
from tui.resources.cluster.stored import check_name
from tui.resources.model.form_values import check_pairs, pairs
from tui.resources.model.formats import size
from tui.resources.model.text import one_line
from tui.screens.framework.action_results import run_long
from tui.screens.framework.other_program import EDITORS, command_in, run_on
from tui.screens.framework.routes import RouteView
from tui.widgets.form import Filled, Form
from tui.widgets.form_field import FormField

MEMORY = Path("/dev/shm")
"""A folder in memory, as Linux has it: its calls return at once."""


async def create_in_editor(view: RouteView, _rows: Sequence[object]) -> None:
    """Open the editor on an empty text, then ask for the name."""
    noun = view.resource.singular
    content = await _written(view, noun)
    if content is None:
        return
    if not content.reveal():
        view.warn(f"the file is empty: no {noun} was created")
        return
    fields = [
        FormField("name", "Name", check=check_name, hint="site-key"),
        FormField("labels", "Labels", check=check_pairs, hint="name=value name=value"),
    ]
    title = f"Create a {noun} of {size(len(content.reveal()))} from the editor"
    await view.show(Form(title, fields, submit="create"), partial(_create, view, noun, content))


def _create(view: RouteView, noun: str, content: Sealed, filled: Filled | None) -> None:
    if filled is None:
        return
    typed = dict(filled.typed)
    name = typed["name"].strip()

    async def work() -> str:
        from tui.engine.api.configs import Configs
        from tui.engine.api.secrets import Secrets

        group = stored(view.context.session.engine, Secrets if noun == "secret" else Configs)
        await group.create(name, content, pairs(typed["labels"]))
        return f"{noun} {one_line(name)} created"

    run_long(view.context.view(view.resource.name), f"creating {noun} {one_line(name)}", work)


async def _written(view: RouteView, noun: str) -> Sealed | None:
    """Return the text from the editor, or None after a warning."""
    command = command_in(view, EDITORS, "vi")
    if not command:
        return None
    try:
        with tempfile.TemporaryDirectory(prefix="longshore-", dir=MEMORY) as folder:
            file = Path(folder) / noun
            file.touch(mode=0o600)
            return Sealed(file.read_bytes()) if await run_on(view, command, file, EDITORS) else None
    except OSError as error:
        view.warn(
            f"no file can be used in {MEMORY}: {error.strerror}; a {noun} is not written to a disk: "
            f"create the {noun} from a file with c"
        )
        return None
