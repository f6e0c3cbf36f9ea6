"""A log as a file: saved whole from the engine, or what is shown in the user's pager or editor."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tui.live.jobs import Job
from tui.live.logs import LogReader, Saved
from tui.resources.logtext import whole
from tui.resources.logwords import file_name, stamp
from tui.resources.text import count
from tui.resources.words import size
from tui.screens.filling import paths, why_no_new_file
from tui.widgets.dialogs import Tick
from tui.widgets.form import Filled, Form, FormField
from tui.widgets.logview import LogView

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.base import View

AT_ONCE = 0.02  # seconds of writing between two looks at the keys


async def ask_and_save(view: View, reader: LogReader, follow: Callable[[Job[Saved]], None]) -> None:
    """Ask for a file's name and have the whole log written into it; `follow` is handed the job."""

    def save(filled: Filled | None) -> None:
        if filled is not None:
            follow(reader.save(Path(dict(filled.typed)["file"]).expanduser(), "times" in filled.ticked))

    name = file_name([source.name for source in reader.sources])
    fields = [FormField("file", "File", name, why_no_new_file, "the whole log, from the engine", offers=paths)]
    await view.show(Form("Save the log", fields, [Tick("times", "each line begins with its time")]), save)


def saved_words(saved: Saved) -> str:
    """What was written."""
    return f"saved {count(saved.lines, 'line')}, {size(saved.bytes)}, to {saved.path}"


def pager() -> list[str]:
    """The user's pager: PAGER, else less."""
    return shlex.split(os.environ.get("PAGER", "")) or ["less"]


def editor() -> list[str]:
    """The user's editor: VISUAL, else EDITOR, else vi."""
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "") or ["vi"]


async def open_in(view: View, log: LogView, command: list[str]) -> None:
    """Show the lines that are shown, without colours, in another program, which has the terminal until it ends."""
    with tempfile.TemporaryDirectory(prefix="longshore-") as folder:
        file = Path(folder) / "log.txt"
        await _write(log, file)
        try:
            status = await _run(view, [*command, str(file)])
        except SuspendNotSupported:
            view.warn(f"{command[0]} cannot be shown in this terminal")
        except OSError as error:
            view.warn(f"{command[0]} could not be started: {error.strerror}; PAGER and EDITOR say what to start")
        else:
            if status:
                view.warn(f"{command[0]} ended with status {status}")


async def _write(log: LogView, file: Path) -> None:
    names = log.look.names if len(log.look.names) > 1 else ()
    with file.open("w", encoding="utf-8", errors="replace") as out:
        id_ = log.rows.after(log.buffer.first_id - 1)
        until = perf_counter() + AT_ONCE
        while id_ is not None:
            shown = log.buffer.line(id_)
            time = stamp(shown.time_ns, log.look.times) + " " if log.look.times != "off" else ""
            name = f"{names[shown.source]}: " if shown.source < len(names) and shown.stream != "note" else ""
            text = f"-- {whole(shown.data)} --" if shown.stream == "note" else whole(shown.data)
            out.write(f"{time}{name}{text}\n")
            if perf_counter() > until:
                await asyncio.sleep(0)
                until = perf_counter() + AT_ONCE
            id_ = log.rows.after(id_)


async def _run(view: View, command: list[str]) -> int:
    """Give the terminal away until the command has ended. The log is read on meanwhile; ctrl+c is the command's."""
    with view.app.suspend(), view.app.batch_update():
        before = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, lambda *_: None)
        try:
            process = await asyncio.create_subprocess_exec(*command)
            return await process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
