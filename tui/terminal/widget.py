"""The terminal widget: passes on keys and pastes, handles the prefix, and scrolls back."""

from __future__ import annotations

from functools import partial

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen

from tui.live.terminals.sessions import TerminalSession
from tui.terminal.emulator import Emulator
from tui.terminal.keys import key_bytes
from tui.terminal.modes import Modes
from tui.terminal.mouse import MOVES
from tui.terminal.packed import packed
from tui.terminal.painted import Painted
from tui.terminal.paste import paste_bytes
from tui.terminal.presses import press_of
from tui.terminal.review import Review
from tui.widgets.textual_internals.keys import KeyReport, raw_bytes
from tui.widgets.textual_internals.paced_app import keyboard_of, mouse_of

COMMANDS = {
    "d": "leave",
    "x": "end",
    "n": "next",
    "p": "previous",
    "z": "zoom",
    "left_square_bracket": "review",
    "question_mark": "help",
    "vertical_line": "beside",
    "o": "other",
    "m": "mouse",
    "r": "reopen",
    "y": "output",
}
"""The commands on the key after the prefix."""


class TerminalView(Painted, can_focus=True):
    """A session on the screen. `prefix` is Textual's name of the key before commands.

    Every key goes to the program, except the prefix and the key after it, which become `Command` messages.
    """

    ALLOW_SELECT = False
    BINDING_GROUP_TITLE = "terminal"

    class Command(Message):
        """Posted after the prefix and a key; `name` is one of COMMANDS' values, or "" for an unknown key."""

        def __init__(self, view: TerminalView, name: str) -> None:
            super().__init__()
            self.view = view
            self.name = name

    class Prefixed(Message):
        """Posted after the prefix (`waiting`) and after the key that follows."""

        def __init__(self, view: TerminalView, waiting: bool) -> None:
            super().__init__()
            self.view = view
            self.waiting = waiting

    class Copied(Message):
        """Posted with a text that the user selected to copy."""

        def __init__(self, view: TerminalView, text: str) -> None:
            super().__init__()
            self.view = view
            self.text = text

    class ProgramCopied(Message):
        """Posted with a text that the program wrote to the clipboard."""

        def __init__(self, view: TerminalView, text: str) -> None:
            super().__init__()
            self.view = view
            self.text = text

    class LinkShown(Message):
        """Posted with the target of a link that was clicked; a second click copies the target."""

        def __init__(self, view: TerminalView, target: str) -> None:
            super().__init__()
            self.view = view
            self.target = target

    class TitleChanged(Message):
        """Posted when the program has set another title."""

    class Stuffed(Message):
        """Posted when input was refused because the program does not read its input."""

    class KeyWhenOver(Message):
        """Posted after a key in an ended session."""

        def __init__(self, view: TerminalView, key: str) -> None:
            super().__init__()
            self.view = view
            self.key = key

    def __init__(
        self,
        session: TerminalSession,
        *,
        prefix: str = "ctrl+backslash",
        clipboard: bool = False,
        bell: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(session, id=id)
        self.prefix = prefix
        self._clipboard = clipboard
        self._bell = bell
        self._link = ""
        self._title = ""
        self._waiting = False
        self._kept_back: set[int] = set()  # keys that were Longshore's: their release is not the program's either
        self._early: list[events.Key] = []  # typed before the widget has a size, and with it a program

    def _take_up(self) -> None:
        super()._take_up()
        if self._shown is not None:
            self._shown.emulator.set_reported(keyboard_of(self.app))
            self._follow_program(self.screen)
        early, self._early = self._early, []
        for event in early:
            self._type(event)
        if self._clipboard and self._shown is not None:
            self._shown.clipboard = partial(self._program_copied, self.app)
        if self._bell and self._shown is not None:
            self._shown.ring = self.app.bell

    # --- keys ---

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return True: every key is for the program, so that bindings of the screen and the app are disabled."""
        return True

    def take_key(self, event: events.Key) -> bool:
        """Send a key to the program at once, past Textual's queues. Return False for a key that is not simply typed."""
        console = self._shown
        if console is None or console.input_line is not None or self._waiting or event.key == self.prefix:
            return False
        if self.review is not None or self.session.row.over:
            return False
        self._type(event)
        return True

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if (self._waiting or event.key == self.prefix) and (code := _code(raw_bytes(event))):
            self._kept_back.add(code)
        if self._waiting:
            self._after_prefix(event)
        elif event.key == self.prefix:
            self._wait(True)
        elif self.review is not None:
            self._review_key(event)
        elif self.session.row.over:
            self.post_message(self.KeyWhenOver(self, event.key))
        else:
            self._type(event)

    def on_key_report(self, event: KeyReport) -> None:
        """Send the release of a key, or a modifier alone, to a program that asked for those."""
        if self._shown is None or not self.typeable or self.review is not None or not self.modes.kitty:
            return
        code = _code(event.raw)
        if code in self._kept_back:
            self._kept_back.discard(code)
        else:
            self.send(key_bytes("", None, event.raw, self.modes))

    def _changed(self, news: None) -> None:
        self._follow_program(self.screen)
        if self._title != self.title:
            self._title = self.title
            self.post_message(self.TitleChanged())
        super()._changed(news)

    @property
    def title(self) -> str:
        """Return the title that the program has set, which is clean text."""
        return self._shown.emulator.title if self._shown is not None else ""

    def on_unmount(self) -> None:
        super().on_unmount()
        self._follow_program(self.app.screen)

    def _follow_program(self, screen: Screen[object]) -> None:
        """Have the user's terminal report of keys and mouse what the program that has the focus on `screen` asked for."""
        view = screen.focused
        modes = view.modes if isinstance(view, TerminalView) and view.typeable else Modes()
        keyboard_of(self.app).want(modes.kitty | bool(modes.other_keys))
        mouse_of(self.app).want_moves(modes.mouse == MOVES)

    def _wait(self, waiting: bool) -> None:
        self._waiting = waiting
        self.post_message(self.Prefixed(self, waiting))

    def _after_prefix(self, event: events.Key) -> None:
        self._wait(False)
        if event.key == self.prefix:
            self._type(event)
        elif (name := COMMANDS.get(event.key, "")) == "review":
            self.look_back()
            if self.review is not None:
                self.review.move(0)  # the last row makes room for the status
        else:
            self.post_message(self.Command(self, name))

    def _type(self, event: events.Key) -> None:
        console = self._shown
        if not self.typeable:
            return
        if console is None:
            self._early.append(event)
            return
        self._echo = True
        if console.input_line is not None:
            self._type_line(event)
            return
        raw = raw_bytes(event)
        self.send(key_bytes(event.key, event.character, raw, console.emulator.modes))

    def _type_line(self, event: events.Key) -> None:
        assert self._shown is not None
        assert self._shown.input_line is not None
        data = self._shown.input_line.key(event.key, event.character)
        if data is None:
            self._shown.end_input()
        else:
            self.send(data)
        self._paint()

    def send(self, data: bytes) -> None:
        """Send input to the program; post `Stuffed` if it was refused."""
        if self._shown is not None and not self._shown.send(data):
            self.post_message(self.Stuffed())

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        console = self._shown
        if console is None or not self.typeable or self.review is not None:
            return
        if console.input_line is not None:
            self.send(console.input_line.paste(event.text))
            self._paint()
        else:
            self.send(paste_bytes(event.text, bracketed=self.modes.bracketed_paste))

    def on_focus(self) -> None:
        if self.modes.focus_reports:
            self.send(b"\x1b[I")
        self._follow_program(self.screen)
        self._paint()

    def on_blur(self) -> None:
        if self.modes.focus_reports:
            self.send(b"\x1b[O")
        self._follow_program(self.screen)
        self._paint()

    # --- scrolling back ---

    def look_back(self) -> None:
        """Freeze the screen, for scrolling, searching and copying."""
        if self._shown is not None and self.review is None:
            self.review = self._frozen(self._shown.emulator)
            self.repaint()

    def _frozen(self, emulator: Emulator) -> Review:
        back = emulator.scrollback
        lines = [back[n] for n in range(len(back))] + [packed(row) for row in emulator.screen.screen_rows]
        return Review(lines, self._review_rows(), len(back), len(back) + emulator.cursor.y, columns=emulator.columns)

    def copy_output(self) -> bool:
        """Post the output of the last command to be copied; return whether the shell has marked one."""
        review = self._frozen(self._shown.emulator) if self._shown is not None else None
        if review is None or not review.select_output():
            return False
        self.post_message(self.Copied(self, review.selected()))
        return True

    def look_ahead(self) -> None:
        """Return to the live screen."""
        self.review = None
        self.repaint()

    def _review_key(self, event: events.Key) -> None:
        assert self.review is not None
        outcome = self.review.key(event.key, event.character)
        if outcome == "copy":
            self.copy_selection()
        elif outcome == "leave":
            self.look_ahead()
        else:
            self.repaint()

    def _program_copied(self, app: App[object], text: str) -> None:
        """Copy a text of the program, which the user enabled; possibly while another view is shown."""
        app.copy_to_clipboard(text)
        self.post_message(self.ProgramCopied(self, text))

    def click(self, x: int, y: int) -> None:
        """Show the target of the link at a cell, or copy the target shown last."""
        target = self._shown.emulator.link(x, y) if self._shown is not None and self.review is None else ""
        if target and target == self._link:
            self.post_message(self.Copied(self, target))
            target = ""
        elif target:
            self.post_message(self.LinkShown(self, target))
        self._link = target

    def copy_selection(self) -> None:
        """Post the selected text of the frozen screen, and return to the live screen."""
        assert self.review is not None
        text = self.review.selected()
        self.look_ahead()
        self.post_message(self.Copied(self, text))


def _code(raw: bytes | None) -> int:
    """Return the number of a key in the kitty protocol; 0 if unknown."""
    return press_of("", None, raw.decode("utf-8", "replace")).code if raw else 0
