"""Levels and fields are found in common log formats, and a stack trace belongs to its line."""

import pytest

from tui.resources.logs.levels import Continuations, at_least, fields_of, keys_of, level_of

LEVELS = [
    ('{"level":"error","msg":"x"}', "error"),
    ('{"time":"2026","severity":"WARNING","message":"x"}', "warn"),
    ('{"level":50,"msg":"pino"}', "error"),
    ('{"@l":"Fatal","@m":"serilog"}', "fatal"),
    ('{"msg":"no level, ERROR in the text"}', ""),
    ("time=2026-11-21T10:00:00Z level=warn msg=x", "warn"),
    ('ts=1 level="debug" msg=x', "debug"),
    ("2026-11-21 10:00:00,123 ERROR [main] com.example.App - broke", "error"),
    ("2026-11-21T10:00:00Z INFO starting", "info"),
    ("[2026-11-21 10:00:00] production.ERROR: broke", "error"),
    ("2026/11/21 10:00:00 [error] 7#7: *1 connect() failed", "error"),
    ("[Sat Nov 21 10:00:00 2026] [core:error] [pid 1] broke", "error"),
    ("warning: deprecated", "warn"),
    ("fail: Microsoft.AspNetCore[0]", "error"),
    ("panic: runtime error: index out of range", "fatal"),
    ("E1121 10:00:00.000000       1 main.go:5] broke", "error"),
    ("1:M 21 Nov 2026 10:00:00.000 # Warning: no config", "warn"),
    ("1:M 21 Nov 2026 10:00:00.000 * Ready", "info"),
    ("2026-11-21 10:00:00.000 UTC [1] FATAL:  role does not exist", "fatal"),
    ("2026-11-21 10:00:00 UTC [1] LOG:  checkpoint", "info"),
    ("Traceback (most recent call last):", "error"),
    ('Exception in thread "main" java.lang.Error', "error"),
    ("no error here", ""),
    ("INFORMATION_SCHEMA was read", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "level"), LEVELS)
def test_a_level_is_found_in_the_ways_that_programs_write_it(text: str, level: str) -> None:
    found = level_of(text)
    assert (found.level if found else "") == level


def test_a_level_knows_where_its_word_stands() -> None:
    text = "10:00 WARN low on space"
    found = level_of(text)
    assert found is not None
    assert text[found.start : found.end] == "WARN"


def test_a_line_without_a_level_counts_as_information() -> None:
    assert at_least("", "info")
    assert not at_least("", "warn")
    assert at_least("fatal", "error")
    assert at_least("trace", "")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('{"a":1,"b":{"c":[2]}}', {"a": 1, "b": {"c": [2]}}),
        ('2026 app {"a":1}', {"a": 1}),
        ('level=info msg="two words" n=3', {"level": "info", "msg": "two words", "n": "3"}),
        ("plain text", None),
        ("a=1 alone", None),
        ("{not json}", None),
        ("[" * 100_000 + "}", None),
    ],
)
def test_fields_of_json_and_logfmt(text: str, fields: object) -> None:
    assert fields_of(text) == fields


def test_names_of_fields_are_told_from_values() -> None:
    text = '{"level":"info","msg":"a \\"b\\": c"}'
    assert [text[start:end] for start, end in keys_of(text)] == ['"level"', '"msg"']
    text = "level=info msg=x"
    assert [text[start:end] for start, end in keys_of(text)] == ["level=", "msg="]


PYTHON = """ERROR: request failed
Traceback (most recent call last):
  File "app.py", line 1, in <module>
    main()
ValueError: no
INFO: next"""
JAVA = """ERROR broke
java.lang.IllegalStateException: no
\tat com.example.App.main(App.java:5)
Caused by: java.io.IOException: disk
\t... 12 more
INFO next"""
GO = """panic: index out of range

goroutine 1 [running]:
main.main()
\t/tmp/x.go:5 +0x1d
exit status 2
next"""


@pytest.mark.parametrize(("trace", "heads"), [(PYTHON, [0, 5]), (JAVA, [0, 5]), (GO, [0, 6])])
def test_a_stack_trace_goes_on_the_line_before(trace: str, heads: list[int]) -> None:
    tracker = Continuations()
    assert [n for n, text in enumerate(trace.split("\n")) if not tracker.goes_on(text)] == heads
