"""Streams of progress of long operations on images and plugins."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from tui.engine.auth import denials
from tui.engine.errors import Failed, sentence
from tui.engine.objects.progress import Progress
from tui.engine.transport.wire import Call, Wire


async def progress(wire: Wire, call: Call, registry: str | None = None) -> AsyncGenerator[Progress, None]:
    """Yield the messages of a stream. Raises Failed for an error in it, Denied if `registry` requires a login."""
    stream = wire.messages(call, Progress)
    async with aclosing(stream):
        while True:
            if registry is None:
                message = await _next(stream, call)
            else:
                with denials.from_registry(registry):
                    message = await _next(stream, call)
            if message is None:
                return
            yield message


async def _next(stream: AsyncGenerator[Progress, None], call: Call) -> Progress | None:
    message = await anext(stream, None)
    if message is not None and message.failure:
        raise Failed(sentence(message.failure), call.operation)
    return message
