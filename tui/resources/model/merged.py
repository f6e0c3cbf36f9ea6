"""The description of a resource type for a list of several engines, made from the description for one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tui.live.clock import OWN
from tui.resources.model.action import Action, All, Answers, DockerCommand, Each, Field
from tui.resources.model.advice import told
from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell

if TYPE_CHECKING:
    from tui.live.engine_session import Session
    from tui.live.merged_rows import Member, Placed

Row = TypeVar("Row")
Result = TypeVar("Result")

HOST: Column[Placed[Any]] = Column(
    title="HOST",
    cell=lambda placed: Cell(placed.member.name, "grey" if placed.member.outdated else placed.member.colour or "accent"),
    key=lambda placed: natural(placed.member.name),
    middle=True,
    width=12,
    min_width=8,
)


def members_of(rows: Iterable[Placed[Any]]) -> list[Member]:
    """Return the engines of these rows, each once, by name."""
    return sorted({placed.member for placed in rows}, key=lambda member: natural(member.name))


def by_member(rows: Iterable[Placed[Row]]) -> dict[Member, list[Row]]:
    """Return the rows of each engine."""
    found: dict[Member, list[Row]] = {}
    for placed in rows:
        found.setdefault(placed.member, []).append(placed.row)
    return found


def hosts_text(members: Sequence[Member]) -> str:
    """Return the names of engines for a sentence: "web1, web2 and db"."""
    names = [member.name for member in members]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def merged(resource: Resource[Row]) -> Resource[Placed[Row]]:
    """Return the description for rows of several engines.

    It has a column HOST, host and name as the title, and actions that reach the engine of each row. Details are those of one
    engine, so tabs have no contents here.
    """
    columns = [_column(column) for column in resource.columns]
    return Resource(
        name=resource.name,
        singular=resource.singular,
        id=lambda placed: placed.key,
        title=lambda placed: f"{placed.member.name}/{resource.title(placed.row)}",
        columns=(columns[0], cast("Column[Placed[Row]]", HOST), *columns[1:]),
        actions=tuple(_action(action) for action in resource.actions),
        filter_fields=("host", *resource.filter_fields),
        filter_values=lambda placed: {"host": (placed.member.name,), **resource.filter_values(placed.row)},
        words=lambda placed: f"{placed.member.name}\n{resource.filter_text(placed.row)}",
        tabs=tuple(_tab(tab) for tab in resource.tabs),
        source=resource.source,
        enter=resource.enter,
        event_type=resource.event_type,
        pulse=resource.pulse,
        engine_id=lambda placed: resource.engine_name(placed.row),
        aliases=lambda placed: (resource.title(placed.row), *resource.aliases(placed.row)),
        further_key=lambda placed: resource.further_key(placed.row),
        counts=lambda rows: resource.summary([placed.row for placed in rows]),
        parts=lambda placed: tuple(map(placed.member.session.unique, resource.changed_by([placed.row]))),
        hidden_by_default=lambda placed: resource.hidden_by_default(placed.row),
        hidden_word=resource.hidden_word,
        tie_breaker=lambda placed: resource.title(placed.row),
        sorted_by=resource.sorted_by,
        empty=resource.empty,
    )


def _column(column: Column[Row]) -> Column[Placed[Row]]:
    cell, key, full = column.cell, column.merged_key or column.key, column.full

    def shown(placed: Placed[Row]) -> Cell:
        token = OWN.set(placed.member.clock)  # not by `of`, which takes ten times as long
        try:
            found = cell(placed.row)
        finally:
            OWN.reset(token)
        return Cell(found.text, "grey") if placed.member.outdated else found

    return replace(
        cast("Column[Placed[Row]]", column),
        cell=shown,
        key=lambda placed: key(placed.row),
        full=None if full is None else lambda placed: full(placed.row),
    )


def _tab(tab: Tab[Row]) -> Tab[Placed[Row]]:
    refusal = tab.refusal
    return replace(cast("Tab[Placed[Row]]", tab), refusal=lambda placed: refusal(placed.row))


def _action(action: Action[Row]) -> Action[Placed[Row]]:
    question, refusal, choices_for = action.question, action.refusal, action.choices_for
    do: Any = action.do
    if isinstance(do, Each):
        do = _each(do)
    elif isinstance(do, All):
        do = _all(do)
    return replace(
        cast("Action[Placed[Row]]", action),
        do=do,
        refusal=lambda placed: refusal(placed.row),
        question=None
        if question is None
        else lambda rows, _host: question([placed.row for placed in rows], hosts_text(members_of(rows))),
        choices_for=None if choices_for is None else lambda rows: choices_for([placed.row for placed in rows]),
        second_question=None if action.second_question is None else partial(_second_question, action.second_question),
        fields=tuple(_field(field) for field in action.fields),
        or_else=None if action.or_else is None else _action(action.or_else),
        several=None if action.several is None else _action(action.several),
    )


async def _second_question(
    ask: Callable[[Session, Sequence[Row], Answers], Awaitable[str]],
    _session: Session,
    rows: Sequence[Placed[Row]],
    answers: Answers,
) -> str:
    """Return the questions about the rows of each engine."""
    texts = [await ask(member.session, part, answers) for member, part in by_member(rows).items()]
    return " ".join(text for text in texts if text)


def _field(field: Field[Row]) -> Field[Placed[Row]]:
    initial, offers = field.initial, field.offers
    return replace(
        cast("Field[Placed[Row]]", field),
        initial=lambda placed: initial(placed.row),
        offers=(lambda placed: offers(placed.row)) if callable(offers) else offers,
    )


def _each(do: Each[Row]) -> Each[Placed[Row]]:
    """Return how to do something to each row, on its engine."""
    command = do.command

    async def call(_session: Session, placed: Placed[Row], answers: Answers) -> object:
        from tui.live.jobs.jobs import recorded_with

        with recorded_with(placed.member.options):
            return await do.call(placed.member.session, placed.row, answers)

    def words(placed: Placed[Row], answers: Answers) -> DockerCommand:
        return _with_options(placed.member, command(placed.row, answers)) if command is not None else ()

    return Each(
        call=call,
        command=words if command is not None else None,
        already=do.already,
        result=do.result,
        single=do.single,
        records=do.records,
    )


def _all(do: All[Row]) -> All[Placed[Row]]:
    """Return how to do something to all rows: one request to each engine. An engine that fails is named in the result."""
    command = do.command

    async def call(_session: Session, rows: Sequence[Placed[Row]], answers: Answers) -> str:
        import asyncio  # late: the first list needs none

        from tui.engine.errors import EngineError
        from tui.live.jobs.jobs import recorded_with

        async def on_one(member: Member, rows: Sequence[Row]) -> str:
            with recorded_with(member.options):
                return await do.perform(member.session, rows, answers)

        parts = by_member(rows)
        results = await asyncio.gather(*(on_one(*part) for part in parts.items()), return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        if unexpected := next((error for error in failures if not isinstance(error, EngineError)), None):
            raise unexpected
        if len(failures) == len(results):
            raise failures[0]
        texts = [told(result) if isinstance(result, EngineError) else str(result) for result in results]
        return "; ".join(f"{member.name}: {text}" for member, text in zip(parts, texts, strict=True))

    def words(rows: Sequence[Placed[Row]], answers: Answers) -> DockerCommand:
        """Return the command for the first engine."""
        member, first = next(iter(by_member(rows).items()))
        return _with_options(member, command(first, answers)) if command is not None else ()

    return All(call=call, command=words if command is not None else None, records=True)


def _with_options(member: Member, command: DockerCommand) -> DockerCommand:
    return (*member.options, *command) if command else ()
