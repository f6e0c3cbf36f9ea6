"""Stream of JSON messages: events, stats, progress.

Engines end each with a newline, and mostly send whole ones. That makes reading them fast, but neither that nor the chunk
boundaries are relied on. Pure and incremental.
"""

from __future__ import annotations

import re
from typing import Generic, TypeVar

from tui.engine.errors import BrokenAnswer, sentence
from tui.engine.transport.decoding import decode

T = TypeVar("T")

LONGEST_MESSAGE = 4 * 1024 * 1024
SEPARATORS = b" \t\r\n\x1e"

# A complete string, a bracket, or the beginning of a string that continues in the next chunk. Possessive: linear in time.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{\[]|[}\]]|"', re.DOTALL)


class MessageReader(Generic[T]):
    """Decodes a stream of messages as `kind`."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._splitter = MessageSplitter()

    def feed(self, data: bytes) -> list[T]:
        """Return the messages completed by the next bytes. Raises BrokenAnswer for invalid data."""
        if self._splitter.empty and data.startswith(b"{") and data.endswith(b"}\n"):
            try:
                return [decode(line, self._kind) for line in data[:-1].split(b"\n")]
            except BrokenAnswer:  # lines are no messages here, or one is invalid, which the splitter finds again
                pass
        return [decode(message, self._kind) for message in self._splitter.feed(data)]

    def finish(self) -> None:
        """End the stream. Raises BrokenAnswer if it ended within a message."""
        self._splitter.finish()


class MessageSplitter:
    """Splits bytes into JSON messages without decoding them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._depth = 0

    @property
    def empty(self) -> bool:
        """Whether no part of a message is waiting for its end."""
        return not self._buffer

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
