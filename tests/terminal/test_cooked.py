"""A session without a TTY: its output and its input line."""

from tui.terminal.cooked import Cook, InputLine


def test_newlines_start_at_the_left() -> None:
    cook = Cook()
    assert cook(b"one\ntwo\r\n", error=False) == b"one\r\ntwo\r\n"


def test_a_newline_cut_in_two_is_one() -> None:
    cook = Cook()
    assert cook(b"one\r", error=False) + cook(b"\ntwo", error=False) == b"one\r\ntwo"


def test_standard_error_has_its_own_colour() -> None:
    assert Cook()(b"no\n", error=True) == b"\x1b[31mno\r\n\x1b[39m"


def keys(line: InputLine, text: str) -> list[bytes | None]:
    return [line.key(character, character) for character in text]


def test_a_line_is_edited_and_sent_whole() -> None:
    line = InputLine()
    keys(line, "hello wurld")
    for _ in range(4):
        line.key("backspace", "\x7f")
    keys(line, "orld")
    assert line.text == "hello world"
    assert line.key("enter", "\r") == b"hello world\n"
    assert line.text == ""


def test_words_and_lines_are_taken_back() -> None:
    line = InputLine()
    keys(line, "one two")
    line.key("ctrl+w", "\x17")
    assert line.text == "one "
    line.key("ctrl+u", "\x15")
    assert line.text == ""


def test_ctrl_d_ends_the_input_on_an_empty_line_only() -> None:
    line = InputLine()
    keys(line, "half")
    assert line.key("ctrl+d", "\x04") == b"half"
    assert line.key("ctrl+d", "\x04") is None


def test_what_was_typed_before_comes_back() -> None:
    line = InputLine()
    for word in ("first", "second"):
        keys(line, word)
        line.key("enter", "\r")
    line.key("up", None)
    line.key("up", None)
    assert line.text == "first"
    line.key("down", None)
    assert line.text == "second"


def test_a_paste_sends_its_whole_lines() -> None:
    line = InputLine()
    assert line.paste("one\ntwo\nthr\x1bee") == b"one\ntwo\n"
    assert line.text == "three"
