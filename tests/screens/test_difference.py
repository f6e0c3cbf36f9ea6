"""What differs between containers, over the demo engine."""

from tests.screens.rig import longshore
from tui.engine.objects.containers import ContainerConfig, ContainerInspect
from tui.engine.objects.hostconfig import HostConfig, MountPoint, PortBinding
from tui.engine.objects.images import ImageConfig, ImageInspect
from tui.resources.containers.difference import differences, document, image_settings, settings


async def test_two_marked_containers_differ_in_what_they_were_created_with() -> None:
    async with longshore() as rig:
        await rig.idle()
        await rig.press("slash", *"worker", "enter", "space", "space", "tilde")
        await rig.shows("shop-worker-1 and shop-worker-2")
        assert "Environment" not in rig.text
        await rig.press("q", "escape", "escape", "slash", *"shop-api|shop-db", "enter", "space", "space", "tilde")
        await rig.shows("Environment")
        assert "+ " in rig.text
        assert "s3cr3t" not in rig.text
        await rig.press("v")
        await rig.shows("s3cr3t")


async def test_a_container_differs_from_its_image_by_its_options() -> None:
    async with longshore() as rig:
        await rig.idle()
        await rig.press("slash", *"shop-api", "enter", "tilde")
        await rig.shows("difference shop/api:4.2.0 and shop-api-1")
        assert "DATABASE_URL" in rig.text


async def test_more_than_two_are_refused() -> None:
    async with longshore() as rig:
        await rig.idle()
        await rig.press("space", "space", "space", "tilde")
        await rig.shows("mark two containers to compare them")


def container(**more: object) -> ContainerInspect:
    config = ContainerConfig(image="web:1", env=["LEVEL=info", "TOKEN=a"], cmd=["serve", "--port", "80"])
    return ContainerInspect(**({"name": "/web", "config": config, "image": "sha256:aa"} | more))


def test_each_kind_of_setting_is_compared_by_name() -> None:
    other = container(
        config=ContainerConfig(image="web:2", env=["LEVEL=debug", "TOKEN=b"], cmd=["serve", "--port", "81"], user="www"),
        host_config=HostConfig(memory=2**20, port_bindings={"80/tcp": [PortBinding(host_port="8080")]}, cap_add=["NET_ADMIN"]),
        mounts=[MountPoint(type="volume", name="data", destination="/data", rw=True)],
    )
    found = {(each.section, each.name): (each.one, each.other) for each in differences(settings(container()), settings(other))}
    assert found == {
        ("Program", "Image"): ("web:1", "web:2"),
        ("Program", "Command"): ("serve --port 80", "serve --port 81"),
        ("Program", "User"): ("", "www"),
        ("Environment", "LEVEL"): ("info", "debug"),
        ("Environment", "TOKEN"): ("a", "b"),
        ("Limits", "Memory"): ("", "1.00 MiB"),
        ("Rights", "Added capabilities"): ("", "NET_ADMIN"),
        ("Mounts", "/data"): ("", "volume data, writable"),
        ("Ports", "80/tcp"): ("", "*:8080"),
    }


def test_secrets_that_differ_are_said_to_and_not_shown() -> None:
    other = container(config=ContainerConfig(image="web:1", env=["LEVEL=info", "TOKEN=b"], cmd=["serve", "--port", "80"]))
    text = document(settings(container()), settings(other), ("web", "other")).plain_text()
    assert "1 difference" in text
    assert "differs; v shows secrets" in text


def test_containers_that_are_alike_have_no_difference() -> None:
    text = document(settings(container()), settings(container()), ("web", "other")).plain_text()
    assert text == "web and other: no difference"


def test_the_environment_of_the_image_is_no_difference_of_its_container() -> None:
    image = ImageInspect(config=ImageConfig(env=["LEVEL=info"], cmd=["serve", "--port", "80"]))
    names = [each.name for each in differences(image_settings(image), settings(container()))]
    assert "LEVEL" not in names
    assert "Command" not in names
    assert "TOKEN" in names
