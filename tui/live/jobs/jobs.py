"""Background jobs: started, followed, cancelled."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from tui.engine import errors
from tui.live import clock
from tui.live.state.collection import Collection
from tui.live.state.signals import Signal

Item = TypeVar("Item")
Result = TypeVar("Result")

OBJECTS_AT_A_TIME = 10
"""Objects of a bulk action handled concurrently."""


RATE_OVER = 5.0
"""Seconds over which a rate is measured."""

KEPT = 200
"""Finished jobs kept at most."""

GATHER = 0.25
"""Seconds during which the progress of jobs is gathered before it is emitted: downloads report very often."""

JobState = Literal["running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a job, such as a layer. `done` and `total` are bytes, 0 if unknown."""

    name: str
    text: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """Snapshot of a job. Times are wall-clock seconds, `done` and `total` bytes, `rate` bytes a second.

    `said` is the result or the error as text. `long`: users wait for such jobs. `again`: the job can be repeated. `detail` is
    what a job of its kind reports besides, such as the steps of a build; `reports` counts the reports. Texts may contain the
    engine's: clean them before they are shown.
    """

    id: str
    name: str
    state: JobState
    text: str
    done: int
    total: int
    rate: float
    parts: tuple[Part, ...]
    started: float
    ended: float | None
    said: str
    long: bool
    again: bool
    detail: object = None
    reports: int = 0

    @property
    def over(self) -> bool:
        """Whether the job is finished."""
        return self.state != "running"


STOPPING = 1.0
"""Seconds that cancelled jobs have to stop when the program exits."""


class Job(Generic[Result]):
    """A background job.

    `progress` is text; at the end there is a `result`, or an `error` if it failed. A cancelled job may have a `note` about what
    is left.

    `again` repeats the job, if possible.
    """

    def __init__(self, name: str, changed: Callable[[Job[Any]], object], number: int = 0) -> None:
        self.id = str(number)
        self.name = name
        self.state: JobState = "running"
        self.progress = ""
        self.done = self.total = 0  # in bytes
        self.parts: tuple[Part, ...] = ()
        self.detail: object = None
        self.reports = 0
        self.started = clock.now()
        self.ended: float | None = None
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.objects: frozenset[str] = frozenset()  # ids of what the job changes, if no other job may change them meanwhile
        self.note = ""  # what is left after cancelling
        self.long = False
        self.again: Callable[[], object] | None = None
        self.recorded: Callable[[tuple[str, ...]], object] | None = None
        self.tell: Callable[[Result], str] = lambda result: result if isinstance(result, str) else ""
        self._changed = changed
        self._over = asyncio.Event()
        self._task: asyncio.Task[Result] | None = None
        self._samples: deque[tuple[float, int]] = deque()  # (time, bytes done), for the rate

    def report(self, progress: str, done: int = 0, total: int = 0, parts: Iterable[Part] = (), detail: object = None) -> None:
        """Report progress as text ("3 of 10"), in bytes, by part, and with what a job of its kind reports besides."""
        parts = tuple(parts)
        if (progress, done, total, parts, detail) == (self.progress, self.done, self.total, self.parts, self.detail):
            return
        self.progress, self.done, self.total, self.parts, self.detail = progress, done, total, parts, detail
        self.reports += 1
        self._note(time.monotonic(), done)
        self._changed(self)

    @property
    def rate(self) -> float:
        """The recent rate in bytes a second."""
        if len(self._samples) < 2:
            return 0.0
        (first, before), (last, now) = self._samples[0], self._samples[-1]
        return max(0.0, (now - before) / (last - first)) if last > first else 0.0

    def row(self) -> JobRow:
        """Return a snapshot of the job."""
        return JobRow(
            id=self.id,
            name=self.name,
            state=self.state,
            text=self.progress,
            done=self.done,
            total=self.total,
            rate=self.rate,
            parts=self.parts,
            started=self.started,
            ended=self.ended,
            said=self._said(),
            long=self.long,
            again=self.again is not None,
            detail=self.detail,
            reports=self.reports,
        )

    def cancel(self) -> None:
        """Cancel the job. The engine may still complete requests that were sent."""
        if self._task is not None:
            self._task.cancel()

    async def wait(self) -> Job[Result]:
        """Wait until the job is finished, in whatever way, and return it."""
        await self._over.wait()
        return self

    def _said(self) -> str:
        if self.error is not None:
            return "\n".join([str(self.error) or type(self.error).__name__, *getattr(self.error, "__notes__", ())])
        return self.tell(self.result) if self.result is not None else self.note

    def _note(self, now: float, done: int) -> None:
        moments = self._samples
        if moments and done < moments[-1][1]:
            moments.clear()
        moments.append((now, done))
        while now - moments[0][0] > RATE_OVER and len(moments) > 2:
            moments.popleft()

    def _start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        context = copy_context()
        context.run(_current.set, self)
        self._task = asyncio.get_running_loop().create_task(work, name=self.name, context=context)
        return self._task

    def _end(self, task: asyncio.Task[Result]) -> None:
        self.ended = clock.now()
        if task.cancelled():
            self.state = "cancelled"
        elif error := task.exception():
            self.state, self.error = "failed", error
        else:
            self.state, self.result = "done", task.result()
        self._over.set()
        self._changed(self)


_current: ContextVar[Job[Any] | None] = ContextVar("job", default=None)
_engine_options: ContextVar[tuple[str, ...]] = ContextVar("engine options", default=())


_several: ContextVar[bool] = ContextVar("several", default=False)


def alone() -> bool:
    """Return whether the work is for one object, so that it can report its own progress."""
    return not _several.get()


