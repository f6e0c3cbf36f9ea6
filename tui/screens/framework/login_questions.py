"""Dialogs for what ssh asks: host keys, passwords, passphrases, one-time codes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import ModalScreen

from tui.engine.sealed import Sealed
from tui.engine.transport.questions import Kind, Question, Questions
from tui.resources.model.text import Span, line
from tui.widgets.dialogs import Confirm, Report
from tui.widgets.form import Filled, Form
from tui.widgets.form_field import FormField

if TYPE_CHECKING:
    from tui.screens.framework.view import View

ANSWER = "answer"

FOLLOW_UP = 10.0
"""Seconds after an answer in which a further question opens by itself, such as the same one after a wrong password."""


class LoginQuestions:
    """Shows the questions of one SSH connection.

    `view` returns the view on the screen. A question opens by itself where `waited_for` says that the user waits for it, as at
    the start or after an answer; else it waits for a key, since a dialog would take keys that are meant for the view.
    """

    def __init__(self, view: Callable[[], View | None], waited_for: Callable[[], bool]) -> None:
        self._view = view
        self._waited_for = waited_for
        self._dialogs: dict[Question, ModalScreen[Any]] = {}
        self._over: set[Question] = set()
        self._answered = 0.0  # time of the last answer, in seconds of `time.monotonic()`
        self._loop = asyncio.get_running_loop()

    def attach(self, questions: Questions) -> None:
        """Take the questions from now on, and those that wait."""
        questions.handle(lambda question: self._soon(self._take, question))

    def _soon(self, call: Callable[[Question], None], question: Question) -> None:
        """Call in the event loop, from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, question)

    def _take(self, question: Question) -> None:
        view = self._view()
        if view is None:
            self._loop.call_later(0.1, self._take, question)  # the first view is being built
            return
        question.on_end(lambda: self._soon(self._end, question))
        expected = self._waited_for() or time.monotonic() - self._answered < FOLLOW_UP
        if expected and not view.covered_by_dialog():
            show: Callable[[], Awaitable[object]] = partial(self._show, question)
            view.run_worker(show)
        else:
            what = "needs a touch" if question.kind is Kind.NOTICE else "asks"
            text = question.text.splitlines()[-1] if question.text else ""
            view.offer(f"{question.host} {what}: {text}", "answers", partial(self._show, question), "warn")

    async def _show(self, question: Question) -> None:
        view = self._view()
        if view is None:
            return
        if question in self._over:
            view.say("this question needs no answer any more", "dim")
            return
        dialog, answer = _dialog(question)
        self._dialogs[question] = dialog

        def answered(given: object) -> None:
            if question not in self._over:
                self._answered = 0.0 if given is None else time.monotonic()
                answer(given)

        await view.show(dialog, answered)
        if question in self._over:  # since before the dialog was there
            _close(dialog)

    def _end(self, question: Question) -> None:
        """Close the dialog of a question that is over."""
        self._over.add(question)
        dialog = self._dialogs.pop(question, None)
        if dialog is not None:
            _close(dialog)


def _close(dialog: ModalScreen[Any]) -> None:
    """Close a dialog that is on the screen: the answer may have closed it, or it may not be there yet."""
    if dialog.is_attached and dialog.is_current:
        dialog.dismiss(None)


def _dialog(question: Question) -> tuple[ModalScreen[Any], Callable[[object], None]]:
    """Return the dialog for a question, and what its answer does."""
    title = f"SSH login to {question.host}"
    note = [line(Span(question.note, "warn"))] if question.note else []
    lines = question.text.splitlines()
    if question.kind is Kind.NOTICE:
        return Report(title, [*note, *lines]), lambda _answer: None
    if question.kind is Kind.CONFIRM:
        confirm = Confirm(title, [*note, *lines], danger=True, confirm_label="yes, connect")
        return confirm, lambda answer: question.refuse() if answer is None else question.confirm()
    field = FormField(ANSWER, lines[-1] if lines else "Password", secret=True)
    form = Form(title, [field], lines=[*note, *lines[:-1]], submit="log in")

    def done(answer: object) -> None:
        if isinstance(answer, Filled):
            question.answer(Sealed(dict(answer.typed)[ANSWER].encode()))
        else:
            question.refuse()

    return form, done
