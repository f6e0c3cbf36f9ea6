"""For any output: no exception, limited memory, a valid screen, and the same screen for any split of the bytes."""

import random
import tracemalloc
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.terminal import recordings
from tui.terminal import Emulator
from tui.terminal.widths import width_of

FINALS = "@ABCDEFGHIJKLMPSTWXZ`abcdefghlmnpqrstuvxz{^}~"
NUMBER = st.one_of(st.sampled_from(["", "0", "1", "2", "3", "5", "9", "38", "48", "58", "99999"]), st.integers(0, 60).map(str))
#: Numbers between semicolons and colons, whether they mean something or not.
MIXED = st.lists(st.tuples(NUMBER, st.sampled_from(";:")), max_size=7).map(lambda parts: "".join(map("".join, parts)))
COLOUR = st.builds(
    "{}{}{}".format, st.sampled_from(["38", "48", "58"]), st.sampled_from([";5", ";2", ":5", ":2", ";", ":"]), MIXED
)
PARAMETER = st.one_of(NUMBER, NUMBER, MIXED, COLOUR, st.sampled_from(["4:3", "38:2::1:2:3", "38;5;9"]))
MODES = st.sampled_from(
    [
        f"\x1b[?{mode}{final}"
        for mode in (1, 3, 5, 6, 7, 25, 45, 45, 47, 67, 69, 69, 1047, 1048, 1049, 1000, 1005, 1006, 1015, 2004, 2026)
        for final in "hl"
    ]
)
CSI = st.builds(
    lambda opener, prefix, parameters, intermediate, final: opener + prefix + ";".join(parameters) + intermediate + final,
    st.sampled_from(["\x1b[", "\x1b[", "\x1b[", "\x9b"]),
    st.sampled_from(["", "", "", "", "?", ">", "<", "="]),
    st.lists(PARAMETER, max_size=4),
    st.sampled_from(["", "", "", "", "", " ", "!", "$", "$", "'", "*", '"', "\n", "\x18"]),
    st.sampled_from(FINALS),
)
TEXT = st.one_of(
    st.text("abc XYZ", max_size=30),
    st.text("中文é\u0301\u200d\ufe0f😀👩🇩┌─\u202e\xad", max_size=12),
    st.text(max_size=5),
)
CONTROLS = (
    *("\r\n", "\n", "\r", "\b", "\t", "\v", "\x0e", "\x0f", "\x1b", "\x1b7", "\x1b8", "\x1bc", "\x1bM", "\x1bD", "\x1bE"),
    *(
        "\x1bH",
        "\x1b#8",
        "\x1b(0",
        "\x1b(B",
        "\x1b)0",
        "\x1b]0;t\x07",
        "\x1b]2;a",
        "\x1b]52;c;YQ==\x1b\\",
        "\x1b]4;1;#123;2;?\x07",
        "\x1b]11;rgb:1/2/3\x1b\\",
        "\x1b]104\x07",
        "\x1b]8;;http://x/\x07",
        "\x1b]8;;\x07",
        "\x1bP$qm\x1b\\",
        "\x1bPq",
    ),
    *("\x1b]133;A\x07", "\x1b]133;C\x07", "\x1b]133;D;1\x07", "\x1b]7;file://x/\x07", "\x1bP+q544e;436f\x1b\\"),
    *("\x1b[38;2;1;2;3;48;2;4;5;6m", "\x1b[48;5;9m\x1b[38;5;196m", "\x1b[38;5;9m", "\x1b[48;2;7;8;9m", "\x1b[38;5;256;48;5;1m"),
    *("\x1b_x", "\x1b\\", "\x07", "\x18", "\x9c", "\x1b=", "\x1b[4h", "\x1b[4l", "\x1b[20h", "\x1b[2;4r", "\x1b[r"),
    *("\x1b[?69h\x1b[3;8s", "\x1b[s", "\x1b6", "\x1b9", "\x1bN", "\x1bO", "\x1bV", "\x1bW", '\x1b[1"q', "\x1b[?2J", "\x1b[?K"),
    *("\x1b[2;2;4;9$z", "\x1b[65;1;3;5;12$x", "\x1b[1;2;3;7;1;2;4;1$v", "\x1b[2 @", "\x1b[ A", "\x1b['}", "\x1b['~"),
)
OTHER = st.sampled_from(CONTROLS)
OUTPUT = st.lists(
    st.one_of(
        TEXT.map(lambda text: text.encode("utf-8", "replace")),
        *(kind.map(str.encode) for kind in (CSI, CSI, MODES, OTHER)),
        st.binary(max_size=6),
    ),
    max_size=25,
).map(b"".join)


def assert_sound(emulator: Emulator) -> None:
    """Check that the screen has its size, the cursor is inside, and no half of a wide character is alone."""
    assert len(emulator.display) == emulator.rows
    assert 0 <= emulator.cursor.x <= emulator.columns
    assert 0 <= emulator.cursor.y < emulator.rows
    for y in range(emulator.rows):
        runs = emulator.row(y)
        assert "".join(text for text, _ in runs) == emulator.display[y]
        chars, styles = emulator.cells(y)
        assert len(chars) == len(styles) == emulator.columns
        assert "".join(chars) == emulator.display[y]
        for x, char in enumerate(chars):
            wide = char != "" and width_of(char[0]) == 2
            assert wide == (x + 1 < emulator.columns and chars[x + 1] == ""), (y, x, chars)
        assert chars[0] != ""
    for n in range(emulator.scrollback_length):
        assert "".join(text for text, _ in emulator.line(n)) == emulator.line_text(n)


