"""The clean-up over the demo engine, by keyboard: plan, ticks, question, removal one by one, report."""

import pytest

from tests.screens.rig import Rig, longshore
from tests.waiting import until_async
from tui.live.cleanup.unused import Fate

DELETES = ("ContainerDelete", "ImageDelete", "VolumeDelete", "NetworkDelete", "BuildPrune")


async def planned(rig: Rig) -> None:
    await rig.shows(lambda _text: rig.view.plan.made and not rig.view.busy(), "a plan")
    await rig.shows(lambda _text: len(rig.names) == len(rig.view.rows.rows), "all of the plan")
    await rig.settle()


def ticked(rig: Rig) -> set[str]:
    return {rig.view.resource.title(row) for row in rig.view.chosen}


def fates(rig: Rig) -> dict[str, Fate]:
    return {rig.view.resource.title(row): row.fate for row in rig.view.rows.rows.values()}


async def only(rig: Rig, *names: str) -> None:
    """Tick only these, by keyboard."""
    await rig.press("ctrl+a")
    await rig.shows(lambda _text: all(row.chosen for row in rig.rows))
    await rig.press("ctrl+a")
    await rig.shows(lambda _text: not rig.view.chosen)
    for name in names:
        await rig.press("/", *name, "enter", "g", "space", "escape")
    await rig.shows(lambda _text: ticked(rig) == {*names}, f"{names} ticked")


def deleted(rig: Rig) -> list[str]:
    return [target for name in DELETES for target in rig.requests(name)]


async def finished(rig: Rig) -> None:
    await rig.shows(lambda _text: not rig.view.busy() and rig.message and "x: cancel" not in rig.message, "an end")


async def test_the_plan_ticks_what_docker_system_prune_takes_and_nothing_with_a_name_or_data() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        world = rig.demo.world
        resting = {one.name for one in world.containers.values() if not one.running and one.status != "restarting"}
        records = {one.description for one in world.build_cache if not one.shared}
        assert {*filter(lambda name: len(name) != 12, ticked(rig))} == resting | records | {"old-experiment"}
        assert "scratch" in rig.names
        assert "scratch" not in ticked(rig)
        assert deleted(rig) == []


async def test_sizes_that_cost_are_asked_for_only_with_z() -> None:
    async with longshore("cleanup", size=(160, 40)) as rig:
        await planned(rig)
        (asked,) = rig.requests("SystemDataUsage")
        assert "volume" not in asked
        assert "z measures containers, volumes" in rig.header
        await rig.press("z")
        await rig.shows("12.8 MB")
        assert "type=volume" in rig.requests("SystemDataUsage")[1]
        assert "z measures" not in rig.header


async def test_measuring_can_be_cancelled() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        rig.demo.faults.add("SystemDataUsage", "stall")
        await rig.press("z")
        await rig.shows(lambda _text: rig.view.busy())
        assert "x stop" in rig.footer
        await rig.press("delete")
        assert rig.message == "remove: measuring unused objects is running: press x to cancel"
        await rig.press("x")
        await rig.shows(lambda _text: rig.message == "measuring unused objects: cancelled")
        assert "x stop" not in rig.footer


async def test_the_total_follows_each_tick() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "old-experiment")
        await rig.shows(lambda _text: "1 of 18 ticked, 0 B to be freed" in rig.header)
        await rig.press("/", *"restic", "enter", "space")
        await rig.shows(lambda _text: "2 of 18 ticked, 36.1 MB to be freed" in rig.header)
        await rig.press("k", "space")
        await rig.shows(lambda _text: "1 of 18 ticked, 0 B to be freed" in rig.header)


async def test_it_asks_and_only_y_removes_what_is_ticked_and_nothing_else() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "mirror", "acme/mirror:edge", "scratch")
        await rig.press("delete")
        text = rig.text
        assert f"Remove 3 objects on {rig.app.context.host}, one after another?" in text
        assert all(said in text for said in ("1 stopped container", "1 image", "1 volume", "in the volumes is lost"))
        await rig.press("enter")
        assert "cannot be undone" in rig.text
        await rig.press("n")
        assert deleted(rig) == []
        await rig.press("delete", "y")
        await finished(rig)
        assert "3 removed" in rig.message
        assert len(deleted(rig)) == 3
        assert not any("force" in target for target in deleted(rig))
        assert {name for name, fate in fates(rig).items() if fate is Fate.REMOVED} == {"mirror", "acme/mirror:edge", "scratch"}
        assert "mirror" in rig.names, "what is done stays on the screen"
        await rig.press(":", *"jobs", "enter")
        await rig.shows("cleaning up 3 objects")
        await rig.shows("3 removed")
        await rig.press("$")
        assert all(f" {words}" in rig.text for words in ("rm mirror", "rmi acme/mirror:edge", "volume rm scratch"))


