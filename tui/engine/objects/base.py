"""What every object of the engine has in common."""

from __future__ import annotations

import msgspec


class Object(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True, gc=False):
    """An object as the engine sends or receives it.

    Fields carry the API's own names in snake_case. Unknown fields are ignored, missing ones have their default, and so
    has a null where the API promises a value (`tui.engine.transport.decoding`). Encoding leaves defaults out: what was not set
    is the engine's to decide.
    """
