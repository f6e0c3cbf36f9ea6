"""Dialogs that need an answer of the engine first: no key waits for an engine that does not answer."""

from __future__ import annotations

import asyncio
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


async def ask_first(
    view: ServiceView,
    what: str,
    request: Awaitable[T],
    then: Callable[[T], Awaitable[object]],
    words: str = "opens the form",
    opens: Callable[[T], bool] = lambda _answer: True,
) -> None:
    """Ask the engine, and call `then` with its answer.

    Where `then` opens something (`opens`), it is not called by itself after an answer that came late, since the keys are for
    the view by then: a message says which key calls it, where `words` say what the key does. `what` names the command in
    messages.
    """
    asked = asyncio.ensure_future(request)
    if not (await asyncio.wait({asked}, timeout=AT_ONCE))[0]:
        view.say(f"{what}: waiting for the engine…")
        wait: Callable[[], Awaitable[None]] = partial(_offer_later, view, what, asked, then, words, opens)
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
    opens: Callable[[T], bool],
) -> None:
    try:
        answer = await asked
    except EngineError as error:
        view.foreground_view.warn(f"{what}: {told(error)}")
        return
    finally:
        asked.cancel()  # the program ends

    async def open_now() -> None:
        await then(answer)

    if not opens(answer):
        await open_now()
        return
    view.foreground_view.offer(f"{what}: the engine has answered", words, open_now, "dim")
