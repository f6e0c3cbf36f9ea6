"""The files in the layers of an image, read from its archive (`ImageGet`) as it streams; contents are dropped.

Archives of both forms are read: `<layer>/layer.tar` of older engines, and blobs of the OCI layout, plain or compressed by gzip.
"""

from __future__ import annotations

import json
import posixpath
import stat
import zlib
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from tui.engine import Engine
from tui.engine.errors import BrokenAnswer
from tui.live.files.tar_reader import TarEntry, TarReader

SMALL = 4 << 20
"""Bytes up to which a file of the archive is kept until the manifest says what it is."""

WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"
GZIP = b"\x1f\x8b"

Json = Any


@dataclass(slots=True)
class Layer:
    """A layer: the instruction that made it, and its files. `removed` are paths of earlier layers; sizes are in bytes."""

    instruction: str = ""
    size: int = 0
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class ImageFiles:
    """The layers of an image, the first one first; `files` are the sizes of the files in the end.

    `wasted` are the bytes of files that a later layer replaces or removes, by path.
    """

    layers: list[Layer] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    wasted: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Content:
    """What a layer's tar has: sizes of files, whiteouts of files, directories whose earlier content is hidden."""

    files: dict[str, int] = field(default_factory=dict)
    whiteouts: list[str] = field(default_factory=list)
    opaque: list[str] = field(default_factory=list)


class _LayerReader:
    """Reads one layer's tar, plain or compressed. `content` is None once the data was no tar."""

    def __init__(self) -> None:
        self.content: _Content | None = _Content()
        self._reader = TarReader(self._entry)
        self._inflate: Any = None
        self._begun = False

    def feed(self, data: bytes | memoryview) -> None:
        """Read the next bytes."""
        if self.content is None:
            return
        if not self._begun:
            self._begun = True
            self._inflate = zlib.decompressobj(31) if bytes(data[:2]) == GZIP else None
        try:
            self._reader.feed(self._inflate.decompress(data) if self._inflate is not None else data)
        except (BrokenAnswer, zlib.error):
            self.content = None

    def _entry(self, entry: TarEntry) -> None:
        assert self.content is not None
        path = posixpath.normpath("/" + entry.name).replace("//", "/")
        directory, name = posixpath.split(path)
        if name == OPAQUE:
            self.content.opaque.append(directory)
        elif name.startswith(WHITEOUT):
            self.content.whiteouts.append(posixpath.join(directory, name.removeprefix(WHITEOUT)))
        elif not stat.S_ISDIR(entry.mode):
            self.content.files[path] = entry.size


class ImageReader:
    """Reads the archive of an image. `feed` takes its bytes; `finish` returns the files of its layers."""

    def __init__(self) -> None:
        self._outer = TarReader(self._entry, self._data)
        self._layers: dict[str, _Content] = {}
        self._kept: dict[str, bytearray] = {}
        self._links: dict[str, str] = {}
        self._name = ""
        self._layer: _LayerReader | None = None

    def feed(self, data: bytes) -> None:
        """Read the next bytes. Raises BrokenAnswer."""
        self._outer.feed(data)

    def finish(self) -> ImageFiles:
        """Return what was read. Raises BrokenAnswer if it is no image."""
        self._close()
        self._outer.finish()
        try:
            manifest = json.loads(self._kept["manifest.json"])[0]
            config = json.loads(self._kept[manifest["Config"]])
            contents = [self._content(name) for name in manifest["Layers"]]
            steps = [step for step in config.get("history") or () if not step.get("empty_layer")]
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise BrokenAnswer("The engine's archive of the image cannot be read.", "ImageGet") from error
        instructions = [str(step.get("created_by") or "") for step in steps]
        return _combined(contents, instructions + [""] * (len(contents) - len(instructions)))

    def _content(self, name: str) -> _Content:
        name = self._links.get(name, name)
        if name in self._layers:
            return self._layers[name]
        reader = _LayerReader()
        reader.feed(bytes(self._kept[name]))
        if reader.content is None:
            raise BrokenAnswer(f"The layer {name[:80]} is compressed in a way that is not supported.", "ImageGet")
        return reader.content

    def _entry(self, entry: TarEntry) -> None:
        self._close()
        self._name = entry.name.removeprefix("./")
        if stat.S_ISLNK(entry.mode) or entry.hard:
            base = "" if entry.hard else posixpath.dirname(self._name)
            self._links[self._name] = posixpath.normpath(posixpath.join(base, entry.link))
        elif entry.size <= SMALL:
            self._kept[self._name] = bytearray()
        else:
            self._layer = _LayerReader()

    def _data(self, piece: memoryview) -> None:
        if self._layer is not None:
            self._layer.feed(piece)
        elif self._name in self._kept:
            self._kept[self._name] += piece

    def _close(self) -> None:
        if self._layer is not None and self._layer.content is not None:
            self._layers[self._name] = self._layer.content
        self._layer = None


def _combined(contents: list[_Content], instructions: list[str]) -> ImageFiles:
    """Lay the layers over each other."""
    image = ImageFiles()
    for content, instruction in zip(contents, instructions, strict=False):
        layer = Layer(instruction, sum(content.files.values()))
        hidden = [path + "/" for path in content.opaque] + [path + "/" for path in content.whiteouts]
        gone = {path for path in content.whiteouts if path in image.files}
        if hidden:
            gone |= {path for path in image.files if path.startswith(tuple(hidden))}
        for path in gone - content.files.keys():
            layer.removed[path] = image.files[path]
        for path in gone | (content.files.keys() & image.files.keys()):
            image.wasted[path] = image.wasted.get(path, 0) + image.files.pop(path)
            if path in content.files:
                layer.changed[path] = content.files[path]
        layer.added = {path: size for path, size in content.files.items() if path not in layer.changed}
        image.files.update(content.files)
        image.layers.append(layer)
    return image


async def read_image(engine: Engine, name: str, tell: Callable[[int], object] = lambda _bytes: None) -> ImageFiles:
    """Read the files of an image (`ImageGet`); `tell` is called with the bytes read. Raises EngineError."""
    reader, done = ImageReader(), 0
    async with aclosing(engine.images.save(name)) as chunks:
        async for chunk in chunks:
            reader.feed(chunk)
            done += len(chunk)
            tell(done)
    return reader.finish()
