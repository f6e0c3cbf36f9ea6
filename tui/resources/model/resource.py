"""The description of a resource type: columns, actions, tabs. Data and pure functions, no widgets.

One `Resource` describes one type. Keys, footer, menu, prompt and help are all derived from its actions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from tui.resources.model.text import Cell, count

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session
    from tui.live.jobs.jobs import Outcome
    from tui.live.state.collection import Collection
    from tui.live.state.source import Source
    from tui.resources.model.document import Document

Row = TypeVar("Row")

# The generic ones have no slots: on Python 3.11, `Column[Container](...)` sets an attribute that frozen slots refuse.

DockerCommand = tuple[str, ...]
"""The words of a docker command line without `docker` and the engine; `docker_commands.written` quotes them for a shell."""

Route = Literal[
    "attach",
    "clean-up",
    "event-object",
    "events",
    "exec",
    "image-sizes",
    "job-again",
    "job-cancel",
    "job-forget",
    "logs",
    "measure-volumes",
    "merged-logs",
    "monitor",
    "project-containers",
    "project-logs",
    "search",
    "session",
    "session-beside",
    "session-end",
    "session-forget",
    "session-reopen",
    "shell",
    "users",
]
"""The views that an action can open; `tui/screens/framework/routes.py` has their functions."""


@dataclass(frozen=True, kw_only=True)
class Column(Generic[Row]):
    """A column of a list.

    `cell` gives what is shown, `key` the sort key (None sorts last). `width` and `min_width` are in terminal cells: the wanted
    width, and the smallest (0: `width`); `grows` takes the space that is left. Columns with the highest `priority` are dropped
    first on a narrow screen; priority 0 never. `wide` columns are shown after `w`.
    """

    title: str
    cell: Callable[[Row], Cell]
    key: Callable[[Row], Any]
    width: int
    min_width: int = 0
    priority: int = 0
    grows: bool = False
    wide: bool = False
    right: bool = False
    statistics: bool = False  # changes with each frame of statistics; hidden together with them
    on_demand: bool = False  # shown only once a row has a value, which the user requests


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


FieldKind = Literal["text", "secret", "file", "new-file"]
"""`secret`: the typed text is not shown; `file`: the path of an existing file; `new-file`: of a file to be created."""


@dataclass(frozen=True)
class Field(Generic[Row]):
    """A text field of a form. `initial` is its first value; `check` returns the error in one line, or "".

    `offers` are values to choose from, for a row; or the name of the screen whose objects' names are offered.
    """

    name: str
    label: str
    initial: Callable[[Row], str] = lambda _row: ""
    check: Callable[[str], str] = lambda _text: ""
    hint: str = ""
    kind: FieldKind = "text"
    offers: str | tuple[str, ...] | Callable[[Row], Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers given in an action's dialog. Typed texts may be passwords: `repr` omits them."""

    ticked: frozenset[str] = frozenset()
    picked: str = ""
    typed: tuple[tuple[str, str], ...] = field(default=(), repr=False)

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
        """Return the outcome of each row. Raises EngineError for a single row; for several rows, the outcomes hold the
        errors."""
        from tui.live.jobs.jobs import Outcome, for_each

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

    `refusal` returns why the action does not apply to a row, or "". `question` is asked before, given the rows and the host's
    name; a `danger` cannot be undone, so Enter does not confirm it. With `fields` the dialog is a form, whose boxes are the
    `choices`; `check` returns an error in the answers as a whole: the field's name and the reason, or two empty texts. A `long`
    action is followed in the list of jobs.
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
    options: tuple[Option, ...] = ()
    fields: tuple[Field[Row], ...] = ()
    check: Callable[[Answers], tuple[str, str]] = lambda _answers: ("", "")
    doing: str = ""  # "stopping"
    done: str = ""  # "stopped"
    long: bool = False
    footer: bool = True  # shown in the footer
    changes: bool = True  # the engine changes something: refused in read-only mode

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


@dataclass(frozen=True, kw_only=True)
class Tab(Generic[Row]):
    """A tab of details: `gather` asks the engine, `document` formats the answer (the flag: show secrets).

    Without `gather` the row itself is the answer, and no request is made.
    """

    name: str
    document: Callable[[Any, Row, bool], Document]
    gather: Callable[[Engine, Row], Awaitable[Any]] | None = None
    refusal: Callable[[Row], str] = applies
    live: bool = False  # gathered again when the object changes
    key: str = ""  # opens the tab, from the list too


@dataclass(frozen=True, kw_only=True)
class Resource(Generic[Row]):
    """A type of object: the columns of its list, its actions, the tabs of its details."""

    name: str  # "containers": the screen's name in the prompt
    singular: str  # "container"
    id: Callable[[Row], str]
    title: Callable[[Row], str]  # the object's name for users, cleaned
    columns: tuple[Column[Row], ...]
    actions: tuple[Action[Row], ...]
    words: Callable[[Row], str] | None = None  # the text that the filter looks at, if other than the columns and the id
    tabs: tuple[Tab[Row], ...] = ()
    source: Source[Any] | None = None  # the engine's list
    rows: Callable[[Session], Collection[Row]] | None = None  # where the rows hold more than `source` lists
    event_type: str = ""  # the event type of such objects, as the engine names it
    event_filter: Callable[[Sequence[Row]], Mapping[str, Sequence[str]]] | None = None  # where ids alone do not find the events
    enter: Route | None = None  # the view that Enter opens, if other than the details
    engine_id: Callable[[Row], str] | None = None  # the engine's identifier of the object, if other than `id`
    aliases: Callable[[Row], tuple[str, ...]] = lambda _row: ()  # further names of the object, cleaned
    counts: Callable[[Iterable[Row]], str] | None = None  # the header's text, if more than a number
    hidden_by_default: Callable[[Row], bool] = lambda _row: False  # hidden by `.`, as stopped containers are
    hidden_word: str = "stopped"
    sorted_by: str = ""  # the title of the column that the list is sorted by at first
    empty: str = "Nothing here."
    by_name: dict[str, Action[Row]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {action.name: action for action in self.actions})

    @property
    def lists(self) -> bool:
        """Return whether the type has rows of its own; otherwise the rows belong to its view."""
        return self.rows is not None or self.source is not None

    def collection(self, session: Session) -> Collection[Row]:
        """Return the live rows. Raises ValueError for a type whose rows belong to its view."""
        if self.rows is not None:
            return self.rows(session)
        if self.source is None:
            raise ValueError(f"{self.name} have no rows of their own")
        return session.store.of(self.source)

    def names(self, rows: Iterable[Row]) -> list[str]:
        """Return all names of the objects for the prompt, sorted."""
        return sorted({name for row in rows for name in (self.title(row), *self.aliases(row))})

    def filter_text(self, row: Row) -> str:
        """Return the text that the filter looks at."""
        if self.words is not None:
            return self.words(row)
        return "\n".join([*(column.cell(row).text for column in self.columns), self.id(row)])

    def summary(self, rows: Iterable[Row]) -> str:
        """Return the number of objects, for the header."""
        return self.counts(rows) if self.counts is not None else count(sum(1 for _ in rows), self.singular)

    def engine_name(self, row: Row) -> str:
        """Return the engine's identifier of the object."""
        return (self.engine_id or self.id)(row)
