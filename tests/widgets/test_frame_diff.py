"""The terminal shows exactly what was put, from any previous contents, with few bytes for few differences."""

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from tui.resources.model.text import cells
from tui.widgets.frame_diff import PLAIN, FrameDiff, Letters, change, look_of

WIDTH, HEIGHT = 24, 8

STYLES = [
    None,
    Style(bold=True),
    Style(color="red", bgcolor="#102030"),
    Style(color="#a0b0c0", reverse=True),
    Style(dim=True, underline=True, bgcolor="blue"),
]
LETTERS = st.sampled_from([*"ab  1", "é", "─", "日", "한", "\x1b", "\x9b", "\u202e", "\n"])
TEXTS = st.text(LETTERS, max_size=14)
PUTS = st.tuples(
    st.integers(0, WIDTH - 1),
    st.integers(0, HEIGHT - 1),
    st.lists(st.tuples(TEXTS, st.sampled_from(STYLES)), min_size=1, max_size=3),
)


class Terminal:
    """A terminal that shows the frames of a buffer."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("".join(f"\x1b[{y + 1}Hrubbish" for y in range(height)))

    def show(self, frame: str) -> None:
        self.stream.feed(frame)

    def looks(self) -> list[list[tuple[object, ...]]]:
        """Return the character and attributes of each cell."""
        buffer, width, height = self.screen.buffer, self.screen.columns, self.screen.lines
        return [[tuple(buffer[y][x]) for x in range(width)] for y in range(height)]


def put(frame_diff: FrameDiff, x: int, y: int, *pieces: tuple[str, Style | None]) -> None:
    segments = [Segment(text, style) for text, style in pieces]
    frame_diff.put(x, y, segments, sum(cells(text) for text, _ in pieces))


def lines(frame_diff: FrameDiff, count: int, first: int = 0, cursor: int = -1) -> None:
    """Put a list of numbered rows below a heading, one of them under a cursor."""
    put(frame_diff, 0, 0, ("heading".ljust(WIDTH), None))
    for y in range(1, count):
        style = Style(bgcolor="blue") if first + y == cursor else None
        put(frame_diff, 0, y, (f"row {first + y} of many rows".ljust(WIDTH - 1), style), ("|", None))


@settings(max_examples=100)
@given(st.lists(st.lists(PUTS, min_size=1, max_size=6), min_size=1, max_size=5))
def test_differences_lead_to_the_same_screen_as_everything_anew(frames: list[list[object]]) -> None:
    frame_diff, terminal = FrameDiff(), Terminal()
    frame_diff.resize(WIDTH, HEIGHT)
    for frame in frames:
        for x, y, pieces in frame:  # type: ignore[misc]
            put(frame_diff, x, y, *pieces)
        terminal.show(frame_diff.frame())
    anew = Terminal()
    frame_diff.forget()
    anew.show(frame_diff.frame())
    assert terminal.looks() == anew.looks()


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40)), min_size=2, max_size=6))
def test_scrolled_lists_show_the_same_as_lists_sent_whole(places: list[tuple[int, int]]) -> None:
    frame_diff, terminal = FrameDiff(), Terminal()
    frame_diff.resize(WIDTH, HEIGHT)
    for first, cursor in places:
        lines(frame_diff, HEIGHT, first, cursor)
        terminal.show(frame_diff.frame())
    anew = Terminal()
    frame_diff.forget()
    anew.show(frame_diff.frame())
    assert terminal.looks() == anew.looks()


@pytest.mark.parametrize("step", [1, 3, -1, -2])
def test_a_list_that_moved_is_moved_by_the_terminal(step: int) -> None:
    frame_diff, terminal = FrameDiff(), Terminal()
    frame_diff.resize(WIDTH, HEIGHT)
    lines(frame_diff, HEIGHT, 10)
    whole = frame_diff.frame()
    terminal.show(whole)
    lines(frame_diff, HEIGHT, 10 + step)
    frame = frame_diff.frame()
    terminal.show(frame)
    assert len(frame) < len(whole) / 2
    assert terminal.screen.display[1].startswith(f"row {11 + step} of many rows")
    assert terminal.screen.display[HEIGHT - 1].startswith(f"row {10 + step + HEIGHT - 1} of many rows")
    assert terminal.screen.display[0].startswith("heading")


def test_nothing_new_is_nothing_sent() -> None:
    frame_diff = FrameDiff()
    frame_diff.resize(WIDTH, HEIGHT)
    lines(frame_diff, HEIGHT)
    assert frame_diff.frame()
    lines(frame_diff, HEIGHT)
    assert frame_diff.frame() == ""


def test_one_changed_digit_is_one_short_sequence() -> None:
    frame_diff = FrameDiff()
    frame_diff.resize(80, 24)
    style = Style(color="#aabbcc", bgcolor="#101010")
    put(frame_diff, 0, 5, ("web-1   running   12.3%   128 MB".ljust(80), style))
    frame_diff.frame()
    put(frame_diff, 0, 5, ("web-1   running   12.4%   129 MB".ljust(80), style))
    frame = frame_diff.frame()
    assert "4" in frame
    assert "9" in frame
    assert "web" not in frame
    assert len(frame) < 70


def test_no_control_character_gets_to_the_terminal() -> None:
    frame_diff = FrameDiff()
    frame_diff.resize(40, 1)
    put(frame_diff, 0, 0, ("a\x1b]52;c;evil\x07b\x9b31mc\rd\u202ee\x7f\ud800", None))
    frame = frame_diff.frame()
    assert "\x1b]" not in frame
    assert not {"\x07", "\x9b", "\r", "\u202e", "\x7f", "\ud800"} & set(frame)
    assert "a]52;c;evilb31mcde" in frame


@pytest.mark.parametrize("odd", ["👩‍👩‍👧", "❤️", "🇩🇪", "e\u0301\u0302"])
def test_behind_a_character_of_doubtful_width_the_terminal_is_told_where_it_is(odd: str) -> None:
    frame_diff = FrameDiff()
    frame_diff.resize(30, 1)
    put(frame_diff, 0, 0, (f"{odd}behind", None))
    frame = frame_diff.frame()
    assert f"{odd}\x1b[{cells(odd) + 1}G" in frame
    assert "behind" in frame


def test_letters_are_sent_in_place_of_the_text_that_is_measured() -> None:
    diff = FrameDiff()
    diff.resize(10, 1)
    diff.put(0, 0, [Segment(Letters("XY  ", ["\U0001f469\u200d\U0001f4bb", "", "", ""])), Segment("é|")], 10)
    assert "\x1b[1G\U0001f469\u200d\U0001f4bb\x1b[5Gé|" in diff.frame()
    assert diff.frame() == ""
    diff.forget_line(0)
    assert "é|" in diff.frame()


def test_without_colours_attributes_are_left() -> None:
    style = Style(color="red", bgcolor="blue", bold=True, blink=True)
    assert look_of(style, None) == (frozenset({"1"}), "39", "49")
    assert change(PLAIN, look_of(style, None)) == "\x1b[1m"


def test_sixteen_colours_are_asked_for_by_their_short_names() -> None:
    frame_diff = FrameDiff(ColorSystem.STANDARD)
    frame_diff.resize(10, 1)
    put(frame_diff, 0, 0, ("red", Style(color="#ff0000")))
    assert "38;2" not in frame_diff.frame()


def test_only_what_differs_between_two_looks_is_sent() -> None:
    one = look_of(Style(color="#010203", bgcolor="#040506"), ColorSystem.TRUECOLOR)
    bold = look_of(Style(color="#010203", bgcolor="#040506", bold=True), ColorSystem.TRUECOLOR)
    assert change(one, bold) == "\x1b[1m"
    assert change(bold, one) == "\x1b[22m"
    assert change(one, PLAIN) == "\x1b[m"


def test_another_size_sends_everything_again() -> None:
    frame_diff, terminal = FrameDiff(), Terminal(10, 2)
    frame_diff.resize(20, 2)
    put(frame_diff, 0, 0, ("x" * 20, None))
    frame_diff.frame()
    frame_diff.resize(10, 2)
    put(frame_diff, 0, 0, ("y" * 10, None))
    terminal.show(frame_diff.frame())
    assert terminal.screen.display == ["y" * 10, " " * 10]
