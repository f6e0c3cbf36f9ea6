"""Images, volumes and networks over the demo engine: listed when shown, created, removed, refused."""

import pytest

from tests.screens.rig import Rig, longshore
from tests.waiting import until_async
from tui.resources import registry
from tui.resources.model.document import Link
from tui.screens.framework.links import follow_link

LISTS = ("ImageList", "VolumeList", "NetworkList")


async def loaded(rig: Rig) -> None:
    await rig.shows(lambda _text: rig.view.rows.loaded and rig.names)
    await rig.settle()


async def test_nothing_is_listed_before_its_screen_is_opened_and_then_once() -> None:
    async with longshore() as rig:
        await rig.settle()
        assert [rig.requests(name) for name in LISTS] == [[], [], []]
        for digit, name in zip("234", LISTS, strict=True):
            await rig.press(digit)
            await loaded(rig)
            assert len(rig.requests(name)) == 1
        await rig.press("2", "3", "4")
        assert [len(rig.requests(name)) for name in LISTS] == [1, 1, 1]
        subscriptions = [target for target in rig.requests("SystemEvents") if "until=" not in target]
        assert len(subscriptions) == 1  # past events of containers that failed are read once for each


@pytest.mark.parametrize("digit", "234")
async def test_an_idle_screen_asks_nothing_and_draws_nothing(digit: str) -> None:
    async with longshore() as rig:
        await rig.press(digit)
        await loaded(rig)
        await rig.stays_idle()


async def test_who_uses_an_image_is_told_and_follows_its_containers() -> None:
    async with longshore("images", "shop/web:4.2.0") as rig:
        await loaded(rig)
        assert "shop-web-1" in next(line for line in rig.lines if line.startswith("shop/web:4.2.0"))
        engine = rig.app.context.session.engine
        await engine.containers.stop("shop-web-1")
        await rig.shows("shop-web-1 (stopped)")
        await engine.containers.remove("shop-web-1")
        await rig.shows(lambda text: any("shop/web:4.2.0" in line and "unused" in line for line in text.split("\n")))


async def test_dangling_images_are_marked() -> None:
    async with longshore("images") as rig:
        await loaded(rig)
        assert "dangling" in rig.text


@pytest.mark.parametrize(
    ("screen", "name", "texts"),
    [
        ("images", "shop/api:4.2.0", (("Used by", "shop-api-1", "Environment"), ("newest first", "COPY"), ("RepoTags",))),
        ("volumes", "shop_db-data", (("Mountpoint", "shop-db-1", "/var/lib/postgresql/data"), ("Mountpoint",))),
        (
            "networks",
            "shop_front",
            (("172.20.0.0/16", "shop-web-1", "172.20.0.3"), ("└─",), ("reach each other",), ("IPAM",)),
        ),
    ],
)
async def test_details(screen: str, name: str, texts: tuple[tuple[str, ...], ...]) -> None:
    async with longshore(screen, name, size=(120, 60)) as rig:
        await loaded(rig)
        assert rig.at == name
        await rig.press("enter")
        for words in texts:
            await rig.shows(lambda text, words=words: all(word in text for word in words), str(words))
            await rig.press("]")


async def test_removing_an_image_says_what_goes_and_does_it() -> None:
    async with longshore("images", "acme/mirror:edge") as rig:
        await loaded(rig)
        await rig.press("delete")
        assert f"Remove image acme/mirror:edge on {rig.app.context.host}?" in rig.text
        assert "untags" in rig.text
        assert "docker rmi acme/mirror:edge" in rig.text
        await rig.press("1", "y")
        await rig.shows("acme/mirror:edge: untagged acme/mirror:edge; ")
        await rig.shows(lambda _text: "acme/mirror:edge" not in rig.names)
        assert "force=" in rig.requests("ImageDelete")[0]


async def test_an_image_that_runs_is_kept() -> None:
    async with longshore("images", "shop/web:4.2.0") as rig:
        await loaded(rig)
        await rig.press("delete")
        assert "shop-web-1 uses the image" in " ".join(rig.text.replace("│", " ").split())
        await rig.press("y")
        await rig.shows("leave a tag, or tick force")
        assert rig.requests("ImageDelete") == []


async def test_one_more_name_for_an_image() -> None:
    async with longshore("images", "postgres:17") as rig:
        await loaded(rig)
        await rig.press("T", *"-old", "enter")
        await rig.shows("postgres:17, postgres:17-old")


@pytest.mark.parametrize(
    ("screen", "fields", "made"),
    [
        ("volumes", ("data2",), "data2"),
        ("networks", ("lab", "bridge", "172.31.0.0/16"), "lab"),
    ],
)
async def test_made_and_removed_again(screen: str, fields: tuple[str, ...], made: str) -> None:
    async with longshore(screen) as rig:
        await loaded(rig)
        await rig.press("c")
        assert rig.app.context.host in rig.text
        await rig.press(*[key for text in fields for key in (*text, "tab")], "ctrl+s")
        await rig.shows(lambda _text: made in rig.names)
        rig.view.go_to(made)
        await rig.press("delete")
        assert f"Remove {screen[:-1]} {made} on {rig.app.context.host}?" in rig.text
        assert f"docker {screen[:-1]} rm {made}" in rig.text
        await rig.press("y")
        await rig.shows(lambda _text: made not in rig.names)
        await rig.press("$")
        await rig.shows(f"docker {screen[:-1]} create")


