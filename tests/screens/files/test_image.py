"""The files in the layers of an image, by keyboard over the demo engine."""

from __future__ import annotations

import json

from tests.live.files.tars import member, packed
from tests.screens.rig import longshore

MANIFEST = json.dumps([{"Config": "config.json", "Layers": ["1.tar", "2.tar"]}]).encode()
CONFIG = json.dumps({"history": [{"created_by": "COPY app"}, {"created_by": "RUN \x1b[31mapt"}]}).encode()
ONE = packed((member("app/big"), b"x" * 5000), (member("app/old"), b"y" * 300))
TWO = packed(member("app/.wh.old"), (member("app/new\x1b[2J"), b"z"))
IMAGE = packed(
    (member("1.tar"), ONE), (member("2.tar"), TWO), (member("config.json"), CONFIG), (member("manifest.json"), MANIFEST)
)


async def test_layers_and_waste_are_shown() -> None:
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        rig.demo.faults.add("ImageGet", "answer", status=200, data=IMAGE)
        await rig.press("f")
        await rig.shows("Layer 2: 1 B  1 added, 1 removed")
        assert "300 B, 6 % of the layers" in rig.text
        assert "Layer 1: 5.30 kB  2 added" in rig.text
        assert "/app/old" in rig.text  # among the wasted files
        await rig.press("}")
        await rig.shows(lambda text: "COPY app" in text and "removed old" in text)


async def test_two_marked_images_are_compared() -> None:
    other = packed(
        (member("1.tar"), ONE), (member("config.json"), CONFIG), (member("manifest.json"), MANIFEST.replace(b', "2.tar"', b""))
    )
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        rig.demo.faults.add("ImageGet", "answer", status=200, data=IMAGE, times=1)
        rig.demo.faults.add("ImageGet", "answer", status=200, data=other, times=1)
        await rig.press("space", "space", "f")
        await rig.shows("1 added, 1 removed, 1 equal")
        await rig.press("}")
        await rig.shows(lambda text: "removed new" in text or "added   new" in text)


async def test_more_than_two_marked_images_are_refused() -> None:
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        await rig.press("space", "space", "space", "f")
        await rig.shows("mark two images with space to compare their files")


async def test_an_image_that_cannot_be_read_says_so() -> None:
    async with longshore("images") as rig:
        await rig.shows("USED BY")
        rig.demo.faults.add("ImageGet", "answer", status=200, data=packed(member("x")))
        await rig.press("f")
        await rig.shows("archive of the image cannot be read")
