"""The list of sessions, and the outcome of a session as text."""

import pytest

from tui.live.terminals.exec import ExecRequest
from tui.live.terminals.session_row import Phase, SessionRow
from tui.resources.model.text import plain
from tui.resources.sessions import SESSIONS, command, state, story, unread


def row(phase: Phase = Phase.LIVE, request: ExecRequest | None = ExecRequest(), **more: object) -> SessionRow:  # noqa: B008
    return SessionRow("1", "id", "web", request, 0.0, phase=phase, **more)  # type: ignore[arg-type]


def test_what_runs_is_named() -> None:
    assert command(ExecRequest()) == "shell"
    assert command(ExecRequest(("top", "-d", "1"))) == "top -d 1"
    assert command(None) == "main process"


@pytest.mark.parametrize(
    ("code", "word"), [(126, "not executable"), (127, "does not exist"), (137, "SIGKILL"), (143, "SIGTERM"), (130, "Ctrl+C")]
)
def test_exit_codes_are_explained(code: int, word: str) -> None:
    told = plain(story(row(Phase.ENDED, exit_code=code)))
    assert f"Exit code {code}" in told
    assert word in told


def test_a_session_killed_with_its_container_says_so() -> None:
    told = plain(story(row(Phase.ENDED, exit_code=137, container_state="exited")))
    assert told == "Ended by SIGKILL (exit code 137): web has stopped."
    told = plain(story(row(Phase.ENDED, exit_code=143, container_state="removed")))
    assert told == "Ended by SIGTERM (exit code 143): web was removed."
    assert plain(story(row(Phase.ENDED, container_state="exited"))) == "Ended: web has stopped."


def test_a_code_of_the_program_is_not_interpreted() -> None:
    assert plain(story(row(Phase.ENDED, exit_code=0))) == "Ended with exit code 0."
    assert plain(story(row(Phase.ENDED, exit_code=1))) == "Exit code 1: that of the last command in the shell."
    told = plain(story(row(Phase.ENDED, ExecRequest(("grep", "-q", "x", "/y")), exit_code=2)))
    assert told == "Exit code 2: grep -q x /y failed."


def test_what_stays_behind_is_always_said() -> None:
    for phase in (Phase.ENDED, Phase.DETACHED):
        assert "sleep (pid 7) still runs in web" in plain(story(row(phase, left="sleep (pid 7) still runs in web")))


def test_a_lost_connection_does_not_claim_an_end() -> None:
    told = plain(story(row(Phase.LOST, trouble="The connection was lost.")))
    assert told == "The connection was lost. shell may still run in web."


def test_a_session_that_runs_has_nothing_to_say_until_its_container_halts() -> None:
    assert story(row()) == ()
    assert "web is paused" in plain(story(row(container_state="paused")))


def test_hostile_names_are_data() -> None:
    hostile = SessionRow("1", "id", "web\x1b[31m[red]", ExecRequest(("a\nb\x1b]0;x\x07",)), 0.0)
    for column in SESSIONS.columns:
        assert "\x1b" not in column.cell(hostile).text
        assert "\n" not in column.cell(hostile).text


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_a_word_and_actions_that_know_it(phase: Phase) -> None:
    one = row(phase)
    assert state(one).text
    refusals = {action.name: action.refusal(one) for action in SESSIONS.actions}
    assert bool(refusals["stop"]) is one.over
    assert bool(refusals["restart"]) is not one.over


def test_a_bell_in_the_background_is_marked() -> None:
    assert unread(row()).text == ""
    assert unread(row(unread=2_000)).text == "2.00 kB"
    assert unread(row(unread=2_000, bell=True)).text == "bell 2.00 kB"
    assert unread(row(bell=True)).text == "bell"
