"""Export of a log: the whole log to a file, or the shown lines to the user's pager or editor."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from tui.engine.threads import in_thread
from tui.live.jobs.filenames import path_of
from tui.live.jobs.jobs import Job
from tui.live.logs.reader import LogReader, Saved
from tui.resources.logs.ansi_text import whole
from tui.resources.logs.formats import file_name, stamp
from tui.resources.model.formats import size
from tui.resources.model.text import count
from tui.screens.framework.form_fields import new_file_field
from tui.screens.framework.other_program import command_in, run_on
from tui.widgets.dialogs import Tick
from tui.widgets.form import Filled, Form
from tui.widgets.logview import LogView

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from tui.screens.framework.service_view import ServiceView

AT_ONCE = 0.02  # seconds of work between two checks for keys
REMOVAL_SECONDS = 1.0  # for the removal of the log's folder: the program may be ending


async def ask_and_save(view: ServiceView, period: str, reader: LogReader, follow: Callable[[Job[Saved]], None]) -> None:
    """Ask for a file and write the log of the chosen `period` to it; `follow` is called with the job."""

    def save(filled: Filled | None) -> None:
        if filled is not None:
            follow(reader.save(path_of(dict(filled.typed)["file"]), "times" in filled.ticked))

    name = file_name([source.name for source in reader.sources])
    fields = [new_file_field("file", "File", name, f"{period}, from the engine")]
    await view.show(Form(f"Save {period}", fields, [Tick("times", "start each line with its time")]), save)


def saved_words(saved: Saved, period: str) -> str:
    """Return the message after saving the log of a period."""
    return f"saved {count(saved.lines, 'line')} of {period}, {size(saved.bytes)}, to {saved.path}"


async def open_in(view: ServiceView, log: LogView, variables: Sequence[str], usual: str) -> None:
    """Show the shown lines, without colours, in another program, which has the terminal until its exit.

    The first of the environment's `variables` that is set names the program, else `usual` is started.
    """
    command = command_in(view, variables, usual)
    if not command:
        return
    try:
        folder = Path(await in_thread(lambda: tempfile.mkdtemp(prefix="longshore-")))
    except OSError as error:
        view.warn(f"no directory can be created for the log: {error.strerror}; set TMPDIR to another directory")
        return
    try:
        await _show_in(view, log, folder / "log.txt", command, variables)
    finally:
        with suppress(OSError):
            await in_thread(lambda: shutil.rmtree(folder), REMOVAL_SECONDS)


async def _show_in(view: ServiceView, log: LogView, file: Path, command: Sequence[str], variables: Sequence[str]) -> None:
    try:
        await _write(log, file)
    except OSError as error:
        view.warn(f"the log cannot be written to {file.parent}: {error.strerror}; set TMPDIR to another directory")
        return
    await run_on(view, command, file, variables)


async def _write(log: LogView, file: Path) -> None:
    """Write the shown lines. Raises OSError."""
    out = await in_thread(lambda: file.open("w", encoding="utf-8", errors="replace"))
    try:
        async for text in _texts(log):
            await in_thread(partial(out.write, text))
    finally:
        await in_thread(out.close)


async def _texts(log: LogView) -> AsyncIterator[str]:
    """Yield the shown lines as text, in pieces that take `AT_ONCE` to make."""
    names = log.look.names if len(log.look.names) > 1 else ()
    id_ = log.rows.after(log.buffer.first_id - 1)
    until = perf_counter() + AT_ONCE
    made: list[str] = []
    while id_ is not None:
        shown = log.buffer.line(id_)
        time = stamp(shown.time_ns, log.look.times) + " " if log.look.times != "off" else ""
        name = f"{names[shown.source]}: " if shown.source < len(names) and shown.stream != "note" else ""
        text = f"-- {whole(shown.data)} --" if shown.stream == "note" else whole(shown.data)
        made.append(f"{time}{name}{text}\n")
        if perf_counter() > until:
            yield "".join(made)
            made.clear()
            until = perf_counter() + AT_ONCE
        id_ = log.rows.after(id_)
    yield "".join(made)
