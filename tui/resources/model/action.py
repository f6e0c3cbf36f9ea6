"""What can be done with objects: an action, the form it shows first, and the docker command that does the same.

The actions of a `Resource` are the one registry that feeds keys, footer, menu, prompt and help.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.errors import EngineError
    from tui.live.engine_session import Session
    from tui.live.jobs.jobs import Outcome

Row = TypeVar("Row")

# The generic ones have no slots: see `tui/resources/model/resource.py`.

DockerCommand = tuple[str, ...]
"""The words of a docker command line, without `docker` and the engine; `docker_commands.written` quotes them for a shell."""

Route = Literal[
    "another",
    "attach",
    "build",
    "build-edit",
    "built-create",
    "built-files",
    "built-push",
    "built-tag",
    "clean-up",
    "difference",
    "compare-configs",
    "compose-file",
    "event-object",
    "events",
    "exec",
    "files",
    "image-files",
    "image-sizes",
    "job-again",
    "job-cancel",
    "job-forget",
    "logs",
    "measure-volumes",
    "merged-logs",
    "monitor",
    "plugin-install",
    "plugin-upgrade",
    "problem",
    "problem-logs",
    "project-containers",
    "project-logs",
    "project-service-logs",
    "put-back",
    "recreate",
    "run-in-all",
    "run-line",
    "search",
    "session",
    "session-beside",
    "session-end",
    "session-forget",
    "session-reopen",
    "service-logs",
    "service-tasks",
    "shell",
    "stack-logs",
    "stack-services",
    "stored-editor",
    "swarm-tokens",
    "tags",
    "task",
    "task-logs",
    "users",
    "volume-files",
]
"""What an action can open; the functions stand in `tui/screens/framework/routes.py`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A check box in an action's dialog: `force`, `volumes`."""

    name: str
    label: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One of several values to choose from: a signal, a policy."""

    value: str
    label: str


ANYWAY = "anyway"
"""The answer of a user who wants a change of an object that somebody else has changed meanwhile (`ChangedMeanwhile`)."""

FieldLines = Literal["", "values", "words", "instructions"]
"""What the lines of a pasted text are in a field: one value each, words of a command, or instructions. Empty: only the first
line is taken."""

FieldKind = Literal["text", "secret", "masked", "file", "folder", "path", "directory", "new-file", "mounts"]
"""`secret`: typed unseen; `masked`: words whose secrets are masked until the user asks for them; `file`, `folder`, `path`,
`new-file`: the path of an existing file, directory or either, or of a new file; `directory`: the path of a directory in which
files can be created; `mounts`: volumes and directories of the host, as in `docker run --volume`."""


@dataclass(frozen=True)
class Field(Generic[Row]):
    """A text field of a form. `initial` is its first value; `check` returns the error in one line, or "".

    `offers` are values to choose from, for a row; or the name of the screen whose objects' names are offered. `examine` and
    `look_up` are `check` and `offers` where these take a while; `asks` are offers that the engine is asked for, once a form.
    """

    name: str
    label: str
    initial: Callable[[Row], str] = lambda _row: ""
    check: Callable[[str], str] = lambda _text: ""
    hint: str = ""
    kind: FieldKind = "text"
    optional: bool = False  # for files: the field may stay empty
    offers: str | tuple[str, ...] | Callable[[Row], Sequence[str]] = ()
    lines: FieldLines = ""
    examine: Callable[[str], Awaitable[str]] | None = None
    look_up: Callable[[str], Awaitable[Sequence[str]]] | None = None
    asks: Callable[[Engine], Awaitable[Sequence[str]]] | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers given in an action's dialog: the boxes ticked, and those offered.

    Typed texts may be passwords: `repr` omits them.
    """

    ticked: frozenset[str] = frozenset()
    picked: str = ""
    typed: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    offered: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """Return the text typed into the field of this name, or ""."""
        return dict(self.typed).get(name, "")


def applies(_row: object) -> str:
    """Return no refusal: for actions that always apply."""
    return ""


def _record(command: DockerCommand) -> None:
    """Record a docker command that has been done; an empty command is ignored."""
    from tui.live.jobs.jobs import record

    if command:
        record(command)


@dataclass(frozen=True, kw_only=True)
class Each(Generic[Row]):
    """Do something to every selected row, or with `single` only to the row under the cursor.

    `call` raises EngineError; it returns False where the object was already in the wanted state, which `already` names.
    `result` turns the return value of `call` into text. `command` is the docker command that does the same; it is recorded for
    each row when done. With `records` the call itself records its commands, each as soon as its step is done.
    """

    call: Callable[[Session, Row, Answers], Awaitable[object]]
    command: Callable[[Row, Answers], DockerCommand] | None = None
    already: str = ""
    result: Callable[[Any], str] | None = None
    single: bool = False
    records: bool = False

    async def perform(self, session: Session, rows: Sequence[Row], answers: Answers) -> list[Outcome[Row]]:
        """Return the outcome of each row.

        Raises EngineError for a single row; for several rows, the outcomes hold the errors.
        """
        from tui.live.jobs.jobs import Outcome, for_each  # with asyncio, which the first list does without

        if len(rows) == 1:
            return [Outcome(rows[0], await self._perform(session, rows[0], answers))]
        return await for_each(rows, lambda row: self._perform(session, row, answers))

    async def _perform(self, session: Session, row: Row, answers: Answers) -> object:
        result = await self.call(session, row, answers)
        if self.command is not None and not self.records and not (result is False and self.already):
            _record(self.command(row, answers))
        return result


