"""What a resource type is to its screen: its columns, its actions, its tabs. Data and pure functions, no widgets.

One `Resource` describes one type. Its actions are the one registry that feeds keys, footer, menu, prompt and help.
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
"""The words of a docker command line, without `docker` and the engine; `docker_commands.written` quotes them for a shell."""

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
"""What an action can open; the functions stand in `tui/screens/framework/routes.py`."""


@dataclass(frozen=True, kw_only=True)
class Column(Generic[Row]):
    """One column of a list.

    `cell` gives what is shown, `key` what is sorted by (None sorts last). `width` and `min_width` are in terminal cells:
    what the column wants, and what it may be cut to (0: all of `width`); `grows` takes what space is left. Columns with
    the highest `priority` leave first when the screen is narrow; priority 0 never leaves. `wide` columns come with `w`.
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
    statistics: bool = False  # moves with every frame of statistics; hidden together with them
    on_demand: bool = False  # only there once a row has something in it: somebody asked for it


@dataclass(frozen=True, slots=True)
class Choice:
    """A box to tick in an action's dialog: `force`, `volumes`."""

    name: str
    label: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One of several to pick from: a signal, a policy."""

    value: str
    label: str


FieldKind = Literal["text", "secret", "file", "new-file"]
"""`secret`: nobody sees what is typed; `file`: the path of one that is there; `new-file`: of one that is not yet."""


@dataclass(frozen=True)
class Field(Generic[Row]):
    """A line to fill in. `initial` is what it starts with; `check` says in one line what is wrong, or nothing.

    `offers` are values to choose from, for a row; or the name of the screen whose objects' names are.
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
    """What a person answered in an action's dialog. What was typed may be a password: it is in no repr."""

    ticked: frozenset[str] = frozenset()
    picked: str = ""
    typed: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def text(self, name: str) -> str:
        """What was typed into the field of this name; empty if there is none."""
        return dict(self.typed).get(name, "")


def applies(_row: object) -> str:
    """The refusal of an action that always applies: none."""
    return ""


def _record(command: DockerCommand) -> None:
    """Note a docker command whose work is done; an empty one is none."""
    from tui.live.jobs.jobs import record

    if command:
        record(command)


@dataclass(frozen=True, kw_only=True)
class Each(Generic[Row]):
    """Do something to every selected row, or with `single` only to the row under the cursor.

    `call` raises EngineError; it returns False where the object was in the wanted state already, which `already` says.
    `result` puts what `call` returned into words. `command` is the docker command that does the same; it is recorded for
    each row once that was done. With `records` the call records its own commands instead, each as soon as its step is done.
    """

    call: Callable[[Session, Row, Answers], Awaitable[object]]
    command: Callable[[Row, Answers], DockerCommand] | None = None
    already: str = ""
    result: Callable[[Any], str] | None = None
    single: bool = False
    records: bool = False

    async def perform(self, session: Session, rows: Sequence[Row], answers: Answers) -> list[Outcome[Row]]:
        """What became of each row. Raises EngineError where it is one row, else the outcomes hold the errors."""
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
    """Do something to all selected rows with one request. `call` returns the result in words and raises EngineError."""

    call: Callable[[Session, Sequence[Row], Answers], Awaitable[str]]
    command: Callable[[Sequence[Row], Answers], DockerCommand] | None = None
    records: bool = False

    async def perform(self, session: Session, rows: Sequence[Row], answers: Answers) -> str:
        """The result in words. Raises EngineError."""
        result = await self.call(session, rows, answers)
        if self.command is not None and not self.records:
            _record(self.command(rows, answers))
        return result


