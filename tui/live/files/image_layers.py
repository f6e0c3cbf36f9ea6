"""The files of an image: what each layer adds, changes and removes, what is wasted, what is there twice."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple


class About(NamedTuple):
    """What is known of a file besides its content. `mode` is that of `stat`, with the type; `link`: the target of a link."""

    mode: int
    uid: int
    gid: int
    link: str = ""


class LayerFile(NamedTuple):
    """A file of a layer, of any type but a directory. `size` is in bytes, 0 for a hard link.

    `sums` tell its content from others: CRC-32 and Adler-32, which differ for different contents of the same size, unless
    somebody made them equal.
    """

    size: int
    sums: int
    about: About


Files = dict[str, LayerFile]
"""Files by path."""


@dataclass(slots=True)
class Content:
    """What a layer's tar has: files, whiteouts of files, directories whose earlier content is hidden."""

    files: Files = field(default_factory=dict)
    whiteouts: list[str] = field(default_factory=list)
    opaque: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Layer:
    """A layer: the instruction that made it, and its files. `removed` are files of earlier layers; `size` is in bytes."""

    instruction: str = ""
    size: int = 0
    added: Files = field(default_factory=dict)
    changed: Files = field(default_factory=dict)
    removed: Files = field(default_factory=dict)


class Duplicate(NamedTuple):
    """Files of the same content: the size of each in bytes, and their paths."""

    size: int
    paths: Sequence[str]

    @property
    def wasted(self) -> int:
        """Return the bytes that all but one of them take."""
        return self.size * (len(self.paths) - 1)


@dataclass(slots=True)
class ImageFiles:
    """The layers of an image, the first one first; `files` are the files in the end.

    `wasted` are the bytes of files that a later layer replaces or removes, by path.
    """

    layers: list[Layer] = field(default_factory=list)
    files: Files = field(default_factory=dict)
    wasted: dict[str, int] = field(default_factory=dict)

    def duplicates(self) -> list[Duplicate]:
        """Return files of the same content, those that take most first."""
        alike: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
        for path, file in self.files.items():
            if file.size:
                alike[file.size, file.sums].append(path)
        found = [Duplicate(size, sorted(paths)) for (size, _), paths in alike.items() if len(paths) > 1]
        return sorted(found, key=lambda each: (-each.wasted, each.paths))


def lay_over(contents: Sequence[Content], instructions: Iterable[str]) -> ImageFiles:
    """Lay the layers over each other, the first one first."""
    image = ImageFiles()
    for content, instruction in zip(contents, instructions, strict=False):
        layer = Layer(instruction, size_of(content.files))
        gone = {path for path in content.whiteouts if path in image.files}
        gone |= below(image.files, {*content.opaque, *content.whiteouts, *content.files})
        for path in gone - content.files.keys():
            layer.removed[path] = image.files[path]
        for path in gone | (content.files.keys() & image.files.keys()):
            image.wasted[path] = image.wasted.get(path, 0) + image.files.pop(path).size
            if path in content.files:
                layer.changed[path] = content.files[path]
        layer.added = {path: file for path, file in content.files.items() if path not in layer.changed}
        image.files.update(content.files)
        image.layers.append(layer)
    return image


def size_of(files: Mapping[str, LayerFile]) -> int:
    """Return the bytes of files."""
    return sum(file.size for file in files.values())


def below(paths: Iterable[str], roots: AbstractSet[str]) -> set[str]:
    """Return the paths that are below one of these."""
    known: dict[str, bool] = {"/": "/" in roots}

    def hidden(directory: str) -> bool:
        if directory not in known:
            known[directory] = directory in roots or hidden(posixpath.dirname(directory))
        return known[directory]

    return {path for path in paths if hidden(posixpath.dirname(path))} if roots else set()


class Difference(NamedTuple):
    """How a file differs between two images; None: one of them has no such file."""

    before: LayerFile | None
    after: LayerFile | None

    @property
    def growth(self) -> int:
        """Return how many bytes more the second image has."""
        return (self.after.size if self.after else 0) - (self.before.size if self.before else 0)


def compare(before: Files, after: Files) -> dict[str, Difference]:
    """Return the files that differ in content, type, permissions, owner or target of a link, by path."""
    found = {path: Difference(file, after.get(path)) for path, file in before.items() if _differs(file, after.get(path))}
    return found | {path: Difference(None, file) for path, file in after.items() if path not in before}


def _differs(one: LayerFile, other: LayerFile | None) -> bool:
    return other is None or one.sums != other.sums or one.about != other.about