def state(emulator: Emulator) -> object:
    """Return everything visible of an emulator."""
    rows = [(emulator.cells(y), emulator.wrapped(y)) for y in range(emulator.rows)]
    lines = [(emulator.line(n), emulator.line_wrapped(n)) for n in range(emulator.scrollback_length)]
    cursor = (emulator.cursor.x, emulator.cursor.y)
    return rows, lines, cursor, emulator.modes, emulator.title, emulator.clipboard, emulator.replies()


def fed(data: bytes, cuts: list[int], columns: int = 12, rows: int = 5) -> Emulator:
    emulator = Emulator(columns, rows)
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(places):
        emulator.feed(data[start:end])
    return emulator


@settings(max_examples=250, suppress_health_check=list(HealthCheck))
@given(OUTPUT, st.lists(st.integers(0, 10_000), max_size=8))
def test_any_output_gives_one_sound_screen(data: bytes, cuts: list[int]) -> None:
    whole, cut = fed(data, []), fed(data, cuts)
    single = fed(data, list(range(len(data))))
    paused = Emulator(12, 5)
    for _ in paused.steps(data, 0.0):
        paused.take_dirty()
    assert_sound(whole)
    expected = state(whole)
    assert state(cut) == expected
    assert state(paused) == expected
    assert state(single) == expected


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(OUTPUT, st.integers(-1, 30), st.integers(-1, 12)), max_size=5))
def test_any_size_at_any_time_leaves_a_sound_screen(steps: list[tuple[bytes, int, int]]) -> None:
    emulator = Emulator(12, 5)
    for data, columns, rows in steps:
        emulator.feed(data)
        emulator.resize(columns, rows)
        assert_sound(emulator)


PLAIN = st.lists(st.text("ab  ", max_size=13), min_size=8, max_size=30).map(lambda lines: "\r\n".join(lines).encode())


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(OUTPUT, PLAIN, PLAIN), max_size=6).map(b"".join))
def test_floods_of_plain_lines_end_as_they_do_byte_by_byte(data: bytes) -> None:
    assert state(fed(data, [])) == state(fed(data, list(range(len(data)))))


@cache
def outputs() -> list[bytes]:
    return [recordings.load(name).output[:40_000] for name in recordings.names()]


@pytest.mark.parametrize("seed", range(40))
def test_recordings_cut_and_mixed_leave_a_sound_screen(seed: int) -> None:
    chance = random.Random(seed)
    emulator, again = Emulator(80, 24), Emulator(80, 24)
    pieces = []
    for _ in range(60):
        output = chance.choice(outputs())
        start = chance.randrange(len(output))
        piece = bytearray(output[start : start + chance.randrange(1, 1500)])
        for _ in range(chance.randrange(4)):
            piece[chance.randrange(len(piece))] = chance.randrange(256)
        pieces.append(bytes(piece))
    for piece in pieces:
        emulator.feed(piece)
    again.feed(b"".join(pieces))
    assert_sound(emulator)
    assert state(emulator) == state(again)


ENDLESS = {
    "text": b"x" * 1000,
    "lines": b"line\r\n" * 200,
    "wide": "中文".encode() * 200,
    "joiners": "\u0301".encode() * 500,
    "an open title": b"\x1b]0;" + b"x" * 1000,
    "an unfinished title": b"y" * 1000,
    "an open DCS": b"\x1bP" + b"y" * 1000,
    "parameters": b"\x1b[" + b"1;" * 500,
    "digits": b"1" * 1000,
    "controls in a sequence": b"\x1b[" + b"\n" * 1000,
    "escapes": b"\x1b" * 1000,
    "intermediates": b"\x1b" + b" " * 1000,
    "titles": b"\x1b[22;0t" * 100,
    "questions": b"\x1b[c\x1b[6n" * 50,
    "saved cursors": b"\x1b7" * 300,
    "broken UTF-8": b"\xf0\x9f" * 500,
}


STRINGS = ("an open title", "an unfinished title", "an open DCS")


@pytest.mark.parametrize("kind", ENDLESS)
def test_nothing_grows_without_bound(kind: str) -> None:
    emulator = Emulator(80, 24, scrollback_lines=200)
    opening = {"an unfinished title": b"\x1b]0;", "digits": b"\x1b["}.get(kind, b"")
    emulator.feed(opening + ENDLESS[kind] * 30)
    piece, most = (ENDLESS[kind] * 50, 2_000_000) if kind in STRINGS else (ENDLESS[kind], 400_000)
    tracemalloc.start()
    for _ in range(80):
        emulator.feed(piece)
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert grown < most
    assert_sound(emulator)


def test_new_sequences_and_colours_without_end_are_forgotten() -> None:
    emulator = Emulator(80, 24, scrollback_lines=100)
    tracemalloc.start()
    for n in range(6_000):
        emulator.feed(b"\x1b[38;2;%d;%d;1m\x1b[%d;%dHx\r\n" % (n % 256, n // 256, n % 300, n % 777))
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert grown < 8_000_000