async def test_containers_go_first_and_free_what_they_held() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "mirror")
        await rig.press("delete", "y")
        await finished(rig)
        image = next(row for row in rig.view.rows.rows.values() if rig.view.resource.title(row) == "acme/mirror:edge")
        assert image.holders == ()
        assert image.fate is Fate.PLANNED


async def test_what_a_container_that_stays_has_is_kept_and_said_so() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "acme/mirror:edge")
        await rig.press("delete", "y")
        await finished(rig)
        assert "0 removed; 1 kept" in rig.message
        await rig.shows("kept: used by mirror")
        assert rig.requests("ImageDelete") == []


async def test_a_container_started_between_the_plan_and_y_is_kept() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "mirror", "staging-web")
        await rig.press("delete")
        await rig.app.context.session.engine.containers.start("staging-web")
        rows = rig.app.view.rows.rows
        await until_async(lambda: any(row.used for row in rows.values()), "news of it")
        await rig.press("y")
        await finished(rig)
        await rig.shows("kept: was started since")
        assert (rig.state("staging-web"), rig.state("mirror")) == ("running", "")


async def test_a_failure_stops_no_other_and_is_said_on_its_row() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "mirror", "reports-batch", "old-experiment")
        rig.demo.faults.add("ContainerDelete", "error", status=500, message="the disk\x1b[31m is full", times=1)
        await rig.press("delete", "y")
        await finished(rig)
        assert "2 removed; 1 failed" in rig.message
        await rig.shows("failed: the disk")
        assert sorted(fate.value for fate in fates(rig).values() if fate is not Fate.PLANNED) == [
            "failed",
            "removed",
            "removed",
        ]


async def test_cancelled_in_the_middle_it_tells_what_was_done() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "mirror", "old-experiment", "scratch")
        rig.demo.faults.add("VolumeDelete", "stall")
        await rig.press("delete", "y")
        await rig.shows(lambda _text: rig.requests("VolumeDelete"), "the second one under way")
        await rig.shows(lambda _text: "1 of 3" in rig.message)
        await rig.press("x")
        await rig.shows(lambda _text: rig.message.startswith("cancelled: 1 removed"))
        assert "1 possibly removed; 1 not started" in rig.message
        await rig.shows("possibly removed: cancelled")
        assert ticked(rig) == {"old-experiment"}


async def test_what_is_gone_cannot_be_ticked_again() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "mirror")
        await rig.press("delete", "y")
        await finished(rig)
        await rig.press("/", *"mirror", "enter", "g", "space")
        assert rig.message == "mirror was already removed"
        assert not rig.view.chosen
        await rig.press("delete")
        assert rig.message == "remove: nothing is ticked: press space"


async def test_ctrl_r_plans_again_without_what_is_gone_and_keeps_the_ticks() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await only(rig, "mirror")
        await rig.press("delete", "y")
        await finished(rig)
        await rig.press("/", *"scratch", "enter", "g", "space", "escape")
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: "mirror" not in rig.names and not rig.view.busy())
        assert ticked(rig) == {"scratch"}


@pytest.mark.parametrize(
    ("screen", "kind"), [("containers", "container"), ("images", "image"), ("volumes", "volume"), ("networks", "network")]
)
async def test_z_in_a_list_opens_the_plan_for_its_kind_and_esc_widens_it(screen: str, kind: str) -> None:
    async with longshore(screen) as rig:
        await rig.shows(lambda _text: rig.names)
        await rig.press("Z")
        await planned(rig)
        assert f"cleanup of {screen}" in rig.header
        assert {row.sort for row in rig.rows} == {kind}
        await rig.press("escape")
        await rig.shows(lambda _text: len({row.sort for row in rig.rows}) == 5)
        assert "cleanup of" not in rig.header
        await rig.press("-")
        assert rig.view.kind == screen


@pytest.mark.parametrize(
    ("name", "command", "operation", "key"),
    [
        ("^mirror", "container prune", "ContainerPrune", "y"),
        ("restic", "image prune", "ImagePrune", "y"),
        ("scratch", "volume prune", "VolumePrune", "y"),
        ("old-exp", "network prune", "NetworkPrune", "y"),
        ("local source", "builder prune", "BuildPrune", "ctrl+s"),  # a form with the amount to keep
    ],
)
async def test_prune_on_the_plan_is_the_engines_own_prune_of_the_kind_under_the_cursor(
    name: str, command: str, operation: str, key: str
) -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await rig.press("/", *name, "enter", ":", *"prune", "enter")
        assert f"docker {command} --force" in rig.text
        await rig.press("enter")
        assert rig.requests(operation) == []
        await rig.press(key)
        await rig.shows(lambda _text: "removed" in rig.message or "freed" in rig.message)
        assert len(rig.requests(operation)) == 1