@dataclass(frozen=True, kw_only=True)
class Whole:
    """Do something that concerns no row, such as create or prune. `call` returns the result in words, raises EngineError."""

    call: Callable[[Session, Answers], Awaitable[str]]
    command: Callable[[Answers], DockerCommand] | None = None
    records: bool = False

    async def perform(self, session: Session, _rows: Sequence[object], answers: Answers) -> str:
        """The result in words. Raises EngineError."""
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
    """Something that can be done to rows. `do` says how, and to which of them.

    `refusal` says why the action does not apply to a row, or nothing. `question` is asked before, given the rows and the
    host's name; a `danger` cannot be undone, so Enter does not confirm it. With `fields` it is a form, whose boxes are the
    `choices`; `check` then says what is wrong with the answers as a whole: a field's name and why, or two empty texts.
    A `long` action is followed in the list of jobs.
    """

    name: str
    help: str
    do: Each[Row] | All[Row] | Whole | Open
    key: str = ""  # as it is typed: "x", "K", "delete"; empty: only in the menu and the prompt
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
    footer: bool = True  # worth a place in the footer
    changes: bool = True  # asks the engine to change something: refused in read-only mode

    @property
    def whole(self) -> bool:
        """Whether the action concerns the list as a whole and no row."""
        return isinstance(self.do, Whole) or (isinstance(self.do, Open) and not self.do.rows)

    @property
    def single(self) -> bool:
        """Whether the action concerns only the row under the cursor."""
        return isinstance(self.do, Each | Open) and self.do.single

    def commands(self, rows: Sequence[Row], answers: Answers) -> list[DockerCommand]:
        """The docker commands that do the same to these rows."""
        match self.do:
            case Each(command=command) if command is not None:
                return [words for row in rows if (words := command(row, answers))]
            case All(command=command) if command is not None:
                return [words] if (words := command(rows, answers)) else []
            case Whole(command=command) if command is not None:
                return [words] if (words := command(answers)) else []
        return []

    async def perform(self, session: Session, rows: Sequence[Row], answers: Answers) -> list[Outcome[Row]] | str:
        """Ask the engine to do it: an outcome for each row, or the result in words. Raises EngineError."""
        if isinstance(self.do, Open):
            raise TypeError(f"{self.name} opens a view")
        return await self.do.perform(session, rows, answers)


@dataclass(frozen=True, kw_only=True)
class Tab(Generic[Row]):
    """One tab of details: `gather` asks the engine, `document` puts the answer into words (the flag: secrets shown).

    Without `gather` nothing is asked: the row tells it all, and is the answer.
    """

    name: str
    document: Callable[[Any, Row, bool], Document]
    gather: Callable[[Engine, Row], Awaitable[Any]] | None = None
    refusal: Callable[[Row], str] = applies
    live: bool = False  # gathered again when the object changes
    key: str = ""  # opens the tab, from the list too


@dataclass(frozen=True, kw_only=True)
class Resource(Generic[Row]):
    """One type of object: how its list looks, what can be done to it, what its details are."""

    name: str  # "containers": the screen's name in the prompt
    singular: str  # "container"
    id: Callable[[Row], str]
    title: Callable[[Row], str]  # what a person calls the object, cleaned
    columns: tuple[Column[Row], ...]
    actions: tuple[Action[Row], ...]
    words: Callable[[Row], str] | None = None  # what the filter looks at, where that is not the columns and the id
    tabs: tuple[Tab[Row], ...] = ()
    source: Source[Any] | None = None  # what the engine lists
    rows: Callable[[Session], Collection[Row]] | None = None  # where the rows are more than what `source` lists
    event_type: str = ""  # of the events about such an object, as the engine names it
    event_filter: Callable[[Sequence[Row]], Mapping[str, Sequence[str]]] | None = None  # where ids alone do not find them
    enter: Route | None = None  # what Enter opens, where that is not the details
    engine_id: Callable[[Row], str] | None = None  # what the engine knows the object by, where that is not `id`
    aliases: Callable[[Row], tuple[str, ...]] = lambda _row: ()  # names it goes by besides its title, cleaned
    counts: Callable[[Iterable[Row]], str] | None = None  # the header's words, where they are more than a number
    hidden_by_default: Callable[[Row], bool] = lambda _row: False  # hidden by `.`, as stopped containers are
    hidden_word: str = "stopped"
    sorted_by: str = ""  # the title of the column that the list starts with
    empty: str = "Nothing here."
    by_name: dict[str, Action[Row]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {action.name: action for action in self.actions})

    @property
    def lists(self) -> bool:
        """Whether the type has rows of its own; those of others belong to their view."""
        return self.rows is not None or self.source is not None

    def collection(self, session: Session) -> Collection[Row]:
        """The live rows. Raises ValueError for a type whose rows belong to its view."""
        if self.rows is not None:
            return self.rows(session)
        if self.source is None:
            raise ValueError(f"{self.name} have no rows of their own")
        return session.store.of(self.source)

    def names(self, rows: Iterable[Row]) -> list[str]:
        """What the objects can be called by in the prompt, sorted."""
        return sorted({name for row in rows for name in (self.title(row), *self.aliases(row))})

    def filter_text(self, row: Row) -> str:
        """What the filter looks at."""
        if self.words is not None:
            return self.words(row)
        return "\n".join([*(column.cell(row).text for column in self.columns), self.id(row)])

    def summary(self, rows: Iterable[Row]) -> str:
        """How many there are, for the header."""
        return self.counts(rows) if self.counts is not None else count(sum(1 for _ in rows), self.singular)

    def engine_name(self, row: Row) -> str:
        """What the engine knows the object by: its id, else its name."""
        return (self.engine_id or self.id)(row)