async def test_a_form_that_the_engine_refuses_comes_back_with_what_was_typed() -> None:
    async with longshore("networks") as rig:
        await loaded(rig)
        rig.demo.faults.add("NetworkCreate", "error", status=403, message="Pool overlaps with other one", times=1)
        await rig.press("c", *"lab", "ctrl+s")
        await rig.shows("Pool overlaps")
        assert rig.app.screen._inputs[0].value == "lab"
        await rig.press("ctrl+s")
        await rig.shows(lambda _text: "lab" in rig.names)


@pytest.mark.parametrize("name", ["bridge", "shop_front"])
async def test_a_network_that_cannot_be_removed_says_why(name: str) -> None:
    async with longshore("networks", name) as rig:
        await loaded(rig)
        await rig.press("delete")
        assert ("predefined network" if name == "bridge" else "are connected") in rig.message
        assert rig.requests("NetworkDelete") == []


@pytest.mark.parametrize(
    ("screen", "operation", "says"),
    [("images", "ImagePrune", "freed"), ("volumes", "VolumePrune", "freed"), ("networks", "NetworkPrune", "old-experiment")],
)
async def test_prune_asks_naming_the_host_and_tells_what_went(screen: str, operation: str, says: str) -> None:
    async with longshore(screen) as rig:
        await loaded(rig)
        await rig.press(":", *"prune", "enter", "enter")
        assert rig.app.context.host in rig.text
        assert f"docker {screen[:-1]} prune --force" in rig.text
        assert rig.requests(operation) == []
        await rig.press("y")
        await rig.shows(lambda _text: says in rig.message)
        assert len(rig.requests(operation)) == 1


@pytest.mark.parametrize(
    ("screen", "keys"), [("images", ["delete", "T"]), ("volumes", ["c", "delete"]), ("networks", ["c", "delete"])]
)
async def test_read_only_refuses_every_change(screen: str, keys: list[str]) -> None:
    async with longshore(screen, read_only=True) as rig:
        await loaded(rig)
        for key in keys:
            await rig.press(key)
            assert "--read-only" in rig.message
        await rig.press(":", *"prune", "enter")
        assert rig.message == "prune: Longshore was started with --read-only"
        assert [method for method, _, _ in rig.demo.requests if method not in ("GET", "HEAD")] == []


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
async def test_they_fit_any_terminal(size: tuple[int, int]) -> None:
    async with longshore(size=size) as rig:
        for digit in "234":
            await rig.press(digit)
            await loaded(rig)
            await rig.press("enter")
            await rig.shows("overview")
            await rig.press("q")


def test_every_type_that_the_engine_lists_has_its_source() -> None:
    resources = [registry.load(name) for name, type in registry.BY_NAME.items() if type.where]
    listed = [resource.name for resource in resources if resource.source is not None]
    cluster = ["services", "stacks", "tasks", "nodes", "secrets", "configs", "swarm"]
    assert listed == ["containers", "images", "volumes", "networks", *cluster, "plugins"]


async def test_objects_lead_to_each_other_and_back() -> None:
    async with longshore("networks", "shop_front", size=(120, 60)) as rig:
        await loaded(rig)
        await rig.press("enter")
        await rig.shows("CONTAINER ")
        await rig.press("/", *"shop-web-1", "enter", "enter")
        await rig.shows(lambda _text: rig.header.strip().startswith("container shop-web-1"))
        await rig.shows("Mounts")
        await rig.press("/", *"Image +shop", "enter", "enter")
        await rig.shows(lambda _text: rig.header.strip().startswith("image shop/web"))
        await rig.shows("Used by")
        await rig.press("/", *"shop-web-1", "enter", "enter")
        await rig.shows(lambda _text: rig.header.strip().startswith("container shop-web-1"))
        for title in ("image shop/web", "container shop-web-1", "network shop_front", "networks"):
            await rig.press("-")
            assert rig.header.strip().startswith(title)


async def test_from_an_image_to_its_containers_and_back() -> None:
    async with longshore("images", "shop/worker:4.2.0") as rig:
        await loaded(rig)
        await rig.press("C")
        await rig.shows("of image shop/worker:4.2.0")
        assert rig.names
        assert all("worker" in name for name in rig.names)
        await rig.press("escape")
        assert rig.at == "shop/worker:4.2.0"


async def test_a_line_that_leads_to_what_is_gone_says_so() -> None:
    async with longshore("volumes", "shop_db-data") as rig:
        await loaded(rig)
        await rig.press("enter")
        await rig.shows("Mountpoint")
        follow_link(rig.view, Link("images", "shop/gone:1"))
        await until_async(lambda: "there is no image 'shop/gone:1' here" in rig.message)
        assert rig.header.strip().startswith("volume")


async def test_marked_images_are_pushed_with_all_their_tags() -> None:
    async with longshore("images", "shop/api:4.2.0") as rig:
        await loaded(rig)
        await rig.press("space", *"/shop/worker", "enter", "space", "H")
        await rig.shows("Push 2 tags of 2 images from")
        assert "shop/api:" in rig.text
        assert "shop/worker:" in rig.text
        await rig.press("enter")
        await until_async(lambda: len(rig.requests("ImagePush")) == 2, "both to be pushed")
        done = rig.app.program.docker_commands
        await rig.shows(lambda _text: len(done) == 2 or rig.demo.clock.advance(1))
        assert {words[1:] for words in done} == {("push", "shop/api:4.2.0"), ("push", "shop/worker:4.2.0")}


async def test_one_image_is_pushed_by_the_form() -> None:
    async with longshore("images", "shop/api:4.2.0") as rig:
        await loaded(rig)
        await rig.press("H")
        await rig.shows("The tag names the registry")
