"""What forms offer: values that the engine can take, and names and paths that complete the word under the cursor."""

from pathlib import Path

from tests.screens.rig import Rig, longshore
from tui.demo.scenarios.swarm import compose_swarm


def typed(rig: Rig) -> str:
    return rig.app.screen.focused.value


async def offered_drivers(rig: Rig) -> str:
    await rig.press("c", "down")
    await rig.shows(lambda text: "macvlan" in text)
    return next(line for line in rig.lines if "macvlan" in line)


async def test_only_drivers_are_offered_of_which_the_engine_can_create_networks() -> None:
    async with longshore("networks") as rig:
        line = await offered_drivers(rig)
        assert "overlay" not in line  # only in a swarm
        assert "host" not in line
        asked = len(rig.requests("SystemInfo"))
        await rig.press(*"mac")
        await rig.shows(lambda _text: "ipvlan" not in rig.text)
        assert len(rig.requests("SystemInfo")) == asked


async def test_the_driver_overlay_is_offered_in_a_swarm() -> None:
    async with longshore("networks", world=compose_swarm(lively=False)) as rig:
        assert "overlay" in await offered_drivers(rig)


async def test_a_volume_or_a_path_is_completed_as_the_last_word(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    async with longshore("containers") as rig:
        await rig.press("c", *"redis", "down", "down", "down", "down", *"shop_upl", "tab")
        await rig.shows(lambda _text: typed(rig) == "shop_uploads:")
        await rig.press(*f"/data {tmp_path}/co", "tab")
        await rig.shows(lambda _text: typed(rig) == f"shop_uploads:/data {tmp_path}/conf/")
