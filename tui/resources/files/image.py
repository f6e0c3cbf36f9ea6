"""The files in the layers of an image, and what differs between two images, as documents."""

from __future__ import annotations

import posixpath
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tui.live.files.image_layers import Difference, ImageFiles, Layer, LayerFile, compare, size_of
from tui.resources.model import formats
from tui.resources.model.document import Document, Entry, SheetWriter
from tui.resources.model.text import Line, Span, count, line, one_line

MOST_FILES = 50_000
"""Files of a tree that are listed, the largest first."""

LARGEST = 20
"""Files listed in the sections of the whole image, and groups of duplicates."""

STYLES = {"added": "good", "changed": "warn", "removed": "bad"}


class TreeLine(NamedTuple):
    """A file or a directory in a tree. `size` is in bytes, of a directory that of all in it.

    `word` says what happened to the file, `notes` how. `signed`: the size is a difference.
    """

    path: str
    size: int
    is_directory: bool = False
    word: str = ""
    notes: str = ""
    signed: bool = False


class TreeDocument(Document):
    """Lines of a sheet and of trees. The spans of a tree's line are made when the line is shown."""

    def __init__(self, lines: Sequence[Entry | TreeLine], depths: Sequence[int]) -> None:
        super().__init__(depths)
        self._lines = lines

    def spans(self, number: int) -> Line:
        each = self._lines[number]
        if isinstance(each, Entry):
            return each.spans
        size = _signed(each.size) if each.signed else formats.size(each.size)
        name = one_line(posixpath.basename(each.path)) + ("/" if each.is_directory else "")
        word = Span(f"{each.word:8}" if each.word else "", STYLES.get(each.word, ""))
        notes = Span(f"  {one_line(each.notes)}" if each.notes else "", "dim")
        return line(Span(f"{size:>9}  ", "dim"), word, Span(name, "title" if each.is_directory else ""), notes)

    def copy(self, number: int) -> str:
        each = self._lines[number]
        return each.copy or "".join(span.text for span in each.spans) if isinstance(each, Entry) else each.path

    def name(self, number: int) -> str:
        each = self._lines[number]
        return (each.spans[0].text if each.spans else "") if isinstance(each, Entry) else each.path


def _signed(size: int) -> str:
    """Return a difference of bytes: "+1.20 MB"."""
    return f"{'+' if size > 0 else '-' if size < 0 else ''}{formats.size(abs(size))}"


class _Writer:
    """Builder of a document of sections and trees."""

    def __init__(self, secrets: bool) -> None:
        self._secrets = secrets
        self._lines: list[Entry | TreeLine] = []
        self._depths: list[int] = []

    def sheet(self) -> SheetWriter:
        """Return a writer whose lines are taken over by `take`."""
        return SheetWriter(self._secrets)

    def take(self, sheet: SheetWriter) -> None:
        """Take over the lines of a sheet."""
        entries = sheet.done().entries
        self._lines += entries
        self._depths += [entry.depth for entry in entries]

    def tree(self, files: Sequence[TreeLine], depth: int) -> None:
        """Add files as a tree at this depth, the largest first; of very many the smallest are left out, which is said."""
        shown = files
        if len(files) > MOST_FILES:
            shown = sorted(files, key=lambda each: -abs(each.size))[:MOST_FILES]
        for at, each in _tree(shown):
            self._lines.append(each)
            self._depths.append(depth + at)
        if len(files) > MOST_FILES:
            self._lines.append(Entry((Span(f"{len(files) - MOST_FILES} smaller files are not listed", "dim"),)))
            self._depths.append(depth)

    def done(self) -> Document:
        """Return the document."""
        return TreeDocument(self._lines, self._depths)


def _tree(files: Iterable[TreeLine]) -> Iterator[tuple[int, TreeLine]]:
    """Yield directories with the sum of their files, and the files, each with its level, the largest first.

    Removed files do not count, but as a difference.
    """
    inside: defaultdict[str, list[TreeLine]] = defaultdict(list)
    below: defaultdict[str, list[str]] = defaultdict(list)  # directories in directories
    sizes: dict[str, int] = {"/": 0}
    signed = False
    for file in files:
        signed = file.signed
        size = file.size if signed or file.word != "removed" else 0
        directory = posixpath.dirname(file.path)
        inside[directory].append(file)
        while directory != "/":
            above = posixpath.dirname(directory)
            if directory in sizes:
                sizes[directory] += size
            else:
                sizes[directory] = size
                below[above].append(directory)
            directory = above

    def ordered(directory: str) -> Iterator[TreeLine]:
        lines = [TreeLine(path, sizes[path], is_directory=True, signed=signed) for path in below[directory]]
        return iter(sorted(lines + inside[directory], key=lambda each: (-abs(each.size), each.path)))

    waiting = [ordered("/")]
    while waiting:
        each = next(waiting[-1], None)
        if each is None:
            waiting.pop()
            continue
        yield len(waiting) - 1, each
        if each.is_directory:
            waiting.append(ordered(each.path))


# -- one image --------------------------------------------------------------------------------------------------------


