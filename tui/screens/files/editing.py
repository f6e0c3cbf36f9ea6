"""Editing a file of a container in the user's editor."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui.engine.errors import EngineError, NotFound
from tui.engine.threads import in_thread
from tui.live.files.rows import FileRow
from tui.live.files.transfer import Part, put_back, read_part, version_of
from tui.live.files.tree import FileTree
from tui.resources.files.formats import title
from tui.resources.model.advice import told
from tui.resources.model.formats import size
from tui.resources.model.text import one_line
from tui.screens.framework.other_program import EDITORS, command_in, run_on
from tui.screens.framework.service_view import EngineView
from tui.screens.framework.waiting import ask_first
from tui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from tui.engine import Engine

LARGEST = 16 << 20
"""Bytes of a file that is edited, at most: the file is held in memory."""


class _Before(NamedTuple):
    """A file before it is edited: the row that it was opened by, its status, its content."""

    row: FileRow
    status: FileRow
    part: Part


async def edit(view: EngineView, tree: FileTree, row: FileRow) -> None:
    """Edit a file and put it back if it was changed, with its owner and mode.

    A link is followed. If the file changed in the container meanwhile, the user is asked. The edited text stays on this machine
    until it has been put back.
    """
    read = _read(view.context.session.engine, tree, row)
    await ask_first(view, title(row), read, partial(_edit, view, tree), "opens the editor")


async def _read(engine: Engine, tree: FileTree, row: FileRow) -> _Before:
    """Read a file, or the target of a link. Raises EngineError."""
    row = await tree.target(row)
    before = await tree.status(row.path)
    if not before.is_file or (before.size or 0) > LARGEST:
        raise EngineError(f"no regular file of at most {size(LARGEST)}: copy the file out to edit it")
    return _Before(row, before, await read_part(engine, row, 0, LARGEST))


async def _edit(view: EngineView, tree: FileTree, found: _Before) -> None:
    row, before, part = found
    try:
        folder = Path(await in_thread(lambda: tempfile.mkdtemp(prefix="longshore-")))
    except OSError as error:
        view.warn(f"no directory can be created for the file: {error.strerror}; set TMPDIR to another directory")
        return
    copy = folder / (one_line(row.name).replace("/", "_") or "file")
    changed = await _changed(view, copy, part.data)
    if changed is None:
        await _remove(folder)
        return
    back = _PutBack(view, tree, before, part, copy, changed)
    await back.check()


async def _changed(view: EngineView, copy: Path, content: bytes) -> bytes | None:
    """Run the editor on a copy; return the new content, or None if nothing is to be put back."""
    command = command_in(view, EDITORS, "vi")
    if not command:
        return None
    try:
        await in_thread(lambda: _write(copy, content))
        if not await run_on(view, command, copy, EDITORS):
            return None
        new = await in_thread(copy.read_bytes)
    except OSError as error:
        view.warn(f"the copy {copy} cannot be used: {error.strerror}; set TMPDIR to another directory")
        return None
    if new == content:
        view.say("nothing was edited: the file was not changed")
        return None
    return new


def _write(copy: Path, content: bytes) -> None:
    copy.touch(mode=0o600)
    copy.write_bytes(content)


async def _remove(folder: Path) -> None:
    """Remove the directory of a copy, as far as its file system answers."""
    with suppress(OSError):
        await in_thread(lambda: shutil.rmtree(folder, ignore_errors=True))


class _PutBack:
    """Puts an edited file back, after asking if it changed meanwhile."""

    def __init__(self, view: EngineView, tree: FileTree, before: FileRow, part: Part, copy: Path, content: bytes) -> None:
        self.view, self.tree, self.before, self.part = view, tree, before, part
        self.copy, self.content = copy, content

    async def check(self) -> None:
        """Compare the file with what it was before the editor, ask if it changed, and put it back."""
        name = title(self.before)
        try:
            now = await self.tree.status(self.before.path)
        except NotFound:
            question = f"{name} was removed during the edit. Create the file again with the edited text?"
        except EngineError as error:
            self._kept(told(error))
            return
        else:
            if version_of(now) == version_of(self.before):
                await self._put()
                return
            question = f"{name} changed in the container during the edit. Replace the file by the edited text?"
        await self.view.show(Confirm("The file changed", [question], danger=True, confirm_label="replace"), self._answered)

    def _answered(self, answer: frozenset[str] | None) -> None:
        if answer is None:
            self._kept("not put back")
        else:
            self.view.app.run_worker(self._put())

    async def _put(self) -> None:
        try:
            await put_back(self.view.context.session.engine, self.before.place, self.before.path, self.part.entry, self.content)
        except EngineError as error:
            self._kept(told(error))
            return
        await _remove(self.copy.parent)
        self.view.foreground_view.say(f"{title(self.before)} put back, {size(len(self.content))}", "good")

    def _kept(self, why: str) -> None:
        """Tell that the edited text is kept on this machine."""
        self.view.foreground_view.warn(f"{title(self.before)}: {why} The edited text is in {self.copy}.")
