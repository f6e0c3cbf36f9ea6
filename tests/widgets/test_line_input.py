"""Pastes of several lines: values, words and instructions; elsewhere the first line, and a message about the rest."""

from __future__ import annotations

import shlex

import pytest
from textual import events

from tests.screens.rig import Rig, longshore
from tui.resources.model.action import FieldLines
from tui.widgets.line_input import BREAK, joined, with_breaks

KEY = "-----BEGIN KEY-----\nabc\n-----END KEY-----"


@pytest.mark.parametrize(
    ("text", "lines", "values"),
    [
        ("A=1\nB=2", "values", ["A=1", "B=2"]),
        ("# a file of variables\n\nA=hello world\nB='x y'", "values", ["A=hello world", "B=x y"]),
        (f'KEY="{KEY}"\nB=2', "values", [f"KEY={KEY}", "B=2"]),
        ("8080:80 9090:90\n53:53/udp", "values", ["8080:80", "9090:90", "53:53/udp"]),
        ("A=1 B=2\nC=3", "values", ["A=1", "B=2", "C=3"]),
        ("A='open", "values", ["A='open"]),
        ("docker run \\\n --rm \\\n busybox", "words", ["docker", "run", "--rm", "busybox"]),
        ("sh -c 'echo one\necho two'\n", "words", ["sh", "-c", "echo one\necho two"]),
    ],
)
def test_lines_are_values_or_words(text: str, lines: FieldLines, values: list[str]) -> None:
    line = joined(text, lines)
    assert "\n" not in line
    assert shlex.split(with_breaks(line)) == values


def test_lines_of_instructions_are_instructions() -> None:
    assert joined('CMD ["sh"]\n\nENV A=1\n', "instructions") == 'CMD ["sh"]; ENV A=1'


async def paste(rig: Rig, text: str) -> None:
    rig.app.screen.focused.post_message(events.Paste(text))  # type: ignore[union-attr]
    await rig.settle()


async def test_a_field_of_several_values_takes_all_lines_and_reaches_the_engine_with_its_breaks() -> None:
    async with longshore() as rig:
        await rig.press("c", *"busybox:latest", "tab", *"made")
        for _ in range(4):
            await rig.press("tab")
        await paste(rig, f'A=hello world\nKEY="{KEY}"\n')
        assert BREAK in rig.text
        await rig.press("ctrl+s")
        await rig.shows(lambda _text: "made" in rig.names)
        assert set(rig.demo.world.container("made").config["Env"]) >= {"A=hello world", f"KEY={KEY}"}


async def test_a_field_of_one_value_says_what_it_left_out() -> None:
    async with longshore() as rig:
        await rig.press("c")
        await paste(rig, "busybox:latest\nalpine:latest\nnginx\n")
        assert "left out: 2 further lines of the paste" in rig.text
        await rig.press("tab")
        await paste(rig, "name\n")
        assert "left out" not in rig.text


@pytest.mark.parametrize("key", ["/", ":"])
async def test_the_prompt_says_what_it_left_out(key: str) -> None:
    async with longshore() as rig:
        await rig.press(key)
        await paste(rig, "shop-web\nshop-db")
        assert "left out: 1 further line of the paste" in rig.text


async def test_a_line_break_can_be_typed() -> None:
    async with longshore() as rig:
        await rig.press(
            "c", *"busybox:latest", "tab", *"typed", "tab", *"sh -c ", "'", *"echo a", "ctrl+o", *"sleep 99", "'", "ctrl+s"
        )
        await rig.becomes("typed", "running")
        assert rig.demo.world.container("typed").command == ["sh", "-c", "echo a\nsleep 99"]
