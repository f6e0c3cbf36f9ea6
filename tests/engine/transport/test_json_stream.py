"""JSON messages are found in a stream whatever separates them and wherever the data is split."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.engine.errors import BrokenAnswer
from tui.engine.transport.json_stream import LONGEST_MESSAGE, MessageSplitter

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text(), values, max_size=4)
separators = st.sampled_from([b"\n", b"\r\n", b"", b" ", b"\n\n", b"\x1e"])


@given(st.lists(st.tuples(objects, separators, st.booleans()), max_size=6), st.lists(st.integers(1, 30), min_size=1))
def test_messages_come_out_whole_however_they_are_cut(
    sent: list[tuple[dict[str, object], bytes, bool]], sizes: list[int]
) -> None:
    wire = b"".join(json.dumps(value, indent=2 if pretty else None).encode() + between for value, between, pretty in sent)
    splitter = MessageSplitter()
    got: list[bytes] = []
    position = 0
    while position < len(wire):
        size = sizes[position % len(sizes)]
        got += splitter.feed(wire[position : position + size])
        position += size
    splitter.finish()
    assert [json.loads(message) for message in got] == [value for value, _, _ in sent]


def test_a_message_is_there_before_the_newline_after_it() -> None:
    assert MessageSplitter().feed(b'{"a": "}{\\""}') == [b'{"a": "}{\\""}']


@pytest.mark.parametrize("data", [b"<html>", b"null\n", b'"text"', b"]", b'{"a":1}}', b'{"a":1} oops {"b":2}'])
def test_what_is_no_message_is_told(data: bytes) -> None:
    with pytest.raises(BrokenAnswer, match="invalid data"):
        MessageSplitter().feed(data)


def test_an_end_within_a_message_is_told() -> None:
    splitter = MessageSplitter()
    splitter.feed(b'{"a":1}\n{"b":')
    with pytest.raises(BrokenAnswer, match="middle of a message"):
        splitter.finish()


def test_a_message_without_end_is_refused_before_it_fills_the_memory() -> None:
    splitter = MessageSplitter()
    splitter.feed(b'{"a": "')
    splitter.feed(b"x" * (LONGEST_MESSAGE - 65536))
    with pytest.raises(BrokenAnswer, match="more than 4 MiB"):
        splitter.feed(b"x" * 65536)


@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_one_error(data: bytes) -> None:
    try:
        got = MessageSplitter().feed(data)
    except BrokenAnswer:
        return
    assert sum(map(len, got)) <= len(data)
