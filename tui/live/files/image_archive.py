"""Reading the files in the layers of an image from its archive (`ImageGet`) as it streams; contents are summed and dropped.

Archives of both forms are read: `<layer>/layer.tar` of older engines, and blobs of the OCI layout, plain or compressed by gzip
or zstd, as an engine with containerd's image store sends them.
"""

from __future__ import annotations

import asyncio
import json
import posixpath
import stat
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from tui.engine import Engine
from tui.engine.errors import BrokenAnswer
from tui.live.files.decompression import Decompressor
from tui.live.files.image_layers import About, Content, ImageFiles, LayerFile, lay_over
from tui.live.files.tar_reader import TarEntry, TarReader
from tui.live.jobs.file_transfer import followed

LONGEST_JSON = 4 << 20
"""Bytes of a manifest or a configuration at most."""

MOST_FILES = 1_000_000
"""Files of an image at most."""

WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"

Json = Any


class _LayerReader:
    """Reads one layer's tar, plain or compressed. `content` is None once the data was no tar."""

    def __init__(self) -> None:
        self.content: Content | None = Content()
        self._stream = Decompressor()
        self._reader = TarReader(self._entry, self._data)
        self._entries = False  # whether there was any
        self._path = ""
        self._size = self._crc = self._adler = 0
        self._about: About | None = None  # of the file that is being read
        self._abouts: dict[About, About] = {}  # each one once

    def feed(self, data: bytes | memoryview) -> None:
        """Read the next bytes."""
        if self.content is None:
            return
        try:
            for piece in self._stream.feed(data):
                self._reader.feed(piece)
        except BrokenAnswer:
            self.content = None

    def finish(self) -> Content | None:
        """Return what the layer has; None if the data was no tar."""
        self._end_file()
        return self.content if self._reader.ended or self._entries else None

    def _entry(self, entry: TarEntry) -> None:
        self._end_file()
        self._entries = True
        assert self.content is not None
        path = posixpath.normpath("/" + entry.name).replace("//", "/")
        directory, name = posixpath.split(path)
        if name == OPAQUE:
            self.content.opaque.append(directory)
        elif name.startswith(WHITEOUT):
            self.content.whiteouts.append(posixpath.join(directory, name.removeprefix(WHITEOUT)))
        elif not stat.S_ISDIR(entry.mode):
            if len(self.content.files) >= MOST_FILES:
                raise BrokenAnswer(f"A layer of the image has more than {MOST_FILES:,} files.")
            about = About(entry.mode, entry.uid, entry.gid, "" if entry.hard else entry.link)
            self._path, self._about = path, self._abouts.setdefault(about, about)
            self._size, self._crc, self._adler = entry.size, 0, 1
            if entry.hard:
                self._hard_link(posixpath.normpath("/" + entry.link).replace("//", "/"))

    def _hard_link(self, target: str) -> None:
        """Take the sums of the file that a hard link leads to."""
        assert self.content is not None
        assert self._about is not None
        linked = self.content.files.get(target)
        self.content.files[self._path] = LayerFile(0, linked.sums if linked else 0, self._about)
        self._about = None

    def _data(self, piece: memoryview) -> None:
        if self._about is not None:
            self._crc = zlib.crc32(piece, self._crc)
            self._adler = zlib.adler32(piece, self._adler)

    def _end_file(self) -> None:
        if self._about is not None and self.content is not None:
            sums = self._crc | self._adler << 32
            self.content.files[self._path] = LayerFile(self._size, sums, self._about)
            self._about = None


class ImageReader:
    """Reads the archive of an image. `feed` takes its bytes; `finish` returns the files of its layers."""

    def __init__(self) -> None:
        self._outer = TarReader(self._entry, self._data)
        self._layers: dict[str, Content] = {}
        self._json: dict[str, bytearray] = {}
        self._links: dict[str, str] = {}
        self._name = ""
        self._size = 0
        self._layer: _LayerReader | None = None

    @property
    def bytes_read(self) -> int:
        """Return the bytes read."""
        return self._outer.bytes_read

    def feed(self, data: bytes | memoryview) -> None:
        """Read the next bytes. Raises BrokenAnswer."""
        self._outer.feed(data)

    def finish(self) -> ImageFiles:
        """Return what was read. Raises BrokenAnswer if it is no image."""
        self._close()
        self._outer.finish()
        try:
            config, names = self._described()
            contents = [self._content(name) for name in names]
            steps = [step for step in config.get("history") or () if not step.get("empty_layer")]
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise BrokenAnswer("The engine's archive of the image cannot be read.", "ImageGet") from error
        instructions = [str(step.get("created_by") or "") for step in steps]
        return lay_over(contents, instructions + [""] * (len(contents) - len(instructions)))

    def _described(self) -> tuple[Json, list[str]]:
        """Return the configuration and the names of the layers, by docker's manifest or by that of the OCI layout."""
        if "manifest.json" in self._json:
            manifest = self._read("manifest.json")[0]
            return self._read(manifest["Config"]), [str(name) for name in manifest["Layers"]]
        for manifest in self._manifests(self._read("index.json"), 0):
            config, *layers = (_blob(each["digest"]) for each in (manifest["config"], *manifest["layers"]))
            if config in self._json and all(self._links.get(name, name) in self._layers for name in layers):
                return self._read(config), layers
        raise KeyError("no complete image")

    def _manifests(self, index: Json, level: int) -> Iterator[Json]:
        """Yield the manifests of an index of the OCI layout, and of the indexes in it."""
        for each in index.get("manifests") or ():
            name = _blob(each["digest"])
            if name in self._json and level < 3:
                found = self._read(name)
                if "layers" in found:
                    yield found
                else:
                    yield from self._manifests(found, level + 1)

    def _read(self, name: str) -> Json:
        return json.loads(self._json[self._links.get(name, name)])

    def _content(self, name: str) -> Content:
        content = self._layers.get(self._links.get(name, name))
        if content is None:
            raise BrokenAnswer(f"The layer {name[:80]} is missing, or compressed in a way that is not supported.", "ImageGet")
        return content

    def _entry(self, entry: TarEntry) -> None:
        self._close()
        self._name, self._size = entry.name.removeprefix("./"), entry.size
        if stat.S_ISLNK(entry.mode) or entry.hard:
            base = "" if entry.hard else posixpath.dirname(self._name)
            self._links[self._name] = posixpath.normpath(posixpath.join(base, entry.link))

    def _data(self, piece: memoryview) -> None:
        if self._layer is None and self._name not in self._json:
            if bytes(piece[:1]) in (b"{", b"[") and self._size <= LONGEST_JSON:
                self._json[self._name] = bytearray()
            else:
                self._layer = _LayerReader()
        if self._layer is not None:
            self._layer.feed(piece)
        else:
            self._json[self._name] += piece

    def _close(self) -> None:
        if self._layer is not None and (content := self._layer.finish()) is not None:
            self._layers[self._name] = content
        self._layer = None


def _blob(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/")


async def read_image(engine: Engine, name: str, tell: Callable[[int], object] = lambda _bytes: None) -> ImageFiles:
    """Read the files of an image (`ImageGet`); `tell` is called with the bytes read. Raises EngineError."""
    reader = ImageReader()
    await followed(engine.images.save(name, reader.feed), lambda: tell(reader.bytes_read))
    return await asyncio.to_thread(reader.finish)
