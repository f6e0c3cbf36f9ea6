"""Threads for system calls that may never return: a file on an unreachable network share, a name server that hangs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.thread import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

ANSWER_SECONDS = 0.25
"""Seconds that `answered` waits at most: keys that follow a file name wait for it."""

MOST_HUNG = 64
"""Pending calls above which `answered` makes no more."""

_hung: dict[str, threading.Thread] = {}  # pending calls by `asked`


class DaemonThreads(ThreadPoolExecutor):
    """An executor with a daemon thread for each call: neither the event loop nor the interpreter waits for it on exit.

    As the event loop's default executor it serves `asyncio.to_thread` and look-ups of host names.
    """

    def submit(self, call: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> Future[T]:
        """Run the call in its own thread."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        threading.Thread(target=_make, args=(future, call, args, more), name="call", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing: no thread is waited for."""


def _make(future: Future[Any], call: Callable[..., Any], args: tuple[Any, ...], more: dict[str, Any]) -> None:
    try:
        result = call(*args, **more)
    except BaseException as error:  # passed to the waiting caller
        future.set_exception(error)
    else:
        future.set_result(result)


async def answered(asked: str, call: Callable[[], T], otherwise: T) -> T:
    """Return or raise what `call` does in a thread; return `otherwise` after `ANSWER_SECONDS`.

    `asked` names the subject, such as a folder: no second call for it is made while one is pending.
    """
    for name in [name for name, thread in _hung.items() if not thread.is_alive()]:
        del _hung[name]
    if asked in _hung or len(_hung) >= MOST_HUNG:
        return otherwise
    future: Future[T] = Future()
    thread = threading.Thread(target=_make, args=(future, call, (), {}), name="call", daemon=True)
    thread.start()
    answer = asyncio.wrap_future(future)
    done, _ = await asyncio.wait([answer], timeout=ANSWER_SECONDS)
    if done:
        return answer.result()
    answer.add_done_callback(lambda late: late.cancelled() or late.exception())  # nobody asks for it any more
    _hung[asked] = thread
    return otherwise
