"""Where q, esc and - lead: back to the view that the user came from; only the first screen ends the program."""

import pytest

from tests.screens.rig import longshore


@pytest.mark.parametrize("back", ["q", "escape"])
@pytest.mark.parametrize(
    ("keys", "kinds"),
    [
        ("2", ["images", "containers"]),
        ("23", ["volumes", "images", "containers"]),
        ("2Z", ["cleanup", "images", "containers"]),
        ("3e", ["events", "volumes", "containers"]),
        ("5C", ["containers", "projects", "containers"]),
        ("2C", ["containers", "images", "containers"]),
        ("24", ["networks", "images", "containers"]),
        ("7", ["events", "containers"]),
        ("232", ["images", "containers"]),  # a screen that is below is uncovered, not opened twice
    ],
)
async def test_back_leads_to_where_one_came_from(keys: str, kinds: list[str], back: str) -> None:
    async with longshore(size=(160, 40)) as rig:
        for key in keys:
            if key == "C" and rig.view.kind == "images":
                await rig.type("/postgres")
                await rig.press("enter")
            await rig.press(key)
            await rig.idle()
        seen = [rig.view.kind]
        while not rig.view.is_first:
            before = rig.view
            await rig.press(back)
            if rig.view is not before:  # esc clears a filter first
                seen.append(rig.view.kind)
        assert seen == kinds
        assert not rig.left


async def test_the_first_screen_ends_the_program_by_q_and_never_by_esc() -> None:
    async with longshore("images") as rig:
        await rig.press("1", "2", "escape")
        assert rig.view.kind == "images"
        assert "q: quit" in rig.message
        await rig.press("q")
        assert rig.left


async def test_a_screen_opened_over_details_leads_back_to_the_details() -> None:
    async with longshore("containers", "shop-web-1") as rig:
        await rig.press("enter")
        await rig.shows("Restart policy")
        await rig.press("2")
        assert rig.view.kind == "images"
        await rig.press("q")
        assert rig.view.kind == "container"
        await rig.press("q")
        assert rig.view.kind == "containers"


async def test_minus_changes_between_the_last_two_screens() -> None:
    async with longshore() as rig:
        await rig.press("2")
        for kind in ("containers", "images", "containers"):
            await rig.press("-")
            assert rig.view.kind == kind


async def test_a_name_on_the_command_line_opens_the_details() -> None:
    async with longshore("shop-web-1") as rig:
        await rig.shows("Restart policy")
        assert rig.view.kind == "container"
        await rig.press("q")
        assert rig.at == "shop-web-1"


async def test_a_name_of_a_stopped_container_opens_why_it_stopped() -> None:
    async with longshore("shop-migrate-1") as rig:
        await rig.shows(lambda _text: rig.view.kind == "container")
        assert rig.view.tab.name == "why"


async def test_an_unknown_name_on_the_command_line_is_said() -> None:
    async with longshore("nosuch") as rig:
        await rig.shows("there is no container 'nosuch' here")
        assert rig.view.kind == "containers"
