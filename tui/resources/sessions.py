"""The open terminals: their list, and the outcome of each as text."""

from __future__ import annotations

from collections.abc import Iterable

from tui.engine.signals import ending_signal
from tui.live.terminals.exec import ExecRequest
from tui.live.terminals.session_row import ELSEWHERE, Input, Phase, SessionRow
from tui.resources.model import formats
from tui.resources.model.action import Action, Open
from tui.resources.model.advice import told
from tui.resources.model.masking import masked_words
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, Line, Span, count, line, one_line


def command(request: ExecRequest | None) -> str:
    """Return the command of a session for users."""
    if request is None:
        return "main process"
    return one_line(" ".join(masked_words(request.command))) if request.command else "shell"


def state(row: SessionRow) -> Cell:
    """Return the state of a session in one or two words."""
    match row.phase:
        case Phase.LIVE if row.container_state == "paused":
            return Cell("paused", "warn")
        case Phase.LIVE:
            return Cell("running", "good")
        case Phase.OPENING | Phase.ENDING:
            return Cell(row.phase.value, "dim")
        case Phase.ENDED if row.exit_code:
            return Cell(f"exited {row.exit_code}: {formats.exit_word(row.exit_code)}", formats.exit_style(row.exit_code))
        case Phase.ENDED:
            return Cell("ended", "dim")
        case Phase.DETACHED:
            return Cell("detached", "dim")
        case Phase.LOST:
            return Cell("connection lost", "bad")
        case _:
            return Cell("not opened", "bad")


def unread(row: SessionRow) -> Cell:
    """Return the size of the output received since the session was last shown, and whether the bell rang."""
    size = formats.size(row.unread) if row.unread else ""
    return Cell(f"bell {size}".strip(), "warn") if row.bell else Cell(size, "accent")


_HALTED = {
    "paused": "is paused: input is kept until the container is unpaused",
    "exited": "is not running",
    "dead": "is not running",
    "created": "is not running",
    "restarting": "is restarting",
    "removing": "is being removed",
    "removed": "was removed",
    ELSEWHERE: "belongs to the engine that answered before at this address",
}


_INPUT = {
    Input.NONE: "{name} reads no input: created without -i",
    Input.CLOSED: "the standard input is closed (ctrl+d): input is discarded",
}
"""The message about a session whose program reads nothing of what is typed."""


def _halted(row: SessionRow) -> str:
    """Return the state of the container if it affects the session, or ""."""
    halt = _HALTED.get(row.container_state, "")
    return f"{one_line(row.name)} {halt}" if halt else ""


def story(row: SessionRow) -> Line:
    """Return the message about a session: why it ended, or the state of its container. Often empty."""
    name, halted = one_line(row.name), _halted(row)
    left = f" {one_line(row.left)}." if row.left else ""
    match row.phase:
        case Phase.OPENING | Phase.ENDING:
            return ()  # the title shows the phase; a line here would change the terminal's size
        case Phase.LIVE:
            if halted and row.container_state != "restarting":
                return line(Span(halted, "warn"))
            if row.dropped:
                return line(Span(f"Output was dropped: {one_line(row.dropped)}.", "bad"))
            return line(Span(_INPUT[row.input].format(name=name), "warn")) if row.input in _INPUT else ()
        case Phase.FAILED:
            return line(Span(one_line(told(row.error) if row.error is not None else row.trouble), "bad"))
        case Phase.LOST:
            what = f"{command(row.request)} may still run in {name}."
            return line(Span(f"{one_line(row.trouble)} {f'{halted}.' if halted else what}", "bad"))
        case Phase.DETACHED:
            return line(Span(f"Detached; {command(row.request)} in {name} keeps running.{left}", "warn" if left else "dim"))
        case _:
            return _ended(row, halted, left)


def _ended(row: SessionRow, halted: str, left: str) -> Line:
    bad = bool(row.exit_code)
    return line(Span(f"{_ending(row, halted)}{left}", "warn" if left else "bad" if bad else "dim"))


