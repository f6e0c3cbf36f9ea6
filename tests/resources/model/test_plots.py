"""Curves as text: their size, their axes, and gaps for unknown values."""

import math
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.resources.model.plots import AXIS, Curve, Frame, Value, bar, beside, letter_of, plot, spark, style_of, top_of
from tui.resources.model.text import Line, Span, cells, plain


def percent(value: float) -> str:
    return f"{value:.0f}%"


def frame(width: int = AXIS + 4, height: int = 3, **more: object) -> Frame:
    return Frame(width=width, height=height, figure=percent, **more)  # type: ignore[arg-type]


def drawn(values: list[Value], **more: object) -> list[str]:
    """Return the plot without its axis."""
    return [plain(line)[AXIS:] for line in plot([Curve(values=values)], frame(**more))]


def axis(lines: list[Line]) -> list[str]:
    return [plain(line)[:AXIS].strip(" │┤") for line in lines]


def test_a_single_curve_is_filled_down_to_the_axis() -> None:
    assert drawn([100] * 8) == ["⣿⣿⣿⣿"] * 3
    assert drawn([0, 0, 0, 0, 100, 100, 100, 100]) == ["  ⣿⣿", "  ⣿⣿", "⣀⣀⣿⣿"]


def test_what_is_not_known_is_not_drawn_and_nothing_is_not_zero() -> None:
    assert drawn([None] * 4 + [0] * 4) == ["    ", "    ", "  ⣀⣀"]


def test_the_axis_says_top_middle_and_bottom() -> None:
    assert axis(plot([Curve(values=[80.0])], frame(height=5))) == ["100%", "", "50%", "", "0%"]
    assert axis(plot([Curve(values=[])], frame(height=4, least=10.0))) == ["10%", "", "", "0%"]


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (1.2, 2), (3, 5), (7, 10), (100, 100), (101, 200), (0.03, 0.05)])
def test_an_axis_ends_at_a_round_number(most: float, top: float) -> None:
    assert top_of(most) == pytest.approx(top)


@pytest.mark.parametrize(("most", "top"), [(2**20, 2**20), (2**20 + 1, 1.5 * 2**20), (1.6 * 2**20, 2**21)])
def test_an_axis_of_memory_ends_at_a_power_of_two(most: float, top: float) -> None:
    assert top_of(most, binary=True) == top


@given(st.floats(min_value=0, exclude_min=True, allow_infinity=False), st.booleans())
@example(5e-324, False)
@example(sys.float_info.max, True)
def test_every_number_has_an_axis_that_holds_it(most: float, binary: bool) -> None:
    assert most * (1 - 1e-9) <= top_of(most, binary) < math.inf


def test_numbers_that_are_none_give_an_axis_all_the_same() -> None:
    assert top_of(float("nan")) == top_of(float("inf")) == top_of(-1) == 1.0


def test_several_curves_have_their_own_styles() -> None:
    curves = [Curve(values=[100.0] * 8, style="good"), Curve(values=[0.0] * 8, style="bad")]
    lines = plot(curves, frame())
    assert [span.style for span in lines[0]][1:] == ["good"]
    assert [span.style for span in lines[2]][1:] == ["bad"]
    assert plain(lines[1])[AXIS:] == "    "  # lines, not filled areas


def test_a_line_that_jumps_is_joined() -> None:
    curves = [Curve(values=[0.0, 100.0]), Curve(values=[0.0, 0.0])]
    shown = [plain(line)[AXIS:] for line in plot(curves, frame(width=AXIS + 1, height=2))]
    assert shown == ["⢸", "⣸"]


def test_a_ceiling_is_drawn_when_something_comes_near_it() -> None:
    near = plot([Curve(values=[60.0] * 8)], frame(ceiling=100.0))
    assert any(span.style == "bad" for span in near[0])
    far = plot([Curve(values=[10.0] * 8)], frame(ceiling=1000.0))
    assert not any(span.style == "bad" for line in far for span in line)


def test_where_there_is_no_braille_letters_stand_for_the_curves() -> None:
    curves = [Curve(values=[100.0] * 4, letter="a"), Curve(values=[None, 0.0, 0.0, 0.0], letter="b")]
    shown = [plain(line) for line in plot(curves, frame(plain=True))]
    assert shown == ["    100%|aaaa", "     50%|    ", "      0%| bbb"]
    assert all(line.isascii() for line in shown)


@given(
    st.lists(st.lists(st.none() | st.floats(0, 1e15), max_size=60), max_size=4),
    st.integers(1, 80),
    st.integers(1, 12),
    st.booleans(),
)
@example([[5e-324]], 20, 3, False)  # the smallest number above 0
def test_every_plot_has_exactly_its_size(values: list[list[Value]], width: int, height: int, letters: bool) -> None:
    curves = [Curve(values=each, style=style_of(n), letter=letter_of(n)) for n, each in enumerate(values)]
    made = Frame(width=width, height=height, figure=percent, plain=letters, ceiling=50.0)
    lines = plot(curves, made)
    assert len(lines) == height
    assert {cells(plain(line)) for line in lines} == {max(width, AXIS + 1)}


def test_a_spark_holds_two_values_a_cell_and_scales_to_its_greatest() -> None:
    assert spark([0, 50, 100, 100]) == "⣠⣿"
    assert spark([None, None, 100]) == " ⡇"
    assert spark([]) == ""
    assert spark([1, 1, 1, 1]) == "⣀⣀"  # small values are not drawn at full height


@pytest.mark.parametrize(
    ("part", "shown"), [(0, "░░░░"), (0.5, "██░░"), (0.53, "██▏░"), (1, "████"), (7, "████"), (-1, "░░░░")]
)
def test_a_bar_is_filled_by_eighths(part: float, shown: str) -> None:
    assert bar(part, 4) == shown


def test_a_bar_in_letters() -> None:
    assert bar(0.5, 4, plain=True) == "##.."
    assert bar(float("nan"), 4) == "░░░░"


def test_two_blocks_stand_side_by_side() -> None:
    left: list[Line] = [(Span("ab"),)]
    right: list[Line] = [(Span("x"),), (Span("y"),)]
    assert [plain(line) for line in beside(left, right, 4)] == ["ab    x", "      y"]
    assert [plain(line) for line in beside(right, left, 4)] == ["x     ab", "y"]
