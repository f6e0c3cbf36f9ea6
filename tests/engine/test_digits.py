"""Text is parsed into numbers in one module, which accepts a limited number of ASCII digits only."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tui
from tui.engine.digits import LONGEST, hexadecimal, signed_number, whole_number

ROOT = Path(tui.__file__).parent

UNTRUSTED = ("engine", "live", "resources", "screens", "widgets")
"""The folders that parse an engine's text. The demo is an engine itself; a terminal has tokens of its own."""

ASK_DIGITS = frozenset({"isdigit", "isdecimal", "isnumeric"})

ALLOWED = {
    ("engine/transport/decoding.py", "int(text)"): "JSON's own digits, at most 20",
    ("engine/transport/decoding.py", "float(text)"): "a number of JSON's",
    ("engine/transport/wire.py", "int(value)"): "a bool",
    ("live/containers/container.py", "float(summary.created)"): "decoded as an int of 64 bits",
    ("live/containers/container.py", "float(event.time)"): "decoded as an int of 64 bits",
    ("live/containers/stats_history.py", "float(usage.memory)"): "decoded as an int of 64 bits",
    ("live/containers/stats_history.py", "float(usage.cache)"): "decoded as an int of 64 bits",
    ("live/containers/stats_history.py", "float(usage.pids)"): "decoded as an int of 64 bits",
    ("live/containers/stats_history.py", "float(sum((each.errors for each in usage.interfaces)))"): "a sum of such ints",
    ("live/containers/stats_history.py", "float(sum((each.dropped for each in usage.interfaces)))"): "a sum of such ints",
    ("live/containers/exit_facts.py", "float(text or 0)"): "made of a number here",
    ("live/containers/exit_facts.py", "float(until)"): "made of a number here",
    ("live/files/packing.py", "int(found.st_mtime)"): "a time of this machine's file system",
    ("live/files/tar_reader.py", "float(text)"): "at most 15 ASCII digits, a point, and 20 more",
    ("live/files/tar_reader.py", "int(field.rstrip(b'\\x00 '), 8)"): "at most 12 bytes, and the ValueError is caught",
    ("live/objects/images.py", "float(summary.created)"): "decoded as an int of 64 bits",
    ("live/logs/source.py", "float(FLOOD)"): "a constant",
    ("live/logs/source.py", "int(tail)"): "a number of lines of our own",
    ("live/expressions.py", "int(number[:9])"): "at most 9 digits of a pattern",
    ("live/logs/timestamps.py", "int((found[2] or b'').ljust(9, b'0'))"): "9 ASCII digits, of bytes",
    ("live/logs/timestamps.py", "int(data[20:29])"): "9 ASCII digits, of bytes",
    ("live/logs/timestamps.py", "int(text[a:b])"): "ASCII digits, of bytes that a pattern matched",
    ("live/logs/timestamps.py", "int(zone[1:3])"): "2 ASCII digits, of bytes",
    ("live/logs/timestamps.py", "int(zone[4:6])"): "2 ASCII digits, of bytes",
    ("live/terminals/session_processes.py", "int(match[1])"): "at most 7 ASCII digits",
    ("resources/cluster/service_json.py", "float(text or 0)"): "what `check_cpus` found right",
    ("resources/cluster/service_json.py", "float(value)"): "what `check_policy` found right",
    ("resources/cluster/service_texts.py", "float(number)"): "at most 9 ASCII digits, a point, and 9 more",
    ("resources/containers/create.py", "float(answers.text('cpus') or 0)"): "what `check_cpus` found right",
    ("resources/containers/update.py", "float(answers.text('cpus') or 0)"): "what `check_cpus` found right",
    ("resources/containers/update.py", "float(found[1])"): "at most 15 ASCII digits, a point, and 6 more",
    ("resources/containers/exit_report.py", "float(event.time)"): "decoded as an int of 64 bits",
    ("resources/containers/last_run.py", "float(event.time)"): "decoded as an int of 64 bits",
    ("resources/containers/recreate.py", "float(new['cpus'] or 0)"): "what `check_cpus` found right",
    ("resources/images/details.py", "float(layer.created)"): "decoded as an int of 64 bits",
    ("resources/jobs.py", "int(row.id)"): "a number of our own",
    ("resources/jobs.py", "int(row.rate)"): "bytes a second, counted here",
    ("resources/model/filter_expression.py", "int(part)"): "at most 256 ASCII digits",
    ("resources/sessions.py", "int(row.id)"): "a number of our own",
    ("resources/system/system.py", "float(found[1])"): "at most 12 digits, a point, and 6 more",
    ("screens/recreate.py", "int(answer)"): "a number of our own",
    ("widgets/logcolours.py", "int(colour)"): "a number below 256, read by `tui.resources.logs.ansi_text`",
}
"""Calls of `int` or `float` with a name, a field or a call, and why they cannot raise."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted(ROOT.rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        if place.startswith("demo/") or place == "engine/digits.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                yield place, node


def converts(call: ast.Call) -> bool:
    """Whether it is `int` or `float` of a possible text: arithmetic and comparisons are numbers already."""
    if not (isinstance(call.func, ast.Name) and call.func.id in ("int", "float") and call.args):
        return False
    return not isinstance(call.args[0], ast.BinOp | ast.Compare | ast.UnaryOp | ast.Constant)


def test_no_other_place_asks_whether_a_text_is_digits() -> None:
    asking = [
        f"{place}:{call.lineno}"
        for place, call in calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in ASK_DIGITS
    ]
    assert not asking, "use tui.engine.digits"


def test_no_other_place_makes_a_number_of_an_engine_s_text() -> None:
    found = {
        (place, ast.unparse(call)): call.lineno for place, call in calls() if place.startswith(UNTRUSTED) and converts(call)
    }
    assert sorted(found.keys() - ALLOWED.keys()) == [], "use tui.engine.digits, or say in ALLOWED why the call cannot raise"
    assert sorted(ALLOWED.keys() - found.keys()) == [], "these calls are gone: take them out of ALLOWED"


@pytest.mark.parametrize("text", ["²", "٣", "1²", "①", "1_0", " 1", "1 ", "+1", "", "1.0", "9" * (LONGEST + 1), "9" * 5000])
def test_what_int_would_refuse_or_misread_is_no_number(text: str) -> None:
    assert whole_number(text) is None
    assert signed_number(text) is None


@given(st.text() | st.integers().map(str) | st.from_regex(r"-?\d+", fullmatch=True))
def test_any_text_has_a_number_of_64_bits_or_none(text: str) -> None:
    for found in (whole_number(text), signed_number(text)):
        assert found is None or -(2**63) <= found < 2**63


@given(st.integers(-(10**LONGEST) + 1, 10**LONGEST - 1))
def test_a_number_is_read_back(value: int) -> None:
    assert signed_number(str(value)) == value
    assert whole_number(str(value)) == (value if value >= 0 else None)
    assert whole_number(str(value).encode()) == whole_number(str(value))


@given(st.binary())
def test_hexadecimal_digits_are_few_and_plain(data: bytes) -> None:
    found = hexadecimal(data)
    assert found is None or 0 <= found < sys.maxsize
    assert (found is None) == (not data or len(data) > 15 or not all(byte in b"0123456789abcdefABCDEF" for byte in data))
