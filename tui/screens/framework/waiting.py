"""Dialogs that need an answer of the engine first: no key waits for an engine that does not answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tui.engine.errors import EngineError
from tui.resources.model.advice import told

if TYPE_CHECKING:
    from tui.screens.framework.service_view import ServiceView

T = TypeVar("T")

AT_ONCE = 0.7
"""Seconds that keys wait for the answer: those typed meanwhile are for the dialog that the answer opens."""

SOON = 5.0
"""Seconds within which an answer still opens its dialog by itself, if no other command was given."""


async def ask_first(
    view: ServiceView,
    what: str,
    request: Awaitable[T],
    then: Callable[[T], Awaitable[object]],
    words: str = "opens the form",
    opens: Callable[[T], bool] = lambda _answer: True,
) -> None:
    """Ask the engine, and call `then` with its answer.

    Where `then` opens something (`opens`), it is not called by itself once the keys are for the view again, that is after
    another command or after SOON: a message says which key calls it, where `words` say what the key does. `what` names the
    command in messages.
    """
    asked, begun = asyncio.ensure_future(request), time.monotonic()
    try:
        await asyncio.wait({asked}, timeout=AT_ONCE)
    except asyncio.CancelledError:
        asked.cancel()
        raise
    if not asked.done():
        view.say(f"{what}: waiting for the engine…")
        commands = view.foreground_view.context.program.action_count

        def expected(answer: T) -> bool:
            undisturbed = commands == view.foreground_view.context.program.action_count and view.is_current
            return not opens(answer) or (undisturbed and time.monotonic() - begun < SOON)

        wait: Callable[[], Awaitable[None]] = partial(_offer_later, view, what, asked, then, words, expected)
        view.app.run_worker(wait)
        return
    try:
        answer = asked.result()
    except EngineError as error:
        view.foreground_view.warn(f"{what}: {told(error)}")
        return
    await then(answer)


async def _offer_later(
    view: ServiceView,
    what: str,
    asked: asyncio.Future[T],
    then: Callable[[T], Awaitable[object]],
    words: str,
    expected: Callable[[T], bool],
) -> None:
    """Wait for the answer; call `then` with it where that is `expected`, else say which key does."""
    try:
        answer = await asked
    except EngineError as error:
        view.foreground_view.warn(f"{what}: {told(error)}")
        return
    finally:
        asked.cancel()  # the program ends

    async def open_now() -> None:
        await then(answer)

    if expected(answer):
        view.clear_message()
        await open_now()
        return
    view.foreground_view.offer(f"{what}: the engine has answered", words, open_now, "dim")
