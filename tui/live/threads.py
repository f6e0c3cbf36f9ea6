"""Threads for calls that the operating system may never answer: a file on a network that is gone, a name server that hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.thread import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

ANSWER_SECONDS = 0.25
"""How long `answered` waits for an answer at most."""

MOST_HUNG = 64
"""Calls without an answer from which on `answered` makes no more of them."""

_hung: dict[str, threading.Thread] = {}  # calls without an answer yet, by what they ask


class DaemonThreads(ThreadPoolExecutor):
    """An executor with a daemon thread for each call: neither the event loop nor the interpreter waits for it at the end.

    As the event loop's default executor it serves `asyncio.to_thread` and look-ups of host names.
    """

    def submit(self, call: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> Future[T]:
        """Make the call in a thread of its own."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        threading.Thread(target=_make, args=(future, call, args, more), name="call", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing to do: no thread is waited for."""


def _make(future: Future[Any], call: Callable[..., Any], args: tuple[Any, ...], more: dict[str, Any]) -> None:
    try:
        result = call(*args, **more)
    except BaseException as error:  # belongs to who waits for the result
        future.set_exception(error)
    else:
        future.set_result(result)


def answered(asked: str, call: Callable[[], T], otherwise: T) -> T:
    """What `call` returns or raises; `otherwise` if that takes longer than `ANSWER_SECONDS`. Blocks no longer than that.

    `asked` names what is asked, such as a folder: while a call for it has no answer, no other one is made.
    """
    for name in [name for name, thread in _hung.items() if not thread.is_alive()]:
        del _hung[name]
    if asked in _hung or len(_hung) >= MOST_HUNG:
        return otherwise
    future: Future[T] = Future()
    thread = threading.Thread(target=_make, args=(future, call, (), {}), name="call", daemon=True)
    thread.start()
    try:
        return future.result(ANSWER_SECONDS)
    except TimeoutError:
        if future.done():  # the call itself raised it
            raise
        _hung[asked] = thread
        return otherwise
