"""The files in the layers of an image: what each adds, changes and removes, what is wasted, what is there twice."""

from __future__ import annotations

import gzip
import json
import tarfile
from collections.abc import Callable

import pytest

from tests.docker import Docker
from tests.live.files.tars import HARDLINK, SYMLINK, member, packed
from tui.engine import Engine
from tui.engine.errors import BrokenAnswer
from tui.live.files.decompression import PIECE, SKIPPABLE, Decompressor, _zstd
from tui.live.files.image_archive import ImageReader, read_image
from tui.live.files.image_layers import Files, ImageFiles, compare

BASE = packed((member("etc/a"), b"1" * 10), (member("etc/b"), b"2" * 20), (member("lib/x"), b"3" * 30), (member("lib/y"), b"4"))
SECOND = packed((member("etc/a"), b"5" * 11), member("etc/.wh.b"), (member("./new"), b"6" * 7))
THIRD = packed(member("lib/.wh..wh..opq"), (member("lib/y"), b"7" * 2))

Member = tuple[tarfile.TarInfo, bytes]


def zstd(data: bytes) -> bytes:
    """Return data as frames of zstd, some of them without content."""
    from backports.zstd import compress

    skipped = SKIPPABLE[3] + (5).to_bytes(4, "little") + b"index"
    return compress(data[:700]) + skipped + compress(data[700:])


def members_of_gzip(data: bytes) -> bytes:
    return gzip.compress(data[:700]) + gzip.compress(data[700:])


def read(data: bytes, step: int = 1000) -> ImageFiles:
    reader = ImageReader()
    for start in range(0, len(data), step):
        reader.feed(data[start : start + step])
    return reader.finish()


def config(layers: int) -> bytes:
    history: list[dict[str, object]] = [{"created_by": f"step {number}"} for number in range(layers)]
    return json.dumps({"history": [*history[:1], {"created_by": "ENV", "empty_layer": True}, *history[1:]]}).encode()


def blobs(*layers: bytes) -> list[Member]:
    return [(member(f"blobs/sha256/{number}"), layer) for number, layer in enumerate(layers)]


def image(*layers: bytes) -> bytes:
    """Return an image as docker saves it."""
    manifest = [{"Config": "blobs/sha256/config", "Layers": [f"blobs/sha256/{number}" for number in range(len(layers))]}]
    about = (member("blobs/sha256/config"), config(len(layers)))
    return packed(*blobs(*layers), about, (member("manifest.json"), json.dumps(manifest).encode()))


def sizes(files: Files) -> dict[str, int]:
    return {path: file.size for path, file in files.items()}


@pytest.mark.parametrize("compress", [bytes, gzip.compress, members_of_gzip, zstd])
@pytest.mark.parametrize("step", [1, 1000, 1 << 30])
def test_layers_are_laid_over_each_other(compress: Callable[[bytes], bytes], step: int) -> None:
    found = read(image(*map(compress, (BASE, SECOND, THIRD))), step)
    first, second, last = found.layers
    assert (first.size, [*first.added], sizes(second.changed), sizes(second.removed)) == (
        61,
        ["/etc/a", "/etc/b", "/lib/x", "/lib/y"],
        {"/etc/a": 11},
        {"/etc/b": 20},
    )
    assert (sizes(second.added), sizes(last.changed), sizes(last.removed)) == ({"/new": 7}, {"/lib/y": 2}, {"/lib/x": 30})
    assert sizes(found.files) == {"/etc/a": 11, "/new": 7, "/lib/y": 2}
    assert found.wasted == {"/etc/a": 10, "/etc/b": 20, "/lib/x": 30, "/lib/y": 1}
    assert [layer.instruction for layer in found.layers] == ["step 0", "step 1", "step 2"]


def test_the_layout_of_oci_is_read_without_docker_s_manifest() -> None:
    """An index with the image of this platform, that of another one whose layers are not there, and an attestation."""

    def manifest(config: str, *layers: str) -> bytes:
        named = [{"digest": f"sha256:{layer}"} for layer in layers]
        return json.dumps({"config": {"digest": f"sha256:{config}"}, "layers": named}).encode()

    index = json.dumps({"manifests": [{"digest": f"sha256:{name}"} for name in ("other", "gone", "this")]}).encode()
    found = read(
        packed(
            *blobs(zstd(BASE), gzip.compress(SECOND)),
            (member("blobs/sha256/config"), config(2)),
            (member("blobs/sha256/other"), manifest("config", "77", "78")),
            (member("blobs/sha256/this"), manifest("config", "0", "1")),
            (member("blobs/sha256/index"), index),
            (member("index.json"), json.dumps({"manifests": [{"digest": "sha256:index"}]}).encode()),
            (member("oci-layout"), b'{"imageLayoutVersion": "1.0.0"}'),
        )
    )
    assert sizes(found.files) == {"/etc/a": 11, "/lib/x": 30, "/lib/y": 1, "/new": 7}


