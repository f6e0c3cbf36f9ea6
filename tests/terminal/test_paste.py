"""A paste reaches the program as a paste, and cannot imitate typing."""

from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.paste import paste_bytes


def test_newlines_are_what_enter_sends() -> None:
    assert paste_bytes("a\nb\r\nc\rd", bracketed=False) == b"a\rb\rc\rd"


def test_brackets_go_round_it_where_the_program_asked() -> None:
    assert paste_bytes("ls\n", bracketed=True) == b"\x1b[200~ls\r\x1b[201~"


def test_an_end_inside_the_paste_is_taken_out() -> None:
    assert paste_bytes("a\x1b[201~rm -rf /\n", bracketed=True) == b"\x1b[200~arm -rf /\r\x1b[201~"
    assert paste_bytes("a\x1b[2\x1b[201~01~b", bracketed=True) == b"\x1b[200~ab\x1b[201~"


@given(st.lists(st.sampled_from(["\x1b[201~", "\x1b[20", "1~", "\x9b201~", "\x1b", "[", "201~", "x"]), max_size=12))
def test_no_paste_ends_its_own_brackets(pieces: list[str]) -> None:
    sent = paste_bytes("".join(pieces), bracketed=True)
    assert sent.endswith(b"\x1b[201~")
    assert b"\x1b[201~" not in sent[:-6]
    assert "\x9b201~".encode() not in sent
