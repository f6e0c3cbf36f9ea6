"""Sequences that only set colours, applied without being parsed: images consist of them, and most are never drawn."""

from tui.terminal.screen import Screen
from tui.terminal.sgr import Look, Pen, Unparsed

MAX_LOOKS = 4096  # kept, so that equal looks are the same object


class ColourSetter:
    """Colours set over a pen. While `pending` the screen's pen does not have them yet."""

    __slots__ = ("_base", "_count", "_known", "_look", "_looks", "_pens", "_screen", "_settled", "_which", "pending")

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._base = self._settled = screen.pen
        self._look: Unparsed | None = None  # what is set over the base
        self._looks: dict[str, Unparsed] = {}  # what was set over this base before
        self._known = {self._base: self._looks}
        self._count = 0
        self._pens: dict[int, Pen] = {}  # those of looks whose pen was needed, by the look's id
        self._which = ""  # which of the two colours is set over the base, if only one is
        self.pending = False

    def set_both(self, sequences: str) -> Look:
        """Set the foreground and the background; return the look of text from now on."""
        if not self.pending:
            self._begin()
        self._which = ""
        self.pending = True
        self._screen.last = ""
        look = self._look = self._looks.get(sequences) or self._new(sequences)
        return look

    def set_one(self, sequence: str) -> Look:
        """Set the foreground or the background; return the look of text from now on."""
        if not self.pending:
            self._begin()
        if sequence[2] != self._which:
            if self._look is not None:
                self._set_base(self._pen_of(self._look))
            self._which = sequence[2]
        self.pending = True
        self._screen.last = ""
        look = self._look = self._looks.get(sequence) or self._new(sequence)
        return look

    def _begin(self) -> None:
        """Begin with the screen's pen; what was settled before is still set over the same base."""
        pen = self._screen.pen
        if pen is not self._settled:
            self._settled = pen
            self._set_base(pen)

    def _set_base(self, base: Pen) -> None:
        self._base, self._look, self._which = base, None, ""
        if base not in self._known:
            self._known[base] = {}
            self._grow()
        self._looks = self._known[base]

    def _grow(self) -> None:
        """Count one more kept object; forget all when there are too many."""
        self._count += 1
        if self._count > MAX_LOOKS:
            self._count = 1
            self._pens.clear()
            self._looks = {}
            self._known = {self._base: self._looks}

    def _new(self, sequences: str) -> Unparsed:
        self._grow()
        look = self._looks[sequences] = self._base.style, sequences
        return look

    def _pen_of(self, look: Unparsed) -> Pen:
        pen = self._pens.get(id(look))
        if pen is None:
            pen = self._screen.pens.pen_of(look)
            if look is self._looks.get(look[1]):  # kept, so that no other look gets this id
                self._pens[id(look)] = pen
        return pen

    def settle(self) -> None:
        """Give the screen's pen the colours that are pending."""
        if self.pending and self._look is not None:
            self._screen.pen = self._settled = self._pen_of(self._look)
        self.pending = False
