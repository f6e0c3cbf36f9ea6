"""Carrying out an action: ask what it wants to know, do it as a job, say what became of each object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from tui.engine.errors import EngineError
from tui.live.container import CONTAINERS
from tui.live.jobs import Job, Outcome, for_each
from tui.resources.description import Action, Answers, Resource
from tui.resources.text import Line, Span, count, line
from tui.screens.desk import Desk
from tui.screens.filling import form_fields, ticks
from tui.widgets.dialogs import Confirm, Entry, Pick, Report
from tui.widgets.form import Filled, Form, Wrong

if TYPE_CHECKING:
    from tui.screens.base import View

Row = TypeVar("Row")


def _answers(filled: Filled) -> Answers:
    return Answers(ticked=filled.ticked, typed=filled.typed)


class Actor(Generic[Row]):
    """Does what the actions of one resource type say, on behalf of a view that shows the messages."""

    def __init__(self, view: View, desk: Desk, resource: Resource[Row]) -> None:
        self.view = view
        self.desk = desk
        self.resource = resource

    def refusal(self, action: Action[Row], rows: Sequence[Row]) -> str:
        """Why the action does not apply to any of these rows now, or nothing."""
        if action.changes and self.desk.read_only:
            return "Longshore was started with --read-only"
        if action.scope == "all":
            return self._away(action)
        if not rows:
            return "the list is empty"
        reasons = [action.refusal(row) for row in rows]
        return reasons[0] if all(reasons) else self._away(action)

    def _away(self, action: Action[Row]) -> str:
        return "" if action.opens or self.desk.connected else "the engine is away"

    async def begin(self, action: Action[Row], rows: Sequence[Row]) -> None:
        """Start the action on these rows, with its dialog first if it has one. The dialog is up when this returns."""
        rows = [row for row in rows if not action.refusal(row)] if action.scope != "all" else []
        if action.opens:
            from tui.screens.opening import open_view

            await open_view(self.view, action.opens, rows)
        elif action.fields:
            await self._fill_in(action, rows)
        elif action.options:
            await self._pick(action, rows)
        elif action.question is not None:
            await self._confirm(action, rows)
        else:
            self._do(action, rows, Answers())

    # -- asking -------------------------------------------------------------------------------------------------------

    async def _fill_in(self, action: Action[Row], rows: Sequence[Row], known: Answers | None = None, why: str = "") -> None:
        """Ask with a form; `known` is what was filled in before, `why` what the engine said of that."""

        def filled(answer: Filled | None) -> None:
            if answer is not None:
                self._do(action, rows, _answers(answer))

        form = Form(
            f"{action.name} {self._names(rows)}",
            form_fields(self.desk, action.fields, rows[0] if rows else None, known),
            ticks(action.choices, known),
            lines=[line(self._asked(action, rows)), *([line(Span(why, "bad"))] if why else [])],
            submit=action.name,
            check=lambda answer: Wrong(*action.check(_answers(answer))),
            command=lambda answer: self._first_command(action, rows, _answers(answer)),
        )
        await self.view.show(form, filled)

    async def _pick(self, action: Action[Row], rows: Sequence[Row]) -> None:
        entries = [Entry(option.value, option.value, help=option.label) for option in action.options]

        def picked(answer: str | None) -> None:
            if answer is not None:
                self._do(action, rows, Answers(picked=answer))

        await self.view.show(Pick(self._asked(action, rows), entries), picked)

    async def _confirm(self, action: Action[Row], rows: Sequence[Row]) -> None:
        listed: list[Line] = (
            [line(Span("  "), Span(self.resource.title(row), "accent")) for row in rows] if len(rows) > 1 else []
        )

        def confirmed(answer: frozenset[str] | None) -> None:
            if answer is not None:
                self._do(action, rows, Answers(ticked=answer))

        dialog = Confirm(
            f"{action.name} {self._names(rows)}",
            [line(self._asked(action, rows)), *listed],
            ticks(action.choices),
            danger=action.danger,
            verb=action.name,
            command=lambda ticked: self._first_command(action, rows, Answers(ticked=ticked)),
        )
        await self.view.show(dialog, confirmed)

    def _asked(self, action: Action[Row], rows: Sequence[Row]) -> str:
        if action.question is not None:
            return action.question(rows, self.desk.host)
        return f"{action.help}: {self._names(rows)} on {self.desk.host}"

    def _names(self, rows: Sequence[Row]) -> str:
        if len(rows) == 1:
            return self.resource.title(rows[0])
        return count(len(rows), self.resource.singular) if rows else self.resource.name

    # -- doing --------------------------------------------------------------------------------------------------------

    def _commands(self, action: Action[Row], rows: Sequence[Row], answers: Answers) -> list[str]:
        if action.command_all is not None:
            return [action.command_all(answers)]
        return [action.command(row, answers) for row in rows] if action.command is not None else []

    def _first_command(self, action: Action[Row], rows: Sequence[Row], answers: Answers) -> str:
        commands = self._commands(action, rows, answers)
        return f"docker{self.desk.prefix} {commands[0]}" + (" …" if len(commands) > 1 else "") if commands else ""

    def _do(self, action: Action[Row], rows: Sequence[Row], answers: Answers) -> None:
        """Carry it out in the background; the view says how it goes."""
        what = f"{action.doing} {self._names(rows)}"
        self.view.say(f"{what}…")
        for command in self._commands(action, rows, answers):
            self.desk.did(command)
        job = self.desk.session.jobs.run(what, self._work(action, rows, answers))
        self.view.app.run_worker(self._follow(job, action, rows, answers))  # the view may be left meanwhile

    async def _work(self, action: Action[Row], rows: Sequence[Row], answers: Answers) -> list[Outcome[Row]] | str:
        engine = self.desk.session.engine
        if action.call_all is not None:
            return await action.call_all(engine, answers)
        assert action.call is not None, action.name
        call = action.call
        try:
            return await for_each(rows, lambda row: call(engine, row, answers))
        finally:
            for row in rows:
                self._look_again(action, row, answers)

    def _look_again(self, action: Action[Row], row: Row, answers: Answers) -> None:
        """Have a container read again that was changed without an event."""
        if action.untold is None:
            return
        name = action.untold(row, answers)
        known = self.desk.session.picture.containers.rows.values()
        for each in known:
            if name == each.name or each.id.startswith(name):
                self.desk.session.picture.read_again(CONTAINERS, each.id)

    async def _follow(
        self, job: Job[list[Outcome[Row]] | str], action: Action[Row], rows: Sequence[Row], answers: Answers
    ) -> None:
        stop = self.desk.session.jobs.changed.subscribe(
            lambda one: self._progress(job) if one is job and job.progress else None
        )
        try:
            await job.wait()
        finally:
            stop()
        if job.state == "cancelled":
            self.view.speaker.warn(f"{job.name}: cancelled")
        elif isinstance(job.error, EngineError) and answers.typed and self.view.is_current:
            await self._fill_in(action, rows, answers, str(job.error))
        elif isinstance(job.error, EngineError):
            self.view.speaker.warn(f"{action.name}: {job.error}")
        elif isinstance(job.result, str):
            self.view.speaker.say(job.result, "good")
        elif job.result is not None and len(job.result) == 1:
            await self._tell_one(job.result[0], action, rows, answers)
        elif job.result is not None:
            await self._tell_all(job.result, action)

    def _progress(self, job: Job[list[Outcome[Row]] | str]) -> None:
        if job.state == "running":
            self.view.speaker.say(f"{job.name}: {job.progress}")

    async def _tell_one(self, outcome: Outcome[Row], action: Action[Row], rows: Sequence[Row], answers: Answers) -> None:
        """One line; a form that the engine refused comes back with what was typed."""
        text, style = self._words(outcome, action)
        if outcome.error is not None and answers.typed and self.view.is_current:
            await self._fill_in(action, rows, answers, str(outcome.error))
        elif outcome.error is not None:
            self.view.speaker.warn(text)
        else:
            self.view.speaker.say(text, style)

    async def _tell_all(self, outcomes: Sequence[Outcome[Row]], action: Action[Row]) -> None:
        failed = sum(outcome.error is not None for outcome in outcomes)
        title = f"{action.done}: {len(outcomes) - failed} of {count(len(outcomes), self.resource.singular)}"
        ordered = sorted(outcomes, key=lambda outcome: outcome.error is None)
        lines = [line(Span(text, style)) for text, style in (self._words(outcome, action) for outcome in ordered)]
        speaker = self.view.speaker
        if speaker.is_current:
            speaker.say(title, "bad" if failed else "good")
            await speaker.show(Report(title, lines), lambda _answer: None)
        elif failed:
            speaker.warn(f"{title}; {self._words(ordered[0], action)[0]}")
        else:
            speaker.say(title, "good")

    def _words(self, outcome: Outcome[Row], action: Action[Row]) -> tuple[str, str]:
        """What became of one object, and in what style."""
        title = self.resource.title(outcome.item)
        if outcome.error is not None:
            return f"{title}: {outcome.error}", "bad"
        if outcome.result is False and action.already:
            return f"{title} {action.already}", "dim"
        return f"{title} {action.done}", "good"
