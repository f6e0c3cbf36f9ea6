"""Forms: fields, boxes, errors, offered values."""

import asyncio

import pytest
from textual import events
from textual.pilot import Pilot

from tests.widgets.stage import Stage, on_stage
from tests.widgets.test_dialogs import SIZES, UNANSWERED, Answer
from tui.widgets.dialogs import Tick
from tui.widgets.form import Filled, Form, Wrong
from tui.widgets.form_field import FormField, one_of
from tui.widgets.page import Page

CONTAINER = FormField("name", "Container", offers=one_of(["web", "db", "cobweb"]))


def letters_only(text: str) -> str:
    return "" if text.isalpha() else f"letters only, not {text!r}"


@pytest.mark.parametrize("size", SIZES)
async def test_a_mistake_in_a_form_is_said_beside_the_field_and_nothing_typed_is_lost(size: tuple[int, int]) -> None:
    async with on_stage(size=size, page=Page()) as (stage, pilot):
        answer = Answer()
        form = Form(
            "Rename web", [FormField("name", "New name", "web", letters_only), FormField("why", "Why", hint="optional")]
        )
        await answer.ask(stage, pilot, form)
        await pilot.press("1", "tab", *"because", "ctrl+s")
        await pilot.pause()
        assert "letters only, not 'web1'" in stage.text
        assert answer.value is UNANSWERED
        await pilot.press("backspace")
        await pilot.pause()
        assert "letters only" not in stage.text
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert answer.value == Filled((("name", "web"), ("why", "because")))


async def test_a_form_of_one_field_ends_with_enter_and_escape_gives_nothing() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Rename", [FormField("name", "Name", "web")]))
        await pilot.press("x", "enter")
        await pilot.pause()
        assert answer.value == Filled((("name", "webx"),))
        await answer.ask(stage, pilot, Form("Rename", [FormField("name", "Name", "web")]))
        await pilot.press("x", "escape")
        await pilot.pause()
        assert answer.value is None


async def test_boxes_stand_after_the_fields_and_space_ticks_them() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        ticks = [Tick("internal", "internal"), Tick("ipv6", "IPv6", True)]
        await answer.ask(stage, pilot, Form("Create", [FormField("name", "Name")], ticks))
        assert "[ ] internal" in stage.text
        assert "[x] IPv6" in stage.text
        await pilot.press("a", "space", "b", "tab", "space", "down", "space", "ctrl+s")
        await pilot.pause()
        assert answer.value == Filled((("name", "a b"),), frozenset({"internal"}))


async def test_enter_in_the_last_field_submits_whatever_boxes_follow() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Create", [FormField("name", "Name")], [Tick("internal", "internal")]))
        assert "enter save" in stage.text
        await pilot.press("a", "enter")
        await pilot.pause()
        assert answer.value == Filled((("name", "a"),))


async def test_enter_moves_to_the_next_field_and_from_the_last_one_submits() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Create", [FormField("name", "Name"), FormField("driver", "Driver")]))
        assert "ctrl+s save" in stage.text
        await pilot.press("a", "enter", "b")
        await pilot.pause()
        assert answer.value is UNANSWERED
        assert "enter save" in stage.text
        await pilot.press("enter")
        await pilot.pause()
        assert answer.value == Filled((("name", "a"), ("driver", "b")))


async def look_up(text: str) -> list[str]:
    """Offer the paths that begin with a text, as a file system would."""
    return [path for path in ("/srv/images/", "/srv/imports/", "/var/") if path.startswith(text)]


async def test_tab_completes_a_path_as_far_as_it_is_unambiguous_and_then_moves_on() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        fields = [FormField("file", "File", look_up=look_up), FormField("name", "Name")]
        await answer.ask(stage, pilot, Form("Load", fields))
        await pilot.press("slash", "s", "tab")
        await pilot.pause()
        assert "/srv/im" in stage.text
        await pilot.press("a", "tab", "tab", "x", "ctrl+s")
        await pilot.pause()
        assert answer.value == Filled((("file", "/srv/images/"), ("name", "x")))


async def test_enter_never_submits_what_cannot_be_undone() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Prune", [FormField("keep", "Keep")], danger=True))
        await pilot.press("a", "enter", "enter")
        await pilot.pause()
        assert answer.value is UNANSWERED
        assert "ctrl+s save" in stage.text
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert answer.value == Filled((("keep", "a"),))


async def test_what_is_wrong_with_the_whole_is_said_beside_a_field() -> None:
    def check(filled: Filled) -> Wrong:
        low, high = (int(text or 0) for _, text in filled.typed)
        return Wrong("high", "lower than the other") if high < low else Wrong()

    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(
            stage, pilot, Form("Range", [FormField("low", "Low", "5"), FormField("high", "High", "3")], check=check)
        )
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "lower than the other" in stage.text
        assert answer.value is UNANSWERED
        await pilot.press("0", "ctrl+s")
        await pilot.pause()
        assert answer.value == Filled((("low", "5"), ("high", "30")))


async def test_values_are_offered_and_taken_one_after_the_other() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Connect", [CONTAINER]))
        assert "web  db  cobweb" in stage.text
        await pilot.press(*"web", "ctrl+n")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert answer.value == Filled((("name", "db"),))


