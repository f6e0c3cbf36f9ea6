"""JSON and logfmt lines by their fields."""

import json

import pytest

from tui.live.logs.buffer import LogLine
from tui.resources.logs.filters import Search
from tui.resources.logs.row import Look, row_of
from tui.resources.logs.structured import structured
from tui.resources.model.text import Span, plain


def shown(text: str) -> str | None:
    line = structured(text)
    return plain(line) if line is not None else None


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('{"ts":"2026-01-01","level":"info","msg":"served it","path":"/x","ms":7}', "INFO  served it path=/x ms=7"),
        ('{"@t":"now","@l":"Warning","@mt":"slow"}', "WARN  slow"),
        ('{"level":50,"time":1700000000,"msg":"no answer","err":{"code":"E1"}}', 'ERROR no answer err={"code":"E1"}'),
        ('{"severity":"ERROR","message":"gone","user":"a b","empty":""}', 'ERROR gone user="a b" empty=""'),
        ('{"level":"strange","msg":"kept"}', "kept level=strange"),
        ('{"ts":1,"ok":true,"none":null}', "ts=1 ok=true none=null"),
        ('web-1 | {"level":"debug","msg":"x"}', "web-1 | DEBUG x"),
        ('time=2026-01-01 level=warn msg="slow query" ms=3', "WARN  slow query ms=3"),
    ],
)
def test_level_and_message_come_first_and_the_time_of_the_engine_stands_for_that_of_the_line(text: str, fields: str) -> None:
    assert shown(text) == fields


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        "{}",
        "{broken}",
        "[1, 2]",
        "a=1 b=2",
        "took level=info msg=x in all",
        '{"a":1} and more',
        "{" * 4000,
        "set {a}",
    ],
)
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert structured(text) is None


def test_deeply_nested_and_hostile_values_do_no_harm() -> None:
    deep = '{"a":' * 600 + "1" + "}" * 600
    assert (shown(deep) or deep).count('{"a":') >= 599
    found = shown(json.dumps({"level": "error", "msg": "\x1b[2J\nb", "k\n": "\ud800\u202e"}))
    assert found is not None
    assert found.isprintable()


def line_of(text: str) -> LogLine:
    return LogLine(1, 0, 0, "stdout", text.encode())


def test_a_line_is_shown_as_written_when_asked_for_and_where_only_that_matches_a_search() -> None:
    text = '{"level":"error","msg":"gone"}'
    row = row_of(line_of(text), Look())
    assert plain(row.text) == "ERROR gone"
    assert Span("ERROR", "bad") in row.text
    assert plain(row_of(line_of(text), Look(raw=True)).text) == text
    assert plain(row_of(line_of(text), Look(search=Search('"level"'))).text) == text
    assert plain(row_of(line_of(text), Look(search=Search("gone"))).text) == "ERROR gone"
