"""What a resource type is to its screen: its columns, its actions, its tabs. Data and pure functions, no widgets.

One `Resource` describes one type. Its actions are the one registry that feeds keys, footer, menu, prompt and help.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tui.resources.model.action import Action, Route, applies
from tui.resources.model.text import Cell, count

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session
    from tui.live.state.collection import Collection
    from tui.live.state.source import Source
    from tui.resources.model.document import Document

Row = TypeVar("Row")

# The generic ones have no slots: on Python 3.11, `Column[Container](...)` sets an attribute that frozen slots refuse.


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
