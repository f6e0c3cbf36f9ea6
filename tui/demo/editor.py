"""Line editor of the shell: keys in, terminal output out. Independent of connections."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.demo.files import FileProblem, normal

if TYPE_CHECKING:
    from tui.demo.shell.run import Shell


def width_of(text: str) -> int:
    """Return the width of text in cells."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text
    )


class Editor:
    """Editor of one line. `key` takes characters, `drawn` returns the output for the terminal since the last call."""

    def __init__(self, prompt: str, shell: Shell) -> None:
        self.finished = False
        self.result: str | None = None
        self._prompt = prompt
        self._shell = shell
        self._text = ""
        self._at = 0
        self._escape = ""
        self._past = len(shell.history)
        self._present = ""
        self._out = prompt

    def drawn(self) -> str:
        """Return and clear the pending output for the terminal."""
        out, self._out = self._out, ""
        return out

    def key(self, letter: str) -> None:
        """Process one character of input."""
        if self._escape or letter == "\x1b":
            self._escaped(letter)
            return
        actions: dict[str, Callable[[], object]] = {
            "\r": self._enter,
            "\n": self._enter,
            "\x03": self._abandon,
            "\x04": self._end,
            "\x7f": self._back,
            "\b": self._back,
            "\x01": lambda: self._move(0),
            "\x05": lambda: self._move(len(self._text)),
            "\x15": lambda: self._put(self._text[self._at :], 0),
            "\x0b": lambda: self._put(self._text[: self._at], self._at),
            "\x17": self._word_back,
            "\x0c": self._clear,
            "\t": self._complete,
            "\x10": lambda: self._recall(-1),
            "\x0e": lambda: self._recall(1),
            "\x02": lambda: self._move(self._at - 1),
            "\x06": lambda: self._move(self._at + 1),
        }
        if letter in actions:
            actions[letter]()
        elif letter >= " ":
            self._insert(letter)

    def _escaped(self, letter: str) -> None:
        self._escape += letter
        if len(self._escape) == 1 or self._escape in ("\x1b[", "\x1bO"):
            return
        if self._escape[1] in "[O" and not ("@" <= letter <= "~"):
            return
        sequence, self._escape = self._escape[1:].replace("O", "[", 1), ""
        moves = {"[C": self._at + 1, "[D": self._at - 1, "[H": 0, "[F": len(self._text), "[1~": 0, "[4~": len(self._text)}
        if sequence in moves:
            self._move(moves[sequence])
        elif sequence in ("[A", "[B"):
            self._recall(-1 if sequence == "[A" else 1)
        elif sequence == "[3~" and self._at < len(self._text):
            self._put(self._text[: self._at] + self._text[self._at + 1 :], self._at)

    def _enter(self) -> None:
        self._move(len(self._text))
        self._out += "\r\n"
        self.finished, self.result = True, self._text

    def _abandon(self) -> None:
        self._out += "^C\r\n"
        self.finished, self.result = True, ""

    def _end(self) -> None:
        if self._text:
            if self._at < len(self._text):
                self._put(self._text[: self._at] + self._text[self._at + 1 :], self._at)
            return
        self._out += "\r\n"
        self.finished, self.result = True, None

    def _insert(self, text: str) -> None:
        tail = self._text[self._at :]
        self._text = self._text[: self._at] + text + tail
        self._at += len(text)
        self._out += text + tail + "\b" * width_of(tail)

    def _move(self, at: int) -> None:
        at = min(max(at, 0), len(self._text))
        if at < self._at:
            self._out += "\b" * width_of(self._text[at : self._at])
        else:
            self._out += self._text[self._at : at]
        self._at = at

    def _put(self, text: str, at: int) -> None:
        """Set text and cursor: go to the first column, redraw, and move back."""
        self._move(0)
        self._text, self._at = text, len(text)
        self._out += f"{text}\x1b[J"
        self._move(at)

    def _back(self) -> None:
        if self._at == len(self._text) and self._text:
            gone, self._text = self._text[-1], self._text[:-1]
            self._at -= 1
            cells = width_of(gone)
            self._out += "\b" * cells + " " * cells + "\b" * cells
        elif self._at:
            self._put(self._text[: self._at - 1] + self._text[self._at :], self._at - 1)

    def _word_back(self) -> None:
        head = self._text[: self._at].rstrip()
        start = head.rfind(" ") + 1
        self._put(self._text[:start] + self._text[self._at :], start)

    def _clear(self) -> None:
        self._out += f"\x1b[H\x1b[2J{self._prompt}{self._text}" + "\b" * width_of(self._text[self._at :])

    def _recall(self, step: int) -> None:
        history = self._shell.history
        wanted = self._past + step
        if not 0 <= wanted <= len(history):
            return
        if self._past == len(history):
            self._present = self._text
        self._past = wanted
        text = self._present if wanted == len(history) else history[wanted]
        self._put(text, len(text))

    def _complete(self) -> None:
        word = self._text[: self._at].rpartition(" ")[2]
        first = word == self._text[: self._at]
        found = self._commands(word) if first and "/" not in word else self._paths(word)
        if not found:
            return
        common = posixpath.commonprefix(found)
        if len(common) > len(word):
            self._insert(common[len(word) :])
        if len(found) == 1:
            self._insert("" if found[0].endswith("/") else " ")
        elif len(common) == len(word):
            self._out += (
                "\r\n"
                + "  ".join(posixpath.basename(name.rstrip("/")) for name in found[:60])
                + f"\r\n{self._prompt}{self._text}"
            )

    def _commands(self, word: str) -> list[str]:
        from tui.demo.shell.run import COMMANDS

        return sorted(name for name in COMMANDS if name.startswith(word)) if word else []

    def _paths(self, word: str) -> list[str]:
        folder, slash, start = word.rpartition("/")
        where = normal((folder or "/") if slash else ".", self._shell.cwd)
        try:
            names = [
                name
                for name in self._shell.files.names(where)
                if name.startswith(start) and (start.startswith(".") or not name.startswith("."))
            ]
        except FileProblem:
            return []
        nodes = {name: self._shell.files.node(normal(name, where)) for name in names}
        return [folder + slash + name + ("/" if (node := nodes[name]) is not None and node.is_folder else "") for name in names]
