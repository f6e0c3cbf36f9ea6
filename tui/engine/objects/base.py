"""Base class of the engine's objects."""

from __future__ import annotations

import msgspec


class Object(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True, gc=False):
    """An object as the engine sends or receives it.

    Fields have the API's names in snake_case. Unknown fields are ignored; missing ones get their default, and so does a null
    where the API promises a value (`tui.engine.transport.decoding`). Defaults are not encoded: the engine decides what is not
    set.
    """