def test_a_file_in_place_of_a_directory_removes_what_was_in_it() -> None:
    found = read(image(BASE, packed(member("lib", SYMLINK, "etc"), member(".wh.etc"))))
    assert (sizes(found.files), {*found.layers[1].removed}) == ({"/lib": 0}, {"/etc/a", "/etc/b", "/lib/x", "/lib/y"})


def test_files_of_the_same_content_are_duplicates_but_not_links() -> None:
    found = read(
        image(
            packed(
                (member("a"), b"x" * 5000),
                (member("b/c"), b"x" * 5000),
                (member("d"), b"x" * 4999 + b"y"),
                member("hard", HARDLINK, "a"),
                member("empty"),
                member("also-empty"),
            ),
            packed((member("e"), b"x" * 5000)),
        )
    )
    (only,) = found.duplicates()
    assert (only.size, only.paths, only.wasted) == (5000, ["/a", "/b/c", "/e"], 10_000)


def test_two_images_are_compared_by_content_mode_owner_and_link() -> None:
    before = read(
        image(
            packed(
                (member("same", mtime=1), b"1"),
                (member("content"), b"old"),
                member("mode"),
                member("owner"),
                member("link", SYMLINK, "one"),
                (member("gone"), b"12345"),
            )
        )
    )
    after = read(
        image(
            packed(
                (member("same", mtime=2), b"1"),
                (member("content"), b"new"),
                member("mode", mode=0o755),
                member("owner", uid=7),
                member("link", SYMLINK, "other"),
            ),
            packed((member("new"), b"123")),
        )
    )
    found = compare(before.files, after.files)
    assert {path: each.growth for path, each in found.items()} == {
        "/content": 0,
        "/mode": 0,
        "/owner": 0,
        "/link": 0,
        "/gone": -5,
        "/new": 3,
    }
    assert (found["/gone"].after, found["/new"].before) == (None, None)


@pytest.mark.parametrize(
    "data",
    [packed(member("x")), packed((member("manifest.json"), b"[]")), b"", b"x" * 512],
    ids=["no-manifest", "empty-manifest", "empty", "no-tar"],
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        read(data)


@pytest.mark.parametrize(
    "layer",
    [gzip.compress(BASE)[:100], zstd(BASE)[:100], b"\x1f\x8bnothing", b"7z\xbc\xaf"],
    ids=["cut-gzip", "cut-zstd", "broken-gzip", "7z"],
)
def test_a_layer_that_cannot_be_read_is_said(layer: bytes) -> None:
    broken = layer[:30] + b"\xff" * 30 + layer[30:]
    with pytest.raises(BrokenAnswer, match="is missing, or compressed in a way"):
        read(image(broken))


def test_what_is_compressed_very_much_takes_little_memory() -> None:
    from backports.zstd import compress

    assert _zstd()[1].__name__ == "ZstdError"
    for bomb in (gzip.compress(bytes(100 << 20)), compress(bytes(100 << 20))):
        pieces = [len(piece) for piece in Decompressor().feed(bomb)]
        assert (sum(pieces), max(pieces)) == (100 << 20, PIECE)


@pytest.mark.not_on_demo("its archives have no layers")
async def test_the_layers_of_an_image_of_the_engine(engine: Engine, docker: Docker) -> None:
    found = await read_image(engine, "busybox:latest")
    assert {"/bin/busybox", "/etc/passwd"} <= found.files.keys()
    assert found.wasted == {}
    container = docker.run("sh", "-c", "rm /etc/passwd; echo more >> /etc/group; echo new > /added")
    docker.wait(container)
    made = await engine.images.commit(container, f"longshore-layers-{docker.run_id}:1")
    docker.others.append(f"/images/{made}?force=1")
    changed = await read_image(engine, made)
    last = changed.layers[-1]
    assert ({*last.added}, {*last.changed}, {*last.removed}) == ({"/added"}, {"/etc/group"}, {"/etc/passwd"})
    assert {*changed.wasted} == {"/etc/group", "/etc/passwd"}
    assert {*compare(found.files, changed.files)} == {"/added", "/etc/group", "/etc/passwd"}
