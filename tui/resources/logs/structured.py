"""JSON and logfmt lines of a log as `LEVEL message key=value`. Pure functions."""

from __future__ import annotations

import json
import re
from typing import Any

from tui.resources.logs.levels import STYLES, fields_of, level_of
from tui.resources.model.text import Line, Span, one_line

LEVEL_WIDTH = 5
_LEVELS = ("level", "lvl", "severity", "loglevel", "log.level", "level_name", "levelname", "@l")
_MESSAGES = ("msg", "message", "@m", "@mt", "event")
_TIMES = ("ts", "time", "timestamp", "@timestamp", "@t", "t", "datetime")
_LOGFMT = re.compile(r'\s*(?:[A-Za-z_@][\w.@/-]{0,80}=(?:"(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)){2,}')
_BARE = re.compile(r"[^\s\"=\x00-\x1f]+")


def structured(text: str) -> Line | None:
    """Return a JSON or logfmt line with its level and message first, or None for other lines.

    It is without its time, since the engine stamps each line. What stands before the JSON stays.
    """
    try:
        fields, before = _fields(text)
        return _shown(text, fields, before) if fields else None
    except RecursionError:
        return None


def _fields(text: str) -> tuple[dict[str, Any], str]:
    """Return the fields of a line and the text before them; no fields if the line is neither JSON nor logfmt as a whole."""
    if text.rstrip().endswith("}") and (start := text.find("{")) >= 0:
        try:
            value = json.loads(text[start:])
        except ValueError:
            return {}, ""
        return (value, text[:start].strip()) if isinstance(value, dict) else ({}, "")
    fields = fields_of(text) if _LOGFMT.fullmatch(text) else None
    return (fields, "") if fields and any(key in fields for key in (*_LEVELS, *_MESSAGES)) else ({}, "")


def _shown(text: str, fields: dict[str, Any], before: str) -> Line:
    named = {key.lower(): key for key in reversed(fields)}
    level_key = next((named[key] for key in _LEVELS if key in named), None)
    message_key = next((named[key] for key in _MESSAGES if key in named and isinstance(fields[named[key]], str)), None)
    parts: list[Span] = [Span(one_line(before))] if before else []
    level = level_of(text) if level_key is not None else None
    if level is not None:
        parts.append(Span(level.level.upper().ljust(LEVEL_WIDTH), STYLES[level.level]))
    if message_key is not None:
        parts.append(Span(one_line(fields[message_key])))
    hidden = {message_key, level_key if level is not None else None, *(named.get(key) for key in _TIMES)}
    rest = [(key, value) for key, value in fields.items() if key not in hidden] if parts else [*fields.items()]
    spans: list[Span] = []
    for part in parts:
        spans += [Span(" "), part] if spans else [part]
    for key, value in rest:
        spans += [Span((" " if spans else "") + one_line(key) + "=", "dim"), Span(_value(value))]
    return tuple(spans)


def _value(value: object) -> str:
    """Return a value as logfmt writes it: a text of several words, or none, in quotes; objects and lists as JSON."""
    if isinstance(value, str):
        return one_line(value if _BARE.fullmatch(value) else json.dumps(value, ensure_ascii=False))
    return one_line(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
