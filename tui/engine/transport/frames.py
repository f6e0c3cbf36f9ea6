"""The multiplexed stream of attach, exec and logs without a TTY.

Each frame is a header of 8 bytes (the stream, three zeros, the length as a big-endian 32-bit number) and the data (API
operation `ContainerAttach`, "Stream format"). Pure and incremental.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from tui.engine.errors import BrokenAnswer

StreamName = Literal["stdin", "stdout", "stderr"]

HEAD = 8
STREAMS: tuple[StreamName, StreamName, StreamName] = ("stdin", "stdout", "stderr")
SYSTEM_ERROR = 3


class Frame(NamedTuple):
    """Bytes of one stream. A long frame is split into several; `goes_on`: this one continues a frame."""

    stream: StreamName
    data: bytes
    goes_on: bool = False


class Demultiplexer:
    """Splits the stream into frames; data is returned as it arrives, so that memory does not grow with a frame's length."""

    def __init__(self) -> None:
        self._head = b""
        self._stream = 1
        self._missing = 0
        self._begun = False  # whether a part of the frame was returned
        self._system_error = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames in the next bytes. Raises BrokenAnswer for an invalid header, or for the engine's own error."""
        frames: list[Frame] = []
        position, end = 0, len(data)
        while position < end:
            if not self._missing:
                wanted = HEAD - len(self._head)
                self._head += data[position : position + wanted]
                position += wanted
                if len(self._head) == HEAD:
                    self._begin(self._head)
                    self._head = b""
                continue
            piece = data[position : position + self._missing]
            position += len(piece)
            self._missing -= len(piece)
            self._hand_on(piece, frames)
        return frames

    def finish(self) -> None:
        """End the stream. Raises BrokenAnswer if it ended within a frame."""
        if self._head or self._missing:
            raise BrokenAnswer(
                "The engine's stream ended in the middle of a frame. Some output is missing; open the stream again."
            )

    def _begin(self, head: bytes) -> None:
        if head[0] > SYSTEM_ERROR or head[1:4] != b"\0\0\0":
            raise BrokenAnswer(
                f"The engine's stream has invalid data where a frame should begin ({head.hex(' ')}). Open the stream again."
            )
        self._stream = head[0]
        self._missing = int.from_bytes(head[4:], "big")
        self._begun = False
        self._system_error.clear()

    def _hand_on(self, piece: bytes, frames: list[Frame]) -> None:
        if self._stream != SYSTEM_ERROR:
            frames.append(Frame(STREAMS[self._stream], piece, self._begun))
            self._begun = True
            return
        self._system_error += piece[: 4096 - len(self._system_error)]
        if not self._missing:
            raise BrokenAnswer(
                f"The engine ended the stream with an error: {self._system_error.decode(errors='replace').strip()}"
            )
