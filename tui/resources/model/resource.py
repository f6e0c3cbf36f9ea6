"""The description of a resource type: columns, actions, tabs. Data and pure functions, no widgets.

One `Resource` describes one type. Keys, footer, menu, prompt and help are all derived from its actions.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tui.resources.model.action import Action, Route, applies
from tui.resources.model.text import Cell, count

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session
    from tui.live.state.collection import Collection as Rows
    from tui.live.state.pulse import Pulse
    from tui.live.state.source import Source
    from tui.resources.model.document import Document

Row = TypeVar("Row")

# The generic ones have no slots: on Python 3.11, `Column[Container](...)` sets an attribute that frozen slots refuse.


@dataclass(frozen=True, kw_only=True)
class Column(Generic[Row]):
    """A column of a list.

    `cell` gives what is shown, `full` the whole name where `cell` gives a shortened one: rows with the same cell and different
    whole names show these (`ListModel.cell`). `key` is the sort key (None sorts last). `width` and `min_width` are in terminal
    cells: the usual width, and the smallest (0: `width`). A column is as wide as its widest cell where there is room; `grows`
    is served first beyond the usual width. Columns with the highest `priority` are dropped first on a narrow screen; priority
    0 never. `wide` columns are shown after `w`. `middle` cuts a text in its middle, as suits names.
    """

    title: str
    cell: Callable[[Row], Cell]
    key: Callable[[Row], Any]
    width: int
    merged_key: Callable[[Row], Any] | None = None  # the sort key among rows of several engines, if other than `key`
    full: Callable[[Row], str] | None = None
    min_width: int = 0
    priority: int = 0
    grows: bool = False
    wide: bool = False
    right: bool = False
    middle: bool = False
    statistics: bool = False  # changes with each frame of statistics; hidden together with them
    on_demand: bool = False  # shown only once a row has a value, which the user requests


@dataclass(frozen=True, kw_only=True)
class Tab(Generic[Row]):
    """A tab of details: `gather` asks the engine, `document` formats the answer (the flag: show secrets).

    `collect` takes the place of `gather` where requests take long: it yields answers, each more complete than the one before.
    Without both the row itself is the answer, and no request is made.
    """

    name: str
    document: Callable[[Any, Row, bool], Document]
    gather: Callable[[Engine, Row], Awaitable[Any]] | None = None
    collect: Callable[[Engine, Row], AsyncGenerator[Any]] | None = None
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
    filter_fields: tuple[str, ...] = ()  # the fields that terms of the filter can name: "label" in label:app=web
    filter_values: Callable[[Row], Mapping[str, Sequence[str]]] = lambda _row: {}  # what a row has in these fields
    words: Callable[[Row], str] | None = None  # the text that the filter looks at, if other than the columns and the id
    tabs: tuple[Tab[Row], ...] = ()
    source: Source[Any] | None = None  # the engine's list
    rows: Callable[[Session], Rows[Row]] | None = None  # where the rows hold more than `source` lists
    pulse: Callable[[Session], Pulse] | None = None  # reads the lists again while rows on the screen change without events
    event_type: str = ""  # the event type of such objects, as the engine names it
    event_filter: Callable[[Sequence[Row]], Mapping[str, Sequence[str]]] | None = None  # where ids alone do not find the events
    enter: Route | None = None  # the view that Enter opens, if other than the details
    engine_id: Callable[[Row], str] | None = None  # the engine's identifier of the object, if other than `id`
    parts: Callable[[Row], Collection[str]] | None = None  # ids of the objects that an action changes, if other than `id`
    aliases: Callable[[Row], tuple[str, ...]] = lambda _row: ()  # further names of the object, cleaned
    further_key: Callable[[Row], object] = lambda _row: None  # what the details depend on besides the columns
    counts: Callable[[Iterable[Row]], str] | None = None  # the header's text, if more than a number
    hidden_by_default: Callable[[Row], bool] = lambda _row: False  # hidden by `.`, as stopped containers are
    hidden_word: str = "stopped"
    tie_breaker: Callable[[Row], str] | None = None  # the text that orders equal rows, if other than the title
    sorted_by: str = ""  # the title of the column that the list is sorted by at first
    empty: str = "No objects."
    by_name: dict[str, Action[Row]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {action.name: action for action in self.actions})

    @property
    def lists(self) -> bool:
        """Return whether the type has rows of its own; otherwise the rows belong to its view."""
        return self.rows is not None or self.source is not None

    def collection(self, session: Session) -> Rows[Row]:
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

    def changed_by(self, rows: Iterable[Row]) -> frozenset[str]:
        """Return the ids of the objects that an action on these rows changes."""
        return frozenset(id for row in rows for id in (self.parts(row) if self.parts is not None else (self.id(row),)))

    def engine_name(self, row: Row) -> str:
        """Return the engine's identifier of the object."""
        return (self.engine_id or self.id)(row)
