"""Feeding recordings to the emulator, and reading its screen in the format of the recordings."""

from collections.abc import Iterator
from itertools import groupby

from tests.terminal.recordings import Checkpoint, Look, Recording
from tui.terminal import Emulator
from tui.terminal.style import PALETTE, Style

_NUMBERS = {name: f"p{number}" for number, name in enumerate(PALETTE)} | {"default": ""}


def events(recording: Recording) -> Iterator[tuple[bytes, Checkpoint | tuple[int, int] | None]]:
    """Yield bytes, each with the event that follows: a checkpoint or a resize."""
    marks = [(checkpoint.offset, 0, number) for number, checkpoint in enumerate(recording.checkpoints)]
    marks += [(resize.offset, 1, number) for number, resize in enumerate(recording.resizes)]
    done = 0
    for offset, kind, number in sorted(marks):
        data, done = recording.output[done:offset], offset
        resize = recording.resizes[number] if kind else None
        yield data, (resize.columns, resize.rows) if resize else recording.checkpoints[number]
    yield recording.output[done:], None


def replay(recording: Recording, chunk: int) -> Iterator[tuple[Emulator, Checkpoint]]:
    """Yield the emulator at each checkpoint, fed `chunk` bytes at a time."""
    emulator = Emulator(recording.columns, recording.rows)
    for data, event in events(recording):
        for start in range(0, len(data), chunk):
            emulator.feed(data[start : start + chunk], answer=False)
        if isinstance(event, Checkpoint):
            yield emulator, event
        elif event is not None:
            emulator.resize(*event)


def text(emulator: Emulator) -> list[str]:
    return [row.rstrip(" ") for row in emulator.display]


def looks(emulator: Emulator, y: int) -> list[Look]:
    """Return row `y` as ranges of columns of one look."""
    named = ((_named(style), len(list(group))) for style, group in groupby(emulator.cells(y)[1]))
    return [
        (sum(count for _, count in group), *name)
        for name, group in ((name, list(g)) for name, g in groupby(named, lambda n: n[0]))
    ]


def _named(style: Style) -> tuple[str, str, str]:
    flags = (style.bold, style.dim, style.italic, style.underline, style.blink, style.reverse)
    flags += (style.conceal, style.strike, style.overline)
    letters = "".join(letter for letter, on in zip("bdiukrhso", flags, strict=True) if on)
    return _NUMBERS.get(style.fg, style.fg), _NUMBERS.get(style.bg, style.bg), letters