def report(progress: str, done: int = 0, total: int = 0, parts: Iterable[Part] = (), detail: object = None) -> None:
    """Report the progress of the current job. Does nothing outside a job."""
    if job := _current.get():
        job.report(progress, done, total, parts, detail)


def record(command: tuple[str, ...]) -> None:
    """Record the docker command (words without `docker`) that the current job has completed. Does nothing outside a job."""
    if (job := _current.get()) and job.recorded is not None:
        job.recorded((*_engine_options.get(), *command))


@contextmanager
def recorded_with(options: tuple[str, ...]) -> Iterator[None]:
    """Put docker's options for an engine, such as `--context web1`, before the commands recorded inside.

    This is for a job on several engines.
    """
    token = _engine_options.set(options)
    try:
        yield
    finally:
        _engine_options.reset(token)


def add_note(text: str) -> None:
    """Note as a sentence what the current job leaves behind when cancelled. Does nothing outside a job."""
    if job := _current.get():
        job.note = text


async def after(jobs: Iterable[Job[Any]], work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Wait until these jobs have ended, then do the work."""
    for job in jobs:
        report(f"waits for {job.name}")
        await job.wait()
    return await work()


class Jobs:
    """The jobs of a session. `changed` emits each job that starts, progresses or ends; `rows` are their snapshots."""

    def __init__(self, explain: Callable[[BaseException], object] = lambda _error: None) -> None:
        """`explain` is called with each error of a job before the error is told."""
        self.changed: Signal[Job[Any]] = Signal()
        self._explain = explain
        self.rows: Collection[JobRow] = Collection(GATHER)
        self.rows.loaded = True
        self._known: dict[str, Job[Any]] = {}
        self._count = 0

    @property
    def running(self) -> tuple[Job[Any], ...]:
        """The unfinished jobs, oldest first."""
        return tuple(job for job in self._known.values() if job.state == "running")

    def get(self, id: str) -> Job[Any] | None:
        """Return the job of this id, None if it was forgotten."""
        return self._known.get(id)

    def run(
        self,
        name: str,
        work: Coroutine[Any, Any, Result],
        *,
        long: bool = False,
        tell: Callable[[Result], str] | None = None,
        again: Callable[[], object] | None = None,
        recorded: Callable[[tuple[str, ...]], object] | None = None,
        objects: frozenset[str] = frozenset(),
    ) -> Job[Result]:
        """Run `work` in the background.

        Exceptions become the job's `error`; any other than `EngineError` is a defect of the program and is also passed to the
        event loop's exception handler.

        `tell` formats the result, `again` repeats the job; `recorded` is called with each docker command that was completed.
        `objects` are the ids of what the job changes; see `changing`.
        """
        self._count += 1
        job: Job[Result] = Job(name, self._emit, self._count)
        job.long, job.again, job.recorded = long, again, recorded
        job.tell = tell or job.tell
        job.objects = objects
        self._known[job.id] = job
        self._emit(job)
        job._start(work).add_done_callback(lambda task: self._ended(job, task))
        return job

    def changing(self, objects: frozenset[str]) -> tuple[Job[Any], ...]:
        """Return the running jobs that change any of these objects, oldest first."""
        return tuple(job for job in self.running if job.objects & objects)

    def forget(self, id: str) -> None:
        """Remove a finished job from the list."""
        if (job := self._known.get(id)) is not None and job.state != "running":
            del self._known[id]
            self.rows.remove((id,))

    async def close(self) -> list[str]:
        """Cancel the jobs and wait up to `STOPPING` seconds; returns a line for each that left something."""
        running = self.running
        for job in running:
            job.cancel()
        if running:
            await asyncio.wait([asyncio.ensure_future(job.wait()) for job in running], timeout=STOPPING)
        self.rows.close()
        unstopped = f"did not stop within {STOPPING:g} s; a file may be incomplete"
        left = {job.name: unstopped if job.state == "running" else job.note for job in running}
        return [f"{errors.one_line(name)}: {text}" for name, text in left.items() if text]

    def _emit(self, job: Job[Any]) -> None:
        self.rows.put({job.id: job.row()})
        if job.state != "running":
            self.rows.close()  # without delay: the available actions depend on it
        self.changed.emit(job)

    def _ended(self, job: Job[Result], task: asyncio.Task[Result]) -> None:
        for error in errors_of(task):
            self._explain(error)
        job._end(task)
        over = [each.id for each in self._known.values() if each.state != "running"]
        for id in over[:-KEPT]:
            self.forget(id)
        if job.error is not None and not isinstance(job.error, errors.EngineError):
            context = {"message": f"the job {job.name!r} failed", "exception": job.error, "task": task}
            task.get_loop().call_exception_handler(context)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item]):
    """Result for one object of a bulk action: `result` is the call's return value, unless `error` is set."""

    item: Item
    result: Any = None
    error: errors.EngineError | None = None


def errors_of(task: asyncio.Task[Any]) -> list[BaseException]:
    """Return the error of a finished task, or those of its outcomes."""
    if task.cancelled():
        return []
    if error := task.exception():
        return [error]
    outcomes = task.result() if isinstance(task.result(), list) else []
    return [outcome.error for outcome in outcomes if isinstance(outcome, Outcome) and outcome.error is not None]


async def for_each(items: Iterable[Item], call: Callable[[Item], Awaitable[Any]]) -> list[Outcome[Item]]:
    """Call `call` for each item, some concurrently, and return the outcomes in the order of the items. Failures do not stop it.

    Inside a job it reports "3 of 10".
    """
    everything = list(items)
    places = asyncio.Semaphore(OBJECTS_AT_A_TIME)
    finished = 0
    _several.set(len(everything) > 1)

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
