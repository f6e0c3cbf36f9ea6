"""The results of actions: one line for one object, else a line for each."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tui.engine.errors import EngineError
from tui.live.jobs.jobs import Job, Jobs, Outcome
from tui.resources.model.action import Action, Answers, Each
from tui.resources.model.advice import told
from tui.resources.model.masking import masked_text
from tui.resources.model.resource import Resource
from tui.resources.model.text import Span, count, line, one_line
from tui.widgets.dialogs import Report

if TYPE_CHECKING:
    from tui.screens.framework.service_view import EngineView, ServiceView

Row = TypeVar("Row")

Result = list[Outcome[Row]] | str


class Words(Generic[Row]):
    """The texts about an action and its results."""

    def __init__(self, action: Action[Row], resource: Resource[Row], left_out: str = "") -> None:
        """`left_out`: a sentence on selected objects to which the action does not apply."""
        self.left_out = left_out
        self.action = action
        self.resource = resource

    def names(self, rows: Sequence[Row]) -> str:
        """Return the names of the objects of the action."""
        if len(rows) == 1:
            return self.resource.title(rows[0])
        return count(len(rows), self.resource.singular) if rows else self.resource.name

    def title(self, rows: Sequence[Row]) -> str:
        """Return the heading of the dialog."""
        return f"{self.action.name} {self.names(rows)}" if rows else self.action.help

    def name(self, rows: Sequence[Row], answers: Answers) -> str:
        """Return the name of the job: "pulling nginx:1.27". Without rows the first field names the object."""
        first = "" if rows or not answers.typed else answers.typed[0][1].strip()
        return f"{self.action.doing} {one_line(first) or self.names(rows)}"

    def told(self, result: Result[Row]) -> str:
        """Return the result in one line."""
        if isinstance(result, str):
            return result
        if len(result) == 1:
            return self.outcome(result[0])[0]
        return "; ".join([self.total(result), *(self.outcome(each)[0] for each in result if each.error is not None)])

    def total(self, outcomes: Sequence[Outcome[Row]]) -> str:
        """Return how many of several objects succeeded."""
        failed = sum(outcome.error is not None for outcome in outcomes)
        done = f"{self.action.done}: {len(outcomes) - failed} of {count(len(outcomes), self.resource.singular)}"
        return f"{done}; {self.left_out}" if self.left_out else done

    def outcome(self, outcome: Outcome[Row]) -> tuple[str, str]:
        """Return the text and style of one object's outcome."""
        title = self.resource.title(outcome.item)
        if outcome.error is not None:
            return f"{title}: {masked_text(told(outcome.error))}", "bad"
        do = self.action.do
        if isinstance(do, Each) and outcome.result is False and do.already:
            return f"{title} {do.already}", "dim"
        if isinstance(do, Each) and do.result is not None:
            said = do.result(outcome.result)
            return said if said.startswith(title) else f"{title}: {said}", "good"
        return f"{title} {self.action.done}", "good"

    def failure(self, rows: Sequence[Row], error: EngineError) -> str:
        """Return the text of a failed action."""
        return f"{self.resource.title(rows[0]) if len(rows) == 1 else self.action.name}: {masked_text(told(error))}"


def cancelled_words(job: Job[Any]) -> str:
    """Return the text of a cancelled job: its progress, and what remains."""
    far = f" at {job.progress}" if job.progress else ""
    return f"{job.name}: cancelled{far}" + (f". {job.note}" if job.note else "")


def run_long(view: EngineView, name: str, work: Callable[[], Coroutine[Any, Any, str]]) -> None:
    """Run a long job that is not an action on rows; show its result or its error."""

    async def follow() -> None:
        await job.wait()
        if job.state == "cancelled":
            view.foreground_view.warn(cancelled_words(job))
        elif isinstance(job.error, EngineError):
            view.foreground_view.warn(f"{name}: {told(job.error)}")
        elif job.result is not None:
            view.foreground_view.say(job.result, "good")

    view.foreground_view.say(f"{name}…  :jobs shows the progress")
    job = view.context.jobs.run(name, work(), long=True, again=lambda: run_long(view, name, work))
    view.app.run_worker(follow())


async def tell_progress(view: ServiceView, jobs: Jobs, job: Job[Result[Row]]) -> None:
    """Wait for the end of a job, and show its progress."""

    def tell(one: object) -> None:
        if one is job and job.progress and job.state == "running":
            view.foreground_view.say(f"{job.name}: {job.progress}")

    stop = jobs.changed.subscribe(tell)
    try:
        await job.wait()
    finally:
        stop()


def tell_end(view: ServiceView, job: Job[Result[Row]], words: Words[Row]) -> None:
    """Show the result of a job that did not fail as a whole, in the foreground view."""
    foreground_view, result = view.foreground_view, job.result
    if job.state == "cancelled":
        foreground_view.warn(cancelled_words(job))
    elif isinstance(result, str):
        foreground_view.say(f"{result}; {words.left_out}" if words.left_out else result, "good")
    elif result is not None and len(result) == 1:
        text, style = words.outcome(result[0])
        said = text.partition("\n")[0]
        foreground_view.say(f"{said}; {words.left_out}" if words.left_out else said, style)  # the list of jobs has the rest
    elif result is not None:
        _tell_all(foreground_view, result, words)


def _tell_all(foreground_view: ServiceView, outcomes: Sequence[Outcome[Row]], words: Words[Row]) -> None:
    failed = any(outcome.error is not None for outcome in outcomes)
    total = words.total(outcomes)
    ordered = sorted(outcomes, key=lambda outcome: outcome.error is None)
    if not failed:
        foreground_view.say(total, "good")
        return
    lines = [line(Span(text, style)) for text, style in map(words.outcome, ordered)]

    async def report() -> None:
        view = foreground_view.foreground_view
        await view.show(Report(total, lines), lambda _answer: None)

    foreground_view.offer(f"{total}; {words.outcome(ordered[0])[0]}", "shows all", report)
