"""What ssh asks is shown in a dialog, answered by keys, and gone when it needs no answer any more."""

from __future__ import annotations

import asyncio
import contextvars
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.screens.rig import Rig, longshore
from tests.waiting import until_async
from tui.engine.transport.questions import Kind, Question, Questions
from tui.screens.framework.login_questions import LoginQuestions

HOST_KEY = """\
The authenticity of host '[127.0.0.1]:2222' can't be established.
ED25519 key fingerprint is SHA256:xjApd7EZKv8y1TVVil+9J3EQNR0rSIC2y+M3RBVBK/E.
Are you sure you want to continue connecting (yes/no/[fingerprint])?"""


class Asked:
    """A question as ssh's helper asks it: `answer` is what the helper gets; `close` is its end."""

    def __init__(self, kind: Kind, text: str, note: str = "") -> None:
        self._helper, ours = socket.socketpair()
        self.question = Question("db", kind, text, note, ours)
        threading.Thread(target=self.question.wait, daemon=True).start()
        self._helper.setblocking(False)
        self.received = b""

    @property
    def answer(self) -> bytes | None:
        """What was answered, None while nothing was."""
        try:
            while piece := self._helper.recv(100):
                self.received += piece
        except BlockingIOError:
            return None
        return self.received

    def close(self) -> None:
        self._helper.close()


def attach(rig: Rig, waited_for: Callable[[], bool]) -> Questions:
    questions = Questions()
    LoginQuestions(lambda: rig.app.view, waited_for).attach(questions)
    return questions


async def shows(rig: Rig, text: str) -> None:
    await until_async(lambda: text in rig.text, f"{text!r} on the screen")
    await rig.settle()


async def test_a_password_is_typed_unseen() -> None:
    async with longshore() as rig:
        asked = Asked(Kind.SECRET, "me@db's password:", "Permission denied, please try again.")
        attach(rig, lambda: True).ask(asked.question)
        await shows(rig, "SSH login to db")
        assert "me@db's password:" in rig.text
        assert "Permission denied, please try again." in rig.text
        await rig.type("hunter2")
        assert "hunter2" not in rig.text
        await rig.press("enter")
        await until_async(lambda: asked.answer, "the answer")
        assert asked.answer == b"+hunter2"
        assert "SSH login" not in rig.text


async def test_a_host_key_is_accepted_only_by_y() -> None:
    async with longshore() as rig:
        asked = Asked(Kind.CONFIRM, HOST_KEY)
        attach(rig, lambda: True).ask(asked.question)
        await shows(rig, "SHA256:xjApd7EZKv8y1TVVil")
        await rig.press("enter")
        assert asked.answer is None
        await rig.press("y")
        await until_async(lambda: asked.answer, "the answer")
        assert asked.answer == b"+yes"


async def test_a_dialog_that_is_left_refuses() -> None:
    async with longshore() as rig:
        asked = Asked(Kind.SECRET, "me@db's password:")
        attach(rig, lambda: True).ask(asked.question)
        await shows(rig, "SSH login to db")
        await rig.press("escape")
        await until_async(lambda: asked.answer is not None, "the refusal")
        assert asked.answer == b""
        assert asked.question.refused


async def test_a_question_that_ssh_gives_up_is_closed() -> None:
    async with longshore() as rig:
        asked = Asked(Kind.SECRET, "me@db's password:")
        attach(rig, lambda: True).ask(asked.question)
        await shows(rig, "SSH login to db")
        asked.close()
        await until_async(lambda: "SSH login" not in rig.text, "the dialog to close")
        assert not asked.question.refused


async def test_a_question_after_a_loss_waits_for_a_key() -> None:
    async with longshore() as rig:
        asked = Asked(Kind.SECRET, "me@db's password:")
        attach(rig, lambda: False).ask(asked.question)
        await shows(rig, "db asks: me@db's password:")
        assert "SSH login" not in rig.text
        await rig.press("ctrl+e")
        await shows(rig, "SSH login to db")
        await rig.type("x")
        await rig.press("enter")
        await until_async(lambda: asked.answer, "the answer")


async def test_the_end_of_a_question_whose_dialog_is_closed_already_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    late: list[Callable[[], None]] = []
    monkeypatch.setattr(LoginQuestions, "_soon", lambda self, call, question: late.append(partial(call, question)))
    async with longshore() as rig:
        asked = Asked(Kind.SECRET, "me@db's password:")
        attach(rig, lambda: True).ask(asked.question)
        late.pop()()
        await shows(rig, "SSH login to db")
        await rig.type("x")
        await rig.press("enter")
        await until_async(lambda: asked.answer and late, "the answer and the end")
        await until_async(lambda: "SSH login" not in rig.text, "the dialog to close")
        contextvars.Context().run(late.pop())  # as from a thread of the login


async def test_a_question_that_ends_before_its_dialog_is_there_leaves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with longshore() as rig:
        asked, questions, show, shown = Asked(Kind.SECRET, "me@db's password:"), Questions(), rig.view.show, asyncio.Event()
        login = LoginQuestions(lambda: rig.app.view, lambda: True)

        async def ended_meanwhile(dialog: Any, then: Any) -> None:
            asked.close()
            await until_async(lambda: asked.question in login._over, "the end")
            await show(dialog, then)
            shown.set()

        monkeypatch.setattr(rig.view, "show", ended_meanwhile)
        login.attach(questions)
        questions.ask(asked.question)
        await shown.wait()
        await rig.shows(lambda text: "SSH login" not in text and not rig.app.screen.is_modal)


async def test_questions_from_before_the_interface_are_shown_in_it() -> None:
    async with longshore() as rig:
        questions, asked = Questions(), Asked(Kind.SECRET, "me@db's password:")
        questions.ask(asked.question)
        LoginQuestions(lambda: rig.app.view, lambda: True).attach(questions)
        await shows(rig, "SSH login to db")
        asked.close()
        await until_async(lambda: "SSH login" not in rig.text, "the dialog to close")
