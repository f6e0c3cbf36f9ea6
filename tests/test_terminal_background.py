"""The colours fit the terminal: dark on a dark one, light on a light one, and no answer of it is taken for keys."""

import random
from collections.abc import Callable

import pytest
from textual.theme import BUILTIN_THEMES

from tests.program import Program
from tests.screens.rig import longshore
from tui.terminal_background import QUESTION, TerminalBackground
from tui.themes import NAMES, TEXTUAL_THEMES, textual_theme

LIGHT_ANSWER, DARK_ANSWER = b"\x1b]11;rgb:ffff/ffff/dddd\x1b\\", b"\x1b]11;rgb:1e/1e/2e\x07"


def asked(environ: dict[str, str] | None = None) -> TerminalBackground:
    background = TerminalBackground({"TERM": "xterm-256color", **(environ or {})})
    assert background.question() == QUESTION
    return background


@pytest.mark.parametrize(("answer", "dark"), [(LIGHT_ANSWER, False), (DARK_ANSWER, True)], ids=["light", "dark"])
def test_an_answer_in_any_pieces_between_keys_is_taken_out(answer: bytes, dark: bool) -> None:
    whole = b"jk" + answer + b"\x1b[B"
    chance = random.Random(0)
    for _ in range(50):
        background = asked()
        cuts = sorted(chance.sample(range(3, len(whole)), 3))
        pieces = [whole[start:end] for start, end in zip((0, *cuts), (*cuts, len(whole)), strict=True)]
        if any(piece.endswith(b"\x1b") for piece in pieces):
            continue  # a lone ESC is the key: terminals send sequences whole
        assert b"".join(map(background.without_answer, pieces)) == b"jk\x1b[B"
        assert background.dark is dark


def test_keys_that_begin_like_an_answer_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    background = asked()
    assert background.without_answer(b"\x1b]") + background.without_answer(b"x") == b"\x1b]x"
    assert background.without_answer(b"\x1b]11;" + b"x" * 60) == b"\x1b]11;" + b"x" * 60
    assert background.dark is None


def test_what_was_not_asked_for_is_input() -> None:
    background = TerminalBackground({"TERM": "xterm"})
    assert background.without_answer(LIGHT_ANSWER) == LIGHT_ANSWER


@pytest.mark.parametrize("environ", [{"TERM": "linux"}, {"TERM": "vt100"}, {"TERM": "xterm", "NO_COLOR": "1"}])
def test_a_terminal_that_cannot_answer_is_not_asked(environ: dict[str, str]) -> None:
    assert TerminalBackground(environ).question() == ""


@pytest.mark.parametrize(
    ("value", "dark"), [("15;0", True), ("0;15", False), ("0;default;7", False), ("", None), ("0;x", None)]
)
def test_colorfgbg_decides_until_the_terminal_answers(value: str, dark: bool | None) -> None:
    background = asked({"COLORFGBG": value})
    assert background.dark is dark
    background.without_answer(DARK_ANSWER)
    assert background.dark is True


def test_every_theme_of_textual_has_a_name() -> None:
    own = {"textual-dark", "textual-light", "ansi-dark", "ansi-light"}
    assert {*TEXTUAL_THEMES} == BUILTIN_THEMES.keys() - own
    assert {textual_theme(name, dark=dark, plain=False) for name in NAMES for dark in (True, False)} == BUILTIN_THEMES.keys()


def background_of(program: Program) -> str:
    return program.cell(60, 12).bg


@pytest.mark.parametrize(("answer", "background"), [(LIGHT_ANSWER, "dadada"), (DARK_ANSWER, "121212")], ids=["light", "dark"])
def test_the_interface_is_light_on_a_light_terminal(program: Callable[..., Program], answer: bytes, background: str) -> None:
    shown = program("--demo", columns=100)
    shown.wait_for("shop-api-1")
    shown.send(answer)
    shown.wait_for(lambda _screen: background_of(shown) == background)
    shown.press("j", "q")
    assert shown.wait_for_exit() == 0
    assert shown.not_restored() == []


def test_the_setting_wins_over_the_terminal(program: Callable[..., Program]) -> None:
    shown = program("--demo", columns=100, env={"LONGSHORE_THEME": "dark"})
    shown.wait_for("shop-api-1")
    shown.send(LIGHT_ANSWER)
    shown.wait_for(lambda _screen: background_of(shown) == "121212")


async def test_a_theme_is_shown_while_it_is_chosen_and_the_one_before_comes_back() -> None:
    async with longshore() as rig:
        rig.app.show_theme("dark")
        await rig.type(":theme")
        await rig.press("enter")
        await rig.shows("theme (now dark)")
        assert "dark or light, as the terminal is" in rig.text.partition("auto      ")[2]  # after the name
        await rig.type("nord")
        await rig.shows(lambda _screen: rig.app.theme_name == "nord", "the theme under the cursor")
        await rig.press("escape")
        await rig.shows(lambda _screen: rig.app.theme_name == "dark", "the theme of before")
        await rig.type(":theme")
        await rig.press("enter")
        await rig.shows("theme (now dark)")
        await rig.type("nord")
        await rig.press("enter")
        await rig.shows('theme = "nord" in config.toml keeps it')
        assert rig.app.theme_name == "nord"
