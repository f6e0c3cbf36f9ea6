"""Dialogs ask before actions that cannot be undone, keep typed text, give reasons, and fit into 40 by 10."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.hostile import TEXTS
from tests.widgets.stage import Stage, on_stage
from tui.resources.model.text import Span
from tui.widgets.dialogs import FRAME, Confirm, Dialog, Entry, Pick, Report, Tick
from tui.widgets.form import Form
from tui.widgets.form_field import FormField
from tui.widgets.page import Page

SIZES = [(120, 40), (80, 24), (40, 10)]
UNANSWERED = object()


class Answer:
    """A dialog on the stage, with its answer."""

    def __init__(self) -> None:
        self.value: Any = UNANSWERED

    async def ask(self, stage: Stage, pilot: Pilot[None], dialog: Dialog[Any]) -> None:
        await stage.push_screen(dialog, self.take)
        await pilot.pause()

    def take(self, value: Any) -> None:
        self.value = value


def remove(danger: bool = True) -> Confirm:
    return Confirm(
        "Remove web-1 on prod-1?",
        ["It and its anonymous volumes go away.", (Span("running", "warn"),)],
        [Tick("force", "force: kill it first"), Tick("volumes", "remove anonymous volumes", True)],
        danger=danger,
        confirm_label="remove",
        command=lambda ticked: " ".join(["docker rm", *(f"--{name}" for name in sorted(ticked)), "web-1"]),
    )


@pytest.mark.parametrize("size", SIZES)
async def test_what_cannot_be_undone_takes_a_y_and_says_so_on_enter(size: tuple[int, int]) -> None:
    async with on_stage(size=size, page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, remove())
        assert "Remove web-1 on prod-1?" in stage.text
        assert "docker rm --volumes web-1" in stage.text
        await pilot.press("enter")
        await pilot.pause()
        assert answer.value is UNANSWERED
        assert "cannot be undone" in stage.text
        await pilot.press("space", "j", "space")
        await pilot.pause()
        assert "docker rm --force web-1" in stage.text
        assert "1 [x] force" in stage.text
        await pilot.press("y")
        await pilot.pause()
        assert answer.value == {"force"}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [(["enter"], {"volumes"}), (["1", "2", "y"], {"force"}), (["n"], None), (["escape"], None), (["q"], None)],
)
async def test_what_can_be_undone_takes_enter_and_no_is_no(keys: list[str], expected: set[str] | None) -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, remove(danger=False))
        await pilot.press(*keys)
        await pilot.pause()
        assert answer.value == expected


SIGNALS = [
    Entry("TERM", "SIGTERM", "t", "ask it to end"),
    Entry("KILL", "SIGKILL", "k"),
    Entry("HUP", "SIGHUP", "h", why_not="it is paused"),
]


@pytest.mark.parametrize("size", SIZES)
async def test_typing_narrows_a_list_and_enter_picks(size: tuple[int, int]) -> None:
    async with on_stage(size=size, page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Pick("Kill web-1", SIGNALS))
        assert "SIGTERM" in stage.text
        await pilot.press("k", "i", "l")
        await pilot.pause()
        assert "SIGTERM" not in stage.text
        await pilot.press("enter")
        await pilot.pause()
        assert answer.value == "KILL"


async def test_what_does_not_apply_says_why_and_is_not_picked() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Pick("Kill web-1", SIGNALS))
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert answer.value is UNANSWERED
        assert stage.text.count("it is paused") == 2
        await pilot.press("escape")
        await pilot.pause()
        assert answer.value is None


async def test_in_a_menu_an_entry_has_its_key_and_a_slash_filters() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Pick("web-1", SIGNALS, keyed=True))
        await pilot.press("slash", "t", "e", "r", "enter")
        await pilot.pause()
        assert answer.value == "TERM"
        await answer.ask(stage, pilot, Pick("web-1", SIGNALS, keyed=True))
        await pilot.press("k")
        await pilot.pause()
        assert answer.value == "KILL"


@pytest.mark.parametrize("size", SIZES)
async def test_a_report_has_a_line_for_each_and_scrolls(size: tuple[int, int]) -> None:
    async with on_stage(size=size, page=Page()) as (stage, pilot):
        report = Report("Stopped 49 of 50", [f"web-{number}: stopped" for number in range(50)])
        answer = Answer()
        await answer.ask(stage, pilot, report)
        report.add((Span("web-50: no such container", "bad"),))
        assert "web-0: stopped" in stage.text
        await pilot.press(*["pagedown"] * 8)
        await pilot.pause()
        assert "web-50: no such container" in stage.text
        assert "close" in stage.text
        await pilot.press("y", "enter")
        await pilot.pause()
        assert stage.clipboard.endswith("web-49: stopped\nweb-50: no such container")
        assert answer.value is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["markup", "escape", "lines", "bidi", "wide", "long"])
async def test_hostile_names_are_only_text_in_every_dialog(kind: str, size: tuple[int, int]) -> None:
    text = TEXTS[kind]
    async with on_stage(size=size, page=Page()) as (stage, pilot):
        for dialog in (
            Confirm(text, [text], [Tick("a", text)], command=lambda _ticked: text),
            Pick(text, [Entry(text, text, help=text), Entry("b", text, why_not=text)]),
            Form(text, [FormField("a", text, "", lambda _text: text, hint="hint")]),
            Report(text, [text]),
        ):
            await stage.push_screen(dialog)
            await pilot.pause()
            assert stage.text
            await pilot.press("enter")
            await pilot.pause()
            assert stage.text
            if stage.screen is dialog:
                await pilot.press("escape")
                await pilot.pause()


@pytest.mark.parametrize(
    "make",
    [
        remove,
        lambda: Pick("signal", SIGNALS),
        lambda: Report("stopped", ["web-1"]),
        lambda: Form("rename", [FormField("name", "Name")]),
    ],
)
async def test_the_size_may_be_told_before_a_dialog_is_built_and_after_it_is_gone(make: Callable[[], Dialog[Any]]) -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        dialog = make()
        dialog.fit(5)
        await Answer().ask(stage, pilot, dialog)
        assert dialog.frame.region.height <= 5 + FRAME
        dialog.action_leave()
        await pilot.pause()
        dialog.fit(7)
