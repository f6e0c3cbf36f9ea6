"""The action compare: whether the registry has another image under the tag of a container."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.live.containers.container import Container
from tui.resources.model.action import Action, All, Answers
from tui.resources.model.advice import told
from tui.resources.model.docker_commands import operands
from tui.resources.model.resource import Column
from tui.resources.model.text import EMPTY, Cell, count, one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session
    from tui.live.objects.compared import Compared

NAMED = 3
"""Containers, and tags with the same error, named in the result at most."""

BEHIND, CURRENT = Cell("behind", "warn"), Cell("current", "good")


def behind(row: Container) -> bool | None:
    """Return whether a container runs another image than its tag names, here or in the registry; None if not compared."""
    return True if row.moved_on else row.behind


def verdict_cell(behind: bool | None) -> Cell:
    """Return the cell of a comparison with the registry."""
    return EMPTY if behind is None else BEHIND if behind else CURRENT


def verdict_states(behind: bool | None) -> tuple[str, ...]:
    """Return what the filter's term `state` finds for a comparison."""
    return () if behind is None else (verdict_cell(behind).text,)


def verdict_key(behind: bool | None) -> int | None:
    """Return the sort key of a comparison: those behind first."""
    return None if behind is None else int(not behind)


REGISTRY: Column[Container] = Column(
    title="REGISTRY",
    cell=lambda row: verdict_cell(None if row.behind is None else behind(row)),
    key=lambda row: verdict_key(row.behind),
    width=8,
    priority=1,
    on_demand=True,
)


def result(found: Compared) -> str:
    """Return the outcome as text: how many containers are behind, and which."""
    if len(found.behind) + len(found.current) + len(found.unknown) == 1:
        said = _single(found)
    else:
        names = _first([row.name for row in found.behind])
        parts = [f"{len(found.behind)} behind{f' ({names})' if names else ''}", f"{len(found.current)} current"]
        parts += [f"{len(found.unknown)} not compared"] if found.unknown else []
        total = len(found.behind) + len(found.current) + len(found.unknown)
        said = f"{count(total, 'container')}: {', '.join(parts)}"
    failed: dict[str, list[str]] = {}
    for name, error in found.failed:
        failed.setdefault(told(error), []).append(name)
    return "; ".join([said, *(f"{_first(names)}: {why}" for why, names in failed.items())])


def _first(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(map(one_line, names[:NAMED])) + more


def _single(found: Compared) -> str:
    row = (*found.behind, *found.current, *found.unknown)[0]
    if found.unknown:
        return f"{one_line(row.name)}: its image was never pushed or pulled by this name"
    if found.behind:
        return f"{one_line(row.name)}: the registry has another image under this tag"
    return f"{one_line(row.name)}: the same as in the registry"


async def _compare(session: Session, rows: Sequence[Container], _answers: Answers) -> str:
    from tui.live.objects.compared import compare_containers  # imported late: the first list does without

    return result(await compare_containers(session.engine, session.store, rows))


COMPARE: Action[Container] = Action(
    name="compare",
    key="@",
    help="compare the image with the registry",
    do=All(call=_compare, command=lambda rows, _: ("manifest", "inspect", *operands(rows[0].image_name)), records=True),
    refusal=lambda row: "" if row.image_name else "the name of its image is not known",
    doing="comparing",
    done="compared",
    footer=False,
    changes=False,
)
