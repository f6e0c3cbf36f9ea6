"""What became of an action: in one line where it was one object, else with a line for each."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tui.engine.errors import EngineError
from tui.live.jobs.jobs import Job, Outcome
from tui.resources.model.action import Action, Answers, Each
from tui.resources.model.resource import Resource
from tui.resources.model.text import Span, count, line, one_line
from tui.widgets.dialogs import Report

if TYPE_CHECKING:
    from tui.screens.framework.view import View

Row = TypeVar("Row")

Result = list[Outcome[Row]] | str


class Words(Generic[Row]):
    """An action and its results in words."""

    def __init__(self, action: Action[Row], resource: Resource[Row]) -> None:
        self.action = action
        self.resource = resource

    def names(self, rows: Sequence[Row]) -> str:
        """What it acts on."""
        if len(rows) == 1:
            return self.resource.title(rows[0])
        return count(len(rows), self.resource.singular) if rows else self.resource.name

    def title(self, rows: Sequence[Row]) -> str:
        """The heading of its dialog."""
        return f"{self.action.name} {self.names(rows)}" if rows else self.action.help

    def name(self, rows: Sequence[Row], answers: Answers) -> str:
        """What is being done: "pulling nginx:1.27". Without rows the first field says to what."""
        first = "" if rows or not answers.typed else answers.typed[0][1].strip()
        return f"{self.action.doing} {one_line(first) or self.names(rows)}"

    def told(self, result: Result[Row]) -> str:
        """What came of it, in one line."""
        if isinstance(result, str):
            return result
        if len(result) == 1:
            return self.outcome(result[0])[0]
        return "; ".join([self.total(result), *(self.outcome(each)[0] for each in result if each.error is not None)])

    def total(self, outcomes: Sequence[Outcome[Row]]) -> str:
        """How many of several were done."""
        failed = sum(outcome.error is not None for outcome in outcomes)
        return f"{self.action.done}: {len(outcomes) - failed} of {count(len(outcomes), self.resource.singular)}"

    def outcome(self, outcome: Outcome[Row]) -> tuple[str, str]:
        """What became of one object, and in what style."""
        title = self.resource.title(outcome.item)
        if outcome.error is not None:
            return f"{title}: {outcome.error}", "bad"
        do = self.action.do
        if isinstance(do, Each) and outcome.result is False and do.already:
            return f"{title} {do.already}", "dim"
        if isinstance(do, Each) and do.result is not None:
            said = do.result(outcome.result)
            return said if said.startswith(title) else f"{title}: {said}", "good"
        return f"{title} {self.action.done}", "good"

    def failure(self, rows: Sequence[Row], error: EngineError) -> str:
        """That it failed, and why."""
        return f"{self.resource.title(rows[0]) if len(rows) == 1 else self.action.name}: {error}"


def cancelled_words(job: Job[Any]) -> str:
    """That a job was cancelled, how far it was, and what is left."""
    far = f" at {job.progress}" if job.progress else ""
    return f"{job.name}: cancelled{far}" + (f". {job.note}" if job.note else "")


def run_long(view: View, name: str, work: Callable[[], Coroutine[Any, Any, str]]) -> None:
    """Do something long in the background that is no action on rows; its result in words, or its failure, is said."""

    async def follow() -> None:
        await job.wait()
        if job.state == "cancelled":
            view.foreground_view.warn(cancelled_words(job))
        elif isinstance(job.error, EngineError):
            view.foreground_view.warn(f"{name}: {job.error}")
        elif job.result is not None:
            view.foreground_view.say(job.result, "good")

    view.foreground_view.say(f"{name}…  :jobs shows how far it is")
    job = view.context.session.jobs.run(name, work(), long=True, again=lambda: run_long(view, name, work))
    view.app.run_worker(follow())


async def tell_progress(view: View, job: Job[Result[Row]]) -> None:
    """Wait for the end of a job and say meanwhile how far it is."""

    def tell(one: object) -> None:
        if one is job and job.progress and job.state == "running":
            view.foreground_view.say(f"{job.name}: {job.progress}")

    stop = view.context.session.jobs.changed.subscribe(tell)
    try:
        await job.wait()
    finally:
        stop()


async def tell_end(view: View, job: Job[Result[Row]], words: Words[Row]) -> None:
    """Say what came of a job that did not fail as a whole, on the view that is looked at."""
    foreground_view, result = view.foreground_view, job.result
    if job.state == "cancelled":
        foreground_view.warn(cancelled_words(job))
    elif isinstance(result, str):
        foreground_view.say(result, "good")
    elif result is not None and len(result) == 1:
        text, style = words.outcome(result[0])
        foreground_view.say(text.partition("\n")[0], style)  # the list of jobs has the rest
    elif result is not None:
        await _tell_all(foreground_view, result, words)


async def _tell_all(foreground_view: View, outcomes: Sequence[Outcome[Row]], words: Words[Row]) -> None:
    failed = any(outcome.error is not None for outcome in outcomes)
    total = words.total(outcomes)
    ordered = sorted(outcomes, key=lambda outcome: outcome.error is None)
    if foreground_view.is_current:
        lines = [line(Span(text, style)) for text, style in map(words.outcome, ordered)]
        await foreground_view.show(Report(total, lines), lambda _answer: None)
        foreground_view.say(total, "bad" if failed else "good")
    elif failed:
        foreground_view.warn(f"{total}; {words.outcome(ordered[0])[0]}")
    else:
        foreground_view.say(total, "good")
