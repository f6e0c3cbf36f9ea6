"""The tabs of a container's details: the request of each, and the document made of the answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from tui.live.containers.container import Container
from tui.resources.containers.details import changes, overview, processes
from tui.resources.containers.formats import has_ended, why_no_card, why_no_processes
from tui.resources.model.document import Document
from tui.resources.model.inspect import inspect
from tui.resources.model.resource import Tab

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.containers.exit_facts import Facts
    from tui.live.containers.namespaces import Inspected
    from tui.live.objects.reach import Reach

# The requests and the code of the exit report are imported when first needed, not before the first screen.


async def _collect_facts(engine: Engine, row: Container) -> AsyncGenerator[Facts]:
    from tui.live.containers.exit_facts import collect, gather_running
    from tui.live.objects.names import look_up, with_names

    if not has_ended(row):
        yield await gather_running(engine, row.id)
        return
    named: str | None = None
    async with aclosing(collect(engine, row.id)) as steps:
        async for facts in steps:
            state = facts.found.state
            if named is None:
                named = with_names(state.error, await look_up(engine, state.error))
            yield replace(facts, found=structs.replace(facts.found, state=structs.replace(state, error=named)))


def _card(facts: Facts, row: Container, secrets: bool = False) -> Document:
    from tui.resources.containers.exit_report import card

    return card(facts, row, secrets)


async def _gather_overview(engine: Engine, row: Container) -> Inspected:
    from tui.live.containers.namespaces import inspect

    return await inspect(engine, row.id)


def _overview(answer: Inspected, row: Container, secrets: bool = False) -> Document:
    return overview(answer.found, row, secrets, answer.owners)


async def _gather_reach(engine: Engine, row: Container) -> Reach:
    from tui.live.objects.reach import of_container

    return await of_container(engine, row.id)


def _reach(found: Reach, row: Container, secrets: bool = False) -> Document:
    from tui.resources.containers.reach import of_container

    return of_container(found, row, secrets)


TABS: tuple[Tab[Container], ...] = (
    Tab(name="why", collect=_collect_facts, document=_card, refusal=why_no_card, live=True),
    Tab(name="overview", gather=_gather_overview, document=_overview, live=True),
    Tab(
        name="processes",
        key="t",
        gather=lambda engine, row: engine.containers.top(row.id),
        document=processes,
        refusal=why_no_processes,
        live=True,
    ),
    Tab(name="reach", gather=_gather_reach, document=_reach, live=True),
    Tab(name="changes", gather=lambda engine, row: engine.containers.changes(row.id), document=changes),
    Tab(name="inspect", key="y", gather=lambda engine, row: engine.containers.inspect_raw(row.id), document=inspect, live=True),
)
