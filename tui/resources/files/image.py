"""The files in the layers of an image as a document."""

from __future__ import annotations

from collections.abc import Mapping

from tui.live.files.image_layers import ImageFiles, Layer
from tui.resources.model import formats
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.text import Span, count, one_line

MOST_FILES = 500
"""Files of a layer that are listed, the largest first."""

LARGEST = 20
"""Files listed in the sections of the whole image."""


def layers_document(image: ImageFiles, secrets: bool = False) -> Document:
    """Return the layers with their files, what is wasted, and the largest files."""
    sheet = SheetWriter(secrets)
    total, wasted = sum(layer.size for layer in image.layers), sum(image.wasted.values())
    sheet.section("Image")
    sheet.field("Files", f"{count(len(image.files), 'file')}, {formats.size(sum(image.files.values()))}")
    sheet.field("Layers", f"{count(len(image.layers), 'layer')}, {formats.size(total)}")
    share = f", {100 * wasted / total:.0f} % of the layers" if total and wasted else ""
    sheet.field("Wasted", f"{formats.size(wasted)}{share}: replaced or removed by a later layer", "warn" if wasted else "good")
    sheet.section("Layers")
    for number, layer in enumerate(image.layers, 1):
        _layer(sheet, number, layer)
    _largest(sheet, "Wasted files", image.wasted)
    _largest(sheet, "Largest files", image.files)
    return sheet.done()


def _largest(sheet: SheetWriter, title: str, files: Mapping[str, int]) -> None:
    if not any(files.values()):
        return
    sheet.section(title)
    for path, size in sorted(files.items(), key=lambda item: (-item[1], item[0]))[:LARGEST]:
        _file(sheet, path, size)


def _layer(sheet: SheetWriter, number: int, layer: Layer) -> None:
    said = [
        f"{len(files)} {word}"
        for word, files in (("added", layer.added), ("changed", layer.changed), ("removed", layer.removed))
        if files
    ]
    sheet.section(f"Layer {number}: {formats.size(layer.size)}  {', '.join(said) or 'no files'}", depth=1)
    if layer.instruction:
        sheet.field("Instruction", layer.instruction)
    for word, style, files in (
        ("removed", "bad", layer.removed),
        ("changed", "warn", layer.changed),
        ("added", "", layer.added),
    ):
        for path, size in sorted(files.items(), key=lambda item: (-item[1], item[0]))[:MOST_FILES]:
            _file(sheet, path, size, word, style)
        if len(files) > MOST_FILES:
            sheet.line(Span(f"{len(files) - MOST_FILES} smaller files {word} are not listed", "dim"))


def _file(sheet: SheetWriter, path: str, size: int, word: str = "", style: str = "") -> None:
    kind = Span(f"{word:8}" if word else "", style)
    sheet.line(Span(f"{formats.size(size):>9}  ", "dim"), kind, Span(one_line(path)), copy=path)