async def test_what_is_offered_narrows_as_one_types() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Connect", [CONTAINER]))
        await pilot.press(*"we")
        await pilot.pause()
        assert "web  cobweb" in stage.text
        assert "db" not in stage.text
        await pilot.press("ctrl+n", "ctrl+n", "enter")
        await pilot.pause()
        assert answer.value == Filled((("name", "cobweb"),))


async def test_the_command_that_does_the_same_follows_what_is_filled_in() -> None:
    def command(filled: Filled) -> str:
        return f"docker network create {dict(filled.typed)['name']}" + (" --internal" if filled.ticked else "")

    async with on_stage(page=Page()) as (stage, pilot):
        fields = [FormField("name", "Name", check=lambda text: "" if text else "enter a user name")]
        await stage.push_screen(Form("Create", fields, [Tick("internal", "internal")], command=command))
        await pilot.pause()
        assert "docker network" not in stage.text
        await pilot.press("a", "tab", "space")
        await pilot.pause()
        assert "docker network create a --internal" in stage.text


async def test_a_secret_is_never_on_the_screen() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Log in", [FormField("password", "Password", secret=True)]))
        await pilot.press(*"hand")
        await pilot.pause()
        assert "hand" not in stage.text
        await pilot.press("enter")
        await pilot.pause()
        assert answer.value == Filled((("password", "hand"),))


async def test_an_offer_counts_what_was_typed_in_the_same_burst() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Connect", [CONTAINER]))
        await burst(pilot, *"cob", "ctrl+n", "enter")
        assert answer.value == Filled((("name", "cobweb"),))


async def test_what_is_wrong_with_the_whole_stays_until_the_field_differs() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        form = Form("Create", [FormField("one", "One"), FormField("two", "Two")], check=lambda _filled: Wrong("two", "no two"))
        await answer.ask(stage, pilot, form)
        await burst(pilot, "a", "tab", *"bcd", "ctrl+s")
        assert "no two" in stage.text
        await pilot.press("e")
        await pilot.pause()
        assert "no two" not in stage.text


async def burst(pilot: Pilot[object], *keys: str) -> None:
    """Press keys without waiting between them, like a paste or fast typing."""
    driver = pilot.app._driver
    assert driver is not None
    named = {"tab": "\t", "enter": "\r"}
    for key in keys:
        driver.send_message(events.Key(key, key if len(key) == 1 else named.get(key)))
    for _ in range(4):
        await pilot.pause()


def broken(_text: str) -> str:
    raise RuntimeError("a mistake")


def words_of(stage: Stage) -> str:
    """Return the text of the screen without line breaks."""
    return " ".join(" ".join(stage.lines).replace("│", " ").split())


class Reported(list[str]):
    """The errors reported to the event loop's exception handler."""

    def __init__(self) -> None:
        super().__init__()
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: self.append(context["message"]))


@pytest.mark.parametrize("place", ["check", "offers", "whole", "command"])
async def test_a_mistake_of_the_program_in_a_form_is_said_and_reported_once_and_ends_nothing(place: str) -> None:
    fields = [
        FormField(
            "name",
            "Name",
            check=broken if place == "check" else lambda _text: "",
            offers=broken if place == "offers" else lambda _text: (),
        )
    ]
    form = Form(
        "Create",
        fields,
        check=(lambda _filled: broken("")) if place == "whole" else lambda _filled: Wrong(),  # type: ignore[return-value,arg-type]
        command=(lambda _filled: broken("")) if place == "command" else None,
    )
    async with on_stage(page=Page()) as (stage, pilot):
        reported = Reported()
        answer = Answer()
        await answer.ask(stage, pilot, form)
        await pilot.press("a", "b", "enter")
        await pilot.pause()
        assert len(reported) == 1
        if place in ("check", "whole"):
            assert "not checked because of an internal error (RuntimeError)" in words_of(stage)
            assert answer.value is UNANSWERED
            await pilot.press("escape")
            await pilot.pause()
            assert answer.value is None
        else:
            assert answer.value == Filled((("name", "ab"),))


@pytest.mark.parametrize(
    ("text", "said"), [("a\0b", "remove the character NUL"), ("\ud800", "remove the invalid character (U+D800)")]
)
async def test_what_cannot_be_sent_is_refused_in_every_field(text: str, said: str) -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        answer = Answer()
        await answer.ask(stage, pilot, Form("Rename", [FormField("name", "Name", text)]))
        await pilot.press("enter")
        await pilot.pause()
        assert said in words_of(stage)
        assert answer.value is UNANSWERED


async def test_a_note_about_a_field_stands_above_what_is_offered() -> None:
    async with on_stage(page=Page()) as (stage, pilot):
        notes = ["2 files"]
        form = Form("Build", [CONTAINER._replace(note=lambda: notes[0]), FormField("why", "Why")])
        await Answer().ask(stage, pilot, form)
        await pilot.press("w")
        await pilot.pause()
        lines = [line.strip(" │") for line in stage.text.splitlines()]
        assert lines[lines.index("2 files") + 1] == "web  cobweb"
        notes[0] = "3 files"
        form.show_again()
        await pilot.press("tab")
        await pilot.pause()
        assert "3 files" in stage.text
        assert "cobweb" not in stage.text
