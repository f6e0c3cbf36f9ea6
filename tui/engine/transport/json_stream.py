"""Stream of JSON messages: events, stats, progress.

Engines end each with a newline, but neither that nor the chunk boundaries are relied on. Pure and incremental.
"""

from __future__ import annotations

import re

from tui.engine.errors import BrokenAnswer, sentence

LONGEST_MESSAGE = 4 * 1024 * 1024
SEPARATORS = b" \t\r\n\x1e"

# A complete string, a bracket, or the beginning of a string that continues in the next chunk. Possessive: linear in time.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{\[]|[}\]]|"', re.DOTALL)


class MessageSplitter:
    """Splits bytes into JSON messages without decoding them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._depth = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages completed by the next bytes. Raises BrokenAnswer for invalid data."""
        self._buffer += data
        messages: list[bytes] = []
        begin = 0
        position = self._scanned
        for token in _TOKEN.finditer(self._buffer, position):
            mark = self._buffer[token.start()]
            length = token.end() - token.start()
            if mark == 0x22 and length == 1:  # an incomplete string: search again with more data
                position = token.start()
                break
            position = token.end()
            if mark == 0x22:
                continue
            if mark in b"{[":
                self._depth += 1
                continue
            self._depth -= 1
            if self._depth == 0:
                messages.append(self._message(begin, position))
                begin = position
            elif self._depth < 0:
                raise _no_message(bytes(self._buffer[begin : begin + 100]))
        else:
            position = len(self._buffer)
        del self._buffer[:begin]
        self._scanned = position - begin
        self._check_rest()
        return messages

    def finish(self) -> None:
        """End the stream. Raises BrokenAnswer if it ended within a message."""
        if bytes(self._buffer).strip(SEPARATORS):
            raise BrokenAnswer("The engine's stream ended in the middle of a message. Data was lost; try again.")

    def _message(self, begin: int, end: int) -> bytes:
        message = bytes(self._buffer[begin:end]).lstrip(SEPARATORS)
        if message[:1] not in (b"{", b"["):
            raise _no_message(message)
        return message

    def _check_rest(self) -> None:
        if len(self._buffer) > LONGEST_MESSAGE:
            raise BrokenAnswer(f"The engine sent a message of more than {LONGEST_MESSAGE // 2**20} MiB, which is too long.")
        if self._buffer:
            begin = bytes(self._buffer[:64]).lstrip(SEPARATORS)[:1]
            if begin and begin not in b"{[":
                raise _no_message(bytes(self._buffer[:100]))


def _no_message(data: bytes) -> BrokenAnswer:
    return BrokenAnswer(f"The engine's stream contains invalid data: {sentence(data.decode(errors='replace'))[:80]}")
