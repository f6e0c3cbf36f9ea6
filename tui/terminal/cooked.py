"""A session without a TTY: its output converted as a terminal's line discipline would, and a line editor for its input.

Without a TTY nothing in the container echoes, edits or converts newlines. Standard error is shown in red.
"""

from __future__ import annotations

_ERROR_ON, _ERROR_OFF = b"\x1b[31m", b"\x1b[39m"
_HISTORY = 200  # maximum number of lines in the history


class Cook:
    """Converter of output for an emulator: newlines become CR LF, standard error becomes red."""

    def __init__(self) -> None:
        self._ended_in_cr = False

    def __call__(self, data: bytes, *, error: bool) -> bytes:
        """Return the bytes for the emulator."""
        shown = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if b"\n" in data else data
        if self._ended_in_cr and data.startswith(b"\n"):
            shown = shown[1:]
        self._ended_in_cr = data.endswith(b"\r")
        return _ERROR_ON + shown + _ERROR_OFF if error else shown


class InputLine:
    """The input line: edited here, sent as a whole. `text` is its content."""

    def __init__(self) -> None:
        self.text = ""
        self._history: list[str] = []
        self._at = 0

    def key(self, key: str, character: str | None) -> bytes | None:
        """Handle a key. Return the bytes to send, b"" for none, None for the end of input (ctrl+d)."""
        if key == "enter":
            return self._submit()
        if key == "ctrl+d":
            if not self.text:
                return None
            data, self.text = self.text, ""  # like a TTY's line discipline: send the text without a newline
            return data.encode("utf-8", "ignore")
        if key == "backspace":
            self.text = self.text[:-1]
        elif key in ("ctrl+u", "ctrl+c"):
            self.text = ""
        elif key == "ctrl+w":
            self.text = self.text.rstrip().rpartition(" ")[0]
            self.text += " " if self.text else ""
        elif key in ("up", "down"):
            self._recall(-1 if key == "up" else 1)
        elif character and character.isprintable():
            self.text += character
        return b""

    def paste(self, text: str) -> bytes:
        """Handle a paste: send its complete lines, keep the rest on the line."""
        *lines, rest = (self.text + text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
        self.text = "".join(letter for letter in rest if letter.isprintable())
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "ignore")

    def _submit(self) -> bytes:
        line, self.text = self.text, ""
        if line and line not in self._history[-1:]:
            self._history = [*self._history[-_HISTORY:], line]
        self._at = len(self._history)
        return f"{line}\n".encode("utf-8", "ignore")

    def _recall(self, step: int) -> None:
        self._at = min(max(0, self._at + step), len(self._history))
        self.text = self._history[self._at] if self._at < len(self._history) else ""
