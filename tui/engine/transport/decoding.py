"""Decoding of the engine's JSON into typed objects.

Strictly first, which is fast. If that fails, leniently: a null where the API promises a value becomes the default, and invalid
UTF-8 is repaired. Nulls that the API allows stay, in maps too. Numbers are finite and have at most 20 digits, so that later
computations neither overflow nor take too long.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
from msgspec import inspect

from tui.engine.errors import BrokenAnswer, sentence

T = TypeVar("T")

MISFITS = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)
"""Errors of decoders: invalid JSON, another shape, too deep nesting, too large numbers."""

LONGEST_NUMBER = 20
"""Maximum digits of an integer. Engines count up to 2**64, which has 20."""

_ONLY_DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_TOO_MANY_DIGITS = b"0" * (LONGEST_NUMBER + 1)

_decoder = cast(Callable[[Any], msgspec.json.Decoder[Any]], cache(msgspec.json.Decoder))
_type_of = cast(Callable[[Any], inspect.Type], cache(inspect.type_info))


def decode(data: bytes, kind: type[T]) -> T:
    """Decode one JSON value as `kind`. Raises BrokenAnswer."""
    if _may_have_long_numbers(data):
        return _decode_leniently(data, kind)
    try:
        return _decode_strictly(data, kind)
    except MISFITS:
        return _decode_leniently(data, kind)


def _may_have_long_numbers(data: bytes) -> bool:
    """Whether the data has a run of more digits than allowed, possibly within a string."""
    return _TOO_MANY_DIGITS in data.translate(_ONLY_DIGITS)


def _decode_strictly(data: bytes, kind: type[T]) -> T:
    """Decode strictly; then again without null fields that should be missing, which engines send in every list."""
    try:
        return cast(T, _decoder(kind).decode(data))
    except msgspec.ValidationError:
        return cast(T, _decoder(kind).decode(_without_nulls(data, _nullable(kind))))


def _without_nulls(data: bytes, names: tuple[bytes, ...]) -> bytes:
    """Remove members with these names and the value null.

    A quotation mark inside a JSON string is escaped, so a match is never part of a string. JSON with blanks between tokens is
    not changed: engines send none.
    """
    for name in names:
        member = b'"%b":null' % name
        if member in data:
            for before, after in ((b"," + member, b""), (b"{" + member + b",", b"{"), (b"{" + member, b"{")):
                data = data.replace(before, after)
    return data


def decode_list(data: bytes, kind: type[T]) -> list[T]:
    """Decode a JSON list of `kind`; lenient only for elements that need it. Null is an empty list.

    Raises BrokenAnswer.
    """
    if not _may_have_long_numbers(data):
        try:
            return _decode_strictly(data, list[kind])  # type: ignore[valid-type]  # a variable is no type to mypy
        except MISFITS:
            pass
    try:
        elements = _decoder(list[msgspec.Raw]).decode(data)
    except MISFITS:
        return _decode_leniently(data, list[kind])  # type: ignore[valid-type]  # a variable is no type to mypy
    return [decode(bytes(element), kind) for element in elements]


def _names_of_nullable(kind: type[Any]) -> tuple[bytes, ...]:
    """Return the fields of `kind`, nested ones included, for which null means the same as a missing field."""
    left_out, kept = set[str](), set[str]()
    waiting, seen = [_type_of(kind)], set[type]()
    while waiting:
        found = waiting.pop()
        if isinstance(found, inspect.UnionType):
            waiting += found.types
        elif isinstance(found, inspect.ListType):
            waiting.append(found.item_type)
        elif isinstance(found, inspect.DictType):
            if isinstance(found.value_type, inspect.AnyType) or _may_be_null(found.value_type):
                return ()  # keys of such a map may equal a field's name, and their null has a meaning
            waiting.append(found.value_type)
        elif isinstance(found, inspect.StructType) and found.cls not in seen:
            seen.add(found.cls)
            for field in found.fields:
                fits = not field.required and (field.default is None or not _may_be_null(field.type))
                (left_out if fits else kept).add(field.encode_name)
                waiting.append(field.type)
    return tuple(name.encode() for name in sorted(left_out - kept))


_nullable = cast(Callable[[Any], tuple[bytes, ...]], cache(_names_of_nullable))


def _may_be_null(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.UnionType) and kind.includes_none


def _decode_leniently(data: bytes, kind: type[T]) -> T:
    try:
        text = data.decode("utf-8", "replace")
        value = json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=_finite)
        expected = _type_of(kind)
        if value is not None or isinstance(expected, inspect.ListType):
            value = _fill(value, expected)
        return msgspec.convert(value, kind)
    except MISFITS as error:
        raise BrokenAnswer(f"The engine's answer cannot be read: {sentence(str(error))}") from error


def _whole(text: str) -> int:
    if len(text.removeprefix("-")) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _finite(text: str) -> float:
    """Parse a finite float: Python accepts NaN and Infinity as JSON, and 1e999 as infinity."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is not a number")
    return value


def _fill(value: Any, kind: inspect.Type) -> Any:
    """Return `value` without the nulls that `kind` does not allow."""
    if isinstance(kind, inspect.UnionType):
        if value is None and kind.includes_none:
            return None
        return _fill(value, next(member for member in kind.types if not isinstance(member, inspect.NoneType)))
    if value is None:
        return _default(kind)
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        return _fill_fields(value, kind)
    if isinstance(kind, inspect.DictType) and isinstance(value, dict):
        return {key: _fill(item, kind.value_type) for key, item in value.items()}
    if isinstance(kind, inspect.ListType) and isinstance(value, list):
        return [_fill(item, kind.item_type) for item in value]
    return value


def _fill_fields(value: dict[str, Any], kind: inspect.StructType) -> dict[str, Any]:
    filled = {}
    for field in kind.fields:
        item = value.get(field.encode_name)
        if item is not None:
            filled[field.encode_name] = _fill(item, field.type)
        elif field.required and field.encode_name in value:
            filled[field.encode_name] = _fill(None, field.type)
    return filled


def _default(kind: inspect.Type) -> Any:
    """Return the replacement for a null that is not allowed."""
    if isinstance(kind, inspect.StrType):
        return ""
    if isinstance(kind, inspect.BoolType):
        return False
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        return 0
    if isinstance(kind, inspect.ListType):
        return []
    if isinstance(kind, inspect.DictType | inspect.StructType):
        return {}
    return None
