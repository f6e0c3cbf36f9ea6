"""The terminal widget: keys, painting, mouse and scrolling back, over a stream of the test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.binding import Binding
from textual.events import Key
from textual.pilot import Pilot

from tests.waiting import until_async
from tui.live.terminals.session_row import Phase, SessionRow
from tui.live.terminals.sessions import Output
from tui.live.terminals.stream import Size
from tui.terminal.console import QUEUE
from tui.terminal.screen import Screen
from tui.terminal.widget import TerminalView
from tui.widgets.textual_internals.keys import KeyParser

PRESSED = 5
"""The turn of a flood in which a key is pressed."""


class Stream:
    """A substitute for a session: the test puts output into `say`, and finds input in `typed`."""

    def __init__(self, *, tty: bool = True) -> None:
        self.row = SessionRow("1", "id", "web", None, 0.0, phase=Phase.LIVE)
        self.view: object | None = None
        self.tty = tty
        self.accepts_input = True
        self.typed = bytearray()
        self.sizes: list[Size] = []
        self.input_ended = False
        self.bells = 0
        self.reading = asyncio.Event()
        self.reading.set()
        self._output: asyncio.Queue[Output | None] = asyncio.Queue()

    def say(self, data: bytes, *, error: bool = False, replayed: bool = False) -> None:
        self._output.put_nowait(Output(data, error, replayed))

    def end(self) -> None:
        self.row = SessionRow("1", "id", "web", None, 0.0, phase=Phase.ENDED)
        self._output.put_nowait(None)

    async def opened(self) -> bool:
        return True

    async def read(self) -> Output | None:
        return await self._output.get()

    async def write(self, data: bytes) -> None:
        await self.reading.wait()
        self.typed += data

    def write_now(self, data: bytes) -> bool:
        if self.reading.is_set():
            self.typed += data
        return self.reading.is_set()

    async def half_close(self) -> None:
        self.input_ended = True

    def resize(self, size: Size) -> None:
        self.sizes.append(size)

    def look(self, seen: bool) -> None:
        pass

    def rang(self) -> None:
        self.bells += 1

    def dropped_output(self, why: str) -> None:
        self.row = replace(self.row, dropped=why)

    def broke(self, why: str) -> None:
        self.row = replace(self.row, phase=Phase.LOST, trouble=why)


class Stage(App[None]):
    """An application with only a terminal, and bindings that must not get its keys."""

    BINDINGS = [Binding("ctrl+p,ctrl+q,tab,x", "steal", priority=True)]  # noqa: RUF012
    CSS = "TerminalView { width: 1fr; height: 1fr; }"

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self.stream = stream
        self.stolen = 0
        self.heard: list[object] = []
        self.copied: list[str] = []

    def compose(self):  # type: ignore[no-untyped-def]
        yield TerminalView(self.stream, clipboard=True)  # type: ignore[arg-type]

    def on_mount(self) -> None:
        self.query_one(TerminalView).focus()

    def action_steal(self) -> None:
        self.stolen += 1

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)

    def on_terminal_view_command(self, event: TerminalView.Command) -> None:
        self.heard.append(event.name)

    def on_terminal_view_copied(self, event: TerminalView.Copied) -> None:
        self.copied.append(event.text)

    def on_terminal_view_link_shown(self, event: TerminalView.LinkShown) -> None:
        self.heard.append(event.target)

    def on_terminal_view_title_changed(self) -> None:
        self.heard.append(f"title {self.query_one(TerminalView).title}")

    def on_terminal_view_stuffed(self) -> None:
        self.heard.append("stuffed")

    def on_terminal_view_key_when_over(self, event: TerminalView.KeyWhenOver) -> None:
        self.heard.append(("over", event.key))


class Scene:
    """A running stage."""

    def __init__(self, app: Stage, pilot: Pilot[None]) -> None:
        self.app, self.pilot, self.stream = app, pilot, app.stream
        self.view = app.query_one(TerminalView)

    def rows(self) -> list[str]:
        return ["".join(segment.text for segment in self.view.render_line(y)).rstrip() for y in range(self.view.size.height)]

    async def shows(self, wanted: str) -> None:
        await until_async(lambda: any(wanted in row for row in self.rows()), f"{wanted!r} on {self.rows()}")

    async def got(self, wanted: bytes) -> None:
        await until_async(lambda: bytes(self.stream.typed) == wanted, f"{wanted!r}")

    async def when(self, condition: Callable[[], object]) -> None:
        await until_async(condition)


@asynccontextmanager
async def scene(*, tty: bool = True, size: tuple[int, int] = (40, 10)) -> AsyncIterator[Scene]:
    app = Stage(Stream(tty=tty))
    async with app.run_test(size=size) as pilot:
        yield Scene(app, pilot)
        console = app.query_one(TerminalView).shown
        assert console is not None
        await console.close()


async def test_what_is_typed_before_the_terminal_has_a_size_reaches_the_program() -> None:
    app = Stage(Stream())
    async with app.run_test(size=(0, 0)) as pilot:
        view = app.query_one(TerminalView)
        assert view.shown is None
        for key in "ls":
            view.on_key(Key(key, key))
        await pilot.resize_terminal(40, 10)
        await until_async(lambda: app.stream.typed == b"ls", "the keys")
        assert view.shown is not None
        await view.shown.close()


@pytest.mark.parametrize(("theme", "told"), [("textual-dark", b"\x1b]11;rgb:"), ("ansi-dark", b"")])
async def test_a_program_that_asks_for_the_background_is_told_that_of_the_theme_where_it_is_known(
    theme: str, told: bytes
) -> None:
    async with scene() as now:
        now.app.theme = theme
        await now.pilot.pause()
        now.stream.say(b"\x1b]11;?\x07\x1b[5n")
        await now.when(lambda: now.stream.typed.endswith(b"\x1b[0n"))
        assert now.stream.typed.startswith(told)
        assert (b"]11;" in now.stream.typed) == bool(told)


async def test_a_change_of_the_theme_is_reported_to_a_program_that_asked_for_it() -> None:
    async with scene() as now:
        now.app.theme = "textual-dark"
        await now.pilot.pause()
        now.stream.say(b"\x1b[?2031h\x1b[?996n")
        await now.got(b"\x1b[?997;1n")
        now.app.theme = "textual-light"
        await now.got(b"\x1b[?997;1n\x1b[?997;2n")


async def test_colours_that_a_program_sets_fill_the_pane() -> None:
    async with scene() as now:
        now.app.theme = "textual-dark"
        now.stream.say(b"\x1b]11;#102030\x07\x1b]4;1;#405060\x07\x1b[31mred")
        await now.shows("red")

        def colours(x: int) -> tuple[str, str]:
            style = next(iter(now.view.render_line(0).crop(x, x + 1))).style
            assert style
            assert style.color
            assert style.bgcolor
            return style.color.name, style.bgcolor.name

        await now.when(lambda: colours(0) == ("#405060", "#102030"))
        assert colours(20)[1] == "#102030"


async def test_output_is_shown_and_the_size_is_told() -> None:
    async with scene() as now:
        now.stream.say(b"hello\r\nworld")
        await now.shows("world")
        assert now.stream.sizes[0] == Size(40, 10)
        await now.pilot.resize_terminal(50, 12)
        await now.when(lambda: now.stream.sizes[-1] == Size(50, 12))
        await now.shows("hello")


async def test_every_key_is_the_programs() -> None:
    async with scene() as now:
        await now.pilot.press("ctrl+c", "ctrl+p", "ctrl+q", "ctrl+z", "tab", "escape", "x", "up", "f5")
        await now.got(b"\x03\x10\x11\x1a\t\x1bx\x1b[A\x1b[15~")
        assert now.app.stolen == 0


async def test_arrows_follow_the_programs_mode() -> None:
    async with scene() as now:
        now.stream.say(b"\x1b[?1hready")
        await now.shows("ready")
        await now.pilot.press("up")
        await now.got(b"\x1bOA")


async def test_the_prefix_and_a_key_are_ours() -> None:
    async with scene() as now:
        await now.pilot.press("ctrl+backslash", "d", "ctrl+backslash", "x", "ctrl+backslash", "Q", "a")
        await now.got(b"a")
        assert now.app.heard == ["leave", "end", ""]


async def test_the_prefix_twice_is_sent() -> None:
    async with scene() as now:
        await now.pilot.press("ctrl+backslash", "ctrl+backslash", "a")
        await now.got(b"\x1ca")


async def test_questions_are_answered_but_not_in_what_is_replayed() -> None:
    async with scene() as now:
        now.stream.say(b"\x1b[6n", replayed=True)
        now.stream.say(b"ab\x1b[6n")
        await now.got(b"\x1b[1;3R")


async def test_a_paste_goes_in_brackets_where_asked() -> None:
    async with scene() as now:
        now.stream.say(b"\x1b[?2004hready")
        await now.shows("ready")
        now.view.post_message(events.Paste("two\nlines\x1b[201~"))
        await now.got(b"\x1b[200~two\rlines\x1b[201~")


async def test_focus_is_reported_where_asked() -> None:
    async with scene() as now:
        now.stream.say(b"\x1b[?1004hready")
        await now.shows("ready")
        now.app.screen.set_focus(None)
        await now.got(b"\x1b[O")
        now.view.focus()
        await now.got(b"\x1b[O\x1b[I")


async def test_a_synchronized_screen_is_held_back_but_not_for_ever() -> None:
    async with scene() as now:
        now.stream.say(b"before")
        await now.shows("before")
        now.stream.say(b"\x1b[?2026h\rafter!")
        await now.shows("after!")  # the program never ends the synchronized update


async def test_a_program_that_does_not_read_stalls_nothing() -> None:
    async with scene() as now:
        now.stream.reading.clear()
        now.view.post_message(events.Paste("x" * (QUEUE - 10)))
        now.view.post_message(events.Paste("y" * 100))
        await now.when(lambda: "stuffed" in now.app.heard)
        now.stream.say(b"still painted")
        await now.shows("still painted")
        now.stream.reading.set()
        await now.when(lambda: len(now.stream.typed) == QUEUE - 10)


async def test_the_mouse_is_the_programs_where_it_asked() -> None:
    async with scene() as now:
        now.stream.say(b"\x1b[?1000;1006hready")
        await now.shows("ready")
        await now.pilot.mouse_down(TerminalView, offset=(3, 4))
        await now.pilot.mouse_up(TerminalView, offset=(3, 4))
        await now.got(b"\x1b[<0;4;5M\x1b[<0;4;5m")


async def test_the_mouse_selects_where_the_program_did_not_ask() -> None:
    async with scene() as now:
        now.stream.say(b"copy this please")
        await now.shows("please")
        await now.pilot.mouse_down(TerminalView, offset=(5, 0))
        await now.pilot.hover(TerminalView, offset=(8, 0))
        await now.pilot.mouse_up(TerminalView, offset=(8, 0))
        await now.when(lambda: now.app.copied == ["this"])
        assert now.view.review is None


async def test_the_wheel_is_arrows_on_the_other_screen_and_scrolls_back_on_the_first() -> None:
    async with scene() as now:
        now.stream.say(b"\r\n".join(b"line %d" % number for number in range(50)))
        await now.shows("line 49")
        up = events.MouseScrollUp(now.view, 1, 1, 0, 0, 0, False, False, False)
        now.view.post_message(up)
        await now.shows("SCROLLBACK")
        await now.pilot.press("q")
        now.stream.say(b"\x1b[?1049hfull")
        await now.shows("full")
        now.view.post_message(up)
        await now.got(b"\x1b[A" * 3)


async def test_looking_back_freezes_the_picture_and_copies() -> None:
    async with scene() as now:
        now.stream.say(b"\r\n".join(b"line %d" % number for number in range(50)))
        await now.shows("line 49")
        await now.pilot.press("ctrl+backslash", "left_square_bracket", "g")
        await now.shows("line 0")
        now.stream.say(b"\r\nnews")
        await now.pilot.press("y")
        await now.when(lambda: now.app.copied == ["line 0"])
        await now.shows("news")
        assert not now.stream.typed


async def test_without_a_tty_a_line_is_typed() -> None:
    async with scene(tty=False) as now:
        now.stream.say(b"out\n")
        now.stream.say(b"err\n", error=True)
        await now.shows("err")
        await now.pilot.press("h", "i", "enter")
        await now.got(b"hi\n")
        await now.pilot.press("ctrl+d")
        await now.when(lambda: now.stream.input_ended)
        assert now.rows()[-1].startswith(">")


async def test_a_clipboard_write_goes_out_only_where_the_user_wants_it() -> None:
    async with scene() as now:
        now.stream.say(b"\x1b]52;c;aGVsbG8=\x07done")
        await now.shows("done")
        assert now.app.copied == ["hello"]
        now.view.shown.clipboard = None  # type: ignore[union-attr]
        now.stream.say(b"\x1b]52;c;aGVsbG8=\x07again")
        await now.shows("again")
        assert now.app.copied == ["hello"]


async def test_a_session_that_is_over_keeps_its_screen() -> None:
    async with scene() as now:
        now.stream.say(b"last words")
        await now.shows("last words")
        now.stream.end()
        await now.pilot.press("r")
        await now.when(lambda: ("over", "r") in now.app.heard)
        assert "last words" in now.rows()[0]
        assert not now.stream.typed


async def test_only_rows_that_changed_are_drawn_again() -> None:
    async with scene() as now:
        now.stream.say(b"\x1b[2;1Hone\x1b[5;1Htwo")
        await now.shows("two")
        before = [now.view.render_line(y) for y in range(10)]
        now.stream.say(b"\x1b[2;1HONE")
        await now.shows("ONE")
        after = [now.view.render_line(y) for y in range(10)]
        assert [y for y in range(10) if before[y] is not after[y]] == [1, 4]  # the text, and the old cursor position


async def test_a_mistake_in_the_emulator_costs_a_slice_and_not_the_session(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Reported once per session; the rest of the slice is dropped, later output is shown."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    draw = Screen.draw

    def failing(screen: Screen, data: str) -> None:
        if "中" in data:
            screen.screen_rows[screen.cursor.y].cells()[0].clear()  # half an operation
            raise ValueError("not foreseen")
        draw(screen, data)

    monkeypatch.setattr(Screen, "draw", failing)
    async with scene() as now:
        now.stream.say("before 中 lost".encode())
        now.stream.say("中".encode())
        now.stream.say(b"\r\nafter")
        await now.shows("after")
        assert not any("lost" in row for row in now.rows())
        assert "Longshore failed to show output (ValueError)" in now.stream.row.dropped
        assert not now.stream.row.over
        now.stream.say(b"\x1b[6n")
        await now.got(b"\x1b[2;6R")
    assert (tmp_path / "longshore" / "crash.txt").read_text().count("ValueError: not foreseen") == 1


async def test_a_mistake_in_reading_ends_the_session_with_its_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with scene() as now:

        async def failing() -> Output | None:
            raise RecursionError("deep")

        monkeypatch.setattr(now.stream, "read", failing)
        now.stream.say(b"the last")
        await now.when(lambda: now.stream.row.phase is Phase.LOST)
        assert "Longshore failed to read a session (RecursionError)" in now.stream.row.trouble


async def test_keys_have_their_turn_within_a_slice_that_takes_long() -> None:
    """440 KB that repeat a screenful each time: the program receives a key before the end of the first slice is shown."""
    async with scene(size=(120, 40)) as now:
        now.stream.say(("中\x1b[99999b" * 40_000).encode() + b"\x1bc the end")
        await now.shows("中" * 60)
        await now.pilot.press("k")
        await now.got(b"k")
        assert not any("the end" in row for row in now.rows())


async def test_a_flood_leaves_room_for_keys() -> None:
    """Counted in turns that the flood takes, however long each of them is: a key reaches the program after a few."""
    async with scene() as now:
        console = now.view.shown
        assert console is not None
        turns = 0
        heard = 0  # the turn by which the program had the key

        def turn(_: None) -> None:
            nonlocal turns, heard
            turns += 1
            if turns == PRESSED:
                now.app.post_message(Key("a", "a"))
            if now.stream.typed and not heard:
                heard = turns

        console.changed.subscribe(turn)
        now.stream.say(b"y\r\n" * 200_000 + b"end of flood")
        await now.shows("end of flood")
        await now.got(b"a")
        assert PRESSED < heard <= PRESSED + 10 < turns


async def test_a_click_shows_the_target_of_a_link_and_another_copies_it() -> None:
    async with scene() as now:
        now.stream.say(b"see \x1b]8;;http://one.example/\x1b\\here\x1b]8;;\x1b\\ now")
        await now.shows("see here now")
        assert next(iter(now.view.render_line(0).crop(4, 5))).style.underline  # type: ignore[union-attr]
        await now.pilot.click(TerminalView, offset=(5, 0))
        await now.when(lambda: now.app.heard == ["http://one.example/"])
        assert now.app.copied == []
        await now.pilot.click(TerminalView, offset=(6, 0))
        await now.when(lambda: now.app.copied == ["http://one.example/"])
        await now.pilot.click(TerminalView, offset=(1, 0))
        assert len(now.app.heard) == 1


async def test_the_output_of_the_last_command_is_copied_where_the_shell_marks_it() -> None:
    async with scene() as on:
        on.stream.say(b"\x1b]133;A\x07$ ls\r\n\x1b]133;C\x07file\r\n\x1b]133;D\x07\x1b]133;A\x07$ ")
        await on.shows("file")
        assert on.view.copy_output()
        await on.when(lambda: on.app.copied == ["file"])


async def test_another_title_is_told() -> None:
    async with scene() as on:
        on.stream.say(b"\x1b]2;one\x07\x1b]7;file://web/srv\x07")
        await on.when(lambda: on.app.heard == ["title one"])
        assert not "".join(on.rows()).strip()


class Kitty:
    """What a terminal with the whole kitty protocol reports."""

    flags = 31
    modifiers = True


async def test_the_release_of_a_key_after_the_prefix_is_not_the_programs() -> None:
    async with scene() as on:
        console = on.view.shown
        assert console is not None
        console.emulator.set_reported(Kitty())
        on.stream.say(b"\x1b[>3u")
        await on.when(lambda: on.view.modes.kitty == 3)
        for raw in (b"\x1b[92;5u", b"\x1b[92;5:3u", b"\x1b[110;1:3u", b"\x1b[110u", b"\x1b[110;1:3u", b"\x1b[110;1:3u"):
            for event in KeyParser().feed(raw.decode()):
                on.view.post_message(event)
        await on.got(b"\x1b[110;1:3u" + b"\x1b[110;1:3u")


async def test_the_bell_is_told_but_not_that_of_old_output() -> None:
    async with scene() as now:
        now.stream.say(b"\x07old", replayed=True)
        await now.shows("old")
        assert now.stream.bells == 0
        now.stream.say(b"\x07new")
        await now.shows("new")
        await now.when(lambda: now.stream.bells == 1)