@dataclass(frozen=True, kw_only=True)
class All(Generic[Row]):
    """Do something to all selected rows with one request. `call` returns the result as text and raises EngineError."""

    call: Callable[[Session, Sequence[Row], Answers], Awaitable[str]]
    command: Callable[[Sequence[Row], Answers], DockerCommand] | None = None
    records: bool = False

    async def perform(self, session: Session, rows: Sequence[Row], answers: Answers) -> str:
        """Return the result as text. Raises EngineError."""
        result = await self.call(session, rows, answers)
        if self.command is not None and not self.records:
            _record(self.command(rows, answers))
        return result


@dataclass(frozen=True, kw_only=True)
class Whole:
    """Do something without rows, such as create or prune. `call` returns the result as text and raises EngineError."""

    call: Callable[[Session, Answers], Awaitable[str]]
    command: Callable[[Answers], DockerCommand] | None = None
    records: bool = False

    async def perform(self, session: Session, _rows: Sequence[object], answers: Answers) -> str:
        """Return the result as text. Raises EngineError."""
        result = await self.call(session, answers)
        if self.command is not None and not self.records:
            _record(self.command(answers))
        return result


@dataclass(frozen=True, slots=True)
class Open:
    """Open a view for the selected rows; with `single` for the row under the cursor, without `rows` for the whole list."""

    route: Route
    single: bool = False
    rows: bool = True


@dataclass(frozen=True, kw_only=True)
class Action(Generic[Row]):
    """An action on rows. `do` says how, and to which rows.

    `refusal` returns why the action does not apply to a row, or "". `question` is asked before, given the rows and the
    host's name, and is empty where nothing is asked; a `danger` cannot be undone, so Enter does not confirm it. With
    `fields` the dialog is a form, whose boxes are the `choices`; `check` returns an error in the answers as a whole: the
    field's name and the reason, or two empty texts. `retry` returns the answers with which a form is shown again after an
    error. A `long` action is followed in the list of jobs. `or_else` is the action of the same key for rows to which this
    one does not apply; if both apply, the user is asked which. `several` takes its place for several rows. An `exclusive`
    action does not run while another one changes the same objects: it waits for that one, or replaces it.
    """

    name: str
    help: str
    do: Each[Row] | All[Row] | Whole | Open
    key: str = ""  # as typed: "x", "K", "delete"; empty: only in the menu and the prompt
    also: tuple[str, ...] = ()  # further keys
    refusal: Callable[[Row], str] = applies
    question: Callable[[Sequence[Row], str], str] | None = None
    danger: bool = False
    choices: tuple[Choice, ...] = ()
    choices_for: Callable[[Sequence[Row]], tuple[Choice, ...]] | None = None  # further boxes, for these rows
    second_question: Callable[[Session, Sequence[Row], Answers], Awaitable[str]] | None = None  # asked after the form, or ""
    options: tuple[Option, ...] = ()
    fields: tuple[Field[Row], ...] = ()
    check: Callable[[Answers], tuple[str, str]] = lambda _answers: ("", "")
    retry: Callable[[Answers, EngineError], Answers] = lambda answers, _error: answers
    doing: str = ""  # "stopping"
    done: str = ""  # "stopped"
    long: bool = False
    footer: bool = True  # shown in the footer
    or_else: Action[Row] | None = None
    several: Action[Row] | None = None
    exclusive: bool = False
    changes: bool = True  # the engine changes something: refused in read-only mode

    def boxes(self, rows: Sequence[Row]) -> tuple[Choice, ...]:
        """Return the check boxes of the dialog for these rows."""
        return (*(self.choices_for(rows) if self.choices_for is not None else ()), *self.choices)

    @property
    def label(self) -> str:
        """Return the name in words, for the button of a dialog."""
        return self.name.replace("-", " ")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return all keys, as typed."""
        return (self.key, *self.also) if self.key else self.also

    @property
    def whole(self) -> bool:
        """Return whether the action concerns the list as a whole and no row."""
        return isinstance(self.do, Whole) or (isinstance(self.do, Open) and not self.do.rows)

    @property
    def single(self) -> bool:
        """Return whether the action concerns only the row under the cursor."""
        return isinstance(self.do, Each | Open) and self.do.single

    def commands(self, rows: Sequence[Row], answers: Answers) -> list[DockerCommand]:
        """Return the docker commands that do the same to these rows."""
        match self.do:
            case Each(command=command) if command is not None:
                return [words for row in rows if (words := command(row, answers))]
            case All(command=command) if command is not None:
                return [words] if (words := command(rows, answers)) else []
            case Whole(command=command) if command is not None:
                return [words] if (words := command(answers)) else []
        return []

    async def perform(self, session: Session, rows: Sequence[Row], answers: Answers) -> list[Outcome[Row]] | str:
        """Perform the action and return an outcome for each row, or the result as text. Raises EngineError."""
        if isinstance(self.do, Open):
            raise TypeError(f"{self.name} opens a view")
        return await self.do.perform(session, rows, answers)
