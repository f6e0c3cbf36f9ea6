"""The files of a container: one directory at a time."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import partial

from textual import events, on

from tui.engine.errors import EngineError, one_line
from tui.live.files.helper import remove_helper
from tui.live.files.rows import Changed, FileRow, Place, changed
from tui.live.files.tree import FileTree
from tui.live.state.collection import Changes, Collection
from tui.resources.files.files import FILES, copy_in, create_directory, place_title
from tui.resources.files.formats import why_no_content
from tui.resources.model.action import Action
from tui.resources.model.advice import told
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView
from tui.widgets.bar import Segment
from tui.widgets.prompt import Completion


class FilesView(ResourceView[FileRow]):
    """The list of a directory.

    `path` is in the container; what was read is kept for the way back. With `helper` the container is a helper, which is
    removed when the view is closed.
    """

    def __init__(self, context: ViewContext, place: Place, helper: bool = False) -> None:
        self.place = place
        self.path = place.root
        self.files = FileTree(lambda: context.session.engine, place)
        self.reading = ""  # the directory that is being read, or ""
        self.problem = ""  # why the directory was not read
        self._helper = helper
        self._at_top = True  # the cursor stays on the first row until a key is pressed, wherever rows arrive
        super().__init__(context, FILES, Collection())

    def on_ready(self) -> None:
        super().on_ready()
        self.follow(changed, self._changed_here)
        self.renew("facts", self._read_facts)
        self.open_directory(self.path)

    @on(events.Unmount)
    async def _remove_helper(self) -> None:
        """Remove the helper container; if that fails, say that the container remains."""
        if self._helper:
            try:
                await remove_helper(self.context.session.engine, self.place)
            except EngineError as error:
                self.foreground_view.warn(f"helper container {one_line(self.place.name)} was not removed: {told(error)}")

    # -- reading ------------------------------------------------------------------------------------------------------

    def open_directory(self, path: str, cursor: str = "", whole: bool = False) -> None:
        """Show a directory from what is known of it, and read the rest; the cursor goes to the path `cursor`."""
        moved = path != self.path
        if moved:
            self.listing.filter("")
            self.listing.clear_marks()
            self.table.set_marks(self.listing.marks)
        self.path, self.problem = path, ""
        directory = self.files.directory(path)
        self.wanted = cursor
        self._show_known()
        self._at_top = not cursor and (moved or self._at_top)
        if self._at_top:
            self.table.action_first()
        if directory.complete:
            self.reading = ""
            self.workers.cancel_group(self, "listing")
        elif not directory.cut or whole:
            self.reading = path
            self.renew("listing", self._read, path, whole)
        self.lay_out()
        self.refresh_header()
        self.refresh_keys()

    def _show_known(self) -> None:
        rows = [*self.files.directory(self.path).rows.values(), *self.files.removed(self.path)]
        self.rows.replace({row.path: self.files.marked(row) for row in rows})
        self.rows.close()  # a directory is shown at once

    async def _read(self, path: str, whole: bool) -> None:
        try:
            await self.files.read(path, partial(self._arrived, path), whole)
        except EngineError as error:
            self.problem = told(error)
        self.reading = ""
        if self.problem and self.rows.rows:
            self.warn(f"{one_line(self.place.shown(path))}: {self.problem}")
        self.lay_out()
        self.refresh_header()
        self.refresh_keys()

    def _arrived(self, path: str, rows: list[FileRow]) -> None:
        if path == self.path:
            self.rows.put({row.path: self.files.marked(row) for row in rows})

    def apply_changes(self, changes: Changes) -> None:
        super().apply_changes(changes)
        if self._at_top:
            self.table.action_first()

    async def action_command(self, name: str) -> None:
        self._at_top = False
        await super().action_command(name)

    def on_click(self) -> None:
        """Keep the cursor where it was put."""
        self._at_top = False

    def escape(self) -> None:
        """Clear the filter, then the marks; then go to the directory above, and from the root back."""
        if self.listing.matcher.text or self.listing.marks or self.path == self.place.root:
            super().escape()
        else:
            self.go_up()

    async def _read_facts(self) -> None:
        """Read the mounts and the changes, and mark the rows; without them the list goes on unmarked."""
        try:
            await self.files.read_mounts()
            await self.files.read_changes()
        except EngineError as error:
            self.say(f"changes and mounts are not marked: {told(error)}", "warn")
        self._show_known()

    async def reload(self) -> None:
        """Read the directory again, and what differs from the image."""
        self.files.forget(self.path)
        self.renew("facts", self._read_facts)
        self.open_directory(self.path)

    @property
    def idle(self) -> bool:
        return super().idle and not self.reading

    def empty_words(self) -> str:
        if self.problem:
            return f"{one_line(self.place.shown(self.path))} cannot be read: {self.problem}"
        return "Reading the directory…" if self.reading and not self.listing.total else super().empty_words()

    def title_line(self) -> Line:
        shown = one_line(self.place.shown(self.path))
        return line(Span("files ", "title"), Span(place_title(self.place), "accent"), Span(f" {shown}"))

    def facts(self) -> list[Segment]:
        facts = super().facts()
        if self.reading:
            facts.append(Segment(line(Span("reading…", "accent")), 1))
        elif self.files.directory(self.path).cut:
            key = self.commands.signs("measure")
            facts.append(Segment(line(Span(f"not read to the end, names may be missing: {key} reads all", "warn")), 1))
        return facts

    # -- commands -----------------------------------------------------------------------------------------------------

    def own_commands(self) -> Iterable[Command]:
        for command in super().own_commands():
            if command.name != "details":
                yield command
        yield Command(
            name="open",
            keys=("enter",),
            help="open the directory or the file",
            run=self.open_details,
            refusal=self._nothing,
            footer=True,
        )
        yield Command(
            name="parent",
            keys=("backspace",),
            help="go to the directory above",
            run=self.go_up,
            refusal=lambda: "this is the root" if self.path == self.place.root else "",
            footer=True,
        )
        yield Command(name="path", keys=("ctrl+g",), help="go to a path", run=self.ask_path)
        yield Command(
            name="edit",
            keys=("E",),
            help="edit in $EDITOR and put back",
            run=self.edit,
            refusal=self._why_not_edit,
            footer=True,
            menu=True,
        )
        for action in self._here():
            yield Command(
                name=action.name,
                keys=(action.key,),
                help=action.help,
                run=partial(self._begin_here, action.name),
                refusal=partial(self.runner.refusal, action, []),
                group="file",
                footer=action.footer,
                menu=True,
            )
        yield Command(
            name="measure",
            keys=("z",),
            help="read the directory to its end, for all names and sizes",
            run=lambda: self.open_directory(self.path, whole=True),
            refusal=lambda: "all of the directory is read" if self.files.directory(self.path).complete else "",
        )
        yield Command(
            name="stop",
            keys=("x",),
            help="stop reading",
            run=self.stop_reading,
            refusal=lambda: "" if self.reading else "nothing is being read",
        )

    def _here(self) -> Sequence[Action[FileRow]]:
        """Return the actions on the directory that is shown."""
        return copy_in(self.place, self.path), create_directory(self.place, self.path)

    async def _begin_here(self, name: str) -> None:
        await self.runner.begin(next(action for action in self._here() if action.name == name), [])

    def stop_reading(self) -> None:
        """Stop reading the directory; what was read stays."""
        self.workers.cancel_group(self, "listing")
        self.reading = ""
        self.files.directory(self.path).cut = True
        self.lay_out()
        self.refresh_header()

    async def open_details(self) -> None:
        """Open the directory, or the file, or what the link leads to."""
        row = self.current
        if row is None:
            return
        if row.is_link:
            try:
                row = await self.files.target(row)
            except EngineError as error:
                self.warn(f"{one_line(row.name)} leads to {one_line(row.link)}: {told(error)}")
                return
        if row.is_directory:
            self.open_directory(row.path)
        elif why := why_no_content(row):
            self.say(f"{one_line(row.name)}: {why}", "warn")
        else:
            from tui.screens.files.content import FileView

            await self.app.push_screen(FileView(self.context, row))

    def go_up(self) -> None:
        """Go to the directory above, with the cursor on the one that is left."""
        below = self.path
        self.open_directory(posixpath.dirname(below), cursor=below)

    def ask_path(self) -> None:
        """Go to a path; names of directories that are known complete it."""
        self.prompt.ask(
            "path ", self.place.shown(self.path).rstrip("/") + "/", accept=self._go_to_path, complete=self._complete
        )

    def _complete(self, text: str) -> Sequence[Completion]:
        folder, _, beginning = text.rpartition("/")
        known = self.files.directory(self.place.whole(folder or "/", self.path)).rows.values()
        return [
            Completion(f"{folder}/{row.name}{'/' if row.is_directory else ''}")
            for row in sorted(known, key=lambda row: row.name)
            if row.name.startswith(beginning) and one_line(row.name) == row.name
        ]

    async def _go_to_path(self, text: str) -> None:
        path = self.place.whole(text.strip() or "/", self.path)
        try:
            row = await self.files.target(await self.files.status(path)) if path != self.place.root else None
        except EngineError as error:
            self.warn(f"{one_line(self.place.shown(path))}: {told(error)}")
            return
        if row is None or row.is_directory:
            self.open_directory(path if row is None else row.path)
        else:
            self.open_directory(posixpath.dirname(row.path), cursor=row.path)

    def _why_not_edit(self) -> str:
        row = self.current
        if why := self.context.why_read_only() or self._nothing():
            return why
        if row is None or why_no_content(row):
            return why_no_content(row) if row is not None else ""
        return "a directory cannot be edited" if row.is_directory else ""

    async def edit(self) -> None:
        """Edit the file under the cursor."""
        from tui.screens.files.editing import edit

        if self.current is not None:
            await edit(self, self.files, self.current)

    def _changed_here(self, change: Changed) -> None:
        if change.container == self.place.container:
            self.run_worker(self._read_again(change.path))

    async def _read_again(self, path: str) -> None:
        """Read the row of a path that this program changed, and what differs from the image."""
        try:
            await self.files.read_again(path)
            await self.files.read_changes()
        except EngineError as error:
            self.warn(told(error))
        self._show_known()
