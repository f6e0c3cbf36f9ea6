"""The files in the layers of an image: what each adds, changes and removes, and what is wasted."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.docker import Docker
from tests.live.files.tars import member, packed
from tui.engine import Engine
from tui.engine.errors import BrokenAnswer
from tui.live.files.image_layers import SMALL, ImageFiles, ImageReader, read_image

BASE = packed((member("etc/a"), b"1" * 10), (member("etc/b"), b"2" * 20), (member("lib/x"), b"3" * 30), (member("lib/y"), b"4"))
SECOND = packed((member("etc/a"), b"5" * 11), member("etc/.wh.b"), (member("./new"), b"6" * 7))
THIRD = packed(member("lib/.wh..wh..opq"), (member("lib/y"), b"7" * 2))


def read(data: bytes) -> ImageFiles:
    reader = ImageReader()
    for start in range(0, len(data), 1000):
        reader.feed(data[start : start + 1000])
    return reader.finish()


def image(*layers: bytes) -> ImageFiles:
    history = [{"created_by": f"step {number}"} for number in range(len(layers))]
    config = {"history": [*history[:1], {"created_by": "ENV", "empty_layer": True}, *history[1:]]}
    names = [f"blobs/sha256/{number}" for number in range(len(layers))]
    manifest = [{"Config": "blobs/sha256/config", "Layers": names}]
    files = [(member(name), layer) for name, layer in zip(names, layers, strict=True)]
    parts = [*files, (member("blobs/sha256/config"), json.dumps(config).encode())]
    return read(packed(*parts, (member("manifest.json"), json.dumps(manifest).encode())))


@pytest.mark.parametrize("third", [THIRD, gzip.compress(THIRD), THIRD + bytes(SMALL)], ids=["plain", "gzip", "large"])
def test_layers_are_laid_over_each_other(third: bytes) -> None:
    found = image(BASE, SECOND, third)
    first, second, last = found.layers
    assert (first.size, [*first.added], second.changed, second.removed) == (
        61,
        ["/etc/a", "/etc/b", "/lib/x", "/lib/y"],
        {"/etc/a": 11},
        {"/etc/b": 20},
    )
    assert (second.added, last.changed, last.removed) == ({"/new": 7}, {"/lib/y": 2}, {"/lib/x": 30})
    assert found.files == {"/etc/a": 11, "/new": 7, "/lib/y": 2}
    assert found.wasted == {"/etc/a": 10, "/etc/b": 20, "/lib/x": 30, "/lib/y": 1}
    assert [layer.instruction for layer in found.layers] == ["step 0", "step 1", "step 2"]


@pytest.mark.parametrize("data", [packed(member("x")), packed((member("manifest.json"), b"[]")), b"", b"x" * 512])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        read(data)


@pytest.mark.not_on_demo("its archives have no layers")
async def test_the_layers_of_an_image_of_the_engine(engine: Engine, docker: Docker) -> None:
    found = await read_image(engine, "busybox:latest")
    assert {"/bin/busybox", "/etc/passwd"} <= found.files.keys()
    assert found.wasted == {}
    container = docker.run("sh", "-c", "rm /etc/passwd; echo more >> /etc/group; echo new > /added")
    docker.wait(container)
    made = await engine.images.commit(container, f"longshore-layers-{docker.run_id}:1")
    docker.others.append(f"/images/{made}?force=1")
    found = await read_image(engine, made)
    last = found.layers[-1]
    assert ({*last.added}, {*last.changed}, {*last.removed}) == ({"/added"}, {"/etc/group"}, {"/etc/passwd"})
    assert {*found.wasted} == {"/etc/group", "/etc/passwd"}
