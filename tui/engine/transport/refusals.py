"""The messages of refusals."""

from __future__ import annotations

import json

from tui.engine import errors
from tui.engine.transport.decoding import MISFITS


def message(content: bytes, kind: str) -> str | None:
    """Return the engine's message; None if the answer is not from an engine."""
    if kind.startswith("application/vnd.docker."):  # attach answers so, with plain words
        return errors.sentence(content.decode(errors="replace")) or None
    try:
        found = json.loads(content)
    except MISFITS:
        return None
    message = found.get("message") if isinstance(found, dict) else None
    return errors.sentence(message) if isinstance(message, str) and message.strip() else None


def without_message(status: int, content: bytes) -> str:
    """Return what is said of a refusal that has no message of an engine."""
    words = errors.sentence(content.decode(errors="replace"))[:200]
    if not words or words.startswith("<"):
        return f"The engine or a proxy answered {status} and gave no reason. Check its log."
    return f"The engine or a proxy answered {status}: {words}"
