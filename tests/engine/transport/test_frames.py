"""The demultiplexer assigns every byte to its stream, wherever the data is split."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.engine.errors import BrokenAnswer
from tui.engine.transport.frames import STREAMS, Demultiplexer, Frame

frames = st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.binary(max_size=300)), max_size=12)


def encoded(stream: int, data: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def merged(parts: list[Frame]) -> list[tuple[str, bytes]]:
    return [(stream, b"".join(each.data for each in group)) for stream, group in groupby(parts, lambda each: each.stream)]


@given(frames, st.lists(st.integers(1, 40), min_size=1))
def test_every_byte_reaches_its_stream_however_it_is_cut(sent: list[tuple[int, bytes]], sizes: list[int]) -> None:
    wire = b"".join(encoded(stream, data) for stream, data in sent)
    demultiplexer = Demultiplexer()
    got: list[Frame] = []
    position = 0
    while position < len(wire):
        size = sizes[position % len(sizes)]
        got += demultiplexer.feed(wire[position : position + size])
        position += size
    demultiplexer.finish()
    assert merged(got) == merged([Frame(STREAMS[stream], data) for stream, data in sent if data])


def test_a_long_frame_is_handed_on_before_it_is_complete() -> None:
    demultiplexer = Demultiplexer()
    head = bytes([1, 0, 0, 0]) + (4_000_000_000).to_bytes(4, "big")
    assert demultiplexer.feed(head + b"begin") == [Frame("stdout", b"begin")]
    assert demultiplexer.feed(b"more") == [Frame("stdout", b"more", goes_on=True)]


@given(st.binary(min_size=1, max_size=7))
def test_an_end_within_a_head_is_told(piece: bytes) -> None:
    demultiplexer = Demultiplexer()
    demultiplexer.feed(encoded(1, b"whole") + encoded(1, b"")[: len(piece)])
    with pytest.raises(BrokenAnswer, match="middle of a frame"):
        demultiplexer.finish()


def test_an_end_within_the_data_is_told() -> None:
    demultiplexer = Demultiplexer()
    demultiplexer.feed(encoded(2, b"whole")[:-1])
    with pytest.raises(BrokenAnswer, match="middle of a frame"):
        demultiplexer.finish()


@pytest.mark.parametrize("head", [b"hello wo", b"\x04\0\0\0\0\0\0\1", b"\1\0\1\0\0\0\0\1"])
def test_what_is_no_head_is_told(head: bytes) -> None:
    with pytest.raises(BrokenAnswer, match="invalid data"):
        Demultiplexer().feed(head)


def test_the_engines_own_error_in_the_stream_is_raised_with_its_words() -> None:
    demultiplexer = Demultiplexer()
    wire = encoded(3, b"error from daemon in stream: Error grabbing logs: EOF\n")
    assert demultiplexer.feed(wire[:20]) == []
    with pytest.raises(BrokenAnswer, match="Error grabbing logs: EOF"):
        demultiplexer.feed(wire[20:])


@given(st.binary(max_size=100))
def test_any_bytes_give_frames_or_one_error(data: bytes) -> None:
    demultiplexer = Demultiplexer()
    try:
        got = demultiplexer.feed(data)
    except BrokenAnswer:
        return
    assert sum(len(frame.data) for frame in got) <= len(data)
