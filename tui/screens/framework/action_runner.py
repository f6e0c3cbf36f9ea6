"""Runner of actions: show the dialog, run the job, report the outcome of each object."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tui.engine.errors import Denied, EngineError
from tui.live.jobs.jobs import Job, after
from tui.live.outcomes import ChangedMeanwhile
from tui.resources.model.action import ANYWAY, Action, Answers, Open, Route
from tui.resources.model.advice import told
from tui.resources.model.docker_commands import written
from tui.resources.model.masking import masked_text
from tui.resources.model.resource import Resource
from tui.resources.model.text import Line, Span, count, line, one_line
from tui.screens.framework.action_results import Result, Words, tell_end, tell_progress
from tui.screens.framework.context import ViewContext
from tui.screens.framework.form_fields import form_fields, ticks
from tui.screens.framework.waiting import ask_first
from tui.widgets.dialogs import Confirm, Entry, Pick, Report, Tick
from tui.widgets.form import Filled, Form, Wrong

if TYPE_CHECKING:
    from tui.screens.framework.service_view import ServiceView

Row = TypeVar("Row")


@dataclass(frozen=True)
class Asked(Generic[Row]):
    """An action on rows; `then` is called after success. `left_out` says which selected rows the action does not apply to."""

    action: Action[Row]
    rows: Sequence[Row]
    then: Callable[[], object] | None = None
    left_out: str = ""


REPLACE = "replace"
"""The box, or the choice, that cancels the jobs that change the same objects."""

AT_ONCE = 1.0
"""Seconds within which a refused form is shown again by itself, if no other command was given."""


LEFT_OUT = 3
"""Names at most of the rows that an action leaves out."""


def _left_out_line(asked: Asked[Any]) -> list[Line]:
    return [line(Span(f"{asked.left_out[0].upper()}{asked.left_out[1:]}.", "warn"))] if asked.left_out else []


def _ignore(_answer: object) -> None:
    """Take no notice of how a report was closed."""


def _answers(filled: Filled) -> Answers:
    return Answers(ticked=filled.ticked, typed=filled.typed)


class ActionRunner(Generic[Row]):
    """Runner of the actions of one resource type, for a view that shows the messages."""

    def __init__(
        self,
        view: ServiceView,
        context: ViewContext,
        resource: Resource[Row],
        open: Callable[[Route, Sequence[Row]], Awaitable[None]],
    ) -> None:
        """`open`: opens what an action names, for these rows."""
        self.view = view
        self.open = open
        self.context = context
        self.resource = resource
        self._refused: dict[tuple[str, ...], Answers] = {}  # answers of forms not shown again, by action and objects

    def refusal(self, action: Action[Row], rows: Sequence[Row]) -> str:
        """Return why the action applies to none of these rows now, or ""."""
        if action.changes and self.context.read_only:
            return self.context.why_read_only()
        if action.whole:
            return self._away(action)
        if not rows:
            return self.context.away() or "the list is empty"
        ways = [action, action.or_else] if action.or_else is not None else [action]
        reasons = [[way.refusal(row) for row in rows] for way in ways]
        return reasons[0][0] if all(map(all, reasons)) else self._away(action)

    def _away(self, action: Action[Row]) -> str:
        return "" if isinstance(action.do, Open) else self.context.away()

    async def begin(self, action: Action[Row], rows: Sequence[Row]) -> None:
        """Start the action on these rows, with its dialog first if it has one. On return the dialog is shown."""
        if action.several is not None and len(rows) > 1:
            action = action.several
        if action.or_else is not None and (others := [row for row in rows if not action.or_else.refusal(row)]):
            if any(not action.refusal(row) for row in rows):
                await self._choose(action, action.or_else, rows)
                return
            action, rows = action.or_else, others
        await self._begin(action, rows)

    async def _choose(self, action: Action[Row], other: Action[Row], rows: Sequence[Row]) -> None:
        """Ask which of two actions is meant for rows of which some need one and some the other."""
        entries = []
        for way in (action, other):
            number = sum(not way.refusal(row) for row in rows)
            entries.append(Entry(way.name, way.name, help=count(number, self.resource.singular)))

        async def picked(answer: str | None) -> None:
            if answer is not None:
                await self._begin(action if answer == action.name else other, rows)

        await self.view.show(Pick(f"{action.name} or {other.name}?", entries), picked)

    async def _begin(self, action: Action[Row], rows: Sequence[Row]) -> None:
        left_out = "" if action.whole else self._left_out(action, rows)
        rows = [row for row in rows if not action.refusal(row)] if not action.whole else []
        asked = Asked(action, rows, left_out=left_out)
        if isinstance(action.do, Open):
            await self.open(action.do.route, rows)
        elif action.fields:
            await self._fill_in(asked, self._refused.pop((action.name, *map(self.resource.id, rows)), None))
        elif action.options:
            await self._pick(asked)
        elif action.question is not None and self._question(asked):
            await self._confirm(asked)
        elif self._under_way(asked):
            await self._ask_order(asked)
        else:
            self._do(asked, Answers())

    def _left_out(self, action: Action[Row], rows: Sequence[Row]) -> str:
        """Return which rows the action does not apply to, and why, or ""."""
        reasons = {self.resource.title(row): why for row in rows if (why := action.refusal(row))}
        if not reasons:
            return ""
        shown = [f"{name} ({why})" for name, why in [*reasons.items()][:LEFT_OUT]]
        more = f" and {len(reasons) - LEFT_OUT} more" if len(reasons) > LEFT_OUT else ""
        return f"left out: {', '.join(shown)}{more}"

    # -- dialogs ------------------------------------------------------------------------------------------------------

    async def _fill_in(self, asked: Asked[Row], known: Answers | None = None, why: str = "") -> None:
        """Show the form of an action; `known` are earlier answers, `why` is the engine's error about them."""
        action, rows = asked.action, asked.rows

        async def filled(answer: Filled | None) -> None:
            if answer is not None:
                await self._ask_again(asked, _answers(answer))

        form = Form(
            Words(action, self.resource).title(rows),
            form_fields(self.context, action.fields, rows[0] if rows else None, known),
            ticks(action.boxes(rows), known),
            lines=[line(self._question(asked)), *_left_out_line(asked), *([line(Span(why, "bad"))] if why else [])],
            submit=action.label,
            check=lambda answer: Wrong(*action.check(_answers(answer))),
            command=lambda answer: self._first_command(action, rows, _answers(answer)),
            danger=action.danger,
        )
        await self.view.show(form, filled)

    async def _ask_again(self, asked: Asked[Row], answers: Answers) -> None:
        """Ask the second question of an action about its answers, if it has one; do the action."""
        ask = asked.action.second_question
        if ask is None:
            self._do(asked, answers)
            return
        name = Words(asked.action, self.resource).name(asked.rows, answers)
        question = ask(self.context.acting_session, asked.rows, answers)
        await ask_first(self.view, name, question, partial(self._confirm_again, asked, answers), "asks", bool)

    async def _confirm_again(self, asked: Asked[Row], answers: Answers, text: str) -> None:
        """Ask a question, if there is one; do the action."""
        if not text:
            self._do(asked, answers)
            return

        def confirmed(answer: frozenset[str] | None) -> None:
            if answer is not None:
                self._do(asked, answers)

        title = Words(asked.action, self.resource).title(asked.rows)
        await self.view.show(Confirm(title, [line(text)], confirm_label=asked.action.name), confirmed)

    async def _pick(self, asked: Asked[Row]) -> None:
        entries = [Entry(option.value, option.value, help=option.label) for option in asked.action.options]

        def picked(answer: str | None) -> None:
            if answer is not None:
                self._do(asked, Answers(picked=answer))

        await self.view.show(Pick(self._question(asked), entries), picked)

    async def _confirm(self, asked: Asked[Row]) -> None:
        action, rows = asked.action, asked.rows
        listed: list[Line] = (
            [line(Span("  "), Span(self.resource.title(row), "accent")) for row in rows] if len(rows) > 1 else []
        )

        boxes = action.boxes(rows)
        offered = frozenset(box.name for box in boxes)

        def confirmed(answer: frozenset[str] | None) -> None:
            if answer is not None:
                self._do(asked, Answers(ticked=answer, offered=offered))

        dialog = Confirm(
            Words(action, self.resource).title(rows),
            [line(self._question(asked)), *listed, *_left_out_line(asked)],
            [*ticks(boxes), *self._replace_tick(asked)],
            danger=action.danger,
            confirm_label=action.label,
            command=lambda ticked: self._first_command(action, rows, Answers(ticked=ticked, offered=offered)),
        )
        await self.view.show(dialog, confirmed)

    def _question(self, asked: Asked[Row]) -> str:
        if asked.action.question is not None:
            return asked.action.question(asked.rows, self.host_of(asked.rows))
        return f"{asked.action.help}: {self._names(asked)} on {self.host_of(asked.rows)}"

    def host_of(self, _rows: Sequence[Row]) -> str:
        """Return the name of the host that has these objects, for a question."""
        return self.context.host

    def _names(self, asked: Asked[Row]) -> str:
        return Words(asked.action, self.resource).names(asked.rows)

    # -- running ------------------------------------------------------------------------------------------------------

    def _first_command(self, action: Action[Row], rows: Sequence[Row], answers: Answers) -> str:
        """Return the docker command of the first row, for a dialog."""
        commands = action.commands(rows, answers)
        return written(self.context.whole(commands[0])) + (" …" if len(commands) > 1 else "") if commands else ""

    def _do(self, asked: Asked[Row], answers: Answers) -> None:
        """Run the action as a job, after the jobs that change the same objects; `REPLACE` among the answers cancels these."""
        objects = self._objects(asked)
        busy = self.context.jobs.changing(objects)
        for job in busy if REPLACE in answers.ticked else ():
            job.cancel()
        self._run(asked, replace(answers, ticked=answers.ticked - {REPLACE}), objects, busy)

    def _objects(self, asked: Asked[Row]) -> frozenset[str]:
        return self.context.on_engine(self.resource.changed_by(asked.rows)) if asked.action.exclusive else frozenset()

    def _under_way(self, asked: Asked[Row]) -> str:
        """Return the names of the jobs that change the same objects, or ""."""
        return ", ".join(job.name for job in self.context.jobs.changing(self._objects(asked)))

    def _replace_tick(self, asked: Asked[Row]) -> list[Tick]:
        """Return the box that cancels the jobs that change the same objects; without such jobs none."""
        names = self._under_way(asked)
        return [Tick(REPLACE, f"cancel {names} instead of waiting for its end")] if names else []

    async def _ask_order(self, asked: Asked[Row]) -> None:
        """Ask whether an action without a question waits for the jobs that change the same objects, or cancels them."""
        names, action = self._under_way(asked), asked.action.name
        entries = [
            Entry("wait", "wait", help=f"{action} after {names} has ended"),
            Entry(REPLACE, "cancel", help=f"cancel {names}, then {action}"),
        ]

        def picked(answer: str | None) -> None:
            if answer is not None:
                self._do(asked, Answers(ticked=frozenset({answer} & {REPLACE})))

        await self.view.show(Pick(f"{names} is under way", entries), picked)

    def _run(self, asked: Asked[Row], answers: Answers, objects: frozenset[str], before: Sequence[Job[Any]] = ()) -> None:
        """Run the action as a job after other jobs; the foreground view shows its progress."""
        action, rows = asked.action, asked.rows
        words = Words(action, self.resource, asked.left_out)
        name = words.name(rows, answers)
        self.view.foreground_view.say(f"{name}…" + ("  :jobs shows the progress" if action.long else ""))
        job: Job[Result[Row]] = self.context.jobs.run(
            name,
            after(before, lambda: action.perform(self.context.acting_session, rows, answers)),
            long=action.long,
            tell=words.told,
            again=(lambda: self._do(asked, answers)) if action.long else None,
            recorded=self.context.record_command,
            objects=objects,
        )
        self.view.app.run_worker(self._follow(job, asked, answers))  # the view may be closed before the end

    async def _follow(self, job: Job[Result[Row]], asked: Asked[Row], answers: Answers) -> None:
        words = Words(asked.action, self.resource, asked.left_out)
        action_count = self.context.program.action_count
        begun = time.monotonic()
        if asked.action.long:
            await job.wait()
        else:
            await tell_progress(self.view, self.context.jobs, job)
        if isinstance(job.error, EngineError):
            undisturbed = action_count == self.context.program.action_count
            at_once = undisturbed and not asked.action.long and time.monotonic() - begun < AT_ONCE
            await self._failed(job.error, asked, answers, at_once)
        else:
            tell_end(self.view, job, words)
        if job.state == "done" and asked.then is not None:
            asked.then()

    async def _failed(self, error: EngineError, asked: Asked[Row], answers: Answers, fresh: bool) -> None:
        """Show the error, with the key that opens the login where a registry requires one, the form with its answers, or more.

        Only the form of a command that was refused at once (`fresh`) is shown again by itself: later, it would take keys that
        are meant for the view.
        """
        view = self.view.foreground_view
        runner = ActionRunner(view, self.context, self.resource, self.open)
        text = Words(asked.action, self.resource).failure(asked.rows, error)
        answers = asked.action.retry(answers, error)
        if answers.typed:
            self._refused[asked.action.name, *map(self.resource.id, asked.rows)] = answers
        notes = getattr(error, "__notes__", ())  # more than one line can hold; long actions have them in the list of jobs
        if isinstance(error, ChangedMeanwhile):
            ask = partial(runner._ask_anyway, error, asked, answers)
            if fresh and view.is_current:
                await ask()
            else:
                view.offer(text, "shows the difference", ask)
        elif isinstance(error, Denied) and self._may_log_in(error):
            again = partial(self._do, asked, answers)
            view.offer(text, f"logs in at {error.registry}", partial(runner.offer_login, error, again))
        elif answers.typed and fresh and self.view.is_current:
            await self._fill_in(asked, answers, masked_text(told(error)))
        elif answers.typed:
            view.offer(text, "shows the form again", partial(runner._fill_in, asked, answers, masked_text(told(error))))
        elif notes and not asked.action.long:
            title = Words(asked.action, self.resource).title(asked.rows)
            view.offer(text, "shows more", partial(view.show, Report(title, [line(note) for note in notes]), _ignore))
        else:
            view.warn(text)

    async def _ask_anyway(self, error: ChangedMeanwhile, asked: Asked[Row], answers: Answers) -> None:
        """Show what somebody else changed, field by field, and send the change again if the user says so."""
        lines: list[Line] = [
            line(Span(f"{self._names(asked)} was changed by another client since the last read. Nothing was sent.", "warn"))
        ]
        for path, old, new in error.differences:
            then, now = Span(one_line(masked_text(old)), "bad"), Span(one_line(masked_text(new)), "good")
            lines.append(line(Span(f"  {one_line(path)}: ", "dim"), then, Span(" → "), now))
        lines.append(line(Span(f"Keep those changes and {asked.action.name}?")))

        def answered(answer: frozenset[str] | None) -> None:
            if answer is not None:
                self._do(asked, replace(answers, ticked=answers.ticked | {ANYWAY}))
            elif answers.typed:
                self._refused[asked.action.name, *map(self.resource.id, asked.rows)] = answers

        title = Words(asked.action, self.resource).title(asked.rows)
        await self.view.show(Confirm(title, lines, danger=True, confirm_label="send"), answered)

    def _may_log_in(self, error: Denied) -> bool:
        """Return whether a login could help; read-only mode allows none."""
        return error.operation != "SystemAuth" and not self.context.read_only

    async def offer_login(self, error: Denied, again: Callable[[], object]) -> None:
        """Ask for a login at the registry of the error; after success call `again`."""
        from tui.resources.images.registry_login import LOGIN

        known = Answers(typed=(("server", error.registry),))
        await self._fill_in(Asked(LOGIN, (), again), known, told(error))
