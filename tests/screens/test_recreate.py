"""Recreating containers by keyboard over the demo engine."""

from __future__ import annotations

from tests.screens.rig import longshore


async def test_a_container_is_recreated_with_another_environment() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        await rig.shows("shop-api-1")
        before = rig.demo.world.container("shop-api-1").id
        await rig.press("D")
        await rig.shows("recreate shop-api-1")
        await rig.press(*["tab"] * 5, "end", *" ADDED=1", "ctrl+s")
        await rig.shows("container shop-api-1 recreated and started")
        now = rig.demo.world.container("shop-api-1")
        assert now.id != before
        assert "ADDED=1" in now.config["Env"]
        assert not [name for name in rig.demo.world.names if "-before-" in name]


async def test_a_failed_recreation_leaves_the_old_container() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        await rig.shows("shop-api-1")
        before = rig.demo.world.container("shop-api-1").id
        rig.demo.faults.add("ContainerCreate", "error", status=500, message="no space left")
        await rig.press("D")
        await rig.shows("recreate shop-api-1")
        await rig.press("ctrl+s")
        await rig.shows("no space left. The old container was put back")
        assert rig.demo.world.container("shop-api-1").id == before


async def test_a_removed_container_is_put_back() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        await rig.shows("shop-api-1")
        await rig.press(":", *"put-back", "enter")
        await rig.shows("no container was removed")
        await rig.press("delete", "1", "y")
        await rig.becomes("shop-api-1", "")
        await rig.shows("removed")
        await rig.press(":", *"put-back", "enter")
        await rig.shows("Create which container again")
        await rig.press("enter")
        await rig.becomes("shop-api-1", "running")
        await rig.shows("created again and started")


async def test_the_run_line_is_copied_and_another_is_created() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        await rig.shows("shop-api-1")
        await rig.press(":", *"run-line", "enter")
        await rig.shows("docker run line of shop-api-1")
        assert rig.copied[0].startswith("docker run --detach --name=shop-api-1")
        await rig.press(":", *"compose-file", "enter")
        await rig.shows("Compose file of shop-api-1")
        assert rig.copied[1].startswith("services:\n  shop-api-1:\n    container_name: shop-api-1\n    image: ")
        await rig.press(":", *"another", "enter")
        await rig.shows("another shop-api-1")
        await rig.press("tab", *"second", "ctrl+s")
        await rig.becomes("second", "running")


async def test_secrets_in_the_form_are_masked_kept_and_revealed_by_a_key() -> None:
    async with longshore("containers", "shop-api-1") as rig:
        await rig.shows("shop-api-1")
        before = rig.demo.world.container("shop-api-1").config["Env"]
        secret = next(pair for pair in before if "PASSWORD" in pair or "SECRET" in pair or "TOKEN" in pair)
        value = secret.partition("=")[2]
        await rig.press("D")
        await rig.shows("Recreate container shop-api-1")
        await rig.shows(lambda text: "ctrl+r show secrets" in text and value not in text)
        await rig.press("ctrl+r")
        await rig.shows(lambda text: "ctrl+r mask secrets" in text)
        await rig.press("ctrl+r", "ctrl+s")
        await rig.shows("recreated and started")
        assert rig.demo.world.container("shop-api-1").config["Env"] == before