async def test_enter_says_why_it_can_go_and_q_comes_back() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await rig.press("/", *"old-exp", "enter", "enter")
        await rig.shows("no container is connected")
        assert "Space freed" in rig.text
        await rig.press("q")
        assert rig.view.kind == "cleanup"


async def test_what_is_in_the_plan_leads_to_itself_and_to_its_holder_and_back() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await rig.press("/", *"acme", "enter", "g", "enter")
        await rig.shows("removed first")
        await rig.press("j", "enter")
        await rig.shows("Used by")
        assert rig.view.kind == "image"
        await rig.press("-")
        await rig.shows("Why unused")
        await rig.press(*["j"] * 5, "enter")
        await rig.shows("Restart policy")
        assert rig.view.kind == "container"


async def test_an_unknown_kind_is_one_line() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await rig.press(":", *"cleanup stars", "enter")
        assert "choose one of containers, images" in rig.message


async def test_read_only_shows_the_plan_and_removes_nothing() -> None:
    async with longshore("cleanup", read_only=True) as rig:
        await planned(rig)
        for keys in (["delete"], [":", *"prune", "enter"]):
            await rig.press(*keys)
            assert "--read-only" in rig.message
        await rig.press("z")
        await rig.shows("12.8 MB")
        assert deleted(rig) == []


async def test_an_engine_that_is_away_at_first_is_planned_for_when_it_comes() -> None:
    async with longshore("cleanup", there=False) as rig:
        await rig.shows("Waiting for the engine…")
        await rig.press("delete")
        assert "the engine is not connected" in rig.message
        await rig.demo.come_back()
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: rig.view.plan.made)
        await rig.shows("old-experiment")


async def test_a_list_that_the_engine_refuses_is_said_and_the_others_are_planned() -> None:
    async with longshore("cleanup", size=(160, 40)) as rig:
        await planned(rig)
        rig.demo.faults.add("VolumeList", "error", status=403, message="not by this proxy")
        await rig.press("ctrl+r")
        await rig.shows(lambda _text: "not listed: not by this proxy" in rig.header)
        assert "old-experiment" in rig.names


async def test_an_engine_that_measures_not_leaves_a_plan_without_sizes() -> None:
    async with longshore("containers") as rig:
        rig.demo.faults.add("SystemDataUsage", "error", status=500, message="no such disk")
        await rig.press(":", *"cleanup", "enter")
        await rig.shows(lambda _text: "sizes and build cache are unknown: no such disk" in rig.message)
        assert "old-experiment" in rig.names
        assert "≤ 36.1 MB" in rig.text


async def test_an_idle_plan_asks_nothing_and_draws_nothing() -> None:
    async with longshore("cleanup") as rig:
        await planned(rig)
        await rig.stays_idle()


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
async def test_it_fits_any_terminal(size: tuple[int, int]) -> None:
    async with longshore("cleanup", size=size) as rig:
        await planned(rig)
        assert "[x]" in rig.text
        await rig.press("delete")
        assert "Remove 11 objects" in rig.text.replace("\n", " ") or size[0] == 40
        await rig.press("n", "enter")
        await rig.shows("Why unused")


async def test_an_age_and_a_number_of_images_to_keep_set_the_ticks_and_remove_nothing() -> None:
    async with longshore("cleanup", size=(140, 40)) as rig:
        await planned(rig)
        assert "AGE" in rig.text
        await rig.press(":", *"older 0s", "enter")
        aged = {row.id for row in rig.rows if row.sort in ("container", "image", "cache")}
        await rig.shows("objects ticked: created before")
        await rig.shows(lambda _text: {row.id for row in rig.view.chosen} >= aged, "all with an age to be ticked")
        assert not any(row.chosen for row in rig.rows if row.sort == "volume")
        await rig.press(":", *"older 99999d", "enter")
        await rig.shows("0 objects ticked")
        await rig.shows(lambda _text: not {row.id for row in rig.view.chosen} & aged, "none of them to be ticked")
        await rig.press(":", *"keep 0", "enter")
        await rig.shows("all but the newest 0 of each repository")
        tagged = {row.id for row in rig.rows if row.sort == "image" and row.item.names}
        await rig.shows(lambda _text: {row.id for row in rig.view.chosen} == tagged, "the tagged images to be ticked")
        await rig.press(":", *"keep some", "enter")
        await rig.shows("'some' is not a number")
        await rig.press(":", *"older", "enter")
        await rig.shows("older than: 30d")
        assert deleted(rig) == []
