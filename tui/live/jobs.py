"""What is being done in the background: started, watched, cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from tui.engine import errors
from tui.live.signal import Signal

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 10
"""How many objects of a bulk action are acted on at the same time."""


class Job(Generic[Result]):
    """One piece of work. `progress` is its own words; at its end it has a `result`, or an `error` if it failed."""

    def __init__(self, name: str, changed: Signal[Job[Any]]) -> None:
        self.name = name
        self.state: Literal["running", "done", "failed", "cancelled"] = "running"
        self.progress = ""
        self.result: Result | None = None
        self.error: BaseException | None = None
        self._changed = changed
        self._over = asyncio.Event()
        self._task: asyncio.Task[Result] | None = None

    def report(self, progress: str) -> None:
        """Say how far it has come: "3 of 10"."""
        if progress != self.progress:
            self.progress = progress
            self._changed.emit(self)

    def cancel(self) -> None:
        """Stop it. What the engine was asked to do already, it may still do."""
        if self._task is not None:
            self._task.cancel()

    async def wait(self) -> Job[Result]:
        """Until it is over, however it ends; itself."""
        await self._over.wait()
        return self

    def _start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        context = copy_context()
        context.run(_current.set, self)
        self._task = asyncio.get_running_loop().create_task(work, name=self.name, context=context)
        return self._task

    def _end(self, task: asyncio.Task[Result]) -> None:
        if task.cancelled():
            self.state = "cancelled"
        elif error := task.exception():
            self.state, self.error = "failed", error
        else:
            self.state, self.result = "done", task.result()
        self._over.set()
        self._changed.emit(self)


_current: ContextVar[Job[Any] | None] = ContextVar("job", default=None)


def report(progress: str) -> None:
    """From inside a job: say how far it has come. Elsewhere this does nothing."""
    if job := _current.get():
        job.report(progress)


class Jobs:
    """The jobs of a session. `changed` tells of each job that starts, progresses or ends."""

    def __init__(self) -> None:
        self.changed: Signal[Job[Any]] = Signal()
        self._running: dict[Job[Any], None] = {}

    @property
    def running(self) -> tuple[Job[Any], ...]:
        """Those under way, oldest first."""
        return tuple(self._running)

    def run(self, name: str, work: Coroutine[Any, Any, Result]) -> Job[Result]:
        """Do `work` in the background. What goes wrong is the job's `error`; unless that is an `EngineError` it is a fault
        of the program itself, and the event loop's exception handler hears of it too."""
        job: Job[Result] = Job(name, self.changed)
        self._running[job] = None
        self.changed.emit(job)
        job._start(work).add_done_callback(lambda task: self._ended(job, task))
        return job

    async def close(self) -> None:
        """Cancel what is under way and wait until it has stopped."""
        running = self.running
        for job in running:
            job.cancel()
        for job in running:
            await job.wait()

    def _ended(self, job: Job[Result], task: asyncio.Task[Result]) -> None:
        del self._running[job]
        job._end(task)
        if job.error is not None and not isinstance(job.error, errors.EngineError):
            context = {"message": f"the job {job.name!r} failed", "exception": job.error, "task": task}
            task.get_loop().call_exception_handler(context)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item]):
    """What became of one object of a bulk action: `result` is what the call returned, unless `error` says why it failed."""

    item: Item
    result: Any = None
    error: errors.EngineError | None = None


async def for_each(items: Iterable[Item], call: Callable[[Item], Awaitable[Any]]) -> list[Outcome[Item]]:
    """Call `call` for each item, some at once; an outcome each, in the order of the items. One failure stops no other.

    Inside a job it reports "3 of 10" as it goes.
    """
    everything = list(items)
    places = asyncio.Semaphore(AT_ONCE)
    finished = 0

    async def do(item: Item) -> Outcome[Item]:
        nonlocal finished
        async with places:
            try:
                return Outcome(item, await call(item))
            except errors.EngineError as error:
                return Outcome(item, error=error)
            finally:
                finished += 1
                if len(everything) > 1:
                    report(f"{finished} of {len(everything)}")

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(do(item)) for item in everything]
    return [task.result() for task in tasks]
