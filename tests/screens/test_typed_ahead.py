"""Keys typed ahead reach their target; no pair of keys breaks the program, blanks the screen or blocks the keyboard."""

import random
from pathlib import Path

import pytest

from tests.screens.rig import longshore
from tests.screens.typed_ahead import PATHS, WEB, go_to, keys_of, never_leave, rounds, type_pair, wrong_with

SAMPLE = 2  # pairs of each view; tests/bench/typed_ahead.py tries all
TOGETHER = 5  # views of one program: a start costs more than a pair
GROUPS = [[*PATHS][start : start + TOGETHER] for start in range(0, len(PATHS), TOGETHER)]


@pytest.fixture(autouse=True)
def elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the keys save lands in an empty folder."""
    monkeypatch.chdir(home)


@pytest.mark.parametrize("views", GROUPS, ids=lambda views: views[0])
async def test_no_pair_of_keys_breaks_a_view(views: list[str]) -> None:
    async with longshore() as rig:
        never_leave(rig)
        for view in views:
            await go_to(rig, view)
            for first, second in next(rounds(keys_of(rig), random.Random(view)))[:SAMPLE]:
                await go_to(rig, view)
                await type_pair(rig, first, second, None)
                assert await wrong_with(rig) == "", f"{first} {second} on {view}"


def test_the_rounds_of_pairs_hold_every_pair_and_each_round_every_key() -> None:
    keys = [(key,) for key in "abcde"]
    drawn = list(rounds(keys, random.Random(1)))
    assert sorted(pair for some in drawn for pair in some) == sorted((first, second) for first in keys for second in keys)
    for some in drawn:
        assert sorted(first for first, _ in some) == sorted(second for _, second in some) == keys


async def test_a_menu_answers_once_and_the_next_key_is_for_the_view_below() -> None:
    async with longshore("containers", "staging-web") as rig:
        await rig.press("!", "u", "W")
        assert rig.view.kind == "containers"
        assert rig.app.screen_stack[-2:] == [rig.app.screen_stack[0], rig.view]
        await rig.becomes("staging-web", "running")


@pytest.mark.parametrize("keys", ["!uu", "!xx", "!yy", "!//", "lSww", "lSwww", "l/q", "m:q", "D1y1", "Kkk", "!\r\r"])
async def test_a_key_too_many_leaves_a_screen_on_which_keys_act(keys: str) -> None:
    async with longshore("containers", WEB) as rig:
        never_leave(rig)
        await type_pair(rig, keys[:1].replace("\r", "enter"), ["enter" if key == "\r" else key for key in keys[1:]], None)
        assert await wrong_with(rig) == ""


async def test_what_is_typed_while_a_log_opens_is_searched() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("l", "/", *"GET")
        assert rig.view.prompt.is_open
        assert rig.view.prompt.text == "GET"
        await rig.press("enter", "escape", "escape")
        assert rig.view.kind == "containers"


async def test_a_filter_asked_for_again_at_once_keeps_the_keys() -> None:
    async with longshore("containers", WEB) as rig:
        for _ in range(20):
            await rig.press("/", "enter", "/", *"shop", "enter", "/", *["backspace"] * 4, *"web", "enter")
            assert rig.view.listing.matcher.text == "web"
            await rig.press("escape")


async def test_a_form_takes_fields_typed_in_one_burst() -> None:
    async with longshore("containers", WEB) as rig:
        await rig.press("R", "ctrl+u", *"renamed", "enter")
        await rig.shows("renamed")
        assert rig.view.kind == "containers"
