"""The prompt completes, keeps a history, shows errors, and restores the focus."""

import pytest

from tests.widgets.stage import on_stage
from tui.resources.model.text import Cell
from tui.widgets.prompt import Completion, History, Prompt
from tui.widgets.table import Heading, Table

NAMES = ("containers", "contexts", "images", "volumes")


def complete(text: str) -> list[Completion]:
    return [Completion(name, f"go to {name}") for name in NAMES if name.startswith(text)]


def table() -> Table:
    shown = Table()
    shown.show([Heading("NAME", 10)], ["a", "b"], lambda key: [Cell(key)])
    return shown


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
async def test_tab_walks_through_the_completions_and_enter_takes_one(size: tuple[int, int]) -> None:
    prompt, shown, entered = Prompt(), table(), []
    async with on_stage(shown, prompt, size=size) as (stage, pilot):
        stage.screen.set_focus(shown)
        prompt.ask(":", complete=complete, accept=entered.append)
        await pilot.press("c", "o")
        await pilot.pause()
        assert "contexts  go to contexts" in stage.text
        assert "images" not in stage.text
        await pilot.press("tab", "tab")
        assert prompt.text == "contexts"
        await pilot.press("tab")
        assert prompt.text == "co"
        await pilot.press("shift+tab", "enter")
        await pilot.pause()
        assert entered == ["contexts"]
        assert not prompt.is_open
        assert stage.focused is shown


async def test_every_letter_is_told_while_it_is_typed_and_none_of_it_is_markup() -> None:
    prompt, typed = Prompt(), []
    async with on_stage(table(), prompt, size=(60, 10)) as (stage, pilot):
        prompt.ask("/", "we", accept=typed.append, typed=typed.append)
        await pilot.press("b", "left_square_bracket", "slash")
        prompt.note("not a regular expression [/]")
        await pilot.pause()
        assert typed == ["web", "web[", "web[/"]
        assert "/web[/" in stage.text
        assert "not a regular expression [/]" in stage.text


@pytest.mark.parametrize("keys", [["escape"], ["x", "escape"], ["backspace"], ["x", "backspace", "backspace"]])
async def test_escape_and_backspace_on_nothing_cancel(keys: list[str]) -> None:
    prompt, shown, said = Prompt(), table(), []
    async with on_stage(shown, prompt) as (stage, pilot):
        stage.screen.set_focus(shown)
        prompt.ask("/", accept=said.append, cancelled=lambda: said.append("cancelled"))
        await pilot.press(*keys)
        await pilot.pause()
        assert said == ["cancelled"]
        assert stage.focused is shown


async def test_arrows_bring_back_what_was_entered_before_by_kind() -> None:
    prompt = Prompt()
    async with on_stage(table(), prompt) as (_, pilot):
        for kind, text in ((":", "first"), ("/", "other"), (":", "second")):
            prompt.ask(kind, accept=lambda _text: None)
            await pilot.press(*text, "enter")
            await pilot.pause()
        prompt.ask(":", accept=lambda _text: None)
        await pilot.press("n", "up", "up")
        assert prompt.text == "first"
        await pilot.press("down", "down")
        assert prompt.text == "n"


async def test_an_asked_for_line_goes_to_whom_asked() -> None:
    prompt, got = Prompt(), []
    async with on_stage(table(), prompt) as (_, pilot):

        async def accept(text: str) -> None:
            got.append(text)

        prompt.ask(":", complete=complete, accept=accept)
        await pilot.press("i", "tab", "enter")
        await pilot.pause()
        assert got == ["images"]


def test_history_keeps_one_of_equal_entries() -> None:
    history = History(["a", "b"])
    history.add("a")
    history.add("")
    assert history.entries == ["b", "a"]
    assert [history.step(-1, "typed"), history.step(-1, ""), history.step(-1, "")] == ["a", "b", "b"]
    assert [history.step(1, ""), history.step(1, "")] == ["a", "typed"]
