"""Colours that are not parsed before they are drawn look as if they had been parsed at once."""

from hypothesis import given
from hypothesis import strategies as st

from tui.terminal import Emulator
from tui.terminal.sgr import styled
from tui.terminal.style import DEFAULT

COLOURS = st.sampled_from(["2;1;2;3", "2;255;0;7", "2;300;0;007", "5;9", "5;196", "5;255", "5;256", "5;999", "2;1;2"])
FUNCTIONS = st.one_of(
    st.builds(lambda front, back: f"38;{front};48;{back}", COLOURS, COLOURS),
    st.builds(lambda back, front: f"48;{back};38;{front}", COLOURS, COLOURS),
    st.builds(lambda which, colour: f"{which};{colour}", st.sampled_from(["38", "48"]), COLOURS),
    st.sampled_from(["", "0", "1", "7", "31", "44", "22;39", "0;38;2;9;9;9"]),
)


@given(st.lists(st.tuples(FUNCTIONS, st.sampled_from(["", "a", "é", "中", "b" * 30])), max_size=12), st.booleans())
def test_each_character_has_the_colours_set_before(pieces: list[tuple[str, str]], at_once: bool) -> None:
    emulator = Emulator(40, 4, scrollback_lines=100)
    parts = [f"\x1b[{parameters}m{text}" for parameters, text in pieces]
    for part in ["".join(parts)] if at_once else parts:
        emulator.feed(part.encode())
    style, wanted = DEFAULT, []
    for parameters, text in pieces:
        style = styled(style, parameters)
        wanted += [(char, style) for char in text]
    rows = [*map(emulator.line, range(emulator.scrollback_length)), *map(emulator.row, range(4))]
    shown = [(char, style) for row in rows for text, style in row for char in text if char != " "]
    assert shown == wanted
    assert emulator.screen.pen.style == style


@given(st.lists(st.tuples(FUNCTIONS, st.integers(1, 40)), max_size=8))
def test_erased_cells_have_the_background_set_before(steps: list[tuple[str, int]]) -> None:
    emulator, cells = Emulator(40, 1), Emulator(40, 1)
    cells.cells(0)  # a row of cells, while the other is one of pieces
    for parameters, column in steps:
        for one in (emulator, cells):
            one.feed(f"\x1b[{parameters}mx\x1b[{column}G\x1b[K".encode())
        cells.cells(0)
    assert emulator.cells(0) == cells.cells(0)


def test_a_colour_ends_what_rep_repeats() -> None:
    emulator = Emulator(20, 1)
    emulator.feed(b"\x1b[38;5;1mx\x1b[38;5;2my\x1b[38;5;3m\x1b[3b")
    assert emulator.display == ["xy".ljust(20)]


def test_equal_colours_are_kept_once() -> None:
    emulator = Emulator(10, 1)
    emulator.feed(b"\x1b[38;5;9ma\x1b[mb\r\n\x1b[38;5;9mc\x1b[md\r\n")
    first, second = emulator.scrollback[0], emulator.scrollback[1]
    assert not isinstance(first, str)
    assert not isinstance(second, str)
    assert first.styles[0] is second.styles[0]
