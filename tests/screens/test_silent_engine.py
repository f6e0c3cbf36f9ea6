"""An engine that does not answer takes no keys: what needs an answer first waits in the background, then behind a key."""

from __future__ import annotations

import pytest

from tests.screens.rig import longshore


@pytest.mark.parametrize(
    ("screen", "keys", "operation", "title"),
    [
        ("containers", ("D",), "ContainerInspect", "recreate "),
        ("containers", (":", *"another", "enter"), "ContainerInspect", "another "),
        ("containers", ("~",), "ContainerInspect", "difference "),
        ("volumes", ("/", *"state:unused", "enter", "f"), "ImageList", "Browse volume"),
        ("images", ("T", "ctrl+u", *"shop/new:7", "enter"), "ImageList", ""),
    ],
)
async def test_keys_move_the_cursor_while_the_engine_is_silent(
    screen: str, keys: tuple[str, ...], operation: str, title: str
) -> None:
    async with longshore(screen) as rig:
        await rig.idle()
        with rig.silent(operation):
            await rig.press(*keys)
            await rig.shows(lambda _text: "waiting for the engine" in rig.message)
            at = rig.at
            await rig.press("j")
            assert rig.at != at
            assert not rig.app.screen.is_modal
        if title:
            await rig.shows(lambda _text: rig.message.startswith("ctrl+e "))
            await rig.press("ctrl+e")
            await rig.shows(title)
        else:  # nothing is asked: the tag is new
            await rig.shows("tagged")


async def test_a_refusal_is_told_and_opens_nothing() -> None:
    async with longshore("containers") as rig:
        await rig.idle()
        rig.demo.faults.add("ContainerInspect", "error", message="not now")
        await rig.press("D")
        await rig.shows(lambda _text: rig.message.endswith("not now"))
        assert not rig.app.screen.is_modal