_STOPPED = {"exited": "has stopped", "dead": "has stopped", "removing": "was removed", "removed": "was removed"}
_FROM_SIGNALS = 126
"""Exit codes from here on have a meaning to shells and to docker; lower ones are a program's own."""


def _ending(row: SessionRow, halted: str) -> str:
    """Return how a session ended as a sentence."""
    code = row.exit_code
    stopped = f"{one_line(row.name)} {_STOPPED[row.container_state]}" if row.container_state in _STOPPED else halted
    if code is None:
        return f"Ended: {stopped}." if stopped else "Ended."
    if not code:
        return "Ended with exit code 0."
    signal = ending_signal(code)
    if signal and stopped:
        return f"Ended by {signal} (exit code {code}): {stopped}."
    if row.trouble or code >= _FROM_SIGNALS or row.request is None:
        return f"Exit code {code}: {one_line(row.trouble) or formats.exit_reason(code)}"
    if not row.request.command:
        return f"Exit code {code}: that of the last command in the shell."
    return f"Exit code {code}: {command(row.request)} failed."


def _anything_left(row: SessionRow) -> str:
    return f"already over: {state(row).text}" if row.over else ""


def _over(row: SessionRow) -> str:
    return "ended; press r to reopen" if row.over else ""


def _not_over(row: SessionRow) -> str:
    return "" if row.over else "still running: press x to end"


ACTIONS: tuple[Action[SessionRow], ...] = (
    Action(
        name="stop",
        key="x",
        help="end the shell or command",
        do=Open("session-end"),
        refusal=_anything_left,
        changes=False,
    ),
    Action(
        name="restart",
        key="r",
        help="open the same session again",
        do=Open("session-reopen", single=True),
        refusal=_not_over,
        changes=False,
    ),
    Action(
        name="beside",
        key="|",
        help="show two running sessions side by side: this and the next",
        do=Open("session-beside", single=True),
        refusal=_over,
        changes=False,
    ),
    Action(
        name="remove",
        key="delete",
        also=("ctrl+k",),
        help="remove the session from the list",
        do=Open("session-forget"),
        refusal=_not_over,
        changes=False,
    ),
)


def _counts(rows: Iterable[SessionRow]) -> str:
    rows = list(rows)
    running = sum(not row.over for row in rows)
    return f"{count(len(rows), 'session')}{f': {running} running' if rows else ''}"


SESSIONS: Resource[SessionRow] = Resource(
    name="sessions",
    singular="session",
    rows=lambda session: session.terminals.rows,
    enter="session",
    id=lambda row: row.id,
    title=lambda row: f"{command(row.request)} in {one_line(row.name)}",
    words=lambda row: one_line(f"{row.name} {command(row.request)} {state(row).text}"),
    columns=(
        Column(title="#", cell=lambda row: Cell(row.id, "dim"), key=lambda row: int(row.id), width=3, right=True),
        Column(
            title="CONTAINER",
            cell=lambda row: Cell(one_line(row.name), "title"),
            key=lambda row: row.name,
            width=24,
            min_width=8,
            grows=True,
        ),
        Column(
            title="COMMAND",
            cell=lambda row: Cell(command(row.request)),
            key=lambda row: command(row.request),
            width=20,
            min_width=6,
            priority=1,
            grows=True,
        ),
        Column(title="STATE", cell=state, key=lambda row: state(row).text, width=18, min_width=7),
        Column(
            title="UNREAD",
            cell=unread,
            key=lambda row: (row.bell, row.unread),
            width=13,
            min_width=4,
            priority=2,
            right=True,
        ),
        Column(
            title="STARTED",
            cell=lambda row: Cell(formats.clock(row.started), "dim"),
            key=lambda row: -row.started,
            width=7,
            priority=3,
            right=True,
        ),
    ),
    actions=ACTIONS,
    counts=_counts,
    hidden_by_default=lambda row: row.over,
    hidden_word="over",
    sorted_by="#",
    empty="No open terminals. s on a container opens a shell, a attaches to the main process.",
)
