"""Which containers and images are behind their tag, over the demo engine: in both lists once one was compared."""

from tests.screens.rig import longshore


async def test_all_containers_are_compared_with_one_request_for_each_tag_and_filtered() -> None:
    async with longshore(size=(200, 40)) as rig:
        assert "REGISTRY" not in rig.text
        await rig.press("ctrl+a", "@")
        await rig.shows(lambda _text: "behind" in rig.message)
        await rig.idle()
        asked = rig.requests("DistributionInspect")
        assert len(asked) == len({*asked})
        wanted = [row.name for row in rig.rows if row.behind or row.moved_on]
        assert wanted
        assert "REGISTRY" in rig.text
        await rig.press("/", *"state:behind", "enter")
        assert [row.name for row in rig.rows] == wanted


async def test_images_know_what_was_compared_in_the_containers_and_the_other_way_round() -> None:
    async with longshore("containers", "shop-cache-1", size=(200, 40)) as rig:
        await rig.press("@")
        await rig.shows(lambda _text: "registry" in rig.message)
        compared = next(row for row in rig.rows if row.name == "shop-cache-1")
        assert compared.behind is not None
        await rig.press("2")
        await rig.shows("REGISTRY")
        (image,) = [row.item for row in rig.rows if row.item.id == compared.image_id]
        assert bool(image.behind) == compared.behind
        await rig.press("ctrl+r")
        await rig.idle()
        assert "REGISTRY" in rig.text
