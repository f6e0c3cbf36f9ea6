"""Documents are read, folded, searched and copied, with any text of the engine in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.live.expressions import PIECE
from tui.resources.model.document import Document, SheetWriter, read_json, read_text
from tui.resources.model.reading import Reading
from tui.resources.model.text import Span, plain

INSPECT = {
    "Id": "abc",
    "State": {"Status": "running", "Pid": 7, "Health": None},
    "Args": ["-c", "echo \x1b[31m [/red]\n"],
    "Labels": {},
}


@pytest.fixture
def reading() -> Reading:
    return Reading(read_json(json.dumps(INSPECT).encode()))


def shown(reading: Reading) -> list[str]:
    return [plain(reading.line(row)) for row in range(len(reading))]


def seek(reading: Reading, step: int) -> bool:
    steps = reading.seek(step)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value is True


def search(reading: Reading, text: str) -> bool:
    reading.look_for(text)
    return seek(reading, 0)


def test_json_is_lines_that_fold(reading: Reading) -> None:
    assert shown(reading) == [
        '  Id: "abc"',
        "▾ State: {3 keys}",
        '    Status: "running"',
        "    Pid: 7",
        "    Health: null",
        "▾ Args: [2 items]",
        '    0: "-c"',
        '    1: "echo \\u001b[31m [/red]\\n"',
        "  Labels: {}",
    ]
    reading.toggle(1)
    assert shown(reading)[1:3] == ["▸ State: {3 keys}", "▾ Args: [2 items]"]
    reading.toggle(1)
    assert len(reading) == 9


def test_folding_inside_a_section_folds_the_section(reading: Reading) -> None:
    reading.move_to(3)
    reading.toggle(3)
    assert (reading.cursor, len(reading)) == (1, 6)
    reading.toggle(0)
    assert len(reading) == 6, "what stands in no section has nothing to fold"


def test_fold_all_and_unfold_all_keep_the_cursor_near(reading: Reading) -> None:
    reading.move_to(7)
    reading.fold_all()
    assert shown(reading) == ['  Id: "abc"', "▸ State: {3 keys}", "▸ Args: [2 items]", "  Labels: {}"]
    assert reading.cursor == 2
    reading.unfold_all()
    assert reading.cursor == 5


def test_copying_gives_the_value_as_it_came(reading: Reading) -> None:
    assert reading.copy(0) == "abc"
    assert reading.copy(7) == "echo \x1b[31m [/red]\n"
    assert json.loads(reading.copy(1)) == INSPECT["State"]
    assert reading.copy(3) == "7"


def test_searching_goes_round_and_opens_what_hides_it(reading: Reading) -> None:
    reading.fold_all()
    assert search(reading, "running")
    assert shown(reading)[reading.cursor] == '    Status: "running"'
    assert Span("running", "good match") in reading.line(reading.cursor)
    assert not search(reading, "nowhere")
    assert search(reading, "^(pid|id)")
    first = reading.cursor
    assert seek(reading, 1)
    second = reading.cursor
    assert second != first
    assert seek(reading, 1)
    assert reading.cursor == first
    assert seek(reading, -1)
    assert reading.cursor == second
    assert not search(reading, "")
    assert not seek(reading, 1)


def test_a_broken_search_looks_for_the_text(reading: Reading) -> None:
    assert search(reading, "[31m")
    assert "searching for the plain text" in reading.problem
    assert search(reading, r"[a-z]+: .[a-z]+")
    assert reading.problem == ""


def test_a_reload_keeps_folds_and_place(reading: Reading) -> None:
    reading.toggle(1)
    reading.move_to(4)
    assert "echo" in shown(reading)[reading.cursor]
    changed = {"New": 1, **INSPECT, "State": {"Status": "exited", "Pid": 0, "Health": None, "More": 2}}
    reading.replace(read_json(json.dumps(changed).encode()))
    assert "▸ State: {4 keys}" in shown(reading)
    assert "echo" in shown(reading)[reading.cursor]


@pytest.mark.parametrize(
    "data", [b"", b"no json", b"\xff\x1b[2J", b"[" * 100_000, b"{}", b"[]", b"null", b'"\\ud83d"', b"1e999"]
)
def test_what_is_no_json_is_still_shown(data: bytes) -> None:
    reading = Reading(read_json(data))
    assert len(reading) >= 1
    assert "\x1b" not in "".join(shown(reading))
    reading.toggle(0)
    search(reading, "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=4), inner, max_size=4),
    max_leaves=25,
)


@given(JSON, st.integers(0, 30), st.text(max_size=3))
def test_any_json_can_be_read_folded_and_searched(value: object, row: int, text: str) -> None:
    reading = Reading(read_json(json.dumps(value).encode()))
    for line in shown(reading):
        assert line.isprintable() or all(not 0xD800 <= ord(letter) <= 0xDFFF and letter not in "\n\x1b" for letter in line)
    reading.move_to(row)
    reading.toggle(reading.cursor)
    search(reading, text)
    assert 0 <= reading.cursor < len(reading)
    numbers = [reading.number(each) for each in range(len(reading))]
    assert numbers == sorted(set(numbers))
    assert [reading.row_of(number) for number in numbers] == list(range(len(reading)))
    reading.unfold_all()
    assert len(reading) == len(reading.document)


def test_lines_are_made_only_when_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps([{"Name": f"n{number}", "On": True} for number in range(20_000)]).encode()
    reading = Reading(read_json(data))
    made = 0
    spans = type(reading.document).spans

    def counted(self: Document, number: int) -> object:
        nonlocal made
        made += 1
        return spans(self, number)

    monkeypatch.setattr(type(reading.document), "spans", counted)
    reading.fold_all()
    assert search(reading, "n19999")
    assert plain(reading.line(reading.cursor)).strip() == 'Name: "n19999"'
    assert made == 1


def test_a_sheet_of_sections_and_fields() -> None:
    sheet = SheetWriter()
    sheet.section("State")
    sheet.field("Status", "running", "good")
    sheet.field("Nothing", "")
    sheet.field("Error", "first\n\x1b[2Jsecond")
    sheet.section("Probes", 1)
    sheet.text("one\ntwo")
    sheet.section("Ports")
    sheet.table([["80", "→", "8080"], ["한글", "→", "9"]], heading=["IN", "", "OUT"])
    reading = Reading(sheet.done())
    assert shown(reading) == [
        "▾ State",
        "    Status          running",
        "    Error           first",
        "                    ␛[2Jsecond",
        "  ▾ Probes",
        "      one",
        "      two",
        "▾ Ports",
        "    IN       OUT",
        "    80    →  8080",
        "    한글  →  9",
    ]
    assert reading.copy(1) == "running"
    assert reading.copy(2) == "first\n\x1b[2Jsecond"


def test_tabs_keep_their_columns() -> None:
    assert shown(Reading(read_text("a\tb\nlong\tc"))) == ["  a       b", "  long    c"]


def test_plain_text_of_a_document() -> None:
    assert read_text("one\ntwo").plain_text() == "one\ntwo"
    assert read_json(b'{"a": {"b": 1}}').plain_text() == "a: {1 key}\n  b: 1"


def test_looking_through_a_large_document_is_done_in_pieces() -> None:
    reading = Reading(read_text("\n".join(f"line {number}" for number in range(10 * PIECE))))
    reading.look_for("nowhere")
    assert len(list(reading.seek(0))) == 10
    assert len(list(reading.count())) == 10


def test_lines_that_were_judged_by_a_slow_expression_are_judged_again() -> None:
    slow = r"\w+\w+\w+q"
    reading = Reading(read_text("\n".join(["aaa q aaq", slow, *["line"] * PIECE, "a" * 3900 + " q"])))
    reading.look_for(slow)
    steps = reading.count()
    found = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found = end.value
            break
    assert "Too slow" in reading.problem
    assert found == 1
