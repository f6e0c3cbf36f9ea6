"""The parser of streams reads what the HTTP library reads of the same bytes, however they are cut, and refuses the same."""

from __future__ import annotations

from itertools import pairwise

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.engine.errors import BrokenAnswer, ConnectionLost
from tui.engine.transport.answer import LONGEST_HEAD, AnswerParser

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

Reading = tuple[str, int, bytes]
"""The outcome ("complete", "lost", "broken" or "open"), the status, and the body up to there."""


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(each % (len(data) + 1) for each in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


def read(pieces: list[bytes], *, ends: bool = True) -> Reading:
    parser, body = AnswerParser(), b""
    try:
        for piece in pieces:
            body += parser.feed(piece)
        if ends:
            parser.finish()
    except BrokenAnswer:
        return "broken", parser.status, body
    except ConnectionLost:
        return "lost", parser.status, body
    return "complete" if parser.complete else "open", parser.status, body


def read_by_h11(data: bytes) -> Reading:
    """Read an answer after which the connection ends; errors are told apart as `http.py` does."""
    client, status, body = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD), 0, b""
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    client.send(h11.EndOfMessage())
    for piece in (data, b""):
        client.receive_data(piece)
        try:
            while (event := client.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                if isinstance(event, h11.Response):
                    status = event.status_code
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    return "complete", status, body
                elif isinstance(event, h11.ConnectionClosed):
                    return "lost", status, body
        except h11.RemoteProtocolError as error:
            early = str(error).startswith(("peer closed", "peer unexpectedly closed"))
            return "lost" if early else "broken", status, body
    return "open", status, body


SIZES = st.sampled_from([b"0", b"1", b"5", b"a", b"00003", b"5;name=value", b"5 ", b"zz", b"-1", b"", b"+5", b"0x5", b"5\n"])
CHUNK = st.builds(
    lambda size, data, end: size + b"\r\n" + data + end,
    SIZES,
    st.binary(max_size=12),
    st.sampled_from([b"\r\n", b"\n", b"", b"xx"]),
)
RIGHT_CHUNK = st.binary(min_size=1, max_size=40).map(lambda data: b"%x\r\n%b\r\n" % (len(data), data))
FIELD = st.sampled_from(
    [
        b"Content-Length: 5",
        b"Content-Length: 5",
        b"content-length: 7",
        b"Content-Length: 5, 5",
        b"Content-Length: x",
        b"Content-Length: -5",
        b"Content-Length: 99999999999999999999",
        b"Transfer-Encoding: chunked",
        b"transfer-encoding:CHUNKED ",
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: gzip, chunked",
        b"Connection: close",
        b"X: y",
        b"X:",
        b" folded",
        b"X y: z",
        b": z",
        b"no colon",
        b"X: a\x00b",
        b"X: \xff",
    ]
)
STATUS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 204 No Content",
        b"HTTP/1.1 304 Not Modified",
        b"HTTP/1.1 404 Not Found",
        b"HTTP/1.1 101 UPGRADED",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK",
        b"HTTP/1.1 2000 OK",
        b"HTTP/1.1  200 OK",
        b"http/1.1 200 OK",
        b"SSH-2.0-OpenSSH_9.2",
        b"",
    ]
)
BODY = st.one_of(
    st.binary(max_size=20),
    st.lists(RIGHT_CHUNK, max_size=4).map(lambda chunks: b"".join(chunks) + b"0\r\n\r\n"),
    st.lists(RIGHT_CHUNK, max_size=4).map(lambda chunks: b"".join(chunks) + b"0\r\nX: y\r\n\r\n"),
    st.lists(st.one_of(CHUNK, RIGHT_CHUNK), max_size=5).map(b"".join),
)
ANSWER = st.builds(
    lambda status, fields, body: b"\r\n".join([status, *fields, b"", body]), STATUS, st.lists(FIELD, max_size=4), BODY
)


@given(ANSWER, st.lists(st.integers(0, 300), max_size=12))
def test_it_reads_what_the_http_library_reads(answer: bytes, cuts: list[int]) -> None:
    expected = read_by_h11(answer)
    found = read(cut(answer, cuts))
    assert found[0] == expected[0], expected
    if found[0] == "complete":
        assert found == expected


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=30), st.lists(st.integers(0, 3000), max_size=30))
def test_chunks_are_joined_wherever_the_data_is_cut(chunks: list[bytes], cuts: list[int]) -> None:
    answer = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    assert read(cut(answer, cuts), ends=False) == ("complete", 200, b"".join(chunks))


@given(ANSWER, st.lists(st.integers(0, 300), max_size=12))
def test_the_cuts_change_nothing(answer: bytes, cuts: list[int]) -> None:
    whole, pieces = read([answer]), read(cut(answer, cuts))
    assert pieces[:2] == whole[:2]
    if whole[0] != "broken":
        assert pieces[2] == whole[2]


@given(st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=5))
def test_any_bytes_have_an_outcome(data: bytes, cuts: list[int]) -> None:
    assert read(cut(data, cuts))[0] in ("complete", "lost", "broken")
    assert read(cut(CHUNKED + data, cuts))[0] in ("complete", "lost", "broken")


def test_a_piece_of_a_chunk_is_handed_on_at_once() -> None:
    parser = AnswerParser()
    assert parser.feed(CHUNKED + b"ffffffff\r\nfirst") == b"first"
    assert parser.feed(b" second") == b" second"


def test_an_upgrade_that_was_asked_for_hands_on_every_byte() -> None:
    parser = AnswerParser(upgrade=True)
    assert parser.feed(b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\nTransfer-Encoding: chunked\r\n\r\nraw\r\n") == b"raw\r\n"
    assert parser.feed(b"0\r\n\r\n") == b"0\r\n\r\n"
    parser.finish()
    assert (parser.status, parser.complete) == (101, False)


@pytest.mark.parametrize(
    ("answer", "reusable"),
    [
        (CHUNKED + b"1\r\na\r\n0\r\n\r\n", True),
        (HEAD + b"Content-Length: 1\r\n\r\na", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (HEAD + b"Content-Length: 1\r\n\r\nab", False),
        (CHUNKED + b"0\r\n\r\nHTTP/1.1", False),
        (HEAD + b"Connection: close\r\nContent-Length: 1\r\n\r\na", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", False),
        (HEAD + b"Content-Length: 2\r\n\r\na", False),
        (HEAD + b"\r\nuntil the end", False),
    ],
)
def test_a_connection_is_used_again_only_after_a_complete_answer(answer: bytes, *, reusable: bool) -> None:
    parser = AnswerParser()
    parser.feed(answer)
    assert parser.reusable is reusable


@pytest.mark.parametrize(
    "endless",
    [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000, CHUNKED + b"5;" + b"x" * 300_000, CHUNKED + b"0\r\nX: " + b"x" * 300_000],
)
def test_lines_without_an_end_are_refused(endless: bytes) -> None:
    assert read([endless[begin : begin + 1000] for begin in range(0, len(endless), 1000)], ends=False)[0] == "broken"