def layers_document(image: ImageFiles, secrets: bool = False) -> Document:
    """Return the layers with their files, all files, what is wasted, duplicates, and the largest files."""
    writer = _Writer(secrets)
    sheet, duplicates = writer.sheet(), image.duplicates()
    total, wasted = sum(layer.size for layer in image.layers), sum(image.wasted.values())
    sheet.section("Image")
    sheet.field("Files", f"{count(len(image.files), 'file')}, {formats.size(size_of(image.files))}")
    sheet.field("Layers", f"{count(len(image.layers), 'layer')}, {formats.size(total)}")
    share = f", {100 * wasted / total:.0f} % of the layers" if total and wasted else ""
    said = f"{formats.size(wasted)}{share}: replaced or removed by a later layer" if wasted else "none"
    sheet.field("Wasted", said, "warn" if wasted else "good")
    twice = sum(each.wasted for each in duplicates)
    sheet.field("Duplicates", f"{formats.size(twice)} by {count(len(duplicates), 'group')} of equal files" if twice else "none")
    sheet.section("Layers")
    writer.take(sheet)
    for number, layer in enumerate(image.layers, 1):
        _layer(writer, number, layer)
    _section(writer, f"All files: {formats.size(size_of(image.files))}")
    writer.tree([TreeLine(path, file.size) for path, file in image.files.items()], 1)
    _largest(writer, "Wasted files", image.wasted)
    if duplicates:
        sheet = writer.sheet()
        sheet.section("Duplicates")
        for each in duplicates[:LARGEST]:
            sheet.section(f"{formats.size(each.wasted):>9}  {len(each.paths)} times {formats.size(each.size)}", depth=1)
            for path in each.paths:
                sheet.line(Span(one_line(path)), copy=path)
        writer.take(sheet)
    _largest(writer, "Largest files", {path: file.size for path, file in image.files.items()})
    return writer.done()


def _section(writer: _Writer, title: str) -> None:
    sheet = writer.sheet()
    sheet.section(title)
    writer.take(sheet)


def _largest(writer: _Writer, title: str, files: Mapping[str, int]) -> None:
    found = [(path, size) for path, size in files.items() if size]  # further names of a file take no space
    if not found:
        return
    sheet = writer.sheet()
    sheet.section(title)
    for path, size in sorted(found, key=lambda item: (-item[1], item[0]))[:LARGEST]:
        sheet.line(Span(f"{formats.size(size):>9}  ", "dim"), Span(one_line(path)), copy=path)
    writer.take(sheet)


def _layer(writer: _Writer, number: int, layer: Layer) -> None:
    kinds = (("added", layer.added), ("changed", layer.changed), ("removed", layer.removed))
    said = ", ".join(f"{len(files)} {word}" for word, files in kinds if files) or "no files"
    sheet = writer.sheet()
    instruction = sheet.masked(one_line(layer.instruction))
    sheet.section(f"Layer {number}: {formats.size(layer.size)}  {said}" + (f"  {instruction}" if instruction else ""), depth=1)
    sheet.field("Instruction", layer.instruction)
    writer.take(sheet)
    writer.tree([TreeLine(path, file.size, word=word) for word, files in kinds for path, file in files.items()], 2)


# -- two images -------------------------------------------------------------------------------------------------------


def comparison_document(names: tuple[str, str], images: tuple[ImageFiles, ImageFiles]) -> Document:
    """Return what differs between two images, as a tree of the second one's growth."""
    before, after = images
    differences = compare(before.files, after.files)
    writer = _Writer(secrets=True)
    sheet = writer.sheet()
    sheet.section("Images")
    for label, name, image in zip(("From", "To"), names, images, strict=True):
        sheet.field(label, f"{name}  {count(len(image.files), 'file')}, {formats.size(size_of(image.files))}")
    words = [_word(each) for each in differences.values()]
    said = ", ".join(f"{words.count(word)} {word}" for word in STYLES if word in words)
    equal = len(after.files) - words.count("added") - words.count("changed")
    sheet.field("Files", f"{said or 'no differences'}, {equal} equal")
    sheet.field("Size", _signed(sum(each.growth for each in differences.values())))
    writer.take(sheet)
    if differences:
        _section(writer, "Differences")
        writer.tree([_difference(path, each) for path, each in differences.items()], 1)
    return writer.done()


def _word(difference: Difference) -> str:
    return "added" if difference.before is None else "removed" if difference.after is None else "changed"


def _difference(path: str, difference: Difference) -> TreeLine:
    notes = _notes(difference.before, difference.after) if difference.before and difference.after else ""
    return TreeLine(path, difference.growth, word=_word(difference), notes=notes, signed=True)


def _notes(before: LayerFile, after: LayerFile) -> str:
    """Return what differs: "content, mode -rw-r--r-- → -rwxr-xr-x"."""
    one, other = before.about, after.about
    said = [
        "content" if before.sums != after.sums else "",
        f"mode {stat.filemode(one.mode)} → {stat.filemode(other.mode)}" if one.mode != other.mode else "",
        f"owner {one.uid}:{one.gid} → {other.uid}:{other.gid}" if (one.uid, one.gid) != (other.uid, other.gid) else "",
        f"link {one.link} → {other.link}" if one.link != other.link else "",
    ]
    return ", ".join(filter(None, said))
