"""Joining small chunks keeps the body, whatever the chunk boundaries, and changes nothing else."""

from itertools import pairwise

import h11
from hypothesis import given
from hypothesis import strategies as st

from tui.engine.transport.chunks import ChunkJoiner

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunked(chunks: list[bytes]) -> bytes:
    return HEAD + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(each % (len(data) + 1) for each in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


def body(pieces: list[bytes]) -> bytes:
    """Return the body as an HTTP library reads it; it must be complete."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    client.send(h11.EndOfMessage())
    read = b""
    for piece in pieces:
        if piece:
            client.receive_data(piece)
        while (event := client.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.EndOfMessage):
                return read
            if isinstance(event, h11.Data):
                read += event.data
    raise AssertionError("the body has no end")


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=30), st.lists(st.integers(0, 3000), max_size=30))
def test_the_body_stays_the_same(chunks: list[bytes], cuts: list[int]) -> None:
    joiner = ChunkJoiner()
    assert body([joiner.feed(piece) for piece in cut(chunked(chunks), cuts)]) == b"".join(chunks)


def test_many_chunks_become_one() -> None:
    joined = ChunkJoiner().feed(chunked([b"line\n"] * 1000))
    assert joined == HEAD + b"1388\r\n" + b"line\n" * 1000 + b"\r\n0\r\n\r\n"


@given(st.lists(st.integers(0, 300), max_size=10))
def test_answers_without_chunks_pass_as_they_are(cuts: list[int]) -> None:
    for answer in (
        b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n5\r\nhello\r\n0\r",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"not HTTP at all\r\n\r\n5\r\nhello\r\n",
    ):
        joiner = ChunkJoiner()
        assert b"".join(joiner.feed(piece) for piece in cut(answer, cuts)) == answer


def test_a_second_answer_on_the_same_connection() -> None:
    joiner = ChunkJoiner()
    for _ in range(2):
        joiner.begin()
        assert body([joiner.feed(chunked([b"a", b"b"]))]) == b"ab"


def test_what_is_not_understood_passes() -> None:
    for odd in (b"5;name=value\r\nhello\r\n", b"zz\r\nhello\r\n", b"\r\n", b"x" * 100):
        assert ChunkJoiner().feed(HEAD + odd) == HEAD + odd


def test_a_connection_that_ends_early_hands_on_what_was_kept_back() -> None:
    joiner = ChunkJoiner()
    assert joiner.feed(b"HTTP/1.1 200 O") == b""
    assert joiner.finish() == b"HTTP/1.1 200 O"
